"""What rules need that follows from the statements, derived inside a store of any size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Store
from rdflib import Graph

from api.errors import BuildError
from api.graph.inference import Rule, rules_of_axioms, rules_of_files
from api.sparql.tokens import tokenize

MAX_ROUNDS: Final = 50
_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TYPE_NODE: Final = NamedNode(_TYPE)
_AXIOM: Final = "an axiom"
_CLASS_NODE: Final = NamedNode("http://www.w3.org/2002/07/owl#Class")


@dataclass(frozen=True)
class Derivation:
    """An update that adds what follows: the terms it reads, and those it makes statements with."""

    text: str
    name: str
    reads: frozenset[str]
    makes: frozenset[str]


def derivations(root: Path) -> list[Derivation]:
    """Return the derivations of a checkout: its axioms and ``ontology/inference/*.rq``."""
    ontology = root / "ontology" / "atf.ttl"
    found = []
    for rule in [*_of_axioms(ontology, ontology.stat().st_mtime_ns), *rules_of_files(root / "ontology" / "inference")]:
        head, body = _halves(rule.text)
        text = rule.text if rule.file is None else _as_update(rule.text)
        makes, reads = terms(head) - {_TYPE}, terms(body) - {_TYPE}
        # A head with a variable property may make a statement with any term that the body names.
        found.append(Derivation(text, rule.file or _AXIOM, frozenset(reads), frozenset(makes or reads)))
    return found


@lru_cache(maxsize=4)
def _of_axioms(file: Path, written: int) -> tuple[Rule, ...]:
    """Read the axioms of an ontology once, until its file is written anew (``written``, in nanoseconds)."""
    graph = Graph()
    graph.parse(file, format="turtle")
    return tuple(rules_of_axioms(graph))


def needed(found: Sequence[Derivation], wanted: Iterable[str]) -> list[list[Derivation]]:
    """Choose the derivations that make statements with wanted terms, directly or through others.

    They come in groups, each after those that it builds on; the members of a group build on one another.
    """
    names = set(wanted)
    left: list[Derivation] = []
    while more := [one for one in found if one not in left and one.makes & names]:
        left += more
        names |= {term for one in more for term in one.reads}
    below = {one: _below(one, left) for one in left}
    groups = []
    while left:
        # What waits for nothing but those that wait for it in turn.
        first = next(one for one in left if all(one in below[other] for other in below[one] if other in left))
        group = [one for one in left if one is first or (one in below[first] and first in below[one])]
        groups.append(group)
        left = [one for one in left if one not in group]
    return groups


def awake(found: Sequence[Derivation], store: Store) -> list[Derivation]:
    """Leave out the derivations that cannot add anything to what a store with its ontology holds.

    That is where a class has no member, and where nothing makes one but the converse derivation: what an
    equivalence puts into a defined class tells nothing new about its members.
    """
    kept = list(found)
    while idle := [one for one in kept if any(_is_idle(term, one, kept, store) for term in one.reads)]:
        kept = [one for one in kept if one not in idle]
    return kept


def _is_idle(term: str, one: Derivation, among: Sequence[Derivation], store: Store) -> bool:
    node = NamedNode(term)
    # The body of an axiom is a conjunction; a file may name alternatives.
    if one.name != _AXIOM or " UNION " in one.text:
        return False
    if not any(store.quads_for_pattern(node, _TYPE_NODE, _CLASS_NODE)):
        return False
    if any(store.quads_for_pattern(None, _TYPE_NODE, node)):
        return False
    return all(one.makes <= maker.reads for maker in among if term in maker.makes)


def _below(one: Derivation, among: Sequence[Derivation]) -> set[Derivation]:
    """Return what a derivation builds on, directly or through others."""
    reached: set[Derivation] = set()
    border = [one]
    while border:
        reads = {term for item in border for term in item.reads}
        border = [other for other in among if other not in reached and other.makes & reads]
        reached.update(border)
    return reached


def materialise(store: Store, groups: Iterable[Sequence[Derivation]]) -> None:
    """Add to the default graph of a store what the derivations give, until nothing new appears.

    Raises ``BuildError`` for one that is no query, or if they never end.
    """
    for group in groups:
        ring = any(one.makes & other.reads for one in group for other in group)
        for _ in range(MAX_ROUNDS):
            before = _number(store, group) if ring else 0
            for one in group:
                try:
                    store.update(one.text)
                except SyntaxError as error:
                    raise BuildError(f"{one.name} cannot be run as an update: {error.msg}.") from error
            if not ring or _number(store, group) == before:
                break
        else:
            raise BuildError(f"The inferences do not end after {MAX_ROUNDS} rounds.")


def _number(store: Store, group: Iterable[Derivation]) -> int:
    """Count the statements with the terms that derivations make; a store counts all that it has one by one, too."""
    made = [NamedNode(term) for term in {term for one in group for term in one.makes}]
    return sum(
        1
        for node in made
        for quads in (store.quads_for_pattern(None, node, None), store.quads_for_pattern(None, _TYPE_NODE, node))
        for _ in quads
    )


def terms(text: str) -> frozenset[str]:
    """Return the IRIs that a SPARQL text, or a part of one without prefixes, names."""
    prefixes: dict[str, str] = {}
    found = set()
    tokens = list(tokenize(text))
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else None
        if before and before.text == "PREFIX" and place + 1 < len(tokens):
            prefixes[token.text] = tokens[place + 1].text[1:-1]
        elif token.kind == "iri" and not (place > 1 and tokens[place - 2].text == "PREFIX"):
            found.add(token.text[1:-1])
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            found.add(prefixes.get(f"{prefix}:", f"{prefix}:") + local)
    return frozenset(found)


def _halves(text: str) -> tuple[str, str]:
    """Split an update or CONSTRUCT query into its head and its body, each with the prefixes."""
    tokens = list(tokenize(text))
    start = next((token.start for token in tokens if token.text in {"CONSTRUCT", "INSERT"}), 0)
    end = next((token.start for token in tokens if token.text == "}"), len(text))
    return text[:end], text[:start] + text[end + 1 :]


def _as_update(text: str) -> str:
    start = next((token.start for token in tokenize(text) if token.text == "CONSTRUCT"), 0)
    return text[:start] + "INSERT" + text[start + len("CONSTRUCT") :]
