"""A newer dataset while clients ask: none is dropped, none is told a mixture, and a broken one is never served."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.errors import UnavailableError
from api.graph.dataset import NQUADS
from api.servers import reload_all
from api.settings import ROOT
from tests.endpoint import alive, children, environment, eventually, get, served
from tests.faults.published import ROWS, crowd, health, publish, settings, truncate, version_of
from tests.mini import Mini


def test_no_request_is_dropped_or_told_a_mixture(tmp_path: Path) -> None:
    hashes = {(publish(tmp_path, 0), str(ROWS))}
    with served(settings(tmp_path)) as (address, process):
        first = children(process.pid)
        with crowd(address) as found:
            for version in range(1, 6):
                rows = ROWS + version
                sha256 = publish(tmp_path, version, rows)
                hashes.add((sha256, str(rows)))
                assert reload_all(tmp_path, sha256) == [process.pid]
                assert version_of(address) == str(version)
        assert (found.lost, found.refused, found.statuses) == ([], 0, {200})
        assert found.asked > 50
        # Nobody goes back, and hash and number of a dataset always belong together.
        assert all([*map(int, one)] == sorted(map(int, one)) for one in found.versions)
        assert found.hashes <= hashes
        assert found.counts <= {str((ROWS + version) ** 2) for version in range(6)}
        assert eventually(lambda: not any(alive(pid) for pid in first)), "the workers of the first dataset have ended"
        assert eventually(lambda: len(children(process.pid)) == 3, 10)
        metrics = get(f"{address}/metrics").text
        assert "atf_reloads_done_total 5\n" in metrics
        assert f'sha256="{sha256}"' in metrics


def missing(folder: Path) -> None:
    (folder / NQUADS).unlink()


def foreign(folder: Path) -> None:
    """Another dataset, but the manifest of the old one."""
    (folder / "other").write_text('<http://e/s> <http://e/p> "x" <http://e/g> .\n')
    (folder / "other").replace(folder / NQUADS)


def damaged_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def no_rdf(folder: Path) -> None:
    """A dataset that its manifest fits, but that is no N-Quads."""
    sha256 = publish(folder, 9)
    broken = (folder / NQUADS).read_bytes()[:-20] + b"<<<<\n"
    (folder / NQUADS).write_bytes(broken)
    from hashlib import sha256 as digest

    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace(sha256, digest(broken).hexdigest()))


@pytest.mark.parametrize("harm", [truncate, missing, foreign, damaged_manifest, no_rdf])
def test_a_broken_dataset_is_not_served_and_the_old_one_is(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    before = publish(tmp_path, 1)
    with served(settings(tmp_path)) as (address, process):
        with crowd(address, 3) as found:
            harm(tmp_path)
            with pytest.raises(UnavailableError, match="does not serve the new dataset"):
                reload_all(tmp_path, "another")
            told = health(address)
            assert (told["dataset"], bool(told["reload_failed"])) == (before, True)
            # Workers that die are replaced from the dataset that was proved, not from what lies there now.
            for pid in children(process.pid)[1:]:
                os.kill(pid, signal.SIGKILL)
            assert version_of(address) == "1"
        assert (found.lost, found.refused) == ([], 0)
        assert {version for one in found.versions for version in one} == {"1"}
        assert found.counts == {str(ROWS**2)}
        after = publish(tmp_path, 2)
        reload_all(tmp_path, after)
        assert "reload_failed" not in health(address)
        assert version_of(address) == "2"
        assert "atf_reloads_failed_total 1\n" in get(f"{address}/metrics").text


def test_a_new_template_reads_the_old_dataset_even_when_another_lies_in_its_place(tmp_path: Path) -> None:
    publish(tmp_path, 1)
    with served(settings(tmp_path)) as (address, process):
        publish(tmp_path, 2)
        everyone = children(process.pid)
        for pid in everyone:
            os.kill(pid, signal.SIGKILL)
        assert version_of(address) == "1"
        assert eventually(lambda: len(children(process.pid)) == 3)
        assert not set(children(process.pid)) & set(everyone)


def test_a_dataset_cut_in_its_place_is_refused_by_a_new_template(tmp_path: Path) -> None:
    publish(tmp_path, 1)
    with served(settings(tmp_path, deadline_s=1.0)) as (address, process):
        truncate(tmp_path)
        for pid in children(process.pid):
            os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: get(f"{address}/health").status_code == 503)
        response = get(f"{address}/sparql", params={"query": "ASK { ?s ?p ?o }"})
        assert (response.status_code, int(response.headers["retry-after"]) > 0) == (503, True)
        after = publish(tmp_path, 2)
        reload_all(tmp_path, after)
        assert version_of(address) == "2"


def test_files_of_dead_servers_are_removed_and_nobody_is_signalled(tmp_path: Path) -> None:
    (tmp_path / ".server-1").write_text('{"pid": 1, "dataset": "x", "failure": null, "at": 0}')
    (tmp_path / ".server-2").write_text("")
    assert reload_all(tmp_path, "x") == []
    assert list(tmp_path.iterdir()) == []


def test_a_server_leaves_no_file_behind(tmp_path: Path) -> None:
    publish(tmp_path, 1)
    with served(settings(tmp_path)) as (_, process):
        assert (tmp_path / f".server-{process.pid}").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atf.nq", "manifest.json"]


def test_a_build_tells_the_server(tmp_path: Path) -> None:
    mini = Mini(tmp_path)
    publish(mini.settings.build, 1)
    with served(settings(mini.settings.build)) as (address, _):
        variables = {**environment(settings(mini.settings.build)), "ATF_ROOT": str(mini.root)}
        command = [sys.executable, "-m", "api", "build", "--reload"]
        done = subprocess.run(
            command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "Reloaded by 1 server." in done.stdout
        assert str(health(address)["dataset"])[:12] in done.stdout
