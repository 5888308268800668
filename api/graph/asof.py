"""Which day is it? The default date of an analysis, and the reading of a given one (model.md §7)."""

import calendar
import re
from datetime import date
from typing import Final

from pyoxigraph import Literal, QuerySolutions, Store

from api.errors import ParameterError
from api.vocabulary import ATF, ELI

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_HINT: Final = "Write it as year-month-day, for example 2022-12-31."

# A policy document is loaded if it says so or, where it says nothing, if passages of it are there.
_LOADED: Final = f"""
PREFIX atf: <{ATF}>
PREFIX eli: <{ELI}>
SELECT ?document (MIN(?begin) AS ?first) (MAX(?end) AS ?last)
WHERE {{
  ?document a atf:PolicyDocument .
  OPTIONAL {{ ?document atf:contentLoaded ?loaded }}
  OPTIONAL {{ ?document atf:validFrom ?begin }}
  OPTIONAL {{ ?document atf:validThrough ?end }}
  FILTER(IF(BOUND(?loaded), ?loaded, EXISTS {{ ?passage eli:is_part_of ?document }}))
}}
GROUP BY ?document
"""


def parse_date(text: str, parameter: str = "as-of") -> date:
    """Read a date in the form YYYY-MM-DD (that of ``xsd:date``, without a time zone).

    Raises ``ParameterError`` with the parameter's name for anything else, also for a day that does not exist.
    """
    shown = repr(text if len(text) <= 40 else f"{text[:40]}…")
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ParameterError(f"{shown} is not a date.", _HINT, parameter=parameter)
    year, month, day = (int(part) for part in match.groups())
    if year == 0:
        raise ParameterError(f"{shown} is not a date: there is no year 0.", _HINT, parameter=parameter)
    if not 1 <= month <= 12:
        raise ParameterError(f"{shown} is not a date: there is no such month.", _HINT, parameter=parameter)
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        reason = f"the month {year:04}-{month:02} has {days} days"
        raise ParameterError(f"{shown} is not a date: {reason}.", _HINT, parameter=parameter)
    return date(year, month, day)


def default_date(store: Store, today: date) -> date:
    """Return today if a loaded policy document is in force today, else the last day on which one was.

    It is today, too, if none ever was. An absent first or last day is open (model.md §4). ``store`` holds the
    statements in its default graph.
    """
    ends = []
    solutions = store.query(_LOADED)
    assert isinstance(solutions, QuerySolutions)
    for row in solutions:
        first, last = _day(row["first"]), _day(row["last"])
        if first is not None and first > today:
            continue
        if last is None or last >= today:
            return today
        ends.append(last)
    return max(ends, default=today)


def _day(term: object) -> date | None:
    """Return the day of a literal; a value that is no date is left to the integrity rules."""
    try:
        return date.fromisoformat(term.value) if isinstance(term, Literal) else None
    except ValueError:
        return None
