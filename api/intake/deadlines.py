"""Deadlines as plans write them, in Romanian and English: dates, ends of periods, recurrences (model.md §4)."""

import calendar
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from api.intake.cells import Cell
from api.intake.faults import Place, Remarks
from api.intake.folding import fold, lookup, vocabulary

_YEARS: Final = range(1990, 2101)
# A day since 1899-12-30 as a plain number: what is left of a date whose format got lost.
_SERIALS: Final = range(30_000, 60_000)
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})(?![\d./-])")
_PART: Final = re.compile(
    r"\b(?:(?P<quarter>trimestrului|trimestrul|trimestru|trim|quarter|t|q)|(?P<half>semestrului|semestrul|semestru|sem|half|s|h))"
    r" ?(?P<number>iv|iii|ii|i|[1-4])(?: (?:al|of|din|anul|anului))* (?P<year>\d{4})\b"
)
_MONTHS: Final = "|".join(
    sorted((name for names in vocabulary()["months"].values() for name in names), key=len, reverse=True)
)
_DAY_MONTH: Final = re.compile(rf"\b(\d{{1,2}})(?: ?(?:st|nd|rd|th))? (?:of )?({_MONTHS}) (\d{{4}})\b")
_MONTH_DAY: Final = re.compile(rf"\b({_MONTHS}) (\d{{1,2}})(?: ?(?:st|nd|rd|th))? (\d{{4}})\b")
_MONTH: Final = re.compile(rf"\b({_MONTHS}) (\d{{4}})\b")
_RANGE: Final = re.compile(r"\b(\d{4}) (?:to |pana in |- )?(\d{4})\b")
_YEAR: Final = re.compile(r"\b((?:19|20)\d\d)\b")
# Of "martie-iunie 2019" and "01.01.2019 - 31.12.2019" the end is the deadline.
_FROM_MONTH: Final = re.compile(rf"\b(?:{_MONTHS}) (?:pana in |to )?(?=(?:{_MONTHS}) \d{{4}}\b)")
# Of "trim. III-IV 2021" the last quarter.
_FROM_PART: Final = re.compile(
    r"\b(?:trimestrele|trimestrul|trim|quarters?|t|q) ?(?:iv|iii|ii|i|[1-4]) "
    r"(?:si |and |to |pana in )?(?=(?:t|q)?(?:iv|iii|ii|i|[1-4])\b)"
)
_OF_YEAR: Final = re.compile(rf"(?:\d{{1,2}} )?(?:{_MONTHS})")
_FROM_DATE: Final = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}\s*[-–—]\s*(?=\d{1,2}[./]\d{1,2}[./]\d{4})")


@lru_cache(maxsize=1)
def _recurring() -> re.Pattern[str]:
    """Return the pattern of every recurrence, the longest first."""
    phrases = sorted(lookup("recurrence"), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b")


@dataclass
class Deadline:
    """The dates and recurrences of a cell."""

    dates: list[date] = field(default_factory=list)
    recurrences: list[str] = field(default_factory=list)


def read_deadline(cell: Cell, place: Place, remarks: Remarks) -> Deadline:
    """Return the dates and recurrences of a cell; what is neither becomes a fault of the place."""
    if isinstance(cell.value, date):
        return Deadline([cell.value])
    text = cell.text
    if text.isdecimal() and int(text) in _SERIALS:
        remarks.fault(place, "serial-date", text)
        return Deadline()
    reader = _Reader(text, place, remarks)
    found = reader.read()
    if found.recurrences and not found.dates and _OF_YEAR.fullmatch(reader.rest):
        remarks.notice(place, "day-of-year", text)
        return found
    if not (found.dates or found.recurrences or reader.failed) or (reader.rest and not reader.failed):
        remarks.fault(place, "deadline", text)
    return found


class _Reader:
    """Takes what it knows out of a text; nothing but filling words may be left."""

    def __init__(self, text: str, place: Place, remarks: Remarks) -> None:
        self.text, self.place, self.remarks = text, place, remarks
        self.found = Deadline()
        self.failed = False
        self.rest = ""

    def read(self) -> Deadline:
        text = _ISO.sub(lambda m: self._day(m[1], m[2], m[3]), _FROM_DATE.sub("", self.text))
        text = fold(_NUMERIC.sub(lambda m: self._numeric(m[1], m[2], m[3]), text))
        text = _FROM_MONTH.sub("", self._recurrences(text))
        text = _FROM_PART.sub("trim ", text)
        text = _PART.sub(self._part, text)
        text = _DAY_MONTH.sub(lambda m: self._day(m[3], str(month_of(m[2])), m[1]), text)
        text = _MONTH_DAY.sub(lambda m: self._day(m[3], str(month_of(m[1])), m[2]), text)
        text = _MONTH.sub(lambda m: self._end(int(m[2]), month_of(m[1])), text)
        text = _RANGE.sub(lambda m: self._end(int(m[2]), 12), text)
        text = _YEAR.sub(lambda m: self._end(int(m[1]), 12), text)
        filler = set(vocabulary()["deadline"]["filler"])
        self.rest = " ".join(word for word in text.split() if word not in filler)
        self.found.dates = sorted(set(self.found.dates))
        return self.found

    def _recurrences(self, text: str) -> str:
        known = lookup("recurrence")
        for phrase in _recurring().findall(text):
            if known[phrase] not in self.found.recurrences:
                self.found.recurrences.append(known[phrase])
        return _recurring().sub(" ", text)

    def _numeric(self, first: str, second: str, year: str) -> str:
        if len(year) == 2:
            year = f"20{year}"
        if int(second) > 12 >= int(first):
            first, second = second, first
            self._say("month-first", year, second, first)
        result = self._day(year, second, first)
        if not self.failed and int(first) <= 12 and int(second) <= 12 and first != second and "/" in self.text:
            self._say("day-first", year, second, first)
        return result

    def _say(self, key: str, year: str, month: str, day: str) -> None:
        with suppress(ValueError):
            self.remarks.notice(self.place, key, self.text, date=date(int(year), int(month), int(day)).isoformat())

    def _day(self, year: str, month: str, day: str) -> str:
        try:
            self.found.dates.append(date(int(year), int(month), int(day)))
        except ValueError:
            self.failed = True
            self.remarks.fault(self.place, "no-such-day", self.text)
        return " "

    def _end(self, year: int, month: int) -> str:
        if year in _YEARS:
            self.found.dates.append(date(year, month, calendar.monthrange(year, month)[1]))
        return " "

    def _part(self, match: re.Match[str]) -> str:
        number = _ROMAN[match["number"]]
        months = 3 if match["quarter"] else 6
        if number * months > 12:
            self.failed = True
            self.remarks.fault(self.place, "no-such-day", self.text)
            return " "
        return self._end(int(match["year"]), number * months)


def month_of(name: str) -> int:
    """Return the number of a month by its folded name."""
    return int(lookup("months")[name])
