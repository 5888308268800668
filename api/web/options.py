"""What a form offers for a parameter: the things of its class or scheme, by label."""

from typing import Final

from pyoxigraph import NamedNode
from rdflib.namespace import SKOS

from api.answering.labels import choose, labels_of
from api.answering.parameters import short
from api.answering.question import Parameter, Question, expand
from api.perspectives.order import alphabetical
from api.sparql.store import Reader

LIMIT: Final = 400


async def options_of(store: Reader, question: Question, lang: str) -> dict[str, list[tuple[str, str]]]:
    """Return for each parameter its choices as (value, text) by text; none where there are too many."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, parameter in question.params.items():
        if parameter.type == "enum":
            found[name] = [(value, getattr(text, lang)) for value, text in parameter.enum.items()]
        elif parameter.type == "iri" and (parameter.classes or parameter.scheme):
            iris = await _members(store, parameter)
            labels = await labels_of(store, iris) if len(iris) <= LIMIT else {}
            choices = [(short(iri), choose(labels.get(iri), lang, iri)[0]) for iri in iris] if labels else []
            found[name] = sorted(choices, key=lambda choice: alphabetical(choice[1]))
    return found


async def _members(store: Reader, parameter: Parameter) -> list[str]:
    if parameter.scheme:
        scheme = parameter.scheme
        text = f"SELECT DISTINCT ?x WHERE {{ ?x <{SKOS.inScheme}> {NamedNode(expand(scheme))} }}"
    else:
        classes = " ".join(str(NamedNode(expand(name))) for name in parameter.classes)
        text = f"SELECT DISTINCT ?x WHERE {{ VALUES ?class {{ {classes} }} ?x a ?class }}"
    return [row["x"].value for row in (await store.select(text)).rows if isinstance(row["x"], NamedNode)]
