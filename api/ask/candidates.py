"""The candidates for what a question asks: every intent whose words it holds, with how much of it each explains."""

import re
from dataclasses import dataclass, field
from typing import Final

from api.answering.folding import fold
from api.ask.catalogue import Thing
from api.ask.index import Index
from api.ask.intents import ENOUGH, Intent
from api.ask.reading import Reading
from api.ask.words import STRONG, keys_of

# Things named equally well are taken together, up to so many.
_TIES: Final = 4
_TIE: Final = 0.015
_PRECISION: Final = 0.1
# Questions for a number are answered by figures and lists, never by a sentence that only speaks of the thing.
_QUANTITY: Final = re.compile(r"\bhow (?:many|much)\b|\b(?:cate|cati|cata|cat)\b(?! de (?:des|frecvent))")
_FIGURE: Final = re.compile(
    r"\bnumbers? of\b|\bnumar(?:ul)?\b|\bnr\b|\brat[ae]s?\b|\bshare\b|\bponderea\b|\bprocent\w*|\bpercent\w*"
)
_NO_NUMBER: Final = frozenset(
    ("content", "about", "who", "whether", "duties", "indicator", "act-by-topic", "problem", "result", "objective")
)
_MEASURES: Final = tuple(
    frozenset(key for key in keys_of(word, "en") if key[0] == "s") for word in ("rate", "share", "rounded")
)
# A question for a body is not answered by a passage about the matter.
_NO_BODY: Final = frozenset(
    (
        *("content", "about", "figure", "system", "act-by-topic", "approved-by", "amended-by", "applies", "in-force"),
        *(
            "date-adopted",
            "date-signed",
            "date-published",
            "date-in-force",
            "objective",
            "indicator",
            "result",
            "problem",
            "principle",
            "objective-of-problem",
        ),
    )
)


# Whether a body has to do with a part is not answered by what the part says.
_WORDING: Final = frozenset(("objective", "indicator", "indicators"))


@dataclass(frozen=True)
class Candidate:
    """An intent that explains a question: the things it names, and how much of the question is explained."""

    intent: Intent
    score: float
    coverage: float
    said: frozenset[int]
    subjects: tuple[Thing, ...] = ()
    free: frozenset[int] = field(default_factory=frozenset)


def asks_number(reading: Reading) -> bool:
    """Tell whether a question asks how many."""
    return bool(_QUANTITY.search(fold(reading.text)))


def speaks_of_figures(reading: Reading) -> bool:
    """Tell whether a question is about a number, and not about who gives it."""
    return asks_number(reading) or (not reading.asks_who and bool(_FIGURE.search(fold(reading.text))))


def candidates_of(intents: list[Intent], reading: Reading, index: Index) -> list[Candidate]:
    """Return the candidates that need no reader of their own, best first."""
    found: list[Candidate] = []
    number = asks_number(reading)
    for intent in intents:
        places = intent.hit(reading.words)
        if places is None or intent.reader or (number and intent.id in _NO_NUMBER):
            continue
        if (reading.asks_who and intent.id in _NO_BODY) or (reading.asks_law and intent.id == "content"):
            continue
        if intent.id in _WORDING and reading.institutions and reading.asks_whether:
            continue
        one = _settled(intent, places) if intent.any and places else _candidate(intent, reading, places, index)
        if one:
            found.append(one)
    return sorted(found, key=lambda one: (-one.score, one.intent.id))


def _settled(intent: Intent, places: set[int]) -> Candidate:
    return Candidate(intent, 1.0 + intent.rank, 1.0, frozenset(places))


def _candidate(intent: Intent, reading: Reading, places: set[int], index: Index) -> Candidate | None:
    words = reading.words
    also = {i for i, word in enumerate(words) if intent.explains(word)}
    total = reading.weight or 1.0
    if not intent.subject:
        said = places | also
        if intent.members:
            said |= {i for span in reading.institutions for i in span.places}
        coverage = sum(words[i].weight for i in said) / total
        if coverage < ENOUGH or not _numbers(reading, said):
            return None
        return Candidate(intent, coverage + intent.rank + 0.01 * len(places), coverage, frozenset(said))
    named = _bodies(intent, reading) + [
        (hit.thing, hit.places, hit.precision)
        for hit in index.find(words, [i for i in range(len(words)) if i not in places or i in also], _classes(intent))
    ]
    ranked: list[tuple[float, float, Thing, frozenset[int]]] = []
    for thing, own, precision in named:
        # What is only said by the intent's own little words is not named.
        if precision < 1.0 and (intent.exact or not any(words[i].weight >= STRONG and i not in also for i in own)):
            continue
        if intent.follows and any(i < max(places) for i in own if words[i].weight >= STRONG and i not in also):
            continue
        said = places | also | own
        if intent.members:
            said |= {i for span in reading.institutions for i in span.places}
        coverage = sum(words[i].weight for i in said) / total
        if coverage >= intent.enough and _numbers(reading, places | own | (also - _figures(reading))):
            worth = (
                coverage
                + _PRECISION * precision
                - _unsaid_measure(thing, reading)
                + 0.005 * sum(words[i].weight for i in own)
            )
            if worth < intent.enough:
                continue
            ranked.append((worth, coverage, thing, frozenset(said)))
    if not ranked:
        return None
    ranked.sort(key=lambda one: (-one[0], one[2].iri))
    best = ranked[0]
    subjects = tuple(one[2] for one in ranked[:_TIES] if one[0] >= best[0] - _TIE)
    return Candidate(
        intent, best[1] + intent.rank + 0.01 * len(places) + 0.03 * (best[0] - best[1]), best[1], best[3], subjects
    )


def _unsaid_measure(thing: Thing, reading: Reading) -> float:
    """Return what it costs that a figure is a rate or a share of which the question does not speak."""
    if thing.type != "Observation":
        return 0.0
    asked = frozenset().union(*(word.keys for word in reading.words))
    much = 1.0 if asks_number(reading) else 0.1
    return much if any(meaning & thing.bag and not meaning & asked for meaning in _MEASURES) else 0.0


def _classes(intent: Intent) -> list[str]:
    return [name for name in intent.subject if name != "Institution"]


def _bodies(intent: Intent, reading: Reading) -> list[tuple[Thing, frozenset[int], float]]:
    """Return the bodies that a question names, where the intent is about one; half a name names none."""
    if "Institution" not in intent.subject:
        return []
    return [(thing, frozenset(span.places), 1.0) for span in reading.institutions for thing in span.things]


def _figures(reading: Reading) -> set[int]:
    return {i for i, word in enumerate(reading.words) if word.number}


def _numbers(reading: Reading, said: set[int] | frozenset[int]) -> bool:
    """Tell whether every number of the question is said: a law of another number is another law."""
    return _figures(reading) <= said
