"""Processes that die while they work, and the end of the service under load: no wrong answer, nothing left."""

import os
import signal
import threading
import time
from pathlib import Path

from tests.endpoint import alive, ask, children, eventually, get, served
from tests.faults.published import COUNT, ROWS, crowd, publish, settings, version_of

# Runs for some seconds.
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STRLEN(STR(?c)) + STRLEN(STR(?i)) > 1) }"


def test_a_worker_killed_at_work_costs_that_query_and_no_other(tmp_path: Path) -> None:
    publish(tmp_path, 1)
    with served(settings(tmp_path, deadline_s=8.0)) as (address, process):
        found = []
        client = threading.Thread(target=lambda: found.append(ask(address, SLOW)))
        client.start()
        assert eventually(lambda: "atf_workers_busy 1\n" in get(f"{address}/metrics").text)
        time.sleep(0.4)
        for pid in children(process.pid)[1:]:
            os.kill(pid, signal.SIGKILL)
        assert ask(address, COUNT).json()["results"]["bindings"][0]["n"]["value"] == str(ROWS**2)
        client.join()
        assert (found[0].status_code, int(found[0].headers["retry-after"]) > 0) == (503, True)
        assert eventually(lambda: len(children(process.pid)) == 3)


def test_all_workers_and_the_template_die_again_and_again(tmp_path: Path) -> None:
    publish(tmp_path, 1)
    with served(settings(tmp_path, deadline_s=8.0)) as (address, process):
        with crowd(address) as found:
            for round_ in range(12):
                for pid in children(process.pid)[0 if round_ % 4 == 3 else 1 :]:
                    os.kill(pid, signal.SIGKILL)
                assert version_of(address) == "1"
        assert (found.lost, found.refused) == ([], 0)
        assert found.statuses <= {200, 503}
        assert found.counts == {str(ROWS**2)}
        assert {version for one in found.versions for version in one} == {"1"}
        # A worker too many is kept for some seconds; one whose template died is no child of ours any more.
        assert eventually(lambda: "atf_workers 2\n" in get(f"{address}/metrics").text, 20)
        assert eventually(lambda: len(children(process.pid)) <= 3, 20), children(process.pid)


def test_the_end_under_load_drains_and_leaves_nothing(tmp_path: Path) -> None:
    publish(tmp_path, 1)
    with served(settings(tmp_path)) as (address, process):
        started = children(process.pid)
        with crowd(address) as found:
            assert eventually(lambda: found.asked > 30)
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) in {0, -signal.SIGTERM}
        # Who had sent a request before the end got its answer, whole; who came later got no connection.
        assert found.lost == []
        assert found.statuses <= {200, 503}
        assert found.counts == {str(ROWS**2)}
        assert eventually(lambda: not any(alive(pid) for pid in started))
