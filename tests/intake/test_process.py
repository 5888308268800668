"""The worker seen from outside: what is proposed is kept although the findings are not compared in time."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from api.errors import UnavailableError
from api.intake import process
from api.intake.job import Job
from api.intake.proposal import Options
from api.settings import Settings
from tests.intake.sheets import ROW, plan

PART: dict[str, object] = {"errors": [], "notices": [], "turtle": "x", "name": "plan", "findings": None}


def stand_in(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another script take the place of the worker, since the real one is too quick to be late."""
    script = folder / "python"
    script.write_text(f"#!{sys.executable}\nimport sys, threading\nsys.stdin.buffer.read()\n{code}\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))


def test_a_comparison_that_takes_too_long_is_left_out(
    built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, f"print({json.dumps(json.dumps(PART))}, flush=True)\nthreading.Event().wait(60)", monkeypatch)
    found = asyncio.run(process.work(built, Job("import", Options("x.xlsx")), b"x", seconds=2.0))
    assert found == {**PART, "unfinished": True}


def test_a_worker_that_fails(built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "raise SystemExit('no such thing')", monkeypatch)
    with pytest.raises(UnavailableError, match=r"The worker that reads files failed. no such thing"):
        asyncio.run(process.work(built, Job("import", Options("x.xlsx")), b"x"))


def test_steps_are_told(built: Settings) -> None:
    steps: list[str] = []
    asyncio.run(process.work(built, Job("import", Options("plan.xlsx"), findings=False), plan(ROW), steps.append))
    assert steps == [
        "reading the graph",
        "reading the file",
        "matching the rows to the graph",
        "writing the statements of 1 measures",
    ]
