"""What stands out in the matrix: functions that nobody holds, groups that nobody covers, duties held side by side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.perspectives.desk import AS_OF, Desk, term
from api.perspectives.duty import Duty
from api.perspectives.findings import waiting_for
from api.perspectives.table import Part
from api.web.pages import word

# The rules on essential functions without a holder, groups of victims without one, and partners without a lead.
_HOLDERS: Final = "GAP-011"
_GROUPS: Final = "GAP-012"
_LEADS: Final = "GAP-019"


@dataclass
class Remarks:
    """The remarks on rows, cells and pairs."""

    answers: list[Answer] = field(default_factory=list)
    # Function -> whether a sound framework must staff it; only functions without any duty.
    unheld: dict[str, bool] = field(default_factory=dict)
    # Functions with a duty that names nobody, and no other.
    unnamed: set[str] = field(default_factory=set)
    # Essential functions that only a category of bodies holds.
    vague: set[str] = field(default_factory=set)
    # Functions with a partner and nobody whose partner it would be.
    unled: set[str] = field(default_factory=set)
    # Function -> the pairs of bodies that hold it side by side, as text.
    overlaps: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # Duty and body -> the other bodies, as text.
    beside: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    # Function and group -> whether somebody covers the pair; only pairs that must be covered.
    covered: dict[tuple[str, str], bool] = field(default_factory=dict)
    # The names of the groups and of the functions of these pairs.
    groups: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)

    # Function -> the document that could name a holder, where a rule says so.
    waiting: dict[str, Part] = field(default_factory=dict)
    # The same of functions with a partner only.
    waiting_leads: dict[str, Part] = field(default_factory=dict)
    # The same of functions that leave out a group of victims.
    waiting_groups: dict[str, Part] = field(default_factory=dict)
    # The names of all objectives, with their numbers; only where they are an axis.
    objectives: dict[str, str] = field(default_factory=dict)
    # Those of them of which the editors say which functions they need.
    needing: set[str] = field(default_factory=set)

    def left_out(self) -> set[str]:
        """Return the functions that leave out a group of victims."""
        return {function for (function, _), held in self.covered.items() if not held}

    def of_row(self, desk: Desk, kind: str, key: str, *, held: bool) -> list[Part]:
        """Return the remarks on a row of functions, target groups or objectives; ``held`` where a duty stands in it."""
        pairs = [pair for pair, held in self.covered.items() if not held]
        if kind == "target-group":
            left = [function for function, group in pairs if group == key]
            missing = [self.functions[function] for function in left]
            if left and self.waiting_groups.keys() >= set(left):
                text = f"{word('matrix.nobody_for', desk.lang)}: {'; '.join(missing)}"
                return [Part(text, mark="silent"), self.waiting_groups[left[0]]]
            return [_gap(desk, "matrix.gap_functions", missing)] if missing else []
        if kind == "objective":
            mapped = key in self.needing
            text = word("matrix.gap_objective" if mapped else "matrix.no_needs", desk.lang)
            return [] if held else [Part(text, mark="gap" if mapped else "silent")]
        said = []
        if key in self.unheld:
            waits = key in self.waiting
            name = "matrix.gap" if not self.unheld[key] else "matrix.unheld" if waits else "matrix.gap_essential"
            said.append(Part(word(name, desk.lang), mark="gap" if self.unheld[key] and not waits else "silent"))
        if key in self.unnamed:
            said.append(_gap(desk, "matrix.gap_unnamed"))
        if key in self.vague:
            waits = key in self.waiting
            name = "matrix.category" if waits else "matrix.gap_category"
            said.append(Part(word(name, desk.lang), mark="silent" if waits else "gap"))
        if key in self.waiting:
            said.append(self.waiting[key])
        if key in self.unled:
            document = self.waiting_leads.get(key)
            text = word("matrix.partner_only" if document else "matrix.gap_lead", desk.lang)
            said += [Part(text, mark="silent" if document else "gap"), *([document] if document else [])]
        named = word("matrix.overlap", desk.lang)
        said += [Part(f"{named}: {pair}", mark="overlap") for pair in self.overlaps.get(key, [])]
        missing = [self.groups[group] for function, group in pairs if function == key]
        if missing and key not in self.unheld:
            said += self._left_out(desk, key, missing)
        return said

    def _left_out(self, desk: Desk, function: str, missing: Sequence[str]) -> list[Part]:
        """Return the remark on groups that a function leaves out, and what could say that it does not."""
        waits = self.waiting_groups.get(function)
        if not waits:
            return [_gap(desk, "matrix.gap_groups", missing)]
        return [Part(f"{word('matrix.nobody_for', desk.lang)}: {'; '.join(missing)}", mark="silent"), waits]

    def of_cell(self, desk: Desk, duty: Duty) -> list[Part]:
        """Return the remark that another body holds the same."""
        others = self.beside.get((duty.iri, duty.institution))
        if not others:
            return []
        return [Part(f"{word('matrix.overlap_with', desk.lang)} {', '.join(others)}", mark="overlap")]

    def of_pair(self, desk: Desk, function: str, group: str) -> list[Part]:
        """Return the remark on a function and a group without a duty of their own."""
        held = self.covered.get((function, group))
        if held is None:
            return []
        if held:
            return [Part(word("matrix.wider_group", desk.lang), mark="silent")]
        waits = self.waiting_groups.get(function)
        if waits:
            return [Part(word("matrix.nobody_pair", desk.lang), waits.href, mark="silent")]
        return [Part(word("matrix.gap_pair", desk.lang), mark="gap")]

    def facts(self, desk: Desk) -> list[tuple[str, Sequence[Part]]]:
        """Return the numbers that head the page."""
        pairs = sum(not held for held in self.covered.values())
        numbers = (
            ("matrix.count_gaps", sum(self.unheld.values()) + len(self.vague)),
            ("matrix.count_groups", pairs),
            ("matrix.count_overlaps", sum(len(one) for one in self.overlaps.values())),
        )
        # The rules count the same, by function.
        links = {"matrix.count_gaps": _HOLDERS, "matrix.count_groups": _GROUPS}
        day = f"&{AS_OF}={desk.values[AS_OF]}" if AS_OF in desk.values else ""
        return [
            (
                word(key, desk.lang),
                (Part(str(number), f"/{desk.lang}/findings?rule={links[key]}{day}" if key in links else None),),
            )
            for key, number in numbers
        ]


async def remarks_on(desk: Desk, chosen: Answer, every: Answer) -> Remarks:
    """Return the remarks on the functions of a selection; whether a function is held at all is asked of everything."""
    shown = {term(row, "function") for answer in (chosen, every) for row in answer.rows}
    overlaps = await desk.ask("overlapping-duties")
    victims = await desk.ask("victim-groups-of-a-function")
    remarks = Remarks([overlaps, victims])
    rows: dict[str, list[Mapping[str, Found]]] = defaultdict(list)
    for row in every.rows:
        rows[term(row, "function") or ""].append(row)
    leads = await waiting_for(desk, _LEADS)
    for function, own in rows.items():
        how = {term(row, "how") for row in own}
        roles = {(term(row, "role") or "").rsplit("/", 1)[-1] for row in own}
        essential = term(own[0], "essential") == "true"
        if "no-duty" in how:
            remarks.unheld[function] = essential
        elif how == {"nobody"}:
            remarks.unnamed.add(function)
        elif essential and all(term(row, "category") == "true" for row in own if "institution" in row):
            remarks.vague.add(function)
        elif "partner" in roles and not roles & {"lead", "principal"}:
            remarks.unled.add(function)
            said = [waits for row in own if (waits := leads.get(term(row, "duty") or ""))]
            remarks.waiting_leads |= {function: said[0]} if said else {}
    remarks.waiting, remarks.waiting_groups = [await waiting_for(desk, rule) for rule in (_HOLDERS, _GROUPS)]
    bodies = {value for row in overlaps.rows for name in ("institution", "other") if (value := term(row, name))}
    short = await desk.short_names(bodies)
    for row in overlaps.rows:
        function = term(row, "function") or ""
        if function not in shown:
            continue
        names = {one: short.get(row[one].term.value, row[one].label) for one in ("institution", "other")}
        _add(remarks.overlaps[function], f"{names['institution']}, {names['other']} ({row['role'].label})")
        _add(remarks.beside[row["duty"].term.value, row["institution"].term.value], names["other"])
        _add(remarks.beside[row["otherDuty"].term.value, row["other"].term.value], names["institution"])
    for row in victims.rows:
        function, group = term(row, "function") or "", term(row, "group") or ""
        if function in shown and _wanted(desk, group):
            remarks.groups[group] = row["group"].label
            remarks.functions[function] = row["function"].label
            held = term(row, "covered") != "nobody"
            remarks.covered[function, group] = held or remarks.covered.get((function, group), False)
    return remarks


def _wanted(desk: Desk, group: str) -> bool:
    """Tell whether a group of victims is meant by the filter: without one all are."""
    asked = desk.values.get("target-group", "").rsplit("/", 1)[-1]
    return asked in {"", "victims"} or group.endswith(f"/{asked}")


def _add(texts: list[str], text: str) -> None:
    if text not in texts:
        texts.append(text)


def _gap(desk: Desk, key: str, missing: Sequence[str] = ()) -> Part:
    text = word(key, desk.lang)
    return Part(f"{text}: {'; '.join(missing)}" if missing else text, mark="gap")
