"""The scanner: what is a word and what only looks like one, escapes, places of errors, and its speed."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import QuerySyntaxError
from api.sparql.tokens import position, tokenize, unescape


def scan(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.text) for token in tokenize(unescape(text))]


@pytest.mark.parametrize(
    "text",
    [
        '"SERVICE"',
        "'LOAD <x>'",
        '"""SERVICE\n"quoted"\n"""',
        "'''it's SERVICE'''",
        '"a\\"SERVICE"',
        "# SERVICE <x>",
        "<http://e/SERVICE>",
        "<#SERVICE>",
        "?SERVICE",
        "$SERVICE",
        "SERVICE:x",
        "x:SERVICE",
        "ex:a.SERVICE",
        "_:SERVICE",
        '"x"@SERVICE',
        "<http://e/#> # SERVICE",
        '"\\u0022 SERVICE"',
        "# \\u000A SERVICE",
    ],
)
def test_no_word_is_seen_where_there_is_none(text: str) -> None:
    assert [kind for kind, _ in scan(text) if kind == "word"] == []


@pytest.mark.parametrize(
    "text",
    [
        "SERVICE",
        "service",
        "SeRvIcE",
        "\\u0053ERVICE",
        "\\U00000053ervice",
        "SERVICE#c\n<x>",
        "SERVICE?u",
        "SERVICE<x>",
        '"a"SERVICE',
        "1SERVICE",
        "?x#\nSERVICE",
        "'''a''' SERVICE",
        "<x>SERVICE",
        "true.SERVICE",
        "\\u0053\\u0045RVICE",
        "# c\rSERVICE",
    ],
)
def test_the_word_is_seen_however_it_is_written(text: str) -> None:
    assert ("word", "SERVICE") in scan(text)


def test_tokens_of_a_query_with_everything() -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s a ex:b.c, 'x'@en-GB, '1'^^xsd:int; <p>* -1.5e3 . _:b.1 :p%20\\-x true }"
    assert scan(text) == [
        ("word", "SELECT"),
        ("mark", "("),
        ("word", "COUNT"),
        ("mark", "("),
        ("mark", "*"),
        ("mark", ")"),
        ("word", "AS"),
        ("variable", "?n"),
        ("mark", ")"),
        ("mark", "{"),
        ("variable", "?s"),
        ("word", "A"),
        ("name", "ex:b.c"),
        ("mark", ","),
        ("string", "'x'"),
        ("language", "@en-GB"),
        ("mark", ","),
        ("string", "'1'"),
        ("mark", "^^"),
        ("name", "xsd:int"),
        ("mark", ";"),
        ("iri", "<p>"),
        ("mark", "*"),
        ("mark", "-"),
        ("number", "1.5e3"),
        ("mark", "."),
        ("blank", "_:b.1"),
        ("name", ":p%20\\-x"),
        ("word", "TRUE"),
        ("mark", "}"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("ASK {\n  ?s ?p foo }", 2, 9),
        ('ASK { "open }', 1, 7),
        ("ASK\r\n\r\n{ § }", 3, 3),
        ('ASK { """open" }', 1, 7),
        ("a\\b", 1, 2),
    ],
)
def test_an_error_names_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as found:
        scan(text)
    assert (found.value.extra["line"], found.value.extra["column"]) == (line, column)
    assert f"Line {line}, column {column}" in str(found.value)


@pytest.mark.parametrize("text", ['"\\uD800"', '"\\u0000"', "\\U00110000", "<\\uDFFF>"])
def test_an_escape_for_no_character_is_an_error(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="stands for no character"):
        scan(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('"\\u0022"', '"\\""'),
        ('"\\u005Cn"', '"\\\\n"'),
        ('"\\\\u0041"', '"\\\\u0041"'),
        ("'\\u000A'", "'\\n'"),
        ("<\\u0061>", "<a>"),
        ("?\\u0041", "?A"),
        ("# \\u000A", "# /u000A"),
        ("x:\\u0103", "x:ă"),
        ('"\\t"', '"\\t"'),
    ],
)
def test_escapes_are_replaced_once_and_change_no_boundary(text: str, meaning: str) -> None:
    assert unescape(text) == meaning


@given(st.text(alphabet=" \n#<>\"'\\aSe?_:.-@1{}()/*|^&=!u0é"))
def test_nothing_is_passed_over(text: str) -> None:
    try:
        tokens = list(tokenize(text))
    except QuerySyntaxError:
        return
    end = 0
    for token in tokens:
        between = text[end : token.start]
        assert all(not line.strip() or line.strip().startswith("#") for line in between.split("\n")), between
        assert text[token.start : token.start + len(token.text)].upper() == token.text.upper()
        end = token.start + len(token.text)


@given(st.text())
def test_positions_count_lines_as_an_editor_does(text: str) -> None:
    line, column = position(text, len(text))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert line == len(lines)
    assert column >= 1


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "a",
        "<a",
        '"',
        "'''",
        "\\u0041",
        "1",
        "1.",
        "a..",
        "_:a..",
        ":a..",
        "?",
        "#\n",
        '"\\"',
        "@a-",
        "a:a.:",
        ":%4",
    ],
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    """A scanner that goes back would need hours for one of these; this one needs less than a second."""
    text = "ASK " + piece * (250_000 // len(piece))
    started = time.monotonic()
    try:
        for _ in tokenize(unescape(text)):
            pass
    except QuerySyntaxError:
        pass
    assert time.monotonic() - started < 10


def test_every_query_of_the_official_suite_is_read(shared: Path) -> None:
    unread = []
    for file in sorted((shared / "w3c" / "sparql11").rglob("*.rq")):
        try:
            list(tokenize(unescape(file.read_text(encoding="utf-8"))))
        except QuerySyntaxError:
            unread.append(file.stem)
    assert unread == [
        "syn-bad-pname-06",
        "syn-codepoint-escape-bad-04",
        "syn-codepoint-escape-bad-05",
        "syn-invalid-codepoint-escaped-bad-01",
        "syntax-bindings-09",
    ]
