"""What is said to a question: answer cards, best first, or that the graph does not say it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.answering.citations import Citation
from api.answering.labels import Label
from api.ask.catalogue import Thing


@dataclass(frozen=True)
class Item:
    """One answer before it is dressed: the thing, the statement it rests on, and a value where one was asked for."""

    thing: Thing
    score: float
    duty: Thing | None = None
    value: str | float | None = None
    value_label: Label | None = None
    graph: str | None = None
    # The statement to cite, where it is neither the thing nor a duty.
    source: str | None = None
    # Whose duties meet it, where the thing is an obligation.
    held: tuple[Thing, ...] = ()


@dataclass(frozen=True)
class Found:
    """What an intent found: its items, or why there are none."""

    items: list[Item]
    intent: str
    looked_for: Label
    note: Label | None = None
    # What to a question that asks whether: "yes", or "no" with who does it instead.
    verdict: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a reader made of a question: how much it explains, and what it found."""

    score: float
    coverage: float
    found: Found
    said: frozenset[int]


@dataclass(frozen=True)
class Card:
    """An answer with all that a reader needs to trust it."""

    kind: str
    thing: dict[str, Any]
    value: str | float | None
    value_label: Label | None
    institution: dict[str, Any] | None
    role: dict[str, Any] | None
    function: dict[str, Any] | None
    target_group: list[dict[str, Any]]
    statement: Label | None
    modality: dict[str, Any] | None
    legal_basis: list[dict[str, Any]]
    sources: dict[str, Citation]
    assertion_kind: str | None
    valid: dict[str, str | None]
    score: float
    duty: str | None = None
    # Whose duty it is, where the institution of the card acts for another one.
    holders: list[dict[str, Any]] = field(default_factory=list)
    through: list[dict[str, Any]] = field(default_factory=list)
    reports_to: list[dict[str, Any]] = field(default_factory=list)
    frequency: dict[str, Any] | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    type: str = ""
    base: Label | None = None

    def public(self) -> dict[str, Any]:
        """Return the card as JSON (architecture.md, "/ask")."""
        found = {
            "kind": self.kind,
            "thing": self.thing,
            "value": self.value,
            "institution": self.institution,
            "role": self.role,
            "function": self.function,
            "target_group": self.target_group,
            "statement": self.statement,
            "modality": self.modality,
            "legal_basis": self.legal_basis,
            "sources": [
                {
                    "passage": citation.passage or iri,
                    "identifier": citation.identifier,
                    "lines": list(citation.lines) if citation.lines else None,
                    "quote": citation.quote,
                    "cite": citation.cite,
                }
                for iri, citation in self.sources.items()
            ],
            "assertion_kind": self.assertion_kind,
            "valid": self.valid,
            "score": round(self.score, 3),
            "duty": self.duty,
            "holders": self.holders,
            "through": self.through,
            "reports_to": self.reports_to,
            "frequency": self.frequency,
            "findings": self.findings,
        }
        if self.institution is None:
            del found["institution"]
        return found


@dataclass(frozen=True)
class Reply:
    """The reply to a question, of one day and one dataset."""

    question: str
    lang: str
    as_of: date
    dataset: str
    intent: str
    cards: list[Card]
    looked_for: Label
    coverage: dict[str, Any]
    note: Label | None
    verdict: str | None
    # How the strategy that the answers rest on stands on that day, and today.
    caveat: Label | None = None
    # Words of the question that nothing explains.
    unread: list[str] = field(default_factory=list)

    @property
    def not_in_graph(self) -> bool:
        """Whether the graph holds no answer."""
        return not self.cards

    def public(self) -> dict[str, Any]:
        """Return the reply as JSON (architecture.md, "/ask")."""
        return {
            "question": self.question,
            "as_of": self.as_of.isoformat(),
            "dataset": self.dataset,
            "answers": [card.public() for card in self.cards],
            "not_in_graph": self.not_in_graph,
            "looked_for": self.looked_for,
            "coverage": self.coverage,
            "intent": self.intent,
            "verdict": self.verdict,
            "note": self.note,
            "caveat": self.caveat,
            "not_understood": self.unread,
        }
