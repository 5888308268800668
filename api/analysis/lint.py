"""What a rule file must hold for people and for both engines; a test asks it of every rule."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from pyoxigraph import QuerySolutions, Store
from rdflib.namespace import SH

from api.analysis.messages import PLACE, PLACES
from api.analysis.rules import KINDS, SEVERITIES, Rule, Text
from api.answering.labels import LANGUAGES
from api.errors import AtfError
from api.sparql.tokens import tokenize

_SHACL_SEVERITY: Final = {
    "gap": SH.Warning,
    "consistency": SH.Warning,
    "law": SH.Warning,
    "overlap": SH.Info,
    "quality": SH.Info,
    "integrity": SH.Violation,
}
_OPENING: Final = {"en": "Flags ", "ro": "Semnalează "}
# What SHACL does not allow in a constraint (§5.2.1), and what would make an analysis depend on the clock.
_REFUSED: Final = ("MINUS", "VALUES", "SERVICE", "NOW")
_DETAILS: Final = frozenset({"this", "value", "value2", "value3", "degree", "severity", "evidence", "variant"})
_CEDILLA: Final = re.compile("[şţŞŢ]")
_TECHNICAL: Final = re.compile(r"https?:|\batf:|\bdcterms:|\b[A-Z]{3}-[0-9]{3}\b")


def complaints(rule: Rule) -> list[str]:
    """Return everything that is wrong with a rule, one sentence each."""
    told = list(_form(rule)) + list(_queries(rule))
    if rule.kind != "integrity":
        told += _texts(rule)
    return [f"{rule.name}: {text}" for text in told]


def _form(rule: Rule) -> Iterator[str]:
    path = PurePosixPath(rule.name)
    if not re.fullmatch(rf"{re.escape(rule.id)}-[a-z0-9]+(-[a-z0-9]+)*", path.stem):
        yield f"the file is named after its rule, {rule.id}-words.ttl."
    if rule.kind != path.parent.name or rule.kind not in KINDS:
        yield f"its kind is {rule.kind!r}, its folder {path.parent.name!r}."
    if rule.severity not in SEVERITIES:
        yield f"the severity {rule.severity!r} is none of {', '.join(SEVERITIES)}."
    if rule.sh_severity != str(_SHACL_SEVERITY.get(rule.kind)):
        yield f"sh:severity is not that of the kind {rule.kind}."


def _texts(rule: Rule) -> Iterator[str]:
    texts: dict[str, Text] = {
        "label": rule.label,
        "definition": rule.definition,
        "rationale": rule.rationale,
        "remedy": rule.remedy,
        "limits": rule.limits,
        "message": rule.message,
    }
    if rule.collapses:
        texts["documentMessage"] = rule.document_message
    for name, text in texts.items():
        for lang in LANGUAGES:
            said = text.get(lang, "")
            if not said.strip():
                yield f"{name} is missing in {lang}."
            if unknown := set(PLACE.findall(said)) - PLACES:
                yield f"{name} in {lang} has unknown places: {', '.join(sorted(unknown))}."
            if _CEDILLA.search(said):
                yield f"{name} in {lang} has a cedilla where Romanian has a comma."
    for lang, opening in _OPENING.items():
        if not rule.definition.get(lang, "").startswith(opening):
            yield f"the definition in {lang} does not begin with '{opening.strip()}'."
        for text in (rule.message, rule.document_message):
            said = text.get(lang, "")
            if said and ("{focus}" not in said or _TECHNICAL.search(said) or not said.endswith((".", "{variant}."))):
                yield f"the message in {lang} is one sentence about its {{focus}}, without ids and IRIs."
    if "recorded" not in rule.message.get("en", "recorded"):
        yield "the message does not say 'recorded': absence in the graph is not absence in the world."
    if not rule.sources:
        yield "atf:ruleSource is missing."


def _queries(rule: Rule) -> Iterator[str]:
    words = [token.text for token in tokenize(rule.select) if token.kind == "word"]
    for word in _REFUSED:
        if word in words:
            yield f"sh:select uses {word}, which SHACL does not know."
    queries = {
        "sh:select": rule.select,
        "sh:select with its targets": rule.whole_graph,
        "atf:setSelect": rule.set_select,
        "atf:detailSelect": rule.detail_select,
    }
    for name, text in queries.items():
        if text is None:
            continue
        if "NOW" in [token.text for token in tokenize(text) if token.kind == "word"]:
            yield f"{name} asks for the time of the clock."
        try:
            solutions = Store().query(text)
        except (SyntaxError, AtfError) as error:
            yield f"{name} cannot be parsed: {error}."
            continue
        names = {variable.value for variable in solutions.variables} if isinstance(solutions, QuerySolutions) else set()
        if "this" not in names:
            yield f"{name} does not select ?this."
        if name == "atf:detailSelect" and (more := names - _DETAILS):
            yield f"{name} selects what nobody reads: {', '.join(sorted(more))}."
