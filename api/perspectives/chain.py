"""The chain of care: who looks after a victim at each stage, and where the hand-over has no owner."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.perspectives.desk import Desk, term
from api.perspectives.findings import waiting_for
from api.perspectives.handovers import OWNERS, handovers
from api.perspectives.perspective import Perspective
from api.perspectives.table import Cell, Column, Part, Row, Section, Table, unique
from api.web.pages import say, word

# The rules on essential functions without a holder, and on groups of victims without one.
_HOLDERS: Final = "GAP-011"
_GROUPS: Final = "GAP-012"


async def build_chain(desk: Desk) -> Perspective:
    """Return the stages with those named at each, and the hand-overs from each stage to the next."""
    chain = await desk.ask("chain-of-care", target_group=desk.values.get("target-group"))
    victims = await desk.ask("victim-groups-of-a-function")
    placed = await desk.ask("who-is-placed-within-whom")
    bodies = {iri for row in chain.rows for name in ("institution", "actsThrough") if (iri := term(row, name))}
    short = await desk.short_names(bodies)
    waiting = {rule: await waiting_for(desk, rule) for rule in (_HOLDERS, _GROUPS)}
    if desk.values.get("target-group"):
        # For one group nobody may be named although somebody is for others.
        waiting[_HOLDERS] = waiting[_GROUPS] | waiting[_HOLDERS]
    stages = Section(
        "stages",
        word("perspective.stages", desk.lang),
        _stages(desk, chain, _uncovered(desk, victims), short, waiting),
        questions=(desk.question_link(chain), desk.question_link(victims)),
    )
    passing = Section(
        "hand-overs",
        word("perspective.handovers", desk.lang),
        handovers(desk, chain, placed, short, waiting[_HOLDERS]),
        questions=(desk.question_link(chain), desk.question_link(placed)),
    )
    return Perspective(
        "chain-of-care",
        word("perspective.chain", desk.lang),
        word("perspective.chain_intro", desk.lang),
        [stages, passing],
        await desk.controls("chain-of-care", ["target-group", "as-of"]),
        [word("perspective.chain_order", desk.lang)],
    )


def _stages(
    desk: Desk,
    chain: Answer,
    uncovered: Mapping[str, list[str]],
    short: Mapping[str, str],
    waiting: Mapping[str, Mapping[str, Part]],
) -> Table:
    rows: dict[tuple[str, str], list[Mapping[str, Found]]] = defaultdict(list)
    for row in chain.rows:
        rows[term(row, "stage") or "", term(row, "function") or ""].append(row)
    made = []
    for (_, function), several in rows.items():
        named = [row for row in several if "institution" in row]
        who = _who(desk, named, short)
        if not named:
            waits = waiting[_HOLDERS].get(function)
            text = word("perspective.nobody_named" if waits else "perspective.gap_stage", desk.lang)
            who = [Part(f"{text} {several[0]['function'].label}", mark="silent" if waits else "gap")]
            who += [waits] if waits else []
        remark = []
        if named and uncovered.get(function):
            # The plan that could name who leads for one group could do so for another one as well.
            waits = waiting[_GROUPS].get(function) or next(iter(waiting[_GROUPS].values()), None)
            text = word("perspective.nobody_leads" if waits else "perspective.gap_owner", desk.lang)
            remark = [Part(f"{text}: {'; '.join(uncovered[function])}", mark="silent" if waits else "gap")]
            remark += [waits] if waits else []
        cells = (
            unique(desk.part(row["function"]) for row in several),
            unique(who),
            Cell(tuple(remark)),
            unique(desk.part(row["source"]) if named else _searched(desk, row["source"]) for row in several),
            unique(desk.part(row["kind"]) for row in named if "kind" in row),
        )
        gap = any(part.mark == "gap" for part in (*who, *remark))
        made.append(Row(cells, desk.part(several[0]["stage"]), "gap" if gap else None))
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
            owned = (term(row, "role") or "").endswith(OWNERS)
            led[function, group] = owned or led.get((function, group), False)
    found: dict[str, list[str]] = defaultdict(list)
    for (function, group), owned in led.items():
        if not owned:
            found[function].append(names[group])
    return found
