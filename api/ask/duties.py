"""Who does it: the duties of the graph that say all that a question asks, and no others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rdflib.namespace import SKOS

from api.ask.catalogue import Catalogue, Thing
from api.ask.duty import Duty
from api.ask.intents import ENOUGH
from api.ask.reading import Reading, Span
from api.ask.relation import at_level, speaks_of
from api.ask.words import STRONG, Word
from api.vocabulary import ATF

# What lies this close to the best is as good.
CLOSE: Final = 0.06
# What one light word that a duty leaves unsaid takes from its coverage.
_LIGHT: Final = 0.04
_AND: Final = frozenset({"and", "si", "plus"})


def covered(words: Mapping[int, Word], said: Collection[int]) -> float:
    """Return how much of some words, by their places, is said: the strong by weight, less a little for each light."""
    strong = sum(word.weight for word in words.values() if word.weight >= STRONG)
    have = sum(word.weight for i, word in words.items() if word.weight >= STRONG and i in said)
    light = sum(1 for i, word in words.items() if word.weight < STRONG and i not in said)
    return (have / strong if strong else float(light == 0)) - _LIGHT * light


@dataclass(frozen=True)
class Match:
    """A duty with what it says of the question."""

    duty: Thing
    coverage: float
    score: float
    said: frozenset[int]
    # Whether it has the very function that is asked for.
    function: bool = False


@dataclass
class _Part:
    """What the names in a question say of one duty: the places said and denied, and what that is worth."""

    said: set[int]
    denied: set[int]
    bonus: float = 0.0
    function: bool = False
    # Roles and bodies that the question names and the duty has.
    named: int = 0

    def add(self, span: Span, worth: float) -> None:
        """Count the words of a name as said."""
        self.said |= set(span.places)
        self.bonus += worth


class Duties:
    """The duties of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._duties = [Duty(duty, catalogue) for duty in catalogue.of(["Responsibility"])]
        self._up = {iri: set(one.all(SKOS.broader)) for iri, one in catalogue.concepts.items()}

    def of(self, institution: str) -> list[Thing]:
        """Return the duties that a body holds, or that another one fulfils through it."""
        return [one.thing for one in self._duties if institution in one.holders]

    def match(
        self, reading: Reading, subject: Span | None = None, free: Collection[int] = (), *, narrow: bool = False
    ) -> list[Match]:
        """Return the duties that say enough of a question, best first.

        ``subject`` names a body that is asked about, so that its words ask for nothing; neither do those at the
        places in ``free``. ``narrow``: the holder is known, and any word in common tells his duties apart.
        """
        idle = {*free, *(subject.places if subject else ())}
        asked = {feature for i, word in enumerate(reading.words) if i not in idle for feature in word.features}
        if any(word.text.startswith(("victim", "witness", "martor")) for word in reading.words):
            asked.add("victim")
        if not any(word.weight >= STRONG for i, word in enumerate(reading.words) if i not in idle):
            return []
        found = [self._compare(one, reading, subject, idle, narrow) for one in self._duties if not one.excludes(asked)]
        good = [one for one in found if one and one.coverage >= ENOUGH] or self._together(found, reading, idle)
        return sorted(good, key=lambda one: (-one.score, one.duty.iri))

    def _together(self, found: list[Match | None], reading: Reading, idle: Collection[int]) -> list[Match]:
        """Return the duties of one holder that together say enough, where a question joins two matters."""
        if not any(word.text in _AND for word in reading.words):
            return []
        words = {i: word for i, word in enumerate(reading.words) if i not in idle and word.weight > 0}
        matters = [one for one in found if one and one.function]
        for holder in sorted({iri for one in matters for iri in one.duty.all(ATF.holder)}):
            own = sorted((one for one in matters if holder in one.duty.all(ATF.holder)), key=lambda one: -one.score)
            said: frozenset[int] = frozenset()
            parts: list[Match] = []
            for one in own:
                if one.said - said:
                    parts.append(one)
                    said |= one.said
            if (coverage := covered(words, said)) >= ENOUGH:
                return [replace(one, coverage=coverage, score=coverage) for one in parts]
        return []

    def _compare(
        self, one: Duty, reading: Reading, subject: Span | None, idle: Collection[int], narrow: bool
    ) -> Match | None:
        part = self._named(one, reading, subject, idle)
        said, bonus = part.said, part.bonus
        content = 0
        words = {i: word for i, word in enumerate(reading.words) if i not in idle and word.weight > 0}
        for i, word in words.items():
            if i not in part.denied and word.keys & one.text:
                content += word.weight >= STRONG
                bonus += (0.02 if i in said else 0.01) * word.weight
                said.add(i)
            elif (word.number and one.dates_from(word.text)) or (
                i not in part.denied and (word.keys & one.about or any(map(one.embraces, word.features)))
            ):
                said.add(i)
        # A single word in common tells nothing; neither does one with a body, unless they are all.
        enough = narrow or part.function or (content + 2 * part.named >= 2 and not one.only_tells(said, reading))
        if not enough or any(i not in said and word.number for i, word in words.items()):
            return None
        if one.bodies & one.objects and not part.named:
            # It is about another body or document, of which the question does not speak.
            bonus -= 0.07
        if one.beside and not said & one.asked_role(reading):
            bonus -= 0.1
        coverage = covered(words, said)
        return Match(one.thing, coverage, coverage + bonus, frozenset(said), part.function)

    def _named(self, one: Duty, reading: Reading, subject: Span | None, idle: Collection[int]) -> _Part:
        """Return what the named functions, groups, roles and bodies of a question say of a duty."""
        part = _Part(set(), set(idle))
        for span in (named for named in reading.concepts if named.things[0].type != "function"):
            kind, asked = span.things[0].type, {thing.iri for thing in span.things}
            if kind == "target-group" and asked & one.groups:
                part.add(span, 0.05)
            elif kind == "role" and asked & one.roles:
                part.named += 1
                part.add(span, 0.05)
        for span in (named for named in reading.concepts if named.things[0].type == "function"):
            asked = {thing.iri for thing in span.things}
            # A name that several functions share needs a word of the duty's own beside it.
            sure = len(asked) == 1 or any(reading.words[i].keys & one.text for i in span.places)
            if sure and (worth := self._function(asked, one.functions)):
                part.function = True
                part.add(span, worth + 0.02 * len(span.places))
                continue
            # What has a name of its own is not something else that shares a word with it.
            rest = [i for i in span.places if i not in part.said and reading.words[i].weight > 0]
            whole = all(reading.words[i].keys & one.text for i in rest)
            part.denied |= set() if whole else set(span.places)
        for span in reading.institutions:
            asked = {thing.iri for thing in span.things}
            if span is not subject and speaks_of(one, asked, span, reading):
                part.named += 1
                part.add(span, 0.1)
            elif span is not subject and asked & (one.holders | one.objects):
                part.denied |= set(span.places)
        part.denied |= at_level(one, reading)
        return part

    def _function(self, asked: set[str], functions: set[str]) -> float:
        """Return what it is worth that a duty has the function asked for (0.1), or a kind of it (0.03)."""
        if asked & functions:
            return 0.1
        return 0.03 if any(asked & self._up.get(iri, set()) for iri in functions) else 0.0


def best(matches: list[Match]) -> list[Match]:
    """Return the best match and those as good."""
    return [one for one in matches if one.score >= matches[0].score - CLOSE] if matches else []
