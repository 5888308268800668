"""Why a page says what it says: the editors' reason for a judgement, and what became of a body."""

from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.answering.labels import Label
from api.sparql.store import Reader
from api.vocabulary import ATF
from api.web.origins import Origin, iri_of, origin_of

_JUDGEMENTS: Final = f"""PREFIX atf: <{ATF}>
SELECT ?thing ?subject ?property ?value ?judgement ?score ?reason WHERE {{
  {{ ?judgement atf:aboutSubject ?thing }} UNION {{ ?judgement atf:aboutObject ?thing }}
  ?judgement atf:aboutSubject ?subject ; atf:aboutPredicate ?property ; atf:aboutObject ?value .
  OPTIONAL {{ ?judgement atf:confidenceScore ?score }}
  OPTIONAL {{ ?judgement <http://www.w3.org/2004/02/skos/core#note> ?reason }}
}} ORDER BY ?judgement ?reason"""
_CHANGES: Final = f"""PREFIX org: <http://www.w3.org/ns/org#>
SELECT ?thing ?event ?day ?next ?graph WHERE {{
  ?thing (org:changedBy/org:resultingOrganization)*/org:changedBy ?event .
  GRAPH ?graph {{ ?event org:resultingOrganization ?next }}
  OPTIONAL {{ ?event <{ATF.onDate}> ?day }}
}} ORDER BY ?day ?event ?next"""


@dataclass
class Judgement:
    """An interpretation of the editors about one statement: its reason, and how sure they are (0 to 1)."""

    iri: str
    score: str | None
    reason: Label = field(default_factory=dict)


# Subject, property and value of the statement that is judged.
Judged = dict[tuple[str, str, str], Judgement]


@dataclass
class Change:
    """A change of a body: the event, its day (ISO) where it is recorded, who says so, and the bodies after it."""

    event: str
    day: str | None
    origin: Origin
    results: list[str] = field(default_factory=list)


async def judgements_on(store: Reader, node: dict[str, NamedNode]) -> Judged:
    """Return the judgements on statements that have ``node["thing"]`` as subject or as value."""
    found: Judged = {}
    for row in (await store.select(_JUDGEMENTS, dict(node))).rows:
        key = (iri_of(row["subject"]), iri_of(row["property"]), iri_of(row["value"]))
        score, reason = row.get("score"), row.get("reason")
        judgement = found.setdefault(key, Judgement(iri_of(row["judgement"]), iri_of(score) if score else None))
        if isinstance(reason, Literal):
            judgement.reason[reason.language or ""] = reason.value
    return found


async def changes_of(store: Reader, node: dict[str, NamedNode], known: dict[str, Origin]) -> list[Change]:
    """Return what became of a body (``node["thing"]``), up to the bodies of today; those without a day come first."""
    found: dict[str, Change] = {}
    for row in (await store.select(_CHANGES, dict(node))).rows:
        day = row.get("day")
        origin = origin_of(iri_of(row["graph"]), known)
        new = Change(iri_of(row["event"]), iri_of(day) if day else None, origin)
        change = found.setdefault(new.event, new)
        if iri_of(row["next"]) not in change.results:
            change.results.append(iri_of(row["next"]))
    return list(found.values())
