"""The words of the spreadsheets that we write."""

from typing import Final

from api.intake.folding import vocabulary
from api.wording import wording

_ALL: Final = wording("intake")
SHEETS: Final = _ALL["sheet"]
HEADINGS: Final = _ALL["heading"]
WORDS: Final = _ALL["cell"]
_RECURRENCES: Final = _ALL["recurrence"]
# The columns of an empty sheet, in their order.
COLUMNS: Final = {
    "plan": (
        "number", "objective", "activity", "indicators", "deadline", "responsible", "partners", "resources", "function",
        "group",
    ),
    "report": (
        "number", "activity", "indicators", "institution", "period", "value", "status", "evidence", "received",
    ),
}  # fmt: skip


def frequency_words(lang: str) -> list[str]:
    """Return the recurrences as a sheet writes them."""
    return [words[lang] for words in _RECURRENCES.values()]


def recurrence_word(name: str, lang: str) -> str:
    """Return a recurrence as a sheet writes it."""
    assert name in vocabulary()["recurrence"]
    return _RECURRENCES[name][lang]
