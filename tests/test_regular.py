"""A pipe or a device in the place of a file: one sentence, and nobody waits for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import ROOT


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("verb", ["check {}", "diff {} 2020-01-01", "fmt {}", "fmt --check {}", "import {}"])
def test_a_pipe_or_a_device_is_refused(tmp_path: Path, verb: str, kind: str) -> None:
    file = tmp_path / "f.ttl"
    if kind == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero")
    # In a process of its own: what is wrong here would hang.
    command = [sys.executable, "-m", "api", *verb.format(file).split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    name = verb.split(maxsplit=1)[0]
    assert done.stderr == f"atf {name}: {file} is no regular file but a pipe or a device. Give a file.\n"
