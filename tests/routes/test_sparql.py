"""The SPARQL endpoint as clients meet it: the protocol, the formats, the headers, and hostile requests."""

import gzip
import hashlib
import json
import socket
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import httpx
import pytest
import rdflib

from api.settings import Settings
from tests.endpoint import CACHED, ENDLESS, HUNGRY, ROWS, E, ask, call, get, listening, post, served, settings

ASK = "ASK { ?s ?p ?o }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings(tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def address(chosen: Settings) -> Iterator[str]:
    with served(chosen) as (url, _):
        yield url


def raw(address: str, data: bytes, seconds: float = 10) -> bytes:
    """Send bytes to the server and read until it closes the connection."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=seconds) as connection:
        connection.sendall(data)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    """The problem that a response tells, with everything that every problem has."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    assert response.headers["x-content-type-options"] == "nosniff"
    found: dict[str, object] = response.json()
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    assert "hint" in found
    assert "Traceback" not in response.text
    return found


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize("way", ["get", "form", "direct", "query", "charset"])
def test_a_query_is_answered_every_way(address: str, path: str, way: str) -> None:
    url = address + path
    if way == "get":
        response = get(url, params={"query": ASK})
    elif way == "form":
        response = post(url, data={"query": ASK})
    else:
        kind = {"Content-Type": "application/sparql-query; charset=UTF-8"} if way == "charset" else DIRECT
        response = call("QUERY" if way == "query" else "POST", url, content=ASK, headers=kind)
    assert (response.status_code, response.json()) == (200, {"head": {}, "boolean": True})
    assert response.headers["content-type"] == "application/sparql-results+json"


def test_each_result_format_holds_the_same(address: str) -> None:
    query = f"SELECT ?o {{ <{E}s1> <{E}name> ?o FILTER(LANG(?o) = 'ro') }}"
    for accept in ("application/sparql-results+json", "application/json"):
        response = ask(address, query, headers={"Accept": accept})
        assert response.headers["content-type"] == accept
        assert response.json()["results"]["bindings"][0]["o"]["value"] == "Autoritatea Națională"
    tree = ET.fromstring(ask(address, query, format="xml").content)
    assert [one.text for one in tree.iter("{http://www.w3.org/2005/sparql-results#}literal")] == [
        "Autoritatea Națională"
    ]
    csv = ask(address, query, headers={"Accept": "text/csv"})
    assert (csv.headers["content-type"], csv.content.decode()) == (
        "text/csv; charset=utf-8",
        "o\r\nAutoritatea Națională\r\n",
    )
    assert ask(address, query, format="tsv").content.decode() == '?o\n"Autoritatea Națională"@ro\n'


@pytest.mark.parametrize(
    ("accept", "reader"), [("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml")]
)
@pytest.mark.parametrize(
    "query", [f"CONSTRUCT {{ <{E}x> <{E}p> ?o }} WHERE {{ <{E}s1> <{E}p> ?o }}", f"DESCRIBE <{E}s2>"]
)
def test_each_graph_format_is_read_back(address: str, query: str, accept: str, reader: str) -> None:
    response = ask(address, query, headers={"Accept": accept})
    assert response.headers["content-type"].split(";")[0] == accept
    graph = rdflib.Graph().parse(data=response.content, format=reader)
    assert [str(o) for o in graph.objects()] == ["value 1" if "CONSTRUCT" in query else "value 2"]
    found = ask(address, query, format="jsonld")
    assert found.headers["content-type"] == "application/ld+json"
    assert found.json()[0][f"{E}p"]


def test_nothing_acceptable_lists_what_there_is(address: str) -> None:
    found = problem(ask(address, ASK, headers={"Accept": "text/turtle"}), 406)
    assert found["acceptable"] == ["application/sparql-results+json", "application/sparql-results+xml"]
    problem(ask(address, ASK, headers={"Accept": "*/*;q=0"}), 406)
    problem(ask(address, ASK, format="csv"), 406)
    problem(ask(address, ASK, format="nonsense"), 400)
    problem(ask(address, f"SELECT ?o {{ <{E}odd> ?p ?o }}", format="xml"), 406)


