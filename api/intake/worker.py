"""A process that reads a file from outside, within limits of memory; what it finds it writes as JSON.

Run as ``python -m api.intake.worker MEMORY_MB``: the job is the first line of standard input, the file the rest.
The result is a line of JSON for each part of it. Steps go to standard error, one a line. The folders come from
the settings in its environment.
"""

import json
import resource
import sys
from typing import Any

from api.errors import AtfError, LimitError
from api.intake.job import Job, parts
from api.intake.proposal import Options
from api.settings import Settings


def main(memory_mb: str) -> int:
    """Do one job; an error that a user should read is a result, too."""
    limit = int(memory_mb) * 1_048_576
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    told = json.loads(sys.stdin.buffer.readline())
    job = Job(**{**told, "options": Options(**told["options"])})
    data = sys.stdin.buffer.read()
    try:
        for part in parts(Settings(), job, data, _say):
            _write(part)
            # What is written is not kept while the findings are compared.
            del part
    except AtfError as error:
        _write({"failure": _failure(error)})
    except (MemoryError, RecursionError):
        _write({"failure": _failure(LimitError("too big", reason="too-big"))})
    return 0


def _write(part: dict[str, Any]) -> None:
    # Text in ASCII takes a byte a letter, where one letter with a comma below would make it two for all.
    sys.stdout.buffer.write(json.dumps(part).encode("ascii"))
    sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


def _failure(error: AtfError) -> dict[str, Any]:
    return {"type": type(error).__name__, "message": error.message, "hint": error.hint, "extra": error.extra}


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
