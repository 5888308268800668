"""The period of a plan or report: a year, two years, a half-year, a quarter, a month, or two dates."""

import calendar
import re
from datetime import date
from typing import Final

from api.intake.deadlines import month_of
from api.intake.folding import fold, vocabulary

_MONTHS: Final = "|".join(
    sorted((name for names in vocabulary()["months"].values() for name in names), key=len, reverse=True)
)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TWO_DATES: Final = re.compile(r"\s*(\d{4}-\d{2}-\d{2})\s*(?:/|–|-|to|to)\s*(\d{4}-\d{2}-\d{2})\s*")
_YEARS: Final = re.compile(r"\s*((?:19|20)\d\d)(?:\s*[-–—/]\s*((?:19|20)\d\d))?\s*")
_IN_TITLE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-–—]\s*((?:19|20)\d\d)(?!\d)")
_PART: Final = re.compile(
    r"(?:(?P<quarter>trimestrul|trimestru|trim|quarter|t|q)|(?P<half>semestrul|semestru|sem|half|s|h))"
    r" ?(?P<number>iv|iii|ii|i|[1-4])(?: (?:al|of|din|anul|anului))* (?P<year>\d{4})"
)
_YEAR_PART: Final = re.compile(r"(?P<year>\d{4}) ?(?:(?P<quarter>q|t)|(?P<half>h|s))(?P<number>[1-4])")
_TWO_MONTHS: Final = re.compile(rf"({_MONTHS}) (?:pana in |to )?({_MONTHS}) (\d{{4}})")
_TWO_DAYS: Final = re.compile(r"\s*(\d{1,2})[./](\d{1,2})[./](\d{4})\s*[-–—]\s*(\d{1,2})[./](\d{1,2})[./](\d{4})\s*")
_MONTH: Final = re.compile(rf"({_MONTHS}) (\d{{4}})")

Period = tuple[date, date]


def read_period(text: str) -> Period | None:
    """Return the first and the last day of a period, or ``None`` for a text that is none."""
    if found := _TWO_DATES.fullmatch(text):
        try:
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        except ValueError:
            return None
        return (first, last) if first <= last else None
    if found := _TWO_DAYS.fullmatch(text):
        try:
            first, last = (date(int(found[at + 2]), int(found[at + 1]), int(found[at])) for at in (1, 4))
        except ValueError:
            return None
        return (first, last) if first <= last else None
    if found := _YEARS.fullmatch(text):
        return _years(int(found[1]), int(found[2] or found[1]))
    folded = fold(text)
    if found := (_PART.fullmatch(folded) or _YEAR_PART.fullmatch(folded)):
        months = 3 if found["quarter"] else 6
        end = _ROMAN[found["number"]] * months
        return _months(int(found["year"]), end - months + 1, end) if end <= 12 else None
    if found := _TWO_MONTHS.fullmatch(folded):
        begin, end = month_of(found[1]), month_of(found[2])
        return _months(int(found[3]), begin, end) if begin <= end else None
    if found := _MONTH.fullmatch(folded):
        month = month_of(found[1])
        return _months(int(found[2]), month, month)
    return None


def period_in(title: str) -> Period | None:
    """Return the years that a title names, the last pair where there are several."""
    pairs = _IN_TITLE.findall(title)
    return _years(int(pairs[0][0]), int(pairs[0][1])) if pairs else None


def written(period: Period) -> str:
    """Write a period shortly: ``2018-2020``, or two dates where it does not consist of whole years."""
    first, last = period
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year) if first.year == last.year else f"{first.year}-{last.year}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _years(first: int, last: int) -> Period | None:
    return (date(first, 1, 1), date(last, 12, 31)) if first <= last else None


def _months(year: int, first: int, last: int) -> Period:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
