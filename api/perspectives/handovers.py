"""The hand-overs of the chain of care: how a victim gets from one stage to the next, as far as the text says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from api.answering.answers import Answer
from api.perspectives.desk import Desk, term
from api.perspectives.table import Cell, Column, Part, Row, Table
from api.web.pages import word

# A stage is owned by who leads it; who monitors or regulates it does not hand anybody over.
OWNERS: Final = ("/lead", "/principal")
_REFERRAL: Final = "2-referral"


@dataclass
class _Stage:
    """A stage: its name, its owners with their short names, what their duties say, and its functions."""

    name: Part
    owners: dict[str, str] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    statements: list[str] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)


def handovers(
    desk: Desk, chain: Answer, placed: Answer, short: Mapping[str, str], waiting: Mapping[str, Part]
) -> Table:
    """Return each pair of stages with their owners and how the one hands over to the other.

    ``waiting`` are the functions without a holder for which a document that is not loaded could name one.
    """
    stages: dict[str, _Stage] = {}
    statement = desk.column(chain.question, "statement")
    for row in chain.rows:
        stage = stages.setdefault(term(row, "stage") or "", _Stage(desk.part(row["stage"])))
        stage.functions.add(term(row, "function") or "")
        if (term(row, "role") or "").endswith(OWNERS) and "institution" in row:
            iri, label = term(row, "institution") or "", row["institution"].label
            stage.owners[iri] = short.get(iri, label)
            stage.labels |= {label, stage.owners[iri]}
            stage.statements.append(term(row, statement) or "")
    above = _above(placed)
    made = []
    for (key, before), (_, after) in pairwise(stages.items()):
        said = _handover(desk, before, after, above, waiting, referral=key == _REFERRAL)
        cells = [Cell((before.name,)), Cell((after.name,))]
        for stage in (before, after):
            named = [Part(text, desk.dossier(iri)) for iri, text in stage.owners.items()]
            mark = "silent" if stage.functions <= waiting.keys() else "gap"
            cells.append(Cell(tuple(named or [Part(word("perspective.not_held", desk.lang), mark=mark)])))
        cells.append(Cell(tuple(said)))
        made.append(Row(tuple(cells), mark="gap" if any(part.mark == "gap" for part in said) else None))
    names = ("from_stage", "to_stage", "owners_before", "owners_after", "handover")
    return Table(tuple(Column(word(f"perspective.{name}", desk.lang)) for name in names), tuple(made))


def _above(placed: Answer) -> dict[str, list[str]]:
    """Return the bodies above each body, the nearest first."""
    direct = {term(row, "unit") or "": term(row, "within") or "" for row in placed.rows}
    found = {}
    for unit in direct:
        way = [unit]
        while way[-1] in direct and direct[way[-1]] not in way:
            way.append(direct[way[-1]])
        found[unit] = way[1:]
    return found


def _handover(
    desk: Desk,
    before: _Stage,
    after: _Stage,
    above: Mapping[str, list[str]],
    waiting: Mapping[str, Part],
    *,
    referral: bool,
) -> list[Part]:
    """Say how a victim gets from one stage to the next."""
    for stage in (before, after):
        if not stage.owners:
            waits = next((waiting[one] for one in sorted(stage.functions) if stage.functions <= waiting.keys()), None)
            key = "nobody_owns" if waits else "handover_no_owner"
            text = f"{word(f'perspective.{key}', desk.lang)} {stage.name.text}"
            return [Part(text, mark="silent"), waits] if waits else [Part(text, mark="gap")]
    if before.owners.keys() & after.owners.keys():
        return [Part(word("perspective.handover_same", desk.lang))]
    if referral:
        addressed = any(label in text for text in before.statements for label in after.labels)
        return [Part(word(f"perspective.handover_{'stated' if addressed else 'open'}", desk.lang))]
    tops = [{(above.get(iri) or [iri])[-1] for iri in stage.owners} for stage in (before, after)]
    if tops[1] <= tops[0]:
        return [*_inside(desk, before, after, above), Part(word("perspective.handover_within", desk.lang), mark="gap")]
    return [Part(word("perspective.handover_none", desk.lang), mark="gap"), *_inside(desk, before, after, above)]


def _inside(desk: Desk, before: _Stage, after: _Stage, above: Mapping[str, list[str]]) -> list[Part]:
    """Say which owner after stands within an owner before, or the other way round."""
    pairs = [
        (one, other)
        for first, second in ((after, before), (before, after))
        for iri, one in first.owners.items()
        for parent, other in second.owners.items()
        if parent in above.get(iri, ())
    ]
    return [Part(f"{one} {word('perspective.handover_part', desk.lang)} {other}") for one, other in pairs]
