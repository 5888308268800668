"""A duty as the matrix counts it: one holder (or agent) of one responsibility."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.perspectives.desk import Desk, term
from api.web.pages import word

# The key of what is not there: nobody holds it, no group is named.
NOBODY = "nobody"
GENERAL = "general"


@dataclass
class Duty:
    """A responsibility with one of its bodies; the labels are in the language of the reader."""

    iri: str
    function: str
    institution: str
    role: str
    how: str
    labels: dict[str, str]
    partner: str | None = None
    groups: list[str] = field(default_factory=list)
    objectives: list[str] = field(default_factory=list)

    def keys(self, axis: str) -> list[str]:
        """Return the names on an axis under which the duty stands."""
        match axis:
            case "function":
                return [self.function]
            case "institution":
                return [self.institution]
            case "role":
                return [self.role]
            case "objective":
                return self.objectives
        return self.groups or [GENERAL]

    def line(self, desk: Desk, axes: set[str]) -> str:
        """Return the duty as a line of a cell: what the two axes leave open."""
        said = [
            self.labels[key]
            for axis, key in (("institution", self.institution), ("function", self.function), ("role", self.role))
            if axis not in axes
        ]
        text = ": ".join(said) if "role" not in axes and len(said) > 1 else ", ".join(said)
        if self.partner:
            joint = "matrix.through" if self.how == "through-another" else "matrix.acting_for"
            text += f", {word(joint, desk.lang)} {self.labels[self.partner]}"
        if self.groups and "target-group" not in axes:
            text += f" ({'; '.join(self.labels[group] for group in self.groups)})"
        elif not self.groups and desk.values.get("target-group") and "target-group" not in axes:
            text += f" ({word('matrix.general', desk.lang)})"
        return text


async def duties_in(desk: Desk, answer: Answer, *, objectives: bool = False) -> list[Duty]:
    """Return the duties in the rows of ``responsibility-matrix``, the groups of one duty together."""
    bodies = {iri for row in answer.rows for name in ("institution", "partner") if (iri := term(row, name))}
    bodies |= {iri for row in answer.rows if "institution" in row for iri, _ in row["institution"].today}
    short = await desk.short_names(bodies)
    found: dict[tuple[str | None, ...], Duty] = {}
    for row in answer.rows:
        how = term(row, "how") or ""
        if how == "no-duty":
            continue
        institution = term(row, "institution") or NOBODY
        key = (term(row, "duty"), institution, how, term(row, "partner"))
        duty = found.setdefault(
            key,
            Duty(
                term(row, "duty") or "",
                term(row, "function") or "",
                institution,
                term(row, "role") or "",
                how,
                {NOBODY: word("matrix.nobody", desk.lang)},
                term(row, "partner"),
            ),
        )
        _name(duty, row, short)
        group = term(row, "group")
        if group and group not in duty.groups:
            duty.groups.append(group)
    duties = list(found.values())
    if objectives:
        await _add_objectives(desk, duties)
    return duties


def _name(duty: Duty, row: Mapping[str, Found], short: Mapping[str, str]) -> None:
    for name in ("institution", "partner", "function", "role", "group"):
        if name in row:
            iri = row[name].term.value
            duty.labels[iri] = short.get(iri, row[name].label)
            duty.labels |= {later: short.get(later, label) for later, label in row[name].today}


async def _add_objectives(desk: Desk, duties: list[Duty]) -> None:
    """Give each duty the objectives that need its function; that an objective needs it is the editors' judgement."""
    answer = await desk.ask("who-holds-what-an-objective-needs")
    needed: dict[str, list[str]] = {}
    for row in answer.rows:
        duty, objective = term(row, "duty"), term(row, "objective")
        if duty and objective and objective not in needed.setdefault(duty, []):
            needed[duty].append(objective)
    for one in duties:
        one.objectives = needed.get(one.iri, [])
