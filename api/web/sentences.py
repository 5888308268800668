"""What errors say, in the reader's language: an English sentence is known again by its form.

Errors are raised all over the program in one language, which is that of programs; a page finds the translation of
the finished sentence. A name in braces in the catalogue ``sentences`` stands for any words.
"""

import re
from contextlib import suppress
from functools import lru_cache
from typing import Final, NamedTuple

from api.answering.citations import written_date
from api.wording import words

_DOMAIN: Final = "sentences"
_SOURCES: Final = "sources"
_ISO: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SLOT: Final = re.compile(r"\\\{(\w+)\\\}")


class Sentence(NamedTuple):
    """A sentence and the language that it is in."""

    text: str
    lang: str


class _Form(NamedTuple):
    key: str
    pattern: re.Pattern[str]
    # Letters that are not a slot's: of two forms that fit, the one with more says more.
    weight: int


def in_language(text: str, lang: str) -> Sentence:
    """Return an English sentence of an error in a language, or as it is where nobody has translated it."""
    if lang == "en" or not text:
        return Sentence(text, "en")
    for form in _forms():
        if found := form.pattern.fullmatch(text):
            said = words(_DOMAIN).text(form.key, lang)
            return Sentence(
                said.format_map({name: _filled(name, value, lang) for name, value in found.groupdict().items()}), lang
            )
    return Sentence(text, "en")


def source_in(text: str, lang: str) -> Sentence:
    """Return where a rule comes from in a language, or as it is where nobody has translated it."""
    known = words(_SOURCES)
    return Sentence(known.text(text, lang), lang) if text in known else Sentence(text, "en")


def _filled(slot: str, text: str, lang: str) -> str:
    """Return what fills a slot, a list perhaps, with its words translated where they are ours; a day in words."""
    if slot == "day" and _ISO.fullmatch(text):
        with suppress(ValueError):
            return written_date(text, lang)
    known = words(_DOMAIN)
    return ", ".join(known.text(part, lang) if part in known else part for part in text.split(", "))


@lru_cache(maxsize=1)
def _forms() -> list[_Form]:
    made = []
    for key in words(_DOMAIN):
        escaped = re.escape(key)
        pattern = re.compile(_SLOT.sub(r"(?P<\1>.+?)", escaped), re.DOTALL)
        made.append(_Form(key, pattern, len(_SLOT.sub("", escaped))))
    return sorted(made, key=lambda form: -form.weight)