@pytest.mark.parametrize(
    "accept", [",,;;q=", "text/csv;q=1e999", "\xff\xfe", "a/b," * 2000 + "*/*", "*", ";", "application/json;q=\x7f"]
)
def test_no_accept_header_breaks_it(address: str, accept: str) -> None:
    head = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: "
    assert raw(address, head + accept.encode("latin-1") + b"\r\n\r\n").split(b" ", 2)[1] in {b"200", b"400", b"406"}


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ([("default-graph-uri", f"{E}g2")], 3),
        ([("default-graph-uri", f"{E}g2"), ("default-graph-uri", f"{E}g3")], 6),
        ([("default-graph-uri", f"{E}unknown")], 0),
        ([("default-graph-uri", "file:///etc/passwd")], 0),
        ([("named-graph-uri", f"{E}g2")], 0),
        ([], ROWS + 6),
    ],
)
def test_the_dataset_is_chosen_by_parameters(address: str, parameters: list[tuple[str, str]], count: int) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for response in (
        get(f"{address}/sparql", params=[("query", query), *parameters]),
        post(f"{address}/sparql", content=urlencode([("query", query), *parameters]), headers=FORM),
        post(f"{address}/sparql?{urlencode(parameters)}", content=query, headers=DIRECT),
    ):
        assert response.json()["results"]["bindings"][0]["n"]["value"] == str(count)


def test_a_relative_graph_is_an_error(address: str) -> None:
    problem(get(f"{address}/sparql", params={"query": ASK, "default-graph-uri": "g2"}), 400)


def test_relative_iris_are_resolved_against_the_endpoint(address: str) -> None:
    found = ask(address, "SELECT ?x { BIND(<there> AS ?x) }").json()["results"]["bindings"]
    assert found[0]["x"]["value"] == f"{address}/there"


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/sparql", "", FORM, 400),
        ("POST", "/sparql", "", DIRECT, 400),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, {}, 400),
        ("POST", "/sparql", "query=ASK%7B%7D&query=ASK%7B%7D", FORM, 400),
        ("POST", "/sparql?query=ASK%7B%7D", "query=ASK%7B%7D", FORM, 400),
        ("POST", "/sparql?query=ASK%7B%7D", "ASK {}", DIRECT, 400),
        ("GET", "/sparql?query=ASK%7B%7D&update=CLEAR+ALL", None, {}, 400),
        ("POST", "/sparql", "query=ASK%7B%7D&update=CLEAR+ALL", FORM, 400),
        ("GET", "/sparql?update=CLEAR+ALL", None, {}, 403),
        ("POST", "/sparql", "update=CLEAR+ALL", FORM, 403),
        ("POST", "/sparql", "CLEAR ALL", {"Content-Type": "application/sparql-update"}, 403),
        ("POST", "/sparql", "CLEAR ALL", DIRECT, 403),
        ("GET", "/sparql?query=LOAD+%3Cfile:///etc/passwd%3E", None, {}, 403),
        ("POST", "/sparql", "ASK {}", {"Content-Type": "text/plain"}, 415),
        ("POST", "/sparql", "ASK {}", {}, 415),
        ("POST", "/sparql", "query=ASK%7B%7D", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ("POST", "/sparql", "ASK {}", {"Content-Type": "application/sparql-query; charset=utf-16"}, 415),
        ("POST", "/sparql", "ASK {}", {**DIRECT, "Content-Encoding": "gzip"}, 415),
        ("GET", "/sparql?query=ASK%7B%22%FF%22%7D", None, {}, 400),
        ("POST", "/sparql", b'ASK { ?s ?p "\xff" }', DIRECT, 400),
        ("POST", "/sparql", "ASK { ?s ?p ?o }".encode("utf-16"), DIRECT, 400),
        ("POST", "/sparql", "ASK { ?s ?p ?o }".encode("utf-16-le"), DIRECT, 400),
        ("POST", "/sparql", "\ufeffASK {}", DIRECT, 400),
        ("POST", "/sparql", 'ASK { ?s ?p "\\uD800" }', DIRECT, 400),
        ("POST", "/sparql", 'ASK { ?s ?p "\\u0000" }', DIRECT, 400),
        ("POST", "/sparql", 'ASK { ?s ?p "\0" }', DIRECT, 400),
        ("GET", "/sparql?" + "&".join(f"p{i}=1" for i in range(200)), None, {}, 400),
        ("POST", "/sparql", "&" * 1000 + "&".join(f"p{i}=1" for i in range(200)), FORM, 400),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=soon", None, {}, 400),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=-1", None, {}, 400),
        ("GET", "/sparql?query=ASK%7B%7D&timeout=nan", None, {}, 400),
        ("PUT", "/sparql", "x", {}, 405),
        ("DELETE", "/sparql?query=ASK%7B%7D", None, {}, 405),
        ("PATCH", "/sparql", "x", {}, 405),
        ("GET", "/nothing", None, {}, 404),
        ("GET", "/sparql/../../etc/passwd", None, {}, 404),
        ("GET", "/%2e%2e%2fetc%2fpasswd", None, {}, 404),
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused_with_the_right_status(
    address: str, method: str, path: str, body: str | bytes | None, headers: dict[str, str], status: int
) -> None:
    response = call(method, address + path, content=body, headers=headers)
    problem(response, status)
    if status == 405:
        assert response.headers["allow"] == "GET, HEAD, POST, QUERY, OPTIONS"


