"""The index: full-text search (SQLite FTS5) over what things are found by, and how well one fits a question."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from api.ask.catalogue import Catalogue, Thing
from api.ask.words import Word

# Things whose names are compared with a question one by one.
CANDIDATES: Final = 300


@dataclass(frozen=True)
class Hit:
    """A thing with the places of the words of a question that its names or texts hold."""

    thing: Thing
    places: frozenset[int]
    # How much of its best name the question says, from 0 to 1.
    precision: float


class Index:
    """The index over a catalogue, in memory; safe to use from several threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._things = [thing for thing in catalogue.things.values() if thing.type != "Responsibility"]
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        # The keys are words of letters, digits and underscores; numbers keep their stops and strokes.
        self._db.execute(
            "CREATE VIRTUAL TABLE found USING fts5(type, keys, tokenize = \"unicode61 tokenchars '_./-'\")"
        )
        rows = [(n + 1, thing.type, " ".join(sorted(thing.bag))) for n, thing in enumerate(self._things)]
        self._db.executemany("INSERT INTO found(rowid, type, keys) VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        """Give the memory back."""
        self._db.close()

    def find(self, words: Sequence[Word], places: Sequence[int], types: Iterable[str]) -> list[Hit]:
        """Return the things of some classes that hold words at some places of a question, best match first."""
        wanted = [i for i in places if words[i].weight > 0]
        keys = sorted({key for i in wanted for key in words[i].keys})
        kinds = " OR ".join(f'"{name}"' for name in sorted(types))
        if not keys or not kinds:
            return []
        either = " OR ".join(f'"{key}"' for key in keys)
        match = f"type : ({kinds}) AND keys : ({either})"
        with self._lock:
            rows = self._db.execute(
                "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?", (match, CANDIDATES)
            ).fetchall()
        asked = frozenset().union(*(words[i].keys for i in places))
        return [self._hit(self._things[rowid - 1], words, wanted, asked) for (rowid,) in rows]

    def _hit(self, thing: Thing, words: Sequence[Word], wanted: list[int], asked: frozenset[str]) -> Hit:
        places = frozenset(i for i in wanted if words[i].keys & thing.bag)
        shares = [sum(1 for keys in name if keys & asked) / len(name) for name in thing.sequences]
        return Hit(thing, places, max(shares, default=0.0))
