"""The load script (bench/load.py) for some seconds: whatever it asks is answered rightly, and nothing is left."""

import asyncio
from pathlib import Path

from bench.load import prepare, run
from tests.endpoint import E, alive, children, eventually, served, settings

PATHS = ["/health", "/en", "/queries", "/store?default", f"/store?graph={E}g2", "/dataset", "/dataset/atf.nq"]


def test_every_answer_is_right_while_one_in_twenty_kills(tmp_path: Path) -> None:
    with served(settings(tmp_path, deadline_s=1.5, max_rows=10_000)) as (address, process):
        started = children(process.pid)
        requests = asyncio.run(prepare(address, PATHS))
        report = asyncio.run(run(address, requests, 5.0, 16, 0.05))
        assert report.wrong == []
        assert {status for _, status in report.statuses} <= {200, 304, 400, 403, 503}
        assert report.statuses["killer", 503] > 0
        assert report.statuses["tiny", 200] > 0
        assert report.statuses["probe", 200] > 10
        assert eventually(lambda: len(children(process.pid)) == len(started) == 3, 15)
        last = children(process.pid)
    assert eventually(lambda: not any(alive(pid) for pid in last))