def test_a_syntax_error_names_line_and_column(address: str) -> None:
    found = problem(ask(address, "SELECT * WHERE {\n  ?s ?p ?o .\n  ?s <script>alert(1)</script> }"), 400)
    assert (found["line"], found["column"]) == (3, 14)
    assert "Line 3, column 14" in str(found["detail"])
    found = problem(ask(address, "SELECT ?x { ?x ex:p 1 }"), 400)
    assert found["hint"] == "Write PREFIX ex: <…> before the query."


def test_parameters_are_decoded_exactly_once(address: str) -> None:
    query = 'SELECT ("a%20b+c" AS ?x) {}'
    for response in (ask(address, query), post(f"{address}/sparql", data={"query": query})):
        assert response.json()["results"]["bindings"][0]["x"]["value"] == "a%20b+c"


def test_an_address_is_long_enough_and_too_long_says_what_to_do(address: str) -> None:
    assert ask(address, ASK + " #" + "x" * 20_000).status_code == 200
    found = problem(ask(address, ASK + " #" + "x" * 40_000), 414)
    assert "POST" in str(found["hint"])
    assert (
        raw(
            address, b"GET /sparql?query=" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ).split()[1]
        == b"414"
    )


def test_a_large_body_is_refused_before_it_is_read(address: str) -> None:
    found = problem(post(f"{address}/sparql", content=b"ASK {} #" + b"x" * 300_000, headers=DIRECT), 413)
    assert (found["limit"], found["value"]) == ("max_query_kb", 256)
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as connection:
        head = [
            "POST /sparql HTTP/1.1",
            "Host: x",
            "Content-Type: application/sparql-query",
            "Transfer-Encoding: chunked",
        ]
        connection.sendall("\r\n".join([*head, "", ""]).encode())
        for _ in range(8):
            connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        assert connection.recv(100).split()[1] == b"413", "the answer comes while the body is still being sent"
    endless = (b"x" * 65536 for _ in range(800))
    problem(post(f"{address}/sparql", content=endless, headers=DIRECT), 413)
    assert ask(address, ASK).status_code == 200


def test_every_answer_has_the_headers_that_protect_and_share_it(address: str) -> None:
    for response in (
        ask(address, ASK),
        ask(address, "nonsense"),
        get(f"{address}/nothing"),
        get(f"{address}/health"),
    ):
        headers = response.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"]
        assert headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in headers
        for name in ("ETag", "Link", "Retry-After", "X-Result-Truncated"):
            assert name in headers["access-control-expose-headers"]
        assert "Accept-Encoding" in headers["vary"]
    assert ask(address, ASK).headers["vary"] == "Accept, Accept-Encoding"


