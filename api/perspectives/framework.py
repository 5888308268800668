"""The timeline of the framework: every recorded day, and a picture of the periods of its documents."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.perspectives.desk import Desk, term
from api.perspectives.perspective import Perspective
from api.perspectives.table import Cell, Chart, Column, Mark, Part, Row, Section, Table
from api.web.pages import day, word

# Years between two ticks of the axis.
_TICK: Final = 2


async def build_timeline(desk: Desk) -> Perspective:
    """Return the periods of the policy documents as a picture with its table, and all days."""
    days = await desk.ask("timeline-of-the-framework")
    table = desk.table(
        days,
        ["day", "thing", "event", "type", "source", "kind", "confidence"],
        merge=["day", "thing"],
        plain=["confidence", "type"],
        links={"thing": "law?act={short}"},
    )
    return Perspective(
        "timeline",
        word("perspective.timeline", desk.lang),
        word("perspective.timeline_intro", desk.lang),
        [
            _periods(desk, days),
            Section("days", word("perspective.days", desk.lang), table, questions=(desk.question_link(days),)),
        ],
        await desk.controls("which-institution-holds-a-function", ["as-of"]),
        related=[Part(word("perspective.law", desk.lang), f"/{desk.lang}/law")],
    )


def _periods(desk: Desk, days: Answer) -> Section:
    """Return the documents that have a period, by its first day, with a picture on an axis of years."""
    found: dict[str, dict[str, Mapping[str, Found]]] = {}
    for row in days.rows:
        event = term(row, "event") or ""
        if event.startswith("period-"):
            found.setdefault(term(row, "thing") or "", {})[event] = row
    whole = [both for both in found.values() if len(both) == 2]
    whole.sort(key=lambda both: (_value(both["period-begins"]), _value(both["period-ends"])))
    rows = []
    for both in whole:
        begins, ends = both["period-begins"], both["period-ends"]
        sources = [desk.part(begins[name]) for name in ("source", "kind", "confidence") if name in begins]
        thing = desk.part(begins["thing"])
        cells = [Cell((thing,)), Cell((desk.part(begins["day"]),)), Cell((desk.part(ends["day"]),))]
        rows.append(Row((*cells, Cell(tuple(sources[:1])), Cell(tuple(sources[1:])))))
    names = [word(f"perspective.{name}", desk.lang) for name in ("document", "first_day", "last_day")]
    names += [desk.title(days.question, name) for name in ("source", "kind")]
    table = Table(tuple(Column(name) for name in names), tuple(rows))
    title = word("perspective.periods", desk.lang)
    return Section("periods", title, table, chart=_picture(desk, title, whole), questions=(desk.question_link(days),))


def _picture(desk: Desk, title: str, whole: list[dict[str, Mapping[str, Found]]]) -> Chart | None:
    if not whole:
        return None
    first = min(date.fromisoformat(_value(both["period-begins"])) for both in whole).replace(month=1, day=1)
    last = max(date.fromisoformat(_value(both["period-ends"])) for both in whole)
    length = (last - first).days or 1

    def place(on: date) -> float:
        return (on - first).days / length

    marks = [
        Mark(
            both["period-begins"]["thing"].label,
            place(date.fromisoformat(_value(both["period-begins"]))),
            place(date.fromisoformat(_value(both["period-ends"]))),
            number,
        )
        for number, both in enumerate(whole)
    ]
    ticks = [(str(year), place(date(year, 1, 1))) for year in range(first.year, last.year + 1, _TICK)]
    if first <= desk.as_of <= last:
        ticks.append((day(desk.as_of, desk.lang), place(desk.as_of)))
    return Chart(title, marks=tuple(marks), ticks=tuple(ticks))


def _value(row: Mapping[str, Found]) -> str:
    return row["day"].term.value
