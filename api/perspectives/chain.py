"""The chain of care: who looks after a victim at each stage, and where the hand-over has no owner."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.perspectives.desk import Desk, term
from api.perspectives.perspective import Perspective
from api.perspectives.table import Cell, Column, Part, Row, Section, Table, unique
from api.web.pages import say, word

# A stage is owned by who leads it; who monitors or regulates it does not hand anybody over.
_OWNERS: Final = ("/lead", "/principal")
_REFERRAL: Final = "2-referral"


async def build_chain(desk: Desk) -> Perspective:
    """Return the stages with those named at each, and the hand-overs from each stage to the next."""
    chain = await desk.ask("chain-of-care", target_group=desk.values.get("target-group"))
    victims = await desk.ask("victim-groups-of-a-function")
    placed = await desk.ask("who-is-placed-within-whom")
    bodies = {iri for row in chain.rows for name in ("institution", "actsThrough") if (iri := term(row, name))}
    short = await desk.short_names(bodies)
    stages = Section(
        "stages",
        word("perspective.stages", desk.lang),
        _stages(desk, chain, _uncovered(desk, victims), short),
        questions=(desk.question_link(chain), desk.question_link(victims)),
    )
    handovers = Section(
        "hand-overs",
        word("perspective.handovers", desk.lang),
        _handovers(desk, chain, _ministries(placed), short),
        questions=(desk.question_link(chain), desk.question_link(placed)),
    )
    return Perspective(
        "chain-of-care",
        word("perspective.chain", desk.lang),
        word("perspective.chain_intro", desk.lang),
        [stages, handovers],
        await desk.controls("chain-of-care", ["target-group", "as-of"]),
        [word("perspective.chain_order", desk.lang)],
    )


def _stages(desk: Desk, chain: Answer, uncovered: Mapping[str, list[str]], short: Mapping[str, str]) -> Table:
    rows: dict[tuple[str, str], list[Mapping[str, Found]]] = defaultdict(list)
    for row in chain.rows:
        rows[term(row, "stage") or "", term(row, "function") or ""].append(row)
    made = []
    for (_, function), several in rows.items():
        named = [row for row in several if "institution" in row]
        who = _who(desk, named, short)
        if not named:
            who = [Part(f"{word('perspective.gap_stage', desk.lang)} {several[0]['function'].label}", mark="gap")]
        remark = []
        if named and uncovered.get(function):
            text = f"{word('perspective.gap_owner', desk.lang)}: {'; '.join(uncovered[function])}"
            remark = [Part(text, mark="gap")]
        cells = (
            unique(desk.part(row["function"]) for row in several),
            unique(who),
            Cell(tuple(remark)),
            unique(desk.part(row["source"]) if named else _searched(desk, row["source"]) for row in several),
            unique(desk.part(row["kind"]) for row in named if "kind" in row),
        )
        made.append(Row(cells, desk.part(several[0]["stage"]), "gap" if not named or remark else None))
    titles = [desk.title(chain.question, "function"), word("perspective.who", desk.lang)]
    titles += [word("matrix.stands_out", desk.lang)]
    titles += [desk.title(chain.question, name) for name in ("source", "kind")]
    columns = tuple(Column(title) for title in titles)
    return Table(columns, tuple(made), say(chain.question.empty, desk.lang), desk.title(chain.question, "stage"))


def _who(desk: Desk, rows: Sequence[Mapping[str, Found]], short: Mapping[str, str]) -> list[Part]:
    """Return a line for each duty: the body, through whom, in which role, for whom."""
    duties: dict[tuple[str, str], list[Mapping[str, Found]]] = defaultdict(list)
    for row in rows:
        duties[term(row, "duty") or "", term(row, "institution") or ""].append(row)
    lines = []
    for (duty, institution), own in duties.items():
        text = short.get(institution, own[0]["institution"].label)
        through = dict.fromkeys(_short(row["actsThrough"], short) for row in own if "actsThrough" in row)
        if through:
            text += f", {word('matrix.through', desk.lang)} {', '.join(through)}"
        text += f": {own[0]['role'].label}"
        groups = dict.fromkeys(row["group"].label for row in own if "group" in row)
        if groups:
            text += f" ({'; '.join(groups)})"
        lines.append(Part(text, desk.page(duty)))
    return lines


def _short(found: Found, short: Mapping[str, str]) -> str:
    return short.get(found.term.value, found.label)


def _searched(desk: Desk, found: Found) -> Part:
    """Return where a holder was looked for in vain."""
    part = desk.part(found)
    return Part(f"{word('perspective.searched', desk.lang)}: {part.text}", part.href, part.lang)


def _uncovered(desk: Desk, victims: Answer) -> dict[str, list[str]]:
    """Return the groups of victims for which nobody leads a function; with a filter only that group.

    Who only monitors, regulates or takes part looks after nobody, so the chain asks more than the rule GAP-012.
    """
    asked = desk.values.get("target-group", "").rsplit("/", 1)[-1]
    led: dict[tuple[str, str], bool] = {}
    names: dict[str, str] = {}
    for row in victims.rows:
        function, group = term(row, "function") or "", term(row, "group") or ""
        if asked in {"", "victims"} or group.endswith(f"/{asked}"):
            names[group] = row["group"].label
            owned = (term(row, "role") or "").endswith(_OWNERS)
            led[function, group] = owned or led.get((function, group), False)
    found: dict[str, list[str]] = defaultdict(list)
    for (function, group), owned in led.items():
        if not owned:
            found[function].append(names[group])
    return found


def _ministries(placed: Answer) -> dict[str, str]:
    """Return the topmost body above each body."""
    above = {term(row, "unit") or "": term(row, "within") or "" for row in placed.rows}
    found = {}
    for unit in above:
        top, seen = unit, {unit}
        while top in above and above[top] not in seen:
            top = above[top]
            seen.add(top)
        found[unit] = top
    return found


def _handovers(desk: Desk, chain: Answer, above: Mapping[str, str], short: Mapping[str, str]) -> Table:
    stages: dict[str, Part] = {}
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for row in chain.rows:
        stage = term(row, "stage") or ""
        stages[stage] = desk.part(row["stage"])
        if (term(row, "role") or "").endswith(_OWNERS) and "institution" in row:
            owners[stage][term(row, "institution") or ""] = _short(row["institution"], short)
    order = list(stages)
    made = []
    for before, after in pairwise(order):
        said = _handover(desk, (before, after), stages, owners, above)
        cells = [Cell((stages[before],)), Cell((stages[after],))]
        for stage in (before, after):
            named = [Part(text, desk.dossier(iri)) for iri, text in owners[stage].items()]
            cells.append(Cell(tuple(named or [Part(word("perspective.not_held", desk.lang), mark="gap")])))
        cells.append(Cell((said,)))
        made.append(Row(tuple(cells), mark=said.mark))
    names = ("from_stage", "to_stage", "owners_before", "owners_after", "handover")
    return Table(tuple(Column(word(f"perspective.{name}", desk.lang)) for name in names), tuple(made))


def _handover(
    desk: Desk,
    pair: tuple[str, str],
    stages: Mapping[str, Part],
    owners: Mapping[str, Mapping[str, str]],
    above: Mapping[str, str],
) -> Part:
    """Say how a victim gets from one stage to the next, as far as the text says it."""
    before, after = pair
    for stage in pair:
        if not owners[stage]:
            return Part(f"{word('perspective.handover_no_owner', desk.lang)} {stages[stage].text}", mark="gap")
    if owners[before].keys() & owners[after].keys():
        return Part(word("perspective.handover_same", desk.lang))
    if before == _REFERRAL:
        return Part(word("perspective.handover_stated", desk.lang))
    tops = [{above.get(iri, iri) for iri in owners[stage]} for stage in pair]
    if tops[1] <= tops[0]:
        return Part(word("perspective.handover_within", desk.lang), mark="gap")
    return Part(word("perspective.handover_none", desk.lang), mark="gap")
