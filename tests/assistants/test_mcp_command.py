"""The command without an assistant at the other end."""

import subprocess
import sys

import pytest

from api.settings import ROOT, Settings
from tests.endpoint import environment


@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (
            "<&-",
            3,
            "atf mcp: Standard input or output is closed. "
            "An assistant program starts this command and talks over both.\n",
        ),
        ("</dev/null", 0, ""),
    ],
)
def test_nobody_at_the_other_end(built: Settings, redirection: str, code: int, said: str) -> None:
    command = ["sh", "-c", f'exec "$0" -m api mcp {redirection}', sys.executable]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(built), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", said)
