"""The tools on the project's own dataset: what an assistant asks about the strategy."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from mcp.client import Client

from tests.assistants.conftest import session_with

ID = "https://w3id.org/atf/id/"


@pytest.fixture(scope="module")
def ask(server: str) -> Iterator[Callable[..., dict[str, Any]]]:
    """A function that calls a tool of the real service."""
    with session_with(f"{server}/mcp") as session:

        def call(tool: str, **arguments: Any) -> dict[str, Any]:
            def work(client: Client) -> Awaitable[Any]:
                return client.call_tool(tool, arguments)

            result = session(work)
            assert not result.is_error, result.content
            return dict(result.structured_content)

        yield call


def test_who_grants_the_right_of_residence(ask: Callable[..., dict[str, Any]]) -> None:
    found = ask("which-institution-holds-a-function", function="residence-permit")
    assert found["rows"][0]["institution"]["iri"] == f"{ID}institution/igi"
    assert f"{ID}passage/strategy-2018-2022-xiv-a-4" in found["passages"]
    assert len(found["dataset"]) == 64


def test_findings_carry_evidence_and_passages(ask: Callable[..., dict[str, Any]]) -> None:
    found = ask("findings", kind="gap", limit=5, lang="ro")
    assert found["not_in_graph"] is False
    assert found["total"] == sum(found["by_rule"].values())
    assert len(found["findings"]) == min(5, found["total"])
    for finding in found["findings"]:
        assert finding["message"]
        assert finding["remedy"]
        assert all(place["kind"] for place in finding["evidence"])
    assert all(iri in found["sources"] for iri in found["passages"])
    assert any(one.get("lines") for one in found["sources"].values())
    assert ask("findings", status="accepted", rule="GAP-009")["not_in_graph"] is True


def test_coverage_names_the_action_plan_that_is_not_loaded(ask: Callable[..., dict[str, Any]]) -> None:
    found = ask("coverage")
    missing = {row["document"]["iri"] for row in found["not_loaded"]}
    assert f"{ID}document/strategy-2018-2022-action-plans" in missing
    assert found["passages_by_coverage"]["encoded"] > 200


def test_plain_words(ask: Callable[..., dict[str, Any]]) -> None:
    found = ask("ask", question="Cine eliberează permisul de ședere victimelor străine?", lang="ro")
    assert found["not_in_graph"] is False
    assert found["answers"][0]["institution"]["iri"] == f"{ID}institution/igi"
    assert found["passages"]
    silent = ask("ask", question="Which institution is responsible for objective 3.3?")
    assert silent["not_in_graph"] is True
