"""What a page says of a request that did not work is in Romanian on a Romanian page."""

import ast
import re
from pathlib import Path

import pytest

from api.analysis.rules import load_rules
from api.settings import ROOT
from api.web.sentences import in_language, source_in

# Where the errors come from that a reader of pages can meet.
MODULES = (
    "answering/parameters", "sparql/protocol", "sparql/guard", "sparql/limits", "web/media", "web/origins", "web/things",
    "web/problem", "routes/ask", "routes/console_pages", "routes/dataset", "routes/findings", "routes/graph_store",
    "routes/intake", "routes/pages", "routes/perspectives", "routes/queries", "routes/sparql", "routes/things",
    "perspectives/exports", "perspectives/matrix", "perspectives/obligations", "perspectives/statistics",
    "intake/upload", "intake/draft", "intake/desk", "intake/choice", "analysis/selection", "analysis/analyses",
    "graph/asof", "printing/press",
)  # fmt: skip
NAMES = {"message", "hint", "_HINT", "_BUSY", "_LESS", "_FEDERATION", "_FEDERATION_HINT", "ELSEWHERE", "_EXAMPLE"}


def sentence(node: ast.expr) -> str | None:
    """A literal or an f-string, with something in each slot."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "s" for part in node.values)
    return None


def said_in(module: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "api" / f"{module}.py").read_text(encoding="utf-8"))):
        values: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
            values = node.args[:2]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            values = [node.value] if isinstance(target, ast.Name) and target.id in NAMES else []
        parts = [
            part
            for value in values
            for part in ([value.body, value.orelse] if isinstance(value, ast.IfExp) else [value])
        ]
        found |= {text for part in parts if (text := sentence(part)) and re.search(r"[A-Za-z]{3}.* .*[.)0-9]$", text)}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_sentence_of_an_error_has_a_translation(module: str) -> None:
    assert [text for text in sorted(said_in(module)) if in_language(text, "ro").lang != "ro"] == []


def test_a_sentence_is_known_by_its_form_and_keeps_what_it_names() -> None:
    assert in_language("There is no parameter 'foo bar'.", "ro") == ("Nu există parametrul „foo bar”.", "ro")
    assert in_language("There is no parameter 'foo bar'.", "en") == ("There is no parameter 'foo bar'.", "en")
    assert in_language("Nobody has translated this.", "ro") == ("Nobody has translated this.", "en")
    # Braces and the like in what a reader has sent are just letters.
    assert in_language("There is no parameter '{lang} %s \\1'.", "ro").text == "Nu există parametrul „{lang} %s \\1”."
    assert in_language("The analysis as of 2018-01-01 failed.", "ro").text == "Analiza la 1 ianuarie 2018 a eșuat."
    assert "o variabilă, un IRI" in in_language("Possible here: a variable, an IRI.", "ro").text


def test_the_sources_of_the_rules_are_translated() -> None:
    rules = load_rules(Path(ROOT)).rules
    assert [text for rule in rules for text in rule.sources if source_in(text, "ro").lang != "ro"] == []
