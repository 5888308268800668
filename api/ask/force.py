"""Whether an act or a document is in force on a day, in words of both languages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.answering.citations import written_date
from api.ask.catalogue import Catalogue
from api.ask.replies import Item
from api.sparql.store import Rows

_IN_FORCE: Final = "-inForce"
_SAID: Final = {
    "en": {
        "in": "in force on {day}",
        "in-today": "in force",
        "not": "not in force on {day}",
        "open": "; no end of it is recorded",
        "unknown": "no longer in force; its last day is not recorded",
        "not-yet": "not yet in force on {day}",
        "from": "; in force from {start}",
        "dated": "; the date recorded for it is {start}",
        "last": "; its last day: {end}",
        "no-more": "; no longer today: its last day was {end}",
        "later": "; later, from {start}, replaced by {other}",
        "replaced": "; from {start} replaced by {other}",
    },
    "ro": {
        "in": "în vigoare la {day}",
        "in-today": "în vigoare",
        "not": "nu mai este în vigoare la {day}",
        "open": "; nu este înregistrat un sfârșit",
        "unknown": "nu mai este în vigoare; ultima zi nu este înregistrată",
        "not-yet": "încă nu este în vigoare la {day}",
        "from": "; în vigoare de la {start}",
        "dated": "; data înregistrată este {start}",
        "last": "; ultima zi: {end}",
        "no-more": "; astăzi nu mai este: ultima zi a fost {end}",
        "later": "; ulterior, de la {start}, înlocuire prin {other}",
        "replaced": "; de la {start} înlocuire prin {other}",
    },
}


@dataclass
class _Life:
    """What is recorded of the life of an act: its first and last day, its state, and what replaces it."""

    graph: str | None = None
    state: str | None = None
    start: str | None = None
    end: str | None = None
    # Whether the first day is recorded, and not only the day of the act or of its publication.
    exact: bool = False
    others: dict[str, str] = field(default_factory=dict)

    def read(self, found: dict[str, str]) -> None:
        """Take in one row."""
        self.graph = self.graph or found.get("graph")
        self.state = self.state or found.get("state")
        self.start = self.start or found.get("start")
        self.exact = self.exact or found.get("exact") == "true"
        # Dates of ISO form; the end that was recorded comes before the day on which a period ends.
        self.end = self.end or found.get("end")
        if "other" in found and "since" in found:
            self.others[found["other"]] = found["since"]

    def words(self, lang: str, day: str, today: str, catalogue: Catalogue) -> str | None:
        """Say the state on a day, and how it is since."""
        said = _SAID[lang]
        other = min(self.others.items(), key=lambda one: (one[1], one[0]), default=None)
        values = {
            name: written_date(value, lang)
            for name, value in (("day", day), ("start", self.start or (other or ("", ""))[1]), ("end", self.end))
            if value
        }
        if self.start and day < self.start:
            return (said["not-yet"] + said["from" if self.exact else "dated"]).format(**values)
        if self.end:
            if day > self.end:
                return (said["not"] + said["last"]).format(**values)
            return (said["in"] + (said["no-more"] if self.end < today else said["last"])).format(**values)
        if other:
            thing = catalogue.things.get(other[0])
            values |= {"start": written_date(other[1], lang), "other": thing.label.get(lang, "") if thing else other[0]}
            keys = ("in", "later") if day < other[1] else ("not", "replaced")
            return "".join(said[key] for key in keys).format(**values)
        if self.state:
            if not self.state.endswith(_IN_FORCE):
                return said["unknown"]
            return said["in-today"] + (said["open"] if day > today else "")
        return None


def standing_items(rows: Rows, catalogue: Catalogue, day: date, score: float) -> list[Item]:
    """Return what the rows of the query say of each act or document on a day; nothing where they say nothing."""
    lives: dict[str, _Life] = {}
    for row in rows.rows:
        found = {name: term.value for name, term in row.items() if isinstance(term, NamedNode | Literal)}
        # Of a treaty it is the law by which the country ratified it that is asked about.
        lives.setdefault(found.get("law", found["subject"]), _Life()).read(found)
    return list(_items(lives, catalogue, day, score))


def _items(lives: dict[str, _Life], catalogue: Catalogue, day: date, score: float) -> Iterable[Item]:
    today = date.today().isoformat()
    for iri, life in lives.items():
        thing = catalogue.things.get(iri)
        english = life.words("en", day.isoformat(), today, catalogue)
        romanian = life.words("ro", day.isoformat(), today, catalogue)
        if thing and english and romanian:
            yield Item(thing, score, None, english, {"en": english, "ro": romanian}, life.graph or thing.graph)