def test_options_and_preflight(address: str) -> None:
    plain = call("OPTIONS", f"{address}/sparql")
    assert (plain.status_code, plain.headers["allow"]) == (204, "GET, HEAD, POST, QUERY, OPTIONS")
    origin = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = call("OPTIONS", f"{address}/sparql", headers=origin)
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]
    assert preflight.headers["access-control-allow-origin"] == "*"


def test_head_is_get_without_the_body(address: str) -> None:
    for path in (f"/sparql?query={quote(ASK)}", "/sparql", "/health", "/openapi.json", "/nothing"):
        full, head = get(address + path), call("HEAD", address + path)
        assert head.status_code == full.status_code
        assert head.content == b""
        assert {k: v for k, v in head.headers.items() if k != "date"} == {
            k: v for k, v in full.headers.items() if k != "date"
        }


def test_an_answer_is_not_sent_twice(address: str) -> None:
    first = ask(address, CACHED)
    tag = first.headers["etag"]
    again = ask(address, CACHED, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["vary"] == "Accept, Accept-Encoding"
    assert ask(address, CACHED, headers={"If-None-Match": "*"}).status_code == 304
    assert ask(address, CACHED, format="csv").headers["etag"] != tag
    assert ask(address, CACHED + " ").headers["etag"] != tag
    assert get(f"{address}/sparql", params={"query": CACHED, "default-graph-uri": f"{E}g2"}).headers["etag"] != tag
    assert ask(address, CACHED, headers={"If-None-Match": '"other"'}).status_code == 200
    problem(ask(address, "ASK {", headers={"If-None-Match": "*"}), 400)
    changing = ask(address, "SELECT (RAND() AS ?x) {}")
    assert "etag" not in changing.headers
    assert changing.headers["cache-control"] == "no-store"


def test_answers_are_compressed_for_who_asks(address: str) -> None:
    query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?o"
    plain = ask(address, query, headers={"Accept-Encoding": "identity"})
    with httpx.stream(
        "GET", f"{address}/sparql", params={"query": query}, headers={"Accept-Encoding": "gzip"}
    ) as response:
        packed = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed) == plain.content
    assert len(packed) < len(plain.content) / 2
    assert ask(address, query, headers={"Accept-Encoding": "br"}).headers["content-encoding"] == "br"
    assert "content-encoding" not in plain.headers


