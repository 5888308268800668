"""Values of a question's parameters: read strictly, checked against the graph, and handed on as terms."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.answering.folding import fold, folded
from api.answering.labels import values as values_block
from api.answering.question import Parameter, Question, Term, Text, expand
from api.errors import ParameterError
from api.sparql.store import Reader
from api.vocabulary import BASE, ID, SCHEME

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
# Longer words are no question that a person asks; a longer IRI is none of ours.
MAX_STRING: Final = 200
MAX_IRI: Final = 1000
SUGGESTIONS: Final = 5

_PROLOGUE: Final = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
# A parameter without a class: whatever the graph speaks of.
_ANY: Final = Parameter(type="iri", label=Text(en="thing", ro="lucru"))
_NAMES: Final = "skos:prefLabel|skos:altLabel|dcterms:identifier"


def short(iri: str) -> str:
    """Return the shortest name by which a parameter may give an IRI of ours, else the IRI."""
    for base in (str(ID), str(SCHEME), BASE):
        if iri.startswith(base):
            return iri.removeprefix(base)
    return iri


async def read_parameters(
    question: Question, pairs: Iterable[tuple[str, str]], store: Reader, dataset_date: date
) -> dict[str, Term]:
    """Return the term of every parameter that has a value, by parameter name.

    An empty value counts as none, because that is what an untouched form field sends.

    Raises ``ParameterError`` with ``parameter`` where one is unknown, repeated, missing or of another type,
    and with ``suggestions`` where an IRI or name is not in the graph.
    """
    given = _given(question, pairs)
    terms: dict[str, Term] = {}
    for name, parameter in question.params.items():
        text = given.get(name, "").strip() or (parameter.default or "")
        if text == "dataset":
            text = dataset_date.isoformat()
        if text:
            terms[name] = await _term(name, parameter, text, store)
        elif parameter.required:
            hint = f"For example: {name}={short(parameter.example)}."
            raise ParameterError(f"The parameter '{name}' is missing.", hint, parameter=name)
    return terms


def _given(question: Question, pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    given: dict[str, str] = {}
    for name, text in pairs:
        if name not in question.params:
            known = ", ".join(question.params) or "none"
            message = f"The question '{question.id}' has no parameter '{name[:60]}'."
            raise ParameterError(message, f"Its parameters are: {known}.", parameter=name[:60])
        if name in given:
            hint = "Give one value; ask again for another one."
            raise ParameterError(f"The parameter '{name}' is given more than once.", hint, parameter=name)
        given[name] = text
    return given


async def _term(name: str, parameter: Parameter, text: str, store: Reader) -> Term:
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text) or "\ufffd" in text:
        hint = "Leave out control characters, and send the text as UTF-8."
        raise ParameterError(f"The value of '{name}' is not plain text.", hint, parameter=name)
    match parameter.type:
        case "iri":
            return await _thing(name, parameter, text, store)
        case "date":
            return _date(name, text)
        case "integer":
            if not re.fullmatch(r"-?[0-9]{1,18}", text):
                raise ParameterError(f"'{text[:60]}' is no whole number.", f"{name}=10", parameter=name)
            return Literal(text, datatype=NamedNode(XSD + "integer"))
        case "enum":
            if text not in parameter.enum:
                known = ", ".join(parameter.enum)
                raise ParameterError(
                    f"'{text[:60]}' is no value of '{name}'.", f"It is one of: {known}.", parameter=name
                )
            return Literal(text)
        case "string":
            if len(text) > MAX_STRING:
                message = f"The value of '{name}' has {len(text)} characters; at most {MAX_STRING} are read."
                raise ParameterError(message, "Shorten it.", parameter=name, limit=MAX_STRING)
            return Literal(text)


def _date(name: str, text: str) -> Literal:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return Literal(date.fromisoformat(text).isoformat(), datatype=NamedNode(XSD + "date"))
    except ValueError as error:
        hint = f"Write year-month-day, for example {name}=2022-12-31."
        raise ParameterError(f"'{text[:60]}' is no date.", hint, parameter=name) from error


async def _thing(name: str, parameter: Parameter, text: str, store: Reader) -> NamedNode:
    """Resolve an IRI, a short id (``institution/anitp``, ``anitp``), an identifier (``1.3``) or a name."""
    if len(text) > MAX_IRI:
        message = f"The value of '{name}' has {len(text)} characters; at most {MAX_IRI} are read."
        raise ParameterError(message, "Shorten it.", parameter=name, limit=MAX_IRI)
    candidates = _candidates(parameter, text)
    if candidates:
        rows = (await store.select(_members(parameter, values_block("iri", candidates)))).rows
        fitting = {row["iri"].value for row in rows if isinstance(row["iri"], NamedNode)}
        for candidate in candidates:
            if candidate in fitting:
                return NamedNode(candidate)
    wanted = fold(text)
    if not (parameter.classes or parameter.scheme) and re.fullmatch(r"[a-z0-9][a-z0-9.-]*", text):
        slugs = await _by_slug(text, store)
        if len(slugs) == 1:
            return NamedNode(slugs[0])
        if slugs:
            raise _unresolved(name, f"'{text}' names {len(slugs)} things.", {}, wanted, slugs)
    names = await _names(parameter, wanted, store)
    by_id = {iri for iri in names if fold(iri.rsplit("/", 1)[-1]) == wanted}
    by_name = {iri for iri, found in names.items() if wanted in found}
    for fitting in (by_id, by_name):
        if len(fitting) == 1:
            return NamedNode(fitting.pop())
        if fitting:
            raise _unresolved(name, f"'{text}' names {len(fitting)} things.", names, wanted, fitting)
    known = candidates and (await store.select(_members(_ANY, values_block("iri", candidates)))).rows
    classes = " or ".join(item.partition(":")[2] or item for item in parameter.classes)
    kind = classes or (parameter.scheme or "thing").removeprefix("scheme:")
    what = f"No {kind} '{text[:200]}' is in the graph."
    if known:
        what = f"'{text[:200]}' is in the graph, but it is no {kind}."
    raise _unresolved(name, what, names, wanted)


def _candidates(parameter: Parameter, text: str) -> list[str]:
    """Return the IRIs that a text can stand for, without asking the graph."""
    if re.match(r"[a-z][a-z0-9+.-]*:", text):
        forms = [expand(text)]
    else:
        folders = [re.sub(r"(?<=[a-z])(?=[A-Z])", "-", item.partition(":")[2]).lower() for item in parameter.classes]
        folders += [parameter.scheme.partition(":")[2]] if parameter.scheme else []
        forms = [f"{base}{folder}/{text}" for folder in folders for base in (ID, SCHEME)]
        forms += [f"{base}{text}" for base in (ID, SCHEME, BASE)]
    fitting = []
    for form in forms:
        try:
            fitting.append(NamedNode(form).value)
        except ValueError:
            continue
    return fitting


def _members(parameter: Parameter, block: str = "") -> str:
    """Write the query for the things that a parameter may name, or only for those of a VALUES block."""
    if parameter.classes:
        classes = values_block("class", (expand(item) for item in parameter.classes))
        pattern = f"{classes} ?type rdfs:subClassOf* ?class . {block} ?iri a ?type ."
    elif parameter.scheme:
        pattern = f"{block} ?iri skos:inScheme {NamedNode(expand(parameter.scheme))} ."
    elif block:
        pattern = f"{block} {{ ?iri ?p ?o }} UNION {{ ?s ?q ?iri }}"
    else:
        pattern = "?iri skos:prefLabel ?any ."
    return f"{_PROLOGUE}SELECT DISTINCT ?iri WHERE {{ {pattern} }}"


async def _by_slug(slug: str, store: Reader) -> list[str]:
    """Return the things of ours whose IRI ends in a slug; only a question about any thing needs this search."""
    text = """SELECT DISTINCT ?iri ?end WHERE { ?iri a ?type FILTER(ISIRI(?iri) && STRENDS(STR(?iri), ?end)) }"""
    rows = (await store.select(text, {"end": Literal(f"/{slug}")})).rows
    return sorted(
        {iri.value for row in rows if isinstance(iri := row["iri"], NamedNode) and iri.value.startswith(BASE)}
    )


async def _names(parameter: Parameter, wanted: str, store: Reader) -> dict[str, set[str]]:
    """Return the folded names of what a parameter may name, by IRI; of any thing, only those that hold the words."""
    bindings = {}
    if parameter.classes or parameter.scheme:
        inner = f"{{ {_members(parameter).removeprefix(_PROLOGUE)} }} ?iri {_NAMES} ?name"
        text = f"{_PROLOGUE}SELECT ?iri ?name WHERE {{ {inner} }}"
    else:
        # Everything has a name: the list would be longer than a wrong word is worth.
        inner = f"?iri {_NAMES} ?name FILTER(CONTAINS({folded('?name')}, ?wanted))"
        text = f"{_PROLOGUE}SELECT ?iri ?name ?wanted WHERE {{ {inner} }} ORDER BY STRLEN(?name) ?iri LIMIT 100"
        bindings = {"wanted": Literal(wanted)}
    names: dict[str, set[str]] = {}
    for row in (await store.select(text, bindings)).rows:
        iri, literal = row["iri"], row["name"]
        if isinstance(iri, NamedNode) and isinstance(literal, Literal):
            names.setdefault(iri.value, set()).add(fold(literal.value))
    return names


def _unresolved(
    name: str, message: str, names: Mapping[str, set[str]], wanted: str, fitting: Iterable[str] = ()
) -> ParameterError:
    """Make the error for a name that is none, or more than one, with the nearest things that there are."""
    words = fold(wanted.rstrip("/").rsplit("/", 1)[-1].replace("-", " "))[:MAX_STRING]
    # Nobody means one of our things by the address of another publisher.
    if ":" in wanted and not expand(wanted).startswith(BASE):
        names = {}
    near = sorted(fitting) or sorted(iri for iri, own in names.items() if any(words in item for item in own))
    if not near:
        # Only short names are compared letter by letter: it is slow, and nobody mistypes a whole title.
        spelled = {item: iri for iri, own in names.items() for item in own | {short(iri)} if len(item) < 60}
        near = [spelled[item] for item in get_close_matches(words, sorted(spelled), SUGGESTIONS)]
    near = [short(iri) for iri in dict.fromkeys(near)][:SUGGESTIONS]
    hint = f"Perhaps: {', '.join(near)}." if near else "Look the name up by search."
    return ParameterError(message, hint, parameter=name, suggestions=near)
