"""Phrases of a question that are put in another way before it is read: an office for its task, a year for its day."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from api.answering.folding import fold

_TOML: Final = Path(__file__).parent / "phrases.toml"
# The chair of the committee is a body and its task; other offices are persons, whom the graph does not name.
_CHAIR: Final = re.compile(
    r"^\W*(?:(?:who\s+(?:is|was)|cine\s+(?:este|e|era))\s+(?:the\s+)?"
    r"(?:president|chair(?:man|woman|person)?|head|presedinte(?:le)?|sef(?:ul)?|conducator(?:ul)?)\s+(?:(?:of|al)\s+)?|"
    r"who\s+(?:heads|leads|presides\s+over)\s+|cine\s+conduce\s+)(?:the\s+)?"
    r"(?=(?:\w+\s+)?(?:monitoring\s+)?(?:committee|comitet))"
)
# The offence is trafficking in minors; whoever prosecutes trafficking prosecutes it too.
_OFFENCE: Final = re.compile(
    r"(?<=\btrafficking) (?:in|of) (?:minors|children)\b|(?<=\btrafic) de (?:minori|copii)\b|"
    r"(?<=\btraficul) de (?:minori|copii)\b|\b(?:child|minors?)(?= trafficking\b)"
)
_PROSECUTION: Final = re.compile(r"\b(?:prosecut|investigat|investigheaz|anchet|cerceteaz)\w*|\burmar\w+ penal\w*")
_INDICATOR: Final = re.compile(r"\b(indicator\w*)\s+(?:x\.)?(\d)\s*\.?\s*([a-z])\b")
_FORCE: Final = re.compile(r"\bforce\b|\bin effect\b|\bvalid\b|\bvigoare\b|\bvalabil\w*|\baplica\w*|\bappl\w+")
_YEAR: Final = re.compile(
    r"\s*\b(?:in|during|for|on|pentru|din)\s+(?:the\s+year\s+|year\s+|anul\s+)?((?:19|20)\d\d)\b(?![-/–])"
)


@dataclass(frozen=True)
class Phrased:
    """A question as it is to be read, and the last day of the year about which it asks."""

    text: str
    day: date | None = None


@lru_cache(maxsize=1)
def _plain() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds a phrase of the file in a folded text, and what each means."""
    with _TOML.open("rb") as file:
        means = {said: one["means"] for one in tomllib.load(file)["phrase"] for said in one["said"]}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(means, key=len, reverse=True)))})\b"), means


def phrased(text: str) -> Phrased:
    """Put the phrases of a question in the way that the graph says them."""
    text = unicodedata.normalize("NFC", text)
    folded = fold(text)
    if len(folded) != len(text):
        return Phrased(text)
    pattern, means = _plain()
    for said in reversed(list(pattern.finditer(folded))):
        text = text[: said.start()] + means[said[0]] + text[said.end() :]
    folded = fold(text)
    if found := _CHAIR.match(folded):
        return Phrased(("Cine coordonează " if "cine" in found[0] else "Who chairs the ") + text[found.end() :])
    if (found := _OFFENCE.search(folded)) and _PROSECUTION.search(folded):
        return Phrased(text[: found.start()] + text[found.end() :])
    if found := _INDICATOR.search(folded):
        return Phrased(f"{text[: found.start()]}{found[1]} X.{found[2]}.{found[3]}{text[found.end() :]}")
    years = list(_YEAR.finditer(folded)) if _FORCE.search(folded) else []
    if len(years) == 1:
        first, last = years[0].span()
        return Phrased(text[:first] + text[last:], date(int(years[0][1]), 12, 31))
    return Phrased(text)
