"""The guard: what it refuses, with which words and limits, and what it lets pass."""

import pytest

from api.errors import AtfError, BadRequestError, ForbiddenError, QuerySyntaxError, TooLargeError
from api.settings import Settings
from api.sparql.guard import inspect

SETTINGS = Settings()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE#c\n<http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?u { <http://127.0.0.1:1/> } SERVICE ?u { ?s ?p ?o } }",
        "BASE <http://127.0.0.1:1/> SELECT * { SERVICE <x> { ?s ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:1/> SELECT * { SERVICE e:x { ?s ?p ?o } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
        # A parser without a scanner takes these for calls, though they are names.
        "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICESILENT:x { ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:1/> SELECT * { ?s ?p true.SERVICE:x#\n{ ?s ?p ?o } }",
    ],
)
def test_federation_is_refused(text: str) -> None:
    with pytest.raises(ForbiddenError, match="Federation is disabled"):
        inspect(text, SETTINGS)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <file:///etc/passwd>",
        "LOAD <http://127.0.0.1/>",
        "INSERT DATA { <a> <b> <c> }",
        "CLEAR ALL",
        "clear all",
        "\\u0043LEAR ALL",
        "DROP GRAPH <g>",
        "PREFIX e: <http://e/> DELETE WHERE { ?s ?p ?o }",
        "ASK {} ; CLEAR ALL",
        "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "COPY <a> TO <b>",
        "CREATE GRAPH <g>",
    ],
)
def test_updates_are_refused(text: str) -> None:
    with pytest.raises(ForbiddenError, match="read-only"):
        inspect(text, SETTINGS)


@pytest.mark.parametrize(
    "text",
    [
        'ASK { ?s ?p "SERVICE <http://x> { LOAD } DROP ALL" } # SERVICE <http://x>',
        "ASK { ?SERVICE <http://e/SERVICE#LOAD> $LOAD }",
        "PREFIX SERVICE: <http://e/> SELECT * { SERVICE:x SERVICE:LOAD 1 . GRAPH SERVICE:g { ?s ?p ?o } }",
        "PREFIX SERVICE: <http://e/> DESCRIBE SERVICE:x { ?s ?p ?o }",
        "PREFIX SERVICE: <http://e/> SELECT * FROM NAMED SERVICE:g { ?s ?p ?o }",
        "ASK { ?s <http://dbpedia.org/resource/Law_(act)#x> ?o FILTER(?a <?b && ?c> ?d) }",
        "ASK { FILTER(?a<?b && true-1 = 0) }",
    ],
)
def test_names_strings_and_comments_pass(text: str) -> None:
    assert inspect(text, SETTINGS).text == text


@pytest.mark.parametrize(
    ("text", "limit", "value"),
    [
        ("SELECT * " + "{" * 1000 + "}" * 1000, "max_depth", 100),
        ("SELECT * " + "{" * 10_000 + "}" * 10_000, "max_depth", 100),
        ("SELECT (" + "(" * 5000 + "1" + ")" * 5000 + " AS ?x) {}", "max_depth", 100),
        ("ASK { ?s ?p " + "[ ?p " * 200 + "?o" + "]" * 200 + "}", "max_depth", 100),
        ("ASK { ?s ?p " + "(" * 1000 + "1" + ")" * 1000 + "}", "max_depth", 100),
        ("ASK {" + "FILTER NOT EXISTS {" * 1000 + "}" * 1001, "max_depth", 100),
        ("SELECT (" + "+".join("1" * 10_000) + " AS ?x) {}", "max_operators", 2000),
        ("ASK { FILTER(" + "||".join(["true"] * 10_000) + ") }", "max_operators", 2000),
        ("ASK {" + " UNION ".join(["{}"] * 3000) + "}", "max_operators", 2000),
        ("ASK {" + "OPTIONAL {}" * 3000 + "}", "max_operators", 2000),
        ("ASK {" + "".join(f"BIND(1 AS ?v{i})" for i in range(1500)) + "}", "max_operators", 2000),
        ("ASK { ?s " + "/".join(["<p>"] * 3000) + " ?o }", "max_operators", 2000),
        ("ASK { FILTER(" + "!" * 5000 + "true) }", "max_operators", 2000),
    ],
)
def test_a_limit_names_itself_and_its_value(text: str, limit: str, value: int) -> None:
    with pytest.raises(BadRequestError, match=f"limit {limit} = {value}") as found:
        inspect(text, SETTINGS)
    assert (found.value.status, found.value.extra) == (400, {"limit": limit, "value": value})


def test_what_is_just_within_the_limits_passes() -> None:
    inspect("SELECT * " + "{" * 100 + "}" * 100, SETTINGS)
    inspect("SELECT (" + "+".join("1" * 2000) + " AS ?x) {}", SETTINGS)
    inspect("SELECT * { VALUES ?x {" + " -1" * 5000 + "} }", SETTINGS)


def test_a_query_over_the_size_is_told_the_size() -> None:
    rows = "SELECT * { VALUES ?x {" + " 12345" * 100_000 + "} }"
    with pytest.raises(TooLargeError, match="max_query_kb = 256") as found:
        inspect(rows, SETTINGS)
    assert found.value.extra == {"limit": "max_query_kb", "value": 256}
    with pytest.raises(TooLargeError):
        inspect("# " + "ș" * 600, SETTINGS.model_copy(update={"max_query_kb": 1}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('ASK { "\ud800" }', "surrogate"),
        ('ASK { "\0" }', "NUL"),
        ("\ufeffASK {}", "byte order mark"),
        ('ASK { "\\u0000" }', "no character"),
    ],
)
def test_characters_that_no_text_may_hold(text: str, words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        inspect(text, SETTINGS)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (1, 1)),
        ("PREFIX e: <x>", (1, 1)),
        ("SELECT * {\n ?s ?p ?o", (1, 10)),
        ("SELECT * {\n )", (2, 2)),
        ("FILTER(1)", (1, 1)),
        ("HELLO", (1, 1)),
        ("ASK { FILTER(?a <?b)SERVICE#>\n:x {} }", (1, 17)),
    ],
)
def test_broken_queries_name_their_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(QuerySyntaxError) as found:
        inspect(text, SETTINGS)
    assert (found.value.extra["line"], found.value.extra["column"]) == place


@pytest.mark.parametrize(
    ("text", "form", "has_dataset", "volatile"),
    [
        ("PREFIX select: <x> ASK {}", "ask", False, False),
        ("SELECT ?x FROM <g> { BIND(1 AS ?x) }", "select", True, False),
        ("CONSTRUCT { ?s ?p '\\u0046ROM' } WHERE { BIND(NOW() AS ?x) }", "construct", False, True),
        ("\\u0044ESCRIBE <x>", "describe", False, False),
    ],
)
def test_what_is_known_of_a_query(text: str, form: str, has_dataset: bool, volatile: bool) -> None:
    query = inspect(text, SETTINGS)
    assert (query.form, query.has_dataset, query.volatile) == (form, has_dataset, volatile)


def test_every_refusal_is_an_error_of_ours() -> None:
    for text in ("a:b", "{", "}", "\\", "''' ", "<", "@", "LIMIT", ";", "SELECT §"):
        with pytest.raises(AtfError):
            inspect(text, SETTINGS)
