"""Words compared without case, diacritics and punctuation, so that ş equals ș; and the vocabulary in that form."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

# Characters up to which the folded form of a text is remembered.
_REPEATED: Final = 200
_WORD: Final = re.compile(r"[^\W_]+")
# The letters with a cedilla stood in for those with a comma before 2007.
_COMMA: Final = str.maketrans("şţŞŢ", "șțȘȚ")
_CEDILLA: Final = frozenset("şţŞŢ")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: folded, as written, and where it begins and ends."""

    folded: str
    written: str
    start: int
    end: int


@lru_cache(maxsize=20_000)
def fold_word(text: str) -> str:
    """Return a word in small letters without diacritics."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))


def words(text: str) -> list[Word]:
    """Cut a text into its words."""
    return [Word(fold_word(found[0]), found[0], found.start(), found.end()) for found in _WORD.finditer(text)]


def fold(text: str) -> str:
    """Return a text as its folded words, one space between them."""
    # Cells repeat; one that is long does so seldom, and would fill the memory.
    return _fold_short(text) if len(text) <= _REPEATED else _fold(text)


@lru_cache(maxsize=20_000)
def _fold_short(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    return " ".join(fold_word(found) for found in _WORD.findall(text))


def fold_line(text: str) -> str:
    """Return a text in small letters without diacritics on one line; its punctuation stays."""
    return " ".join(fold_word(text).split())


def with_commas(text: str) -> str:
    """Write the Romanian letters with a comma below instead of a cedilla."""
    return text.translate(_COMMA)


def has_cedilla(text: str) -> bool:
    """Tell whether a text has a letter with a cedilla."""
    return not _CEDILLA.isdisjoint(text)


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """Return the words of ``words.toml``."""
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=32)
def lookup(section: str) -> dict[str, str]:
    """Return a section of the vocabulary turned round: each folded phrase with what it stands for."""
    found = vocabulary()
    for part in section.split("."):
        found = found[part]
    return {phrase: key for key, phrases in found.items() for phrase in phrases}
