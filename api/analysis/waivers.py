"""Waivers: findings that somebody has accepted, with a reason and until a day (``data/reviews/waivers.ttl``)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS, PROV, SKOS

from api.analysis.facts import Facts
from api.analysis.findings import Term, Waiver
from api.graph.names import short
from api.vocabulary import ATF

_FACTS: Final = f"""SELECT ?waiver ?property ?value WHERE {{
  ?waiver a <{ATF.Waiver}> .
  ?waiver ?property ?value .
}}"""
_ID: Final = str(ATF.waives)
_AUTHOR: Final = str(PROV.wasAttributedTo)
_CREATED: Final = str(DCTERMS.created)
_THROUGH: Final = str(ATF.validThrough)
_BASIS: Final = str(ATF.legalBasis)
_REASON: Final = str(SKOS.note)
# What a waiver must have, and what it is called when it has not.
_MANDATORY: Final = {
    _ID: "finding (atf:waives)",
    _AUTHOR: "author (prov:wasAttributedTo)",
    _CREATED: "date (dcterms:created)",
    _THROUGH: "expiry (atf:validThrough)",
    _REASON: "reason (skos:note)",
}


@dataclass(frozen=True)
class Waivers:
    """The waivers that count on a day by the id of their finding, and what to say of the others."""

    valid: dict[str, Waiver]
    notices: tuple[str, ...]


def waivers_of(facts: Facts) -> Waivers:
    """Read the waivers in the graph under analysis, as they stand today.

    One that is incomplete, not yet made or expired does not count: its finding is open, and a notice says so.
    """
    found: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row in facts.rows(_FACTS):
        waiver, name, value = row["waiver"], row["property"], row["value"]
        if isinstance(waiver, NamedNode) and isinstance(value, Term):
            found[waiver.value][name.value].append(value)
    valid: dict[str, Waiver] = {}
    notices = []
    for iri, said in sorted(found.items()):
        missing = [words for name, words in _MANDATORY.items() if not said[name]]
        days = {name: _day(said[name]) for name in (_CREATED, _THROUGH)}
        if missing or None in days.values():
            what = ", ".join(missing) or "date in the form year-month-day"
            notices.append(f"The waiver {short(iri)} does not count: it has no {what}.")
            continue
        waiver = waiver_of(iri, said)
        if waiver.through < facts.today:
            notices.append(f"The waiver of {waiver.finding} expired on {waiver.through}: the finding is open again.")
        elif waiver.created > facts.today:
            notices.append(f"The waiver of {waiver.finding} counts only from {waiver.created}.")
        else:
            valid[waiver.finding] = waiver
    return Waivers(valid, tuple(notices))


def waiver_of(iri: str, said: Mapping[str, Sequence[Term]]) -> Waiver:
    """Return a complete waiver from its statements, by property."""
    notes = [note for note in said[_REASON] if isinstance(note, Literal)]
    return Waiver(
        iri=iri,
        finding=said[_ID][0].value,
        author=said[_AUTHOR][0].value,
        created=date.fromisoformat(said[_CREATED][0].value),
        through=max(date.fromisoformat(term.value) for term in said[_THROUGH]),
        basis=next((term.value for term in said.get(_BASIS, [])), None),
        reason={note.language or "en": note.value for note in notes},
    )


def _day(terms: Sequence[Term]) -> date | None:
    try:
        return max(date.fromisoformat(term.value) for term in terms)
    except ValueError:
        return None
