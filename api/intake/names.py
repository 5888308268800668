"""The names of bodies as a sheet writes them, matched to the bodies that existed in the plan's period."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from api.intake.folding import Word, fold, vocabulary, words
from api.intake.framework import Body, Framework

Key = tuple[str, ...]
# Two letters in small print are a word of the language, not an acronym.
_SHORT: Final = 2
# Pieces of a run-together list that are tried; longer than any list of acronyms.
_MAX_PIECES: Final = 40
_SIMILAR: Final = 0.6
_SUGGESTED: Final = 3
# Letters of which a longer name may be the continuation.
_MEANT: Final = 5


class Names:
    """An index of all names, in and out of the period."""

    def __init__(self, framework: Framework, first: date, last: date) -> None:
        self.framework = framework
        self.first, self.last = first, last
        self._by_key: dict[Key, set[Body]] = defaultdict(set)
        self._lengths: dict[str, list[int]] = defaultdict(list)
        self._acronyms: set[str] = set()
        for body in framework.bodies.values():
            for name in _names_of(body):
                self._add(name, body)
        self._known_words = {word for key in self._by_key for word in key}
        self.suggest = lru_cache(maxsize=4096)(self._suggest)

    def _add(self, name: str, body: Body) -> None:
        key = tuple(word.folded for word in words(name))
        if not key:
            return
        self._by_key[key].add(body)
        if len(key) not in self._lengths[key[0]]:
            self._lengths[key[0]] = sorted({*self._lengths[key[0]], len(key)}, reverse=True)
        if len(key) == 1 and name.isupper() and len(name) >= _SHORT and body.existed(self.first, self.last):
            self._acronyms.add(name)

    def longest(self, text: Sequence[Word], start: int) -> tuple[int, set[Body]]:
        """Return how many words from a place on make the longest known name, and the bodies of that name."""
        genitive: dict[str, str] = vocabulary()["bodies"]["genitive"]
        for first in dict.fromkeys((text[start].folded, genitive.get(text[start].folded, text[start].folded))):
            for length in self._lengths.get(first, ()):
                part = text[start : start + length]
                key = (first, *(word.folded for word in part[1:]))
                if len(part) == length and key in self._by_key and not _is_plain_word(part):
                    return length, self._by_key[key]
        return 0, set()

    def choose(self, bodies: Iterable[Body]) -> list[Body]:
        """Return the bodies of a name that existed at the beginning of the period, else in the period."""
        found = sorted(bodies, key=lambda body: body.iri)
        return [body for body in found if body.existed(self.first, self.first)] or [
            body for body in found if body.existed(self.first, self.last)
        ]

    def cut(self, text: str) -> list[list[str]]:
        """Return the ways to read a word as acronyms without a gap (``ANITPMENMTS``), at most two of them."""
        if not text.isupper() or len(text) > _MAX_PIECES * _SHORT:
            return []
        ways: dict[int, list[list[str]]] = {0: [[]]}
        longest = max(map(len, self._acronyms), default=0)
        for end in range(1, len(text) + 1):
            ways[end] = [
                [*way, text[start:end]]
                for start in range(max(0, end - longest), end)
                if text[start:end] in self._acronyms
                for way in ways[start]
            ][:8]
        found = [way for way in ways[len(text)] if len(way) > 1]
        fewest = min(map(len, found), default=0)
        return [way for way in found if len(way) == fewest][:2]

    def of_acronym(self, acronym: str) -> list[Body]:
        """Return the bodies of an acronym that existed in the period."""
        return self.choose(self._by_key.get((fold(acronym),), ()))

    def knows_word(self, folded: str) -> bool:
        """Tell whether a word stands in some name."""
        return folded in self._known_words

    def _suggest(self, text: str) -> tuple[str, ...]:
        """Return the names in the period that are most like a text, best first, one for each body."""
        wanted = fold(text)
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(wanted)
        best: dict[str, tuple[float, bool, str]] = {}
        for body in self.framework.bodies.values():
            if not body.existed(self.first, self.last):
                continue
            for name in body.names:
                folded = fold(name)
                if len(wanted) > _MEANT and folded.startswith(wanted):
                    best[body.iri] = (1.0, True, name)
                    continue
                matcher.set_seq1(folded)
                if matcher.real_quick_ratio() < _SIMILAR or matcher.quick_ratio() < _SIMILAR:
                    continue
                ratio = matcher.ratio()
                # Of two names that are as near, the one that begins alike was meant.
                near = (ratio, folded[:1] == wanted[:1], name)
                if ratio >= _SIMILAR and near > best.get(body.iri, (0.0, False, "")):
                    best[body.iri] = near
        ordered = sorted(best.values(), key=lambda one: (-one[0], one[2]))
        # Where the text begins names, those that are only similar were not meant.
        ordered = [one for one in ordered if one[0] == 1.0] or ordered
        return tuple(name for _, _, name in ordered[:_SUGGESTED])


def _names_of(body: Body) -> set[str]:
    """Return the names of a body: its labels, those without a year in brackets, and an acronym in its IRI."""
    found = set(body.names)
    found |= {name.split(" (")[0] for name in body.names if name.endswith(")")}
    slug = body.slug.rsplit("-", 1)[0] if body.slug[-4:].isdigit() else body.slug
    if slug.isalpha() and len(slug) <= 8 and not any(fold(name) == slug for name in body.names):
        found.add(slug.upper())
    return found


def _is_plain_word(part: Sequence[Word]) -> bool:
    return len(part) == 1 and len(part[0].written) <= _SHORT and not part[0].written.isupper()
