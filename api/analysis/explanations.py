"""Why a finding stands: its statements and passages, what was looked for and where, why it matters."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import NamedNode

from api.analysis.accounts import Account, Named
from api.analysis.rules import Text
from api.answering.citations import Citation, citations_of
from api.answering.edition import Editions
from api.answering.labels import LANGUAGES, Label, choose, labels_of
from api.sparql.store import Reader
from api.vocabulary import ATF

_LOADED: Final = f"SELECT ?document WHERE {{ ?document <{ATF.contentLoaded}> true }} ORDER BY ?document"


@dataclass(frozen=True)
class Ground:
    """A node that a finding rests on, with the place where it stands."""

    node: Named
    citation: Citation | None

    def public(self) -> dict[str, Any]:
        """Return the ground as JSON."""
        return {**self.node.public(), "source": self.citation.public() if self.citation else None}


@dataclass(frozen=True)
class Explanation:
    """What stands behind a finding."""

    grounds: tuple[Ground, ...]
    looked_for: Text
    looked_in: tuple[Named, ...]
    why: Text
    remedy: Text
    limits: Text

    def public(self) -> dict[str, Any]:
        """Return the explanation as JSON."""
        return {
            "grounds": [ground.public() for ground in self.grounds],
            "looked_for": dict(self.looked_for),
            "looked_in": [document.public() for document in self.looked_in],
            "why": dict(self.why),
            "remedy": dict(self.remedy),
            "limits": dict(self.limits),
        }


async def explain(store: Reader, editions: Editions, accounts: Sequence[Account]) -> dict[str, Explanation]:
    """Explain findings, by id; all their nodes and places are asked for at once."""
    places = {place for account in accounts for place in account.evidence}
    nodes = {place.statement for place in places}
    cited = await citations_of(store, editions, nodes | {place.passage for place in places if place.passage})
    loaded = [row["document"].value for row in (await store.select(_LOADED)).rows]
    labels = await labels_of(store, {*nodes, *loaded})
    looked_in = tuple(_named(iri, labels) for iri in loaded)
    return {account.id: _explanation(account, cited, labels, looked_in) for account in accounts}


def _explanation(
    account: Account, cited: dict[str, Citation], labels: dict[str, Label], looked_in: tuple[Named, ...]
) -> Explanation:
    grounds = []
    for place in account.evidence:
        # A statement with lines of its own is cited by them, any other node by its passage.
        own = cited.get(place.statement)
        citation = own if own and own.lines else cited.get(place.passage, own)
        ground = Ground(_named(place.statement, labels), citation)
        if ground not in grounds:
            grounds.append(ground)
    rule = account.rule
    return Explanation(
        grounds=tuple(grounds),
        looked_for=rule.definition,
        looked_in=looked_in,
        why=rule.rationale,
        remedy=account.remedy,
        limits=rule.limits,
    )


def _named(iri: str, labels: dict[str, Label]) -> Named:
    label = labels.get(NamedNode(iri).value) if ":" in iri else None
    return Named(iri, {lang: choose(label, lang, iri)[0] for lang in LANGUAGES})
