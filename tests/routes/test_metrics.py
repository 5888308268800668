"""What Prometheus reads: the reader of its own project takes it, counts go up with what is done, and nothing else."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from api import __version__
from api.settings import Settings
from api.web.app import create_app
from api.web.metrics import _KNOWN
from tests.endpoint import ENDLESS, ROWS, ask, children, eventually, get, post, served, settings


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with served(settings(tmp_path_factory.mktemp("build"))) as (address, process):
        yield address, process.pid


def families(address: str) -> dict[str, Metric]:
    response = get(f"{address}/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    return {family.name: family for family in text_string_to_metric_families(response.text)}


def value(address: str, name: str, **labels: str) -> float:
    """The sum of the samples of a name with some labels."""
    every = [sample for family in families(address).values() for sample in family.samples if sample.name == name]
    return sum(sample.value for sample in every if labels.items() <= sample.labels.items())


def test_every_family_has_a_type_and_a_meaning(service: tuple[str, int]) -> None:
    get(f"{service[0]}/health")
    found = families(service[0])
    assert {name: family.type for name, family in found.items()} == {
        "atf_requests": "counter",
        "atf_request_seconds": "histogram",
        "atf_requests_inside": "gauge",
        "atf_dataset_info": "gauge",
        "atf_dataset_statements": "gauge",
        "atf_dataset_loaded_seconds": "gauge",
        "atf_workers": "gauge",
        "atf_workers_busy": "gauge",
        "atf_workers_suspended": "gauge",
        "atf_queries_waiting": "gauge",
        "atf_workers_replaced": "counter",
        "atf_reloads_done": "counter",
        "atf_reloads_failed": "counter",
    }
    assert all(family.documentation.endswith(".") and family.samples for family in found.values())


def test_what_is_served_is_told_with_all_its_digits(service: tuple[str, int]) -> None:
    address, _ = service
    health = get(f"{address}/health").json()
    labels = {"sha256": health["dataset"], "version": __version__}
    assert value(address, "atf_dataset_info", **labels) == 1
    assert value(address, "atf_dataset_statements") == ROWS + 6
    loaded = datetime.fromtimestamp(value(address, "atf_dataset_loaded_seconds"), UTC)
    assert abs((loaded - datetime.fromisoformat(health["loaded_at"])).total_seconds()) < 0.01
    assert value(address, "atf_workers") == 2


def test_each_request_counts_once_by_route_method_and_status(service: tuple[str, int]) -> None:
    address, _ = service
    cases: tuple[tuple[dict[str, str], Callable[[], httpx.Response]], ...] = (
        ({"route": "sparql", "method": "GET", "status": "200"}, lambda: ask(address, "ASK {}")),
        ({"route": "sparql", "method": "POST", "status": "403"}, lambda: post(f"{address}/sparql", data={"query": "CLEAR ALL"})),
        ({"route": "sparql", "method": "GET", "status": "400"}, lambda: ask(address, "SELECT")),
        ({"route": "queries", "method": "GET", "status": "404"}, lambda: get(f"{address}/queries/nothing")),
        ({"route": "problem", "method": "GET", "status": "404"}, lambda: get(f"{address}/problem/nothing")),
        ({"route": "other", "method": "GET", "status": "404"}, lambda: get(f"{address}/no-such-route")),
    )  # fmt: skip
    for labels, request in cases:
        before = value(address, "atf_requests_total", **labels)
        timed = value(address, "atf_request_seconds_count", route=labels["route"])
        assert str(request().status_code) == labels["status"]
        assert value(address, "atf_requests_total", **labels) == before + 1, labels
        assert value(address, "atf_request_seconds_count", route=labels["route"]) == timed + 1


def test_a_bucket_holds_all_that_was_faster(service: tuple[str, int]) -> None:
    address, _ = service
    for _ in range(3):
        ask(address, "ASK {}")
    assert ask(address, ENDLESS).status_code == 503
    samples = [one for one in families(address)["atf_request_seconds"].samples if one.labels["route"] == "sparql"]
    buckets = [(float(one.labels["le"]), one.value) for one in samples if one.name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    counts = [count for _, count in buckets]
    assert counts == sorted(counts)
    total = next(one.value for one in samples if one.name.endswith("_count"))
    assert counts[-1] == total > dict(buckets)[0.5] >= 3
    assert next(one.value for one in samples if one.name.endswith("_sum")) > 0.9


def test_workers_that_ended_are_counted(service: tuple[str, int]) -> None:
    address, pid = service
    before = value(address, "atf_workers_replaced_total")
    assert ask(address, ENDLESS).status_code == 503
    assert eventually(lambda: value(address, "atf_workers_replaced_total") == before + 1)
    # The last of the descendants is a worker, the first one what makes them.
    os.kill(children(pid)[-1], signal.SIGKILL)
    assert eventually(lambda: value(address, "atf_workers_replaced_total") >= before + 2, 15)
    assert eventually(lambda: value(address, "atf_workers") == 2, 15)
    assert ask(address, "ASK {}").status_code == 200


def test_a_client_makes_no_series(service: tuple[str, int]) -> None:
    address, _ = service
    get(f"{address}/no-such-route")
    before = len(families(address)["atf_requests"].samples)
    for number in range(20):
        get(f"{address}/made-up-{number}")
        get(f"{address}/made%22up%0a{number}")
    assert len(families(address)["atf_requests"].samples) == before


def test_every_route_has_a_name_of_its_own() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    assert {path.split("/")[1] for path in paths} <= _KNOWN
