"""What a page for the committee knows beside the findings: its documents, their series, and what has ended."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from rdflib.namespace import DCTERMS

from api.analysis.accounts import Account, Report
from api.sparql.store import Reader
from api.vocabulary import ATF, ELI

_DOCUMENTS: Final = f"""SELECT ?document ?from ?through ?loaded WHERE {{
  ?document a <{ATF.PolicyDocument}> .
  OPTIONAL {{ ?document <{ATF.effectiveFrom}> ?from }}
  OPTIONAL {{ ?document <{ATF.effectiveThrough}> ?through }}
  OPTIONAL {{ ?document <{ATF.contentLoaded}> ?loaded }}
}}"""
_SERIES: Final = f"""SELECT DISTINCT ?one ?way ?other WHERE {{
  VALUES ?way {{ <{DCTERMS.replaces}> <{DCTERMS.isPartOf}> }}
  ?one ?way ?other ; a <{ATF.PolicyDocument}> .
  ?other a <{ATF.PolicyDocument}> .
}}"""
_PARTS: Final = f"""SELECT DISTINCT ?part WHERE {{
  ?document a <{ATF.PolicyDocument}> ; <{ATF.contentLoaded}> true .
  ?part (<{ELI.is_part_of}>|<{DCTERMS.isPartOf}>|<{ATF.inDocument}>)+ ?document .
}}"""


@dataclass(frozen=True)
class Surroundings:
    """The documents that are not valid on the day, what belongs to the loaded documents, and the present day."""

    not_valid: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()
    today: date | None = None

    def distance(self, account: Account) -> int:
        """Return 0 for a finding on a loaded document or a part of it, 1 for one on its series, 2 for the others."""
        nodes = account.iris | {iri for place in account.evidence for iri in (place.passage, place.statement) if iri}
        return 0 if nodes & self.own else 1 if nodes & self.series else 2


async def surroundings_of(store: Reader, report: Report, today: date | None = None) -> Surroundings:
    """Look up the documents of a store for the day of a report."""
    loaded: set[str] = set()
    not_valid: set[str] = set()
    day = report.as_of.isoformat()
    for row in (await store.select(_DOCUMENTS)).rows:
        iri = row["document"].value
        if "loaded" in row and row["loaded"].value in {"true", "1"}:
            loaded.add(iri)
        if ("through" in row and row["through"].value < day) or ("from" in row and row["from"].value > day):
            not_valid.add(iri)
    joined: dict[str, set[str]] = defaultdict(set)
    parts_of: dict[str, set[str]] = defaultdict(set)
    for row in (await store.select(_SERIES)).rows:
        joined[row["one"].value].add(row["other"].value)
        joined[row["other"].value].add(row["one"].value)
        if row["way"].value == str(DCTERMS.isPartOf):
            parts_of[row["other"].value].add(row["one"].value)
    # A collection stands no longer than its parts.
    not_valid |= {whole for whole, some in parts_of.items() if some <= not_valid}
    parts = {row["part"].value for row in (await store.select(_PARTS)).rows}
    series = frozenset(_reached(loaded, joined))
    return Surroundings(frozenset(not_valid), frozenset(loaded | parts), series, today or date.today())


def _reached(start: Set[str], joined: dict[str, set[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        for other in joined[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found
