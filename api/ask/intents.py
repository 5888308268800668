"""The intents: one file each, with the words that tell of it in both languages and the query that answers it."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from api.answering.question import Text
from api.ask.words import Word, bag, keys_of, normal, split

# The share of a question that its answer must explain, unless the intent says otherwise.
ENOUGH: Final = 0.85
FOLDER: Final = Path(__file__).parent / "intents"
_MEMBERS: Final = frozenset(
    (
        "title",
        "ask",
        "also",
        "subject",
        "sparql",
        "answer",
        "reader",
        "rank",
        "members",
        "first",
        "any",
        "note",
        "enough",
        "exact",
        "follows",
    )
)
Phrase = tuple[frozenset[str], ...]
# Phrases by what their first word is found by.
Group = dict[str, list[Phrase]]


@dataclass(frozen=True)
class Intent:
    """One way of asking.

    ``ask`` are groups of phrases, of each of which one must stand in the question; ``also`` are words that it
    explains besides; ``subject`` are the classes of the thing that the rest of the question must name.
    """

    id: str
    title: Text
    ask: dict[str, list[Group]]
    also: frozenset[str]
    subject: tuple[str, ...]
    sparql: str | None
    # "subject": what is named is the answer itself; "standing": whether it is in force on the day.
    answer: str | None
    # Which part of the engine reads the question, where no named thing and no query does.
    reader: str | None
    # What it is worth beside another intent that says as much.
    rank: float
    # A body that the question names must be among the answers, and is then the only one.
    members: bool
    # The first answer alone is the answer; the others are no equals.
    first: bool
    # Its words settle the question, whatever else is said.
    any: bool
    note: Text | None
    # The share of a question that it must explain; less where the class of the thing is asked for by name.
    enough: float
    # The thing must be called by one of its whole names.
    exact: bool
    # The thing is named after the intent's words: "replaced by Law …", but not "Law … was replaced by".
    follows: bool

    @cached_property
    def bare(self) -> bool:
        """Whether no words of its own tell of it."""
        return not any(groups for groups in self.ask.values())

    @property
    def told(self) -> dict[str, str] | None:
        """What is said where it finds nothing."""
        return {"en": self.note.en, "ro": self.note.ro} if self.note else None

    def hit(self, words: list[Word]) -> set[int] | None:
        """Return the places of its words in a question, None where they are not all there."""
        if self.bare:
            return set()
        best: set[int] | None = None
        for groups in self.ask.values():
            found = [_places(words, group) for group in groups]
            if groups and all(found):
                places = set().union(*found)
                best = places if best is None or len(places) > len(best) else best
        return best

    def explains(self, word: Word) -> bool:
        """Tell whether a word is one that it explains besides."""
        return bool(word.keys & self.also)


def _places(words: list[Word], group: Group) -> set[int]:
    """Return the places of all phrases of a group that stand in a question."""
    found: set[int] = set()
    for first, word in enumerate(words):
        for key in (*word.keys, f"={word.text}"):
            for phrase in group.get(key, ()):
                rest = words[first : first + len(phrase)]
                if len(rest) == len(phrase) and all(map(_is, rest, phrase)):
                    found |= set(range(first, first + len(phrase)))
    return found


def _is(word: Word, keys: frozenset[str]) -> bool:
    return bool(word.keys & keys) or f"={word.text}" in keys


def _group(text: str, lang: str) -> Group:
    """Read phrases parted by strokes; one word after a sign of equality counts only in just that form."""
    found: Group = {}
    for phrase in filter(None, (part.strip() for part in text.split("|"))):
        exact = phrase.startswith("=")
        keys = tuple(frozenset({f"={word}"}) if exact else keys_of(word, lang) for word in split(normal(phrase)))
        for key in keys[0]:
            found.setdefault(key, []).append(keys)
    return found


def _text(value: dict[str, str] | None) -> Text | None:
    return Text(en=value["en"], ro=value["ro"]) if value else None


def _intent(name: str, found: dict[str, Any]) -> Intent:
    unknown = sorted(found.keys() - _MEMBERS)
    if unknown:
        raise ValueError(f"The intent {name} has an unknown member: {unknown[0]}.")
    also = found.get("also", {})
    title = _text(found["title"])
    assert title is not None
    return Intent(
        id=name,
        title=title,
        ask={lang: [_group(group, lang) for group in groups] for lang, groups in found["ask"].items()},
        also=frozenset().union(*(bag(text, lang) for lang, text in also.items())),
        subject=tuple(found.get("subject", ())),
        sparql=found.get("sparql"),
        answer=found.get("answer"),
        reader=found.get("reader"),
        rank=found.get("rank", 0.0),
        members=found.get("members", False),
        first=found.get("first", False),
        any=found.get("any", False),
        note=_text(found.get("note")),
        enough=found.get("enough", ENOUGH),
        exact=found.get("exact", False),
        follows=found.get("follows", False),
    )


def load_intents(folder: Path = FOLDER) -> list[Intent]:
    """Read all intents; raises ``ValueError`` for a file with an unknown member."""
    found = []
    for file in sorted(folder.glob("*.toml")):
        with file.open("rb") as stream:
            found.append(_intent(file.stem, tomllib.load(stream)))
    return found


def words_of(folder: Path = FOLDER) -> list[str]:
    """Return every word of the intents, for the correction of slips."""
    found: list[str] = []
    for file in sorted(folder.glob("*.toml")):
        with file.open("rb") as stream:
            data = tomllib.load(stream)
        texts = [*(group for groups in data["ask"].values() for group in groups), *data.get("also", {}).values()]
        found += [word for text in texts for word in split(normal(text))]
    return found
