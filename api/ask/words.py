"""Words: folding, stems in both languages, general synonyms, and the correction of slips of the pen."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import snowballstemmer

from api.answering.folding import fold

_TOML: Final = Path(__file__).parent / "words.toml"
# A question beyond this says nothing more that could be understood.
MAX_LENGTH: Final = 600
MAX_TOKENS: Final = 60
# What a word is worth at least, to be more than an ornament.
STRONG: Final = 0.5
# A filler as short as this may be missing from a name.
_LITTLE: Final = 3
_TOKEN: Final = re.compile(
    r"\b[ivx]+(?:\.[a-z0-9]{1,3})+\b"  # IV.11, XIV.A.1
    r"|[a-z]*\d[\d./^-]*(?:/[a-z]+\b)?"  # 1.3, 678/2001, 2011/36/eu, 2018-2022, c182
    r"|[a-z]+(?:'[a-z]+)?"
)
# Endings that Romanian joins to an acronym: DGASPC-urile, ANITP-ul.
_INFLECTED: Final = re.compile(r"(?<=[a-z]{2})-(?:ul|ului|uri|urile|urilor|ei)\b")
_RANGE: Final = re.compile(r"\b((?:19|20)\d\d)\s*(?:-|–|—|to|and|si|pana in|pana la)\s*((?:19|20)\d\d)\b")
_NUMBER_OF_YEAR: Final = re.compile(r"\b(\d{1,4}(?:\.\d{3})?)\s*(?:/|din anul|din|of)\s*((?:19|20)\d\d)\b")
_THOUSANDS: Final = re.compile(r"\b(\d)\.(\d{3})(?=/)")
_EU: Final = re.compile(r"\b((?:19|20)\d\d/\d{1,4})\s*/\s*[a-z]{2,4}\b")
# British and other spellings of one word, before it is stemmed.
_SPELLINGS: Final = (
    (re.compile(r"isation(s?)$"), r"ization\1"),
    (re.compile(r"is(ed|es|e|ing)$"), r"iz\1"),
    (re.compile(r"(?<=lab|beh)our"), "or"),
    (re.compile(r"(?<=behavi)our"), "or"),
    (re.compile(r"programme"), "program"),
    (re.compile(r"centre"), "center"),
    (re.compile(r"fence(s?)$"), r"fense\1"),
    (re.compile(r"counsell"), "counsel"),
)
_ENDINGS: Final = re.compile(r"(?:eaz|iaz|ez|az|est|ar|er|ir|it|at|ut|i|u|e|a)$")
_CAPITALS: Final = re.compile(r"\b[A-ZĂÂÎȘȚ]{2,6}\b")
_ROMAN: Final = re.compile(r"[ivx]{2,5}")
_DOUBLE: Final = re.compile(r"(.)\1+")
# Adjectives that tell of persons only beside a word for persons.
_OF_THE_COUNTRY: Final = frozenset({"romanian", "national", "nationala", "nationale", "roman", "romana", "romane"})
# What a body is called by its kind; such a word outside all known names speaks of a body that is not known.
KIND: Final = re.compile(
    r"(agenti\w*|autoritat\w*|minister\w*|inspectorat\w*|directia|directiei|oficiul\w*|comisi\w*|institutul\w*|ombudsman\w*|consiliul\w*|"
    r"comitet\w*|departament\w*|avocatul|agency|ministry|authority|inspectorate|directorate|office|commission|institute|"
    r"ombudsman|ombudsperson|council|committee|department|bureau|foundation|fundati\w*)"
)
_VOWELS: Final = frozenset("aeiou")


@dataclass(frozen=True)
class Word:
    """A word of a question: as it stands there (folded), what it may match, and what it is worth."""

    text: str
    keys: frozenset[str]
    weight: float
    features: frozenset[str] = frozenset()

    @property
    def number(self) -> bool:
        """Whether it is a number, of a law, an objective or a year."""
        return self.weight > 0 and any(key.startswith("n_") for key in self.keys)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    with _TOML.open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=1)
def _stemmers() -> dict[str, Any]:
    return {"en": snowballstemmer.stemmer("english"), "ro": snowballstemmer.stemmer("romanian")}


@lru_cache(maxsize=1)
def _same() -> dict[str, set[str]]:
    """Map the stem of a word of general language to the meanings that it shares with others."""
    found: dict[str, set[str]] = defaultdict(set)
    for number, meaning in enumerate(_table()["same"]):
        for lang in ("en", "ro"):
            for word in meaning[lang]:
                found[f"{lang[0]}_{stem(word, lang)}"].add(f"s_{number}")
    return found


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    found: dict[str, float] = {}
    for name, weight in (("light", 0.25), ("filler", 0.0)):
        for lang in ("en", "ro"):
            found |= dict.fromkeys(fold(_table()[name][lang]).split(), weight)
    return found


@lru_cache(maxsize=1)
def _features() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for feature, words in _table()["features"].items():
        for lang in ("en", "ro"):
            for word in words[lang].split():
                found[f"{lang[0]}_{stem(word, lang)}"].add(feature)
    return found


@lru_cache(maxsize=1)
def _persons() -> frozenset[str]:
    return frozenset(word for lang in ("en", "ro") for word in _table()["persons"][lang].split())


@lru_cache(maxsize=40_000)
def stem(word: str, lang: str) -> str:
    """Return the stem of a folded word in a language (``en`` or ``ro``)."""
    known = _table()["stems"][lang].get(word)
    if known:
        return str(known)
    if lang == "en":
        for pattern, better in _SPELLINGS:
            word = pattern.sub(better, word)
        return str(_stemmers()["en"].stemWord(word.removesuffix("'s").replace("'", "")))
    # The Romanian stemmer expects diacritics, which few people write in a search box: its rest is cut here.
    found = str(_stemmers()["ro"].stemWord(word))
    while len(found) > 4 and (shorter := _ENDINGS.sub("", found)) != found and len(shorter) >= 3:
        found = shorter
    return found.replace("oa", "o")


@lru_cache(maxsize=40_000)
def keys_of(word: str, lang: str) -> frozenset[str]:
    """Return what a folded word of a text in a language is found by."""
    if "." in word or any(c.isdigit() for c in word):
        return frozenset({f"n_{word}"})
    key = f"{lang[0]}_{stem(word, lang)}"
    return frozenset({key, *_same().get(key, ())})


def normal(text: str) -> str:
    """Fold a text and write numbers of acts and spans of years in one way: 678/2001, 2018-2022."""
    text = fold(text[:MAX_LENGTH].replace("’", "'").replace("–", "-"))
    text = re.sub(r"\b(half|semi|non|post)-(?=[a-z])", r"\1", text)
    text = _INFLECTED.sub("", text)
    text = _THOUSANDS.sub(r"\1\2", re.sub(r"\s*/\s*", "/", text))
    text = _EU.sub(r"\1", text)
    return _RANGE.sub(r"\1-\2", _NUMBER_OF_YEAR.sub(r"\1/\2", text))


def split(text: str) -> list[str]:
    """Split a normal text into its words and numbers."""
    return [token.strip(".-/") for token in _TOKEN.findall(text)][:MAX_TOKENS]


def weight_of(word: str) -> float:
    """Return what a word is worth: nothing for a filler, little for a light word, else one."""
    if (len(word) == 1 and word.isalpha()) or _ROMAN.fullmatch(word):
        return 0.0
    return _weights().get(word, 0.5 if word.startswith("victim") and len(word) <= 9 else 1.0)


def bag(text: str, lang: str) -> frozenset[str]:
    """Return all that the words of a text are found by."""
    return frozenset(key for word in split(normal(text)) for key in keys_of(word, lang))


def sequence(text: str, lang: str) -> tuple[frozenset[str], ...]:
    """Return the words of a name in their order, without the little ones; nothing for a name of mere fillers."""
    words = split(normal(text))
    body = any(KIND.fullmatch(word) for word in words)
    if len(words) > 1 and sum(weight_of(word) for word in words) < STRONG and not body:
        words = []
    return tuple(keys_of(word, lang) for word in words if weight_of(word) > 0 or len(word) > _LITTLE or len(words) == 1)


class Spelling:
    """The words that the graph and the intents know; others are corrected to them where only a slip parts them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known: dict[str, int] = defaultdict(int)
        for word in words:
            self._known[word] += 1
        self._single: dict[str, list[str]] = defaultdict(list)
        for word in self._known:
            self._single[_DOUBLE.sub(r"\1", word)].append(word)
        self._stems = {f"{lang[0]}_{stem(word, lang)}" for word in self._known for lang in ("en", "ro")}
        self._shorter: dict[str, list[str]] = defaultdict(list)
        for word in self._known:
            for less in _deletes(word):
                self._shorter[less].append(word)

    def correct(self, word: str) -> str:
        """Return the word, or the one known word that it is a slip of."""
        if len(word) < 5 or not word.isalpha() or word in self._known or word in _weights() or _fixed(word):
            return word
        near = set(self._single.get(_DOUBLE.sub(r"\1", word), ()))
        if near:
            return min(near, key=lambda other: (-self._known[other], other))
        if any(f"{lang[0]}_{stem(word, lang)}" in self._stems for lang in ("en", "ro")):
            return word
        near = {other for less in _deletes(word) for other in self._shorter.get(less, ())}
        slips = [other for other in near if other[0] == word[0] and _is_slip(word, other)]
        return min(slips, key=lambda other: (-self._known[other], other), default=word)


