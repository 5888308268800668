"""The figures that the document prints: counties, destinations and all others, each with its base."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.errors import ParameterError
from api.perspectives.county_map import CountyMap, Figure, map_of
from api.perspectives.desk import AS_OF, Desk, term
from api.perspectives.order import alphabetical
from api.perspectives.perspective import Perspective
from api.perspectives.table import Chart, Column, Control, Section, Table, chart_of
from api.web.pages import word

_COUNTY: Final = ("county", "victims", "victimsRank", "rate", "rateRank", "base", "source", "rateSource", "kind")
# The columns that a county table is sorted by, each with its own first order.
SORTS: Final = {"county": "asc", "victims": "desc", "rate": "desc"}
_ORDERS: Final = ("asc", "desc")
# Digits after the decimal mark of a rate in a picture; the table has all that the document prints.
_DIGITS: Final = 2


async def build_statistics(desk: Desk) -> Perspective:
    """Return the ranking of counties (``sort``, ``order``), the destinations, and the other figures."""
    counties = await desk.ask("ranking-of-counties")
    destinations = await desk.ask("destinations-of-victims")
    figures = await desk.ask("figures-of-the-strategy")
    sort, order = _sorting(desk)
    rows = sorted(counties.rows, key=lambda row: _key(row, sort), reverse=order == "desc")
    table = _sortable(desk, counties, desk.table(counties, _COUNTY, rows=rows), sort, order)
    shown = {term(row, name) for row in counties.rows for name in ("victimsFigure", "rateFigure")}
    shown |= {term(row, "observation") for row in destinations.rows}
    others = [row for row in figures.rows if term(row, "observation") not in shown]
    persons = [row for row in destinations.rows if (term(row, "unit") or "").endswith("/persons")]
    sections = [
        Section(
            "counties",
            word("perspective.counties", desk.lang),
            table,
            chart=_counties(desk, rows, sort),
            map=_map(desk, counties.rows),
            questions=(desk.question_link(counties),),
        ),
        Section(
            "destinations",
            word("perspective.destinations", desk.lang),
            desk.table(
                destinations,
                ["country", "value", "unit", "phenomenon", "base", "period", "source", "kind"],
                plain=["base"],
            ),
            chart=_chart(desk, persons, "country", "value", "victims_by_destination"),
            questions=(desk.question_link(destinations),),
        ),
        Section(
            "other-figures",
            word("perspective.other_figures", desk.lang),
            desk.table(
                figures,
                ["observation", "value", "unit", "phenomenon", "period", "base", "source", "kind"],
                rows=others,
                merge=["observation"],
                plain=["base"],
            ),
            questions=(desk.question_link(figures),),
        ),
    ]
    return Perspective(
        "statistics",
        word("perspective.statistics", desk.lang),
        word("perspective.statistics_intro", desk.lang),
        sections,
        [
            *await desk.controls("which-institution-holds-a-function", ["as-of"]),
            Control("sort", "", sort, "hidden"),
            Control("order", "", order, "hidden"),
        ],
        [word("perspective.statistics_period", desk.lang)],
    )


def _sorting(desk: Desk) -> tuple[str, str]:
    sort = desk.values.get("sort", "victims")
    if sort not in SORTS:
        raise ParameterError(
            f"There is no order by '{sort[:40]}'.", f"It is one of: {', '.join(SORTS)}.", parameter="sort"
        )
    order = desk.values.get("order", SORTS[sort])
    if order not in _ORDERS:
        raise ParameterError(f"There is no order '{order[:40]}'.", "It is asc or desc.", parameter="order")
    return sort, order


def _key(row: Mapping[str, Found], sort: str) -> tuple[float, str]:
    name = alphabetical(row["county"].label)
    return (float(term(row, sort) or 0), name) if sort != "county" else (0.0, name)


def _sortable(desk: Desk, answer: Answer, table: Table, sort: str, order: str) -> Table:
    """Lead the names of some columns to the table in another order; a file has the same names."""
    names = [name for name in _COUNTY if any(desk.column(answer.question, name) in row for row in answer.rows)]
    columns = []
    for name, column in zip(names, table.columns, strict=True):
        if name not in SORTS:
            columns.append(column)
            continue
        current = name == sort
        following = _ORDERS[1 - _ORDERS.index(order)] if current else SORTS[name]
        query = {"sort": name, "order": following}
        if AS_OF in desk.values:
            query[AS_OF] = desk.values[AS_OF]
        state = {"asc": "ascending", "desc": "descending"}[order] if current else None
        columns.append(Column(column.title, f"?{urlencode(query)}", None, state))
    return Table(tuple(columns), table.rows, table.empty)


def _counties(desk: Desk, rows: Sequence[Mapping[str, Found]], sort: str) -> Chart:
    if sort == "rate":
        return _chart(desk, rows, "county", "rate", "rate_by_county")
    return _chart(desk, rows, "county", "victims", "victims_by_county")


def _map(desk: Desk, rows: Sequence[Mapping[str, Found]]) -> CountyMap:
    """Draw the rates; a county leads where its name in the table leads."""
    figures = {}
    base, period = desk.column(desk.questions["ranking-of-counties"], "base"), "period"
    for row in rows:
        county, rate = desk.part(row["county"]), term(row, "rate")
        value = float(rate) if rate else None
        text = _written(desk, value) if value is not None else "–"
        on = ", ".join(row[name].label for name in (base, period) if name in row and value is not None)
        told = f"{county.text}: {text}" + (f" ({on})" if on else "")
        figures[term(row, "county") or ""] = Figure(county.text, county.href or "", value, text, told)
    return map_of(word("perspective.map_of_rates", desk.lang), figures, lambda value: _written(desk, value))


def _written(desk: Desk, number: float) -> str:
    text = f"{number:.{_DIGITS}f}" if number % 1 else f"{number:.0f}"
    return text.replace(".", ",") if desk.lang == "ro" else text


def _chart(desk: Desk, rows: Sequence[Mapping[str, Found]], label: str, value: str, title: str) -> Chart:
    bars = []
    for row in rows:
        number = float(term(row, value) or 0)
        bars.append((row[label].label, number, _written(desk, number)))
    return chart_of(word(f"perspective.{title}", desk.lang), bars)
