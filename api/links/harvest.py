"""Asking CELLAR for everything that we compare or keep: one query a topic, for all acts at once."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from rdflib import XSD, Literal

from api.errors import UnavailableError
from api.links.cellar import Cellar
from api.links.statements import CELEX, Statement, statements_of

_FOLDER: Final = Path(__file__).resolve().parent / "cellar"
_ACTS_LINE: Final = re.compile(r"^\s*VALUES \?celex \{ .* \} # @acts$", re.MULTILINE)
# Acts in one query: an endpoint asked for all at once may give up.
_BATCH: Final = 50


@dataclass(frozen=True)
class Harvest:
    """What an endpoint said, when, and what it could not be asked; ``queries`` are those that were sent."""

    endpoint: str
    fetched_at: datetime
    acts: Sequence[str]
    statements: frozenset[Statement]
    queries: dict[str, str] = field(repr=False)
    # Topic -> why it could not be read.
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        """The CELEX numbers of our acts that the endpoint knows."""
        return frozenset(found.subject for found in self.statements if found.property == CELEX) & set(self.acts)


@cache
def topics() -> dict[str, str]:
    """Return the queries of ``api/links/cellar/`` by topic, the one that finds the acts first."""
    files = sorted(_FOLDER.glob("*.rq"), key=lambda file: (file.stem != "identity", file.stem))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def query_for(topic: str, acts: Collection[str]) -> str:
    """Return the query of a topic for some CELEX numbers, typed as CELLAR has them: a plain literal finds nothing."""
    terms = " ".join(Literal(act, datatype=XSD.string).n3() for act in sorted(acts))
    text, replaced = _ACTS_LINE.subn(lambda _line: f"  VALUES ?celex {{ {terms} }}", topics()[topic])
    assert replaced == 1, topic
    return text


def harvest(cellar: Cellar, acts: Collection[str], progress: Callable[[str], None] = lambda _step: None) -> Harvest:
    """Ask for every topic; a topic that fails is named in ``failed``, and nothing is taken from it."""
    ordered = sorted(acts)
    batches = [ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)]
    found: set[Statement] = set()
    failed: dict[str, str] = {}
    queries: dict[str, str] = {}
    for topic in topics():
        queries[topic] = query_for(topic, ordered)
        progress(f"asking for {topic}")
        try:
            answers = [statements_of(cellar.select(query_for(topic, batch))) for batch in batches]
        except UnavailableError as error:
            failed[topic] = error.message
            if topic == "identity":
                # Without the acts themselves there is nothing to ask about.
                break
            continue
        found |= set().union(*answers)
    fetched = datetime.now(UTC).replace(microsecond=0)
    return Harvest(cellar.endpoint, fetched, ordered, frozenset(found), queries, failed)
