"""The place of a syntax error: right line and column, and never an error in what the suite calls right."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from api.errors import AtfError
from api.settings import Settings
from api.sparql.guard import inspect
from api.sparql.syntax import locate


def place(text: str) -> tuple[int, int]:
    """Where the engine's refusal is located."""
    with pytest.raises(SyntaxError) as refused:
        Store().query(text)
    found = locate(text, str(refused.value))
    return found.extra["line"], found.extra["column"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * WHERE {\n  ?s ?p\n}", 3, 1),
        ("SELECT * WHERE {\n  ?s ?p ?o .\n  ?s ?p ?o ?x\n}", 3, 12),
        ("SELECT ?x\nWHERE { ?x ex:p ?y }", 2, 12),
        ("SELECT { ?s ?p ?o }", 1, 8),
        ("SELECT * { ?s ?p ?o } LIMIT", 1, 28),
        ("SELECT * { ?s ?p ?o } ORDER ?s", 1, 29),
        ("ASK {} ASK {}", 1, 8),
        ("SELECT * { ?s ?p ?o LIMIT 10 }", 1, 21),
        ("SELECT (1 ?x) {}", 1, 11),
        ("SELECT * {\n\n  FILTER(?x = )\n}", 3, 15),
        ("ASK { ?s ?p +5 + 6 }", 1, 16),
    ],
)
def test_the_first_wrong_token_is_named(text: str, line: int, column: int) -> None:
    assert place(text) == (line, column)


def test_it_says_what_was_possible() -> None:
    found = locate("SELECT * { ?s ?p ?o } ORDER ?s", "error at 1:31: expected BY")
    assert "'?s' is not expected here" in found.message
    assert found.hint == "Possible here: BY."


def test_an_error_of_meaning_tells_the_engines_reason() -> None:
    text = "SELECT (COUNT(?x) AS ?n) ?z { ?x ?y ?z }"
    with pytest.raises(SyntaxError) as refused:
        Store().query(text)
    assert "unbound" in locate(text, str(refused.value)).message
    assert locate("ASK {}", "something else").extra == {}


def test_the_grammar_finds_nothing_wrong_in_what_the_engine_takes(shared: Path) -> None:
    taken = 0
    for file in sorted((shared / "w3c" / "sparql11").rglob("*.rq")):
        try:
            text = inspect(file.read_text(encoding="utf-8"), Settings()).text
            Store().query(text, base_iri="http://example.org/")
        except (AtfError, SyntaxError, RuntimeError):
            continue
        assert locate(text, "").extra == {}, file
        taken += 1
    assert taken > 300
