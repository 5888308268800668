"""The benchmark's limit for other engines: seconds of the processor, so that a busy machine takes nothing from them."""

import sys
from pathlib import Path

from bench.peers import capped


def test_an_engine_that_has_used_its_time_is_ended_and_the_table_says_so(tmp_path: Path) -> None:
    assert capped([sys.executable, "-c", "while True: pass"], tmp_path / "found.json", 1) == (
        "not finished after 1 of processor time"
    )


def test_what_an_engine_finds_is_read_and_what_it_complains_of_is_told(tmp_path: Path) -> None:
    out = tmp_path / "found.json"
    wrote = f"open({str(out)!r}, 'w').write('{{\"cpu\": 1}}')"
    assert capped([sys.executable, "-c", wrote], out, 5) == {"cpu": 1}
    assert capped([sys.executable, "-c", "raise ValueError('no | such rule')"], out, 5) == (
        "failed (1): ValueError: no / such rule"
    )
