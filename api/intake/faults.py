"""What a reader must know of a file: faults that stop it, notices that do not, each with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from openpyxl.utils import get_column_letter

from api.errors import AtfError
from api.wording import LANGUAGES, wording

_SENTENCES: Final = wording("intake")
# Characters of a value that a message repeats.
_SHOWN: Final = 60


class UnreadableError(AtfError):
    """The file as a whole cannot be read: no spreadsheet, too large, without a header."""

    status = 422
    exit_code = 3
    title = "Unreadable file"


def sentence(kind: str, key: str, lang: str, values: Mapping[str, str]) -> str:
    """Return a message in a language, filled; a missing key is a programming error."""
    return _SENTENCES[kind][key][lang].format_map(values)


def refuse(key: str, **values: str) -> UnreadableError:
    """Return the error for a file that is refused as a whole."""
    known = _SENTENCES["hint"]
    hint = known[key]["en"].format_map(values) if key in known else ""
    # The Romanian words are for the pages.
    said = sentence("refused", key, "ro", values)
    return UnreadableError(sentence("refused", key, "en", values), hint, reason=key, message_ro=said)


@dataclass(frozen=True)
class Place:
    """Where in a file: its sheet, the 1-based row and the 1-based column (0: the whole row or sheet)."""

    sheet: str
    row: int = 0
    column: int = 0

    @property
    def letter(self) -> str:
        """The letter of the column, empty for none."""
        return get_column_letter(self.column) if self.column else ""

    def __str__(self) -> str:
        """Return the place as spreadsheets write it: ``Plan!D12``."""
        cell = f"{self.letter}{self.row or ''}"
        return f"{self.sheet}!{cell}" if cell else self.sheet


@dataclass(frozen=True)
class Remark:
    """A fault (``kind`` "fault") or a notice at a place: the key of its sentence and what fills it."""

    kind: str
    place: Place
    key: str
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()

    def reason(self, lang: str) -> str:
        """Return the sentence in a language."""
        return sentence(self.kind, self.key, lang, self._filling(lang))

    def _filling(self, lang: str) -> dict[str, str]:
        """Return what fills a sentence: a value whose name ends with the mark of a language stands for it there."""
        mark = f"_{lang}"
        own = {name.removesuffix(mark): value for name, value in self.values.items() if name.endswith(mark)}
        return {**self.values, **own}

    def suggestion(self, lang: str) -> str:
        """Return what to do: the names that were perhaps meant, else the hint that goes with the key."""
        if self.suggestions:
            return sentence("words", "perhaps", lang, {"names": ", ".join(self.suggestions)})
        hints = _SENTENCES["hint"]
        return hints[self.key][lang].format_map(self._filling(lang)) if self.key in hints else ""

    def line(self, lang: str = "en") -> str:
        """Return the remark as one line: place, value, reason, suggestion."""
        shown = f' "{self.shown}"' if self.value else ""
        return f"{self.place}:{shown} {self.reason(lang)} {self.suggestion(lang)}".strip()

    @property
    def shown(self) -> str:
        """The value on one line, cut where it is long."""
        text = " ".join(self.value.split())
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

    def public(self) -> dict[str, Any]:
        """Return the remark as JSON."""
        return {
            "sheet": self.place.sheet,
            "row": self.place.row or None,
            "column": self.place.letter or None,
            "value": self.shown or None,
            "code": self.key,
            "reason": {lang: self.reason(lang) for lang in LANGUAGES},
            "suggestion": {lang: self.suggestion(lang) for lang in LANGUAGES},
        }


class Remarks:
    """The faults and notices of one file, in the order of its cells."""

    def __init__(self) -> None:
        self._all: dict[tuple[str, ...], Remark] = {}
        self._faulty: set[Place] = set()

    def fault(self, place: Place, key: str, value: str = "", *suggestions: str, **values: str) -> None:
        """Note something that must be mended before the row can be read."""
        self._faulty.add(place)
        self._add(Remark("fault", place, key, value, values, suggestions))

    def notice(self, place: Place, key: str, value: str = "", **values: str) -> None:
        """Note something that the reader should know."""
        self._add(Remark("notice", place, key, value, values))

    def _add(self, remark: Remark) -> None:
        self._all.setdefault((remark.kind, str(remark.place), remark.key, remark.value), remark)

    def faults(self) -> list[Remark]:
        """Return the faults by sheet, row and column."""
        return self._of("fault")

    def notices(self) -> list[Remark]:
        """Return the notices by sheet, row and column."""
        return self._of("notice")

    def places(self) -> set[Place]:
        """Return the places that have a fault."""
        return set(self._faulty)

    def is_faulty(self, place: Place) -> bool:
        """Tell whether a place has a fault."""
        return place in self._faulty

    def bad_rows(self) -> set[tuple[str, int]]:
        """Return the rows that have a fault."""
        return {(place.sheet, place.row) for place in self._faulty}

    def _of(self, kind: str) -> list[Remark]:
        found = [remark for remark in self._all.values() if remark.kind == kind]
        return sorted(found, key=lambda one: (one.place.sheet, one.place.row, one.place.column))
