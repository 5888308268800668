"""A finding: what a rule objects to, how much it weighs, and what has been made of it (rules.md)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from api.analysis.rules import KINDS, SEVERITIES, Rule, Text

Term = NamedNode | BlankNode | Literal

OPEN: Final = "open"
NOT_ASSESSABLE: Final = "not-assessable"
ACCEPTED: Final = "accepted"
STATUSES: Final = (OPEN, NOT_ASSESSABLE, ACCEPTED)
# From the strongest to the weakest (GAO-15-49SP).
DEGREES: Final = ("duplication", "overlap", "fragmentation")


@dataclass(frozen=True)
class Waiver:
    """A decision to accept a finding until a day, by whom, why, and on which legal ground."""

    iri: str
    finding: str
    author: str
    created: date
    through: date
    basis: str | None
    reason: Text


@dataclass(frozen=True)
class Finding:
    """One finding of one rule.

    ``values`` come in the order in which the rule gives them; ``evidence`` are the nodes that it rests on.
    ``collapsed`` says that it stands for one finding on each of its values; ``waiting_for`` are the documents
    whose content would settle it; ``variant`` is a further text for its sentence, by language ("" for all).
    """

    rule: Rule
    focus: Term
    values: tuple[Term, ...] = ()
    degree: str | None = None
    severity: str = "medium"
    evidence: tuple[str, ...] = ()
    variant: Mapping[str, str] = field(default_factory=dict)
    collapsed: bool = False
    unverified: bool = False
    waiting_for: tuple[str, ...] = ()
    waiver: Waiver | None = None
    # The sentence, where it was told already.
    message: Text | None = None

    @cached_property
    def id(self) -> str:
        """The stable id: a hash of rule, focus and values, which no change of a label moves."""
        parts = [self.rule.id, self.focus.value, *(value.value for value in self.values)]
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return f"{self.rule.id}-{digest[:12]}"

    @property
    def status(self) -> str:
        """Whether it is open, waits for a document that is not loaded, or is accepted."""
        if self.waiver:
            return ACCEPTED
        return NOT_ASSESSABLE if self.waiting_for else OPEN

    @property
    def order(self) -> tuple[int, str, int, str, list[str]]:
        """The key by which findings are listed: kind, rule, weight, focus, values."""
        kind = KINDS.index(self.rule.kind) if self.rule.kind in KINDS else len(KINDS)
        weight = SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)
        return kind, self.rule.id, weight, self.focus.value, [value.value for value in self.values]


def weightier(one: str, other: str, scale: tuple[str, ...]) -> str:
    """Return the one of two words that stands first on a scale; a word outside of it loses."""
    return min(one, other, key=lambda word: scale.index(word) if word in scale else len(scale))
