"""The route for assistants: who may call it, what it refuses, and what programs read first."""

import asyncio

import httpx
import pytest
from mcp.client import Client

from tests.endpoint import call, get, post

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


def ping(address: str, **headers: str) -> httpx.Response:
    return post(f"{address}/mcp", json=PING, headers={**HEADERS, **headers})


def test_our_own_address_may_call(address: str) -> None:
    assert ping(address).json() == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert ping(address, Origin=address).status_code == 200
    assert ping(address, Origin="http://localhost:3000").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8000"},
        {"Host": "localhost@evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "file://localhost/x"},
    ],
)
def test_a_stranger_may_not(address: str, headers: dict[str, str]) -> None:
    refused = ping(address, **headers)
    assert refused.status_code == 403
    problem = refused.json()
    assert "ATF_PUBLIC_URL" in problem["hint"]
    assert next(iter(headers.values())) in problem["detail"]


def test_there_is_no_stream_and_no_session(address: str) -> None:
    for method in ("GET", "DELETE"):
        refused = call(method, f"{address}/mcp", headers=HEADERS)
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST, OPTIONS")
        assert refused.json()["title"] == "Method not allowed"
    assert "mcp-session-id" not in ping(address).headers


def test_too_much_and_nonsense_are_refused(address: str) -> None:
    large = post(f"{address}/mcp", content=b"{" * 300_000, headers=HEADERS)
    streamed = post(f"{address}/mcp", content=iter([b"{" * 100_000] * 3), headers=HEADERS)
    for refused in (large, streamed):
        assert (refused.status_code, refused.headers["content-type"]) == (413, "application/problem+json")
        assert refused.json()["limit"] == "message"
    assert post(f"{address}/mcp", content=b"{", headers=HEADERS).status_code == 400
    text = post(f"{address}/mcp", content=b"{}", headers={**HEADERS, "Content-Type": "text/plain"})
    assert (text.status_code, text.headers["content-type"]) == (415, "application/problem+json")
    assert text.json()["hint"] == "Send Content-Type: application/json."


@pytest.mark.parametrize(
    ("value", "code"),
    [("NaN", -32700), ("-Infinity", -32700), ("null", -32600), ("true", -32600), ("{}", -32600), ("1.5", -32600)],
)
def test_a_message_whose_id_is_none_is_answered(address: str, value: str, code: int) -> None:
    body = f'{{"jsonrpc": "2.0", "id": {value}, "method": "ping"}}'
    refused = post(f"{address}/mcp", content=body.encode(), headers=HEADERS)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/json")
    assert (refused.json()["id"], refused.json()["error"]["code"]) == (None, code)


def test_a_notification_has_no_answer(address: str) -> None:
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert post(f"{address}/mcp", json=note, headers=HEADERS).status_code == 202


def test_llms_txt_leads_to_what_is_there(address: str) -> None:
    answer = get(f"{address}/llms.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("# ")
    assert f"]({address}/mcp)" in answer.text
    assert f"]({address}/queries/which-institution-holds-a-function)" in answer.text
    assert get(f"{address}/llms.txt", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_a_client_of_the_older_protocol_is_served(address: str) -> None:
    async def talk() -> tuple[str, int, bool]:
        async with Client(f"{address}/mcp", mode="legacy") as client:
            found = await client.call_tool("coverage", {})
            assert client.server_info is not None
            return client.server_info.name, len((await client.list_tools()).tools), found.is_error

    name, tools, failed = asyncio.run(talk())
    assert (name, tools > 50, failed) == ("atf", True, False)