def test_requests_in_a_row_are_answered_in_their_order(address: str) -> None:
    def request(text: str, *headers: str) -> bytes:
        return "\r\n".join([f"GET /sparql?query={quote(text)} HTTP/1.1", "Host: x", *headers, "", ""]).encode()

    numbers = [request(f"SELECT ({number} AS ?x) {{}}") for number in range(5)]
    odd = [request("ASK {"), request("SELECT * { ?s ?p ?o } LIMIT 50", "Accept-Encoding: gzip")]
    answer = raw(address, b"".join([*numbers, *odd, request(ASK, "Connection: close"), request(ASK)]))
    places = [answer.index(f'"value":"{number}"'.encode()) for number in range(5)]
    assert places == sorted(places)
    statuses = [part.split(b" ")[0] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200"] * 5 + [b"400", b"200", b"200"], "and the one after the close is not"
    assert answer.lower().count(b"connection: close") == 1
    assert answer.endswith(b'{"head":{},"boolean":true}')
    old = raw(address, request(ASK).replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert old.startswith(b"HTTP/1.1 200")
    assert old.endswith(b'{"head":{},"boolean":true}')


def test_cut_rows_are_told(address: str) -> None:
    response = ask(address, "SELECT * { ?s ?p ?o }")
    assert response.headers["x-result-truncated"] == "true"
    assert len(response.json()["results"]["bindings"]) == 100
    assert ask(address, "CONSTRUCT WHERE { ?s ?p ?o }", format="nt").headers["x-result-truncated"] == "true"
    assert "x-result-truncated" not in ask(address, "SELECT * { ?s ?p ?o } LIMIT 100").headers


def test_the_service_describes_itself(address: str) -> None:
    for accept, reader in (
        ("*/*", "turtle"),
        ("text/turtle", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/n-triples", "nt"),
    ):
        response = get(f"{address}/sparql", headers={"Accept": accept})
        graph = rdflib.Graph().parse(data=response.content, format=reader)
        sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
        service = graph.value(predicate=rdflib.RDF.type, object=sd.Service)
        assert graph.value(service, sd.endpoint) == rdflib.URIRef(f"{address}/sparql")
        assert set(graph.objects(service, sd.feature)) == {sd.UnionDefaultGraph}
        assert {str(name) for name in graph.objects(None, sd.name)} == {f"{E}g1", f"{E}g2", f"{E}g3"}
    problem(get(f"{address}/sparql", headers={"Accept": "image/png"}), 406)


def test_a_browser_is_led_to_the_editor(address: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "ro"}
    response = get(f"{address}/sparql", headers=browser)
    assert (response.status_code, response.headers["location"]) == (303, "/ro/sparql")
    assert ask(address, ASK, headers=browser).json()["boolean"] is True


def test_data_is_never_a_page(address: str) -> None:
    response = ask(address, f"SELECT ?o {{ <{E}odd> ?p ?o }}", format="csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert b'"<script>alert(1)</script>,""=1+1""\n"' in response.content


@pytest.mark.parametrize(
    ("text", "status", "limit"),
    [
        ("SELECT * " + "{" * 1000 + "}" * 1000, 400, "max_depth"),
        ("SELECT * " + "{" * 10_000 + "}" * 10_000, 400, "max_depth"),
        ("SELECT (" + "(" * 5000 + "1" + ")" * 5000 + " AS ?x) {}", 400, "max_depth"),
        ("SELECT (" + "+".join("1" * 10_000) + " AS ?x) {}", 400, "max_operators"),
        ("ASK {" + "FILTER NOT EXISTS {" * 1000 + "}" * 1001, 400, "max_depth"),
        ("ASK { ?s " + ";".join(f"<{E}p> ?o{i}" for i in range(500)) + "}", 503, "deadline_s"),
        (ENDLESS, 503, "deadline_s"),
        (ENDLESS.replace("(COUNT(*) AS ?n)", "*") + " ORDER BY ?c", 503, None),
        (HUNGRY, 503, None),
        (
            "SELECT (COUNT(*) AS ?n) {" + "".join(f"VALUES ?v{i} {{ {' 1' * 30} }}" for i in range(6)) + "}",
            503,
            "deadline_s",
        ),
    ],
)
def test_killers_are_answered_and_others_served(address: str, text: str, status: int, limit: str | None) -> None:
    with ThreadPoolExecutor(1) as pool:
        killer = pool.submit(post, f"{address}/sparql", content=text, headers=DIRECT, timeout=30)
        waits = []
        while True:
            started = time.monotonic()
            assert ask(address, ASK).json()["boolean"] is True
            waits.append(time.monotonic() - started)
            if killer.done():
                break
        found = problem(killer.result(), status)
    assert max(waits) < 2
    assert found["limit"] == limit or limit is None
    if status == 503:
        assert int(killer.result().headers["retry-after"]) > 0
    if limit == "deadline_s":
        assert found["limit_s"] == 1.0


def test_the_client_may_lower_the_deadline(address: str) -> None:
    started = time.monotonic()
    found = problem(ask(address, ENDLESS, timeout="0.2"), 503)
    assert time.monotonic() - started < 1.5
    assert found["limit_s"] == 0.2
    assert problem(ask(address, ENDLESS, timeout="100"), 503)["limit_s"] == 1.0


def test_a_client_that_hangs_up_frees_its_worker(address: str) -> None:
    started = time.monotonic()
    for _ in range(4):
        with pytest.raises(httpx.ReadTimeout):
            get(f"{address}/sparql", params={"query": ENDLESS}, timeout=0.3)
    assert ask(address, f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d <{E}p> ?f }}").status_code == 200
    assert time.monotonic() - started < 8


def test_no_socket_is_opened_for_anyone(address: str) -> None:
    with listening() as (port, callers):
        targets = [
            f"http://127.0.0.1:{port}/", f"http://0x7f000001:{port}/", f"http://[::ffff:127.0.0.1]:{port}/",
            f"http://localhost.:{port}/", f"https://localhost:{port}/",
        ]  # fmt: skip
        for target in targets:
            for text in (
                f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}",
                f"SELECT * {{ SERVICE SILENT <{target}> {{ ?s ?p ?o }} }}",
                f"SELECT * {{ \\u0053ERVICE <{target}> {{ ?s ?p ?o }} }}",
                f"SELECT * {{ SERVICE#c\n<{target}> {{ ?s ?p ?o }} }}",
                f"SELECT * {{ VALUES ?u {{ <{target}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
                f"PREFIX : <{target}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
                f"BASE <{target}> ASK {{ FILTER EXISTS {{ SERVICE <x> {{ ?s ?p ?o }} }} }}",
            ):
                assert "Federation is disabled" in str(problem(ask(address, text), 403)["detail"])
            for text in (f"LOAD <{target}>", f"LOAD SILENT <{target}> INTO GRAPH <{E}g>"):
                problem(ask(address, text), 403)
            found = ask(address, f"SELECT * FROM <{target}> FROM NAMED <{target}> {{ ?s ?p ?o }}")
            assert found.json()["results"]["bindings"] == []
        assert callers == []


def test_names_that_look_like_keywords_work(address: str) -> None:
    query = f"PREFIX SERVICE: <{E}> SELECT ?SERVICE {{ SERVICE:SERVICE SERVICE:p ?SERVICE }} # SERVICE <http://x>"
    assert ask(address, query).json()["results"]["bindings"][0]["SERVICE"]["value"] == "SERVICE <http://x>"


def test_nothing_changes_the_dataset(address: str, chosen: Settings) -> None:
    before = hashlib.sha256(Path(chosen.build / "atf.nq").read_bytes()).hexdigest()
    for text in ("CLEAR ALL", "DROP ALL", f"INSERT DATA {{ <{E}s> <{E}p> 1 }}", f"DELETE WHERE {{ ?s <{E}p> ?o }}"):
        problem(ask(address, text), 403)
        problem(post(f"{address}/sparql", data={"update": text}), 403)
    assert get(f"{address}/health").json()["dataset"] == before
    count = ask(address, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"]
    assert count == str(ROWS + 6)
    assert hashlib.sha256(Path(chosen.build / "atf.nq").read_bytes()).hexdigest() == before


def test_many_at_once_are_served_or_told_and_a_tiny_one_is_quick(address: str) -> None:
    work = f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d <{E}p> ?f }}"
    statuses: list[int] = []

    def client() -> None:
        with httpx.Client(timeout=30, verify=False) as session:
            for _ in range(5):
                statuses.append(session.get(f"{address}/sparql", params={"query": work}).status_code)

    threads = [threading.Thread(target=client) for _ in range(20)]
    for thread in threads:
        thread.start()
    waits = []
    while any(thread.is_alive() for thread in threads):
        started = time.monotonic()
        assert ask(address, ASK).status_code in {200, 503}
        waits.append(time.monotonic() - started)
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) > 0
    assert sorted(waits)[int(len(waits) * 0.95)] < 3


def test_health_tells_what_is_served(address: str) -> None:
    response = get(f"{address}/health")
    found = response.json()
    assert response.status_code == 200
    assert (found["status"], found["quads"], found["as_of"]) == ("ok", ROWS + 6, "2022-12-31")
    assert len(found["dataset"]) == 64
    assert found["version"]


def test_the_interface_is_described_and_loads_nothing_from_elsewhere(address: str) -> None:
    found = get(f"{address}/openapi.json").json()
    assert set(found["paths"]["/sparql"]) == {"get", "post"}
    assert "default-graph-uri" in json.dumps(found)
    for path in ("/docs", "/redoc"):
        assert get(address + path).status_code == 404