def _fixed(word: str) -> bool:
    return any(word in _table()["stems"][lang] for lang in ("en", "ro"))


def _deletes(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))} if len(word) >= 4 else {word}


def _is_slip(word: str, meant: str) -> bool:
    """Tell whether a word is another with one letter missing, doubled, swapped, or, if long, changed."""
    start = next((i for i, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant)))
    ours, theirs = word[start:], meant[start:]
    if len(word) != len(meant):
        longer, shorter = (ours, theirs) if len(ours) > len(theirs) else (theirs, ours)
        return longer[1:] == shorter and len(min(word, meant, key=len)) >= 5
    if ours[:2] == theirs[:2][::-1] and ours[2:] == theirs[2:]:
        return True
    return ours[1:] == theirs[1:] and (len(word) >= 8 or (len(word) >= 6 and {ours[0], theirs[0]} <= _VOWELS))


def read(text: str, spelling: Spelling | None = None) -> list[Word]:
    """Read a question into words; a short word in capitals among others is a name and no filler (MAI, MS)."""
    capitals = {fold(word) for word in _CAPITALS.findall(text)} if not text.isupper() else set()
    found = []
    tokens = [token.removesuffix("'s") for token in split(normal(text))]
    for at, token in enumerate(tokens):
        word = spelling.correct(token) if spelling else token
        keys = keys_of(word, "en") | keys_of(word, "ro")
        features = frozenset(feature for key in keys for feature in _features().get(key, ()))
        if word in _OF_THE_COUNTRY and not _persons() & {*tokens[max(at - 2, 0) : at], *tokens[at + 1 : at + 3]}:
            features -= {"national"}
        found.append(
            Word(word, keys, 1.0 if word in capitals and not _ROMAN.fullmatch(word) else weight_of(word), features)
        )
    return found
