"""The words of reports in English and Romanian."""

from typing import Final

from api.wording import wording

_ALL: Final = wording("analysis")
KINDS: Final = _ALL["kind"]
SHEETS: Final = _ALL["sheet"]
STATUSES: Final = _ALL["status"]
COUNTED: Final = _ALL["counted"]
SEVERITIES: Final = _ALL["severity"]
WORDS: Final = _ALL["report"]


def word(name: str, lang: str) -> str:
    """Return a word of reports in a language."""
    return WORDS[name][lang]


def counts(numbers: dict[str, int], lang: str) -> str:
    """Say how many findings are open, not assessable and accepted."""
    return ", ".join(words[lang].format(numbers.get(status, 0)) for status, words in COUNTED.items())
