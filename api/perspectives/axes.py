"""The axes of the matrix: the names that its rows and columns bear, in an order that a reader expects."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.perspectives.desk import Desk, term
from api.perspectives.duty import GENERAL, NOBODY, Duty
from api.perspectives.order import alphabetical
from api.perspectives.standing_out import Remarks
from api.perspectives.table import Part
from api.web.pages import word

AXES: Final = ("function", "institution", "target-group", "role", "objective")


@dataclass(frozen=True)
class Name:
    """A row or column: what it stands for, as it is written, and the heading above it."""

    key: str
    text: str
    href: str | None = None
    lang: str | None = None
    group: Part | None = None


@dataclass(frozen=True)
class Axis:
    """An axis with its names in order."""

    kind: str
    names: Sequence[Name]


def axis_of(desk: Desk, kind: str, duties: Sequence[Duty], answers: tuple[Answer, Answer], remarks: Remarks) -> Axis:
    """Return an axis with the names that bear a duty, and those that should and do not.

    ``answers`` are the selection and everything that it was chosen from. A ministry answers for its own duties
    only, so its selection shows no function that it does not hold.
    """
    chosen, every = answers
    if kind == "function":
        bare = set() if desk.values.get("ministry") else remarks.unheld.keys() | remarks.left_out()
        return Axis(kind, _functions(desk, chosen, every, {duty.function for duty in duties} | bare))
    names: dict[str, Name] = {}
    if kind == "objective":
        names = {key: Name(key, text, desk.page(key)) for key, text in remarks.objectives.items()}
    for duty in duties:
        for key in duty.keys(kind):
            if key not in names:
                names[key] = _named(desk, kind, key, duty, chosen)
    if kind == "target-group" and not desk.values.get("ministry"):
        for key, text in remarks.groups.items():
            names.setdefault(key, Name(key, text, desk.page(key)))
    # Nobody, and no group in particular, come last.
    ordered = sorted(names.values(), key=lambda name: (name.key in {NOBODY, GENERAL}, _natural(name)))
    return Axis(kind, ordered)


def _functions(desk: Desk, chosen: Answer, every: Answer, wanted: Collection[str]) -> list[Name]:
    """Return functions under the heading of their family, both in the order of the alphabet."""
    rows: dict[str, Mapping[str, Found]] = {}
    for row in (*chosen.rows, *every.rows):
        rows.setdefault(term(row, "function") or "", row)
    made = []
    for key in rows.keys() & wanted:
        part, branch = desk.part(rows[key]["function"]), desk.part(rows[key]["branch"])
        made.append(Name(key, part.text, part.href, part.lang, branch))
    return sorted(made, key=lambda name: (alphabetical(name.group.text if name.group else ""), alphabetical(name.text)))


def _named(desk: Desk, kind: str, key: str, duty: Duty, answer: Answer) -> Name:
    if key == NOBODY:
        return Name(key, word("matrix.nobody", desk.lang))
    if key == GENERAL:
        return Name(key, word("matrix.general", desk.lang))
    column = {"institution": "institution", "target-group": "group", "role": "role"}[kind]
    found = next(row[column] for row in answer.rows if term(row, column) == key)
    part = replace(desk.part(found), text=found.label)
    short = duty.labels.get(key, part.text)
    if kind != "institution":
        return Name(key, part.text, part.href, part.lang)
    text = f"{short} · {part.text}" if short != part.text else part.text
    return Name(key, desk.then(found, text, duty.labels), desk.dossier(key), part.lang)


def _natural(name: Name) -> tuple[list[int], str]:
    digits = [int(piece) for piece in name.text.split(" ")[0].split(".") if piece.isdigit()]
    return digits, alphabetical(name.text)
