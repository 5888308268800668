"""The history of findings: in which version of the dataset each appeared, was accepted, reopened or closed.

It is read from ``data/reviews/history.ttl``, which ``atf check --record`` writes (history_record.py).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pyoxigraph import RdfFormat, Store
from rdflib.namespace import DCTERMS, PROV

from api.analysis.findings import ACCEPTED, NOT_ASSESSABLE, OPEN
from api.analysis.local import LocalStore
from api.errors import ParameterError
from api.sparql.store import Reader
from api.vocabulary import ATF

HISTORY: Final = "data/reviews/history.ttl"
CLOSED: Final = "closed"
# What a version says of the findings whose status is new in it; an acceptance has a node of its own.
PROPERTIES: Final = {OPEN: ATF.recordsOpen, NOT_ASSESSABLE: ATF.recordsNotAssessable, CLOSED: ATF.recordsClosed}
_STATUSES: Final = {str(name): status for status, name in PROPERTIES.items()}
_VERSIONS: Final = f"""SELECT ?version ?name ?recorded ?asOf WHERE {{
  ?version a <{ATF.DatasetVersion}> ; <{DCTERMS.identifier}> ?name ; <{DCTERMS.created}> ?recorded ;
    <{ATF.asOf}> ?asOf .
}}"""
_CHANGES: Final = f"""SELECT ?version ?property ?finding ?author ?through WHERE {{
  {{ VALUES ?property {{ {" ".join(f"<{name}>" for name in PROPERTIES.values())} }} ?version ?property ?finding }}
  UNION
  {{ ?record <{ATF.inVersion}> ?version ; <{ATF.recordsAccepted}> ?finding ;
       <{PROV.wasAttributedTo}> ?author ; <{ATF.validThrough}> ?through . }}
}} ORDER BY ?finding ?version"""


@dataclass(frozen=True)
class Version:
    """A recorded version of the dataset: its name, when it was recorded, and for which day its findings are."""

    iri: str
    name: str
    recorded: date
    as_of: date

    @property
    def order(self) -> tuple[int, ...]:
        """The key by which versions follow one another: 0.9.0 before 0.10.0."""
        return order_of(self.name)


@dataclass(frozen=True)
class Change:
    """The status of a finding from a version on; ``author`` (IRI) and ``through`` are those of an acceptance."""

    version: Version
    finding: str
    status: str
    event: str
    author: str | None = None
    through: date | None = None

    @property
    def rule(self) -> str:
        """The id of the rule that made the finding, which is the first part of its own."""
        return self.finding.rpartition("-")[0]

    def public(self) -> dict[str, Any]:
        """Return the change as JSON."""
        return {
            "version": self.version.name,
            "recorded": self.version.recorded.isoformat(),
            "as_of": self.version.as_of.isoformat(),
            "finding": self.finding,
            "rule": self.rule,
            "event": self.event,
            "status": self.status,
            "accepted_by": self.author,
            "until": self.through.isoformat() if self.through else None,
        }


@dataclass(frozen=True)
class History:
    """The recorded versions, oldest first, and the changes of each finding in that order, by its id."""

    versions: tuple[Version, ...]
    changes: Mapping[str, tuple[Change, ...]]

    def version(self, name: str) -> Version:
        """Return a version by its name; raises ``ParameterError`` for one that is not recorded."""
        for version in self.versions:
            if version.name == name:
                return version
        known = ", ".join(version.name for version in self.versions)
        hint = f"Recorded are: {known}." if known else "None is recorded yet: atf check --record."
        raise ParameterError(f"There is no recorded version '{name[:60]}'.", hint, parameter="known")

    def of(self, finding: str) -> tuple[Change, ...]:
        """Return the changes of a finding, oldest first; none where no version had it."""
        rule, dash, digest = finding.rpartition("-")
        return self.changes.get(f"{rule.upper()}{dash}{digest.lower()}", ())

    def standing(self, name: str | None) -> dict[str, Change]:
        """Return the findings that stood in a version, each with its last change until then; none before the first.

        Raises ``ParameterError`` for a version that is not recorded.
        """
        if name is None:
            return {}
        order = self.version(name).order
        last = {
            finding: [change for change in changes if change.version.order <= order][-1:]
            for finding, changes in self.changes.items()
        }
        return {finding: one[0] for finding, one in last.items() if one and one[0].status != CLOSED}

    def in_version(self, version: Version) -> list[Change]:
        """Return what changed in a version, by finding."""
        return [change for changes in self.changes.values() for change in changes if change.version == version]


def order_of(name: str) -> tuple[int, ...]:
    """Return the numbers of a version; raises ``ValueError`` where its name is no numbers with dots between."""
    return tuple(int(part) for part in name.split("."))


async def read_history(store: Reader) -> History:
    """Read the history from a store."""
    rows = (await store.select(_VERSIONS)).rows
    versions = {
        row["version"].value: Version(
            row["version"].value,
            row["name"].value,
            date.fromisoformat(row["recorded"].value),
            date.fromisoformat(row["asOf"].value),
        )
        for row in rows
    }
    found: dict[str, list[tuple[Version, str, Any, Any]]] = defaultdict(list)
    for row in (await store.select(_CHANGES)).rows:
        version = versions.get(row["version"].value)
        if version is not None:
            status = _STATUSES[row["property"].value] if "property" in row else ACCEPTED
            found[row["finding"].value].append((version, status, row.get("author"), row.get("through")))
    changes = {
        finding: _told(finding, sorted(some, key=lambda one: one[0].order)) for finding, some in sorted(found.items())
    }
    return History(tuple(sorted(versions.values(), key=lambda version: version.order)), changes)


async def history_of_file(root: Path) -> History:
    """Read the history of a checkout from its file; no file is a history without a version."""
    store, path = Store(), root / HISTORY
    if path.is_file():
        store.load(path=str(path), format=RdfFormat.TURTLE)
    return await read_history(LocalStore(store))


def _told(finding: str, some: list[tuple[Version, str, Any, Any]]) -> tuple[Change, ...]:
    changes: list[Change] = []
    for version, status, author, through in some:
        before = changes[-1].status if changes else None
        event = _event(before, status)
        until = date.fromisoformat(through.value) if through else None
        changes.append(Change(version, finding, status, event, author.value if author else None, until))
    return tuple(changes)


def _event(before: str | None, status: str) -> str:
    """Name what happened: first, again, accepted, renewed, reopened, closed, or changed (open or not assessable)."""
    if before is None:
        return "first"
    if status == CLOSED:
        return CLOSED
    if status == ACCEPTED:
        return "renewed" if before == ACCEPTED else ACCEPTED
    return {CLOSED: "again", ACCEPTED: "reopened"}.get(before, "changed")
