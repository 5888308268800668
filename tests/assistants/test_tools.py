"""The tools through the SDK's own client, over standard input and output and over HTTP alike."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult

from api.answering.questions import load_questions
from api.assistants.schemas import OWN_TOOLS
from api.settings import ROOT
from tests.assistants.conftest import Session

ID = "https://w3id.org/atf/id/"
QUESTIONS = load_questions(ROOT / "queries")


def call(session: Session, tool: str, **arguments: Any) -> CallToolResult:
    async def work(client: Client) -> CallToolResult:
        return await client.call_tool(tool, arguments)

    result = session(work)
    assert isinstance(result, CallToolResult)
    return result


def answer(session: Session, tool: str, **arguments: Any) -> dict[str, Any]:
    result = call(session, tool, **arguments)
    assert not result.is_error, result.content
    found = result.structured_content
    # A client that reads only text sees the same.
    assert json.loads(result.content[0].text) == found  # type: ignore[union-attr]
    assert len(found["dataset"]) == 64
    assert found["as_of"] == "2022-12-31"
    assert isinstance(found["not_in_graph"], bool)
    return dict(found)


def refusal(session: Session, tool: str, **arguments: Any) -> str:
    result = call(session, tool, **arguments)
    assert result.is_error
    text: str = result.content[0].text  # type: ignore[union-attr]
    assert "Traceback" not in text
    return text


def test_every_question_is_a_tool_with_typed_parameters(session: Session) -> None:
    async def work(client: Client) -> Any:
        return (client.server_info, client.instructions, (await client.list_tools()).tools)

    info, instructions, tools = session(work)
    assert info.name == "atf"
    assert "not_in_graph" in instructions
    names = [tool.name for tool in tools]
    assert names == [tool.name for tool in OWN_TOOLS] + sorted(QUESTIONS)
    for tool in tools:
        Draft202012Validator.check_schema(tool.input_schema)
        assert tool.annotations.read_only_hint is True
        assert tool.description
        assert len(tool.name) <= 64
        for name, schema in tool.input_schema["properties"].items():
            assert schema["type"] in {"string", "integer"}, (tool.name, name)
            assert schema["description"], (tool.name, name)
    held = next(tool for tool in tools if tool.name == "which-institution-holds-a-function")
    assert held.input_schema["required"] == ["function"]
    assert set(held.input_schema["properties"]) >= {"function", "target-group", "as-of", "lang", "limit"}
    assert held.title == QUESTIONS[held.name].title.en


def test_a_question_answers_with_iris_passages_and_sources(session: Session) -> None:
    found = answer(session, "which-institution-holds-a-function", function="accommodation", lang="ro")
    assert found["not_in_graph"] is False
    institution = found["rows"][0]["institution"]
    assert institution["iri"].startswith(f"{ID}institution/")
    assert institution["label"]
    assert found["passages"]
    assert all(iri.startswith(f"{ID}passage/") for iri in found["passages"])
    source = next(one for one in found["sources"].values() if one.get("lines"))
    assert {"passage", "lines", "cite"} <= set(source)
    assert found["total_rows"] == len(found["rows"])


def test_rows_are_limited_and_the_rest_is_told(session: Session) -> None:
    every = answer(session, "outline-of-the-text")
    one = answer(session, "outline-of-the-text", limit=1)
    assert len(one["rows"]) == 1
    assert (one["total_rows"], one["truncated"]) == (every["total_rows"], True)


def test_what_is_not_there_is_said_and_not_guessed(session: Session) -> None:
    empty = answer(session, "which-institution-holds-a-function", function="compensation")
    assert (empty["not_in_graph"], empty["rows"]) == (True, [])
    assert empty["empty_means"] == QUESTIONS["which-institution-holds-a-function"].empty.en
    nothing = answer(session, "find_entity", text="qwertz")
    assert (nothing["not_in_graph"], nothing["hits"]) == (True, [])
    nobody = answer(session, "get_entity", iri="institution/nobody")
    assert (nobody["not_in_graph"], nobody["looked_for"]) == (True, "institution/nobody")


def test_a_thing_is_found_by_name_and_told_with_who_says_so(session: Session) -> None:
    hits = answer(session, "find_entity", text="agentia porturilor")["hits"]
    assert hits[0]["label"] == {"en": "Harbour Agency", "ro": "Agenția Porturilor"}
    thing = answer(session, "get_entity", iri=hits[0]["iri"])
    assert thing["label"] == hits[0]["label"]
    assert thing["duties"][0]["role"]["iri"].startswith("https://w3id.org/atf/scheme/role/")
    assert thing["duties"][0]["sources"]
    assert {item["kind"] for item in thing["statements"]} <= {"stated", "external", "interpreted", "inferred"}
    assert thing["passages"]


def test_coverage_tells_what_is_loaded_and_what_is_not(session: Session) -> None:
    found = answer(session, "coverage")
    assert sum(found["passages_by_coverage"].values()) == found["total_passages"]
    assert isinstance(found["not_loaded"], list)


def test_errors_are_sentences(session: Session) -> None:
    assert refusal(session, "which-institution-holds-a-function").startswith("The parameter 'function' is missing.")
    wrong = refusal(session, "which-institution-holds-a-function", function="acommodation")
    assert "acommodation" in wrong
    assert "accommodation" in wrong.replace("acommodation", "")
    assert "has no parameter 'y'" in refusal(session, "which-institution-holds-a-function", function="x", y="1")
    assert "limit" in refusal(session, "coverage", limit=1)
    assert refusal(session, "find_entity").startswith("The argument 'text' is missing.")
    assert refusal(session, "find_entity", text=5).startswith("The argument 'text' is no text.")
    assert refusal(session, "find_entity", text=" ").startswith("The argument 'text' is empty.")
    assert refusal(session, "ask", question=["x"]).startswith("The argument 'question' is no text.")
    assert "has 4321 characters (limit " in refusal(session, "ask", question="x" * 4321)
    assert "has 4321 characters (limit 1000)" in refusal(session, "get_entity", iri="x" * 4321)
    assert "from 1 to 500" in refusal(session, "find_entity", text="x", limit=0)
    assert "'en' or 'ro'" in refusal(session, "coverage", lang="fr")
    assert "no text" in refusal(session, "which-institution-holds-a-function", function=["a"])


def test_a_tool_that_is_not_there_is_a_protocol_error(session: Session) -> None:
    async def work(client: Client) -> None:
        with pytest.raises(MCPError, match="There is no tool 'delete'"):
            await client.call_tool("delete")

    session(work)
