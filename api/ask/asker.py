"""The asker: a question in plain words → the reply, from one dataset that does not change while it lives."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.answering.answers import Answerer
from api.answering.labels import Label
from api.answering.standing import Standing, standing_of
from api.ask.candidates import Candidate, candidates_of
from api.ask.cards import Dresser
from api.ask.catalogue import Catalogue, read_catalogue
from api.ask.coverage import Coverage, read_coverage
from api.ask.duties import Duties
from api.ask.findings import Finding, read_findings
from api.ask.force import standing_items
from api.ask.index import Index
from api.ask.intents import ENOUGH, load_intents, words_of
from api.ask.notes import NOT_TOLD, no_such_objective
from api.ask.obligation_readers import ObligationReaders
from api.ask.phrases import phrased
from api.ask.readers import Readers
from api.ask.reading import Reader, Reading, Span
from api.ask.replies import Found, Item, Outcome, Reply
from api.ask.words import Spelling
from api.sparql.store import Rows
from api.vocabulary import SDMX_MEASURE

# An intent that explains this much less than the best is not what was meant.
_NEAR: Final = 0.08
_NOTHING: Final[Label] = {
    "en": "something the graph could recognise in the question",
    "ro": "ceva ce graful ar putea recunoaște în întrebare",
}
_Choice = tuple[float, float, Candidate | Outcome]


class Asker:
    """Answers questions in plain words."""

    def __init__(
        self, answerer: Answerer, catalogue: Catalogue, coverage: Coverage, findings: dict[str, list[Finding]]
    ) -> None:
        self._answerer = answerer
        self._catalogue = catalogue
        self._coverage = coverage
        self._intents = load_intents()
        self._reader = Reader(catalogue, Spelling([*catalogue.words(), *words_of()]))
        self._index = Index(catalogue)
        self._duties = Duties(catalogue)
        self._obligations = ObligationReaders(catalogue)
        self._dresser = Dresser(answerer, catalogue, findings)
        self._standing: Standing | None = None

    @classmethod
    async def open(cls, answerer: Answerer) -> "Asker":
        """Read the dataset and build the index (about a second); raises what the store raises."""
        store = answerer.store
        catalogue = await read_catalogue(store)
        coverage, findings = await asyncio.gather(read_coverage(store, catalogue), read_findings(store))
        return await asyncio.to_thread(cls, answerer, catalogue, coverage, findings)

    async def ask(self, text: str, lang: str = "en", as_of: date | None = None) -> Reply:
        """Answer a question as of a day (default: the dataset's)."""
        usual = self._answerer.manifest.as_of
        asked = phrased(text)
        day = as_of or asked.day or usual
        reading = self._reader.read(asked.text)
        choices = self._choices(reading, day)
        found, said = await self._found(reading, choices, day)
        # The findings are those of the dataset's own day.
        cards = await self._dresser.dress(found.items, lang, findings=day == usual)
        note = found.note or (None if cards else await self._on_another_day(reading, day))
        self._standing = self._standing or await standing_of(self._answerer.store)
        caveat = self._standing.words(day, date.today())
        return Reply(
            question=text,
            lang=lang,
            as_of=day,
            dataset=self._answerer.manifest.sha256,
            intent=found.intent,
            cards=cards,
            looked_for=found.looked_for,
            coverage=self._coverage.public(),
            note=note if not cards else None,
            caveat={"en": caveat.en, "ro": caveat.ro} if caveat else None,
            verdict=found.verdict if cards else None,
            unread=[] if cards else reading.unsaid(said),
        )

    async def _on_another_day(self, reading: Reading, day: date) -> Label | None:
        """Tell that there is an answer as of the dataset's own day, where another one was asked for."""
        usual = self._answerer.manifest.as_of
        if day == usual:
            return None
        found, _ = await self._found(reading, self._choices(reading, usual), usual)
        if not found.items:
            return None
        return {
            "en": f"Nothing recorded is valid on {day}. As of {usual} there is an answer.",
            "ro": f"Nimic din ce este înregistrat nu este valabil la {day}. La {usual} există un răspuns.",
        }

    def _choices(self, reading: Reading, day: date) -> list[_Choice]:
        """Return what may be meant, best first."""
        if reading.denies:
            # What the text does not say of a body cannot be told from what it says of others.
            return []
        readers = Readers(self._catalogue, self._duties, day)
        found: list[_Choice] = [
            (one.score, one.coverage, one) for one in candidates_of(self._intents, reading, self._index)
        ]
        for intent in self._intents:
            read = (*readers.read(intent, reading), *self._obligations.read(intent, reading, day))
            found += [(one.score, one.coverage, one) for one in read]
        # An intent of its own threshold has been held to it.
        good = [one for one in found if one[1] >= (ENOUGH if isinstance(one[2], Outcome) else one[2].intent.enough)]
        return sorted(
            good, key=lambda one: (-one[0], one[2].found.intent if isinstance(one[2], Outcome) else one[2].intent.id)
        )

    async def _found(self, reading: Reading, choices: Sequence[_Choice], day: date) -> tuple[Found, frozenset[int]]:
        """Return what the best choice finds, or one as good; where none does, what the best looked for."""
        first: tuple[Found, frozenset[int]] | None = None
        for score, _, choice in choices:
            if score < choices[0][0] - _NEAR:
                break
            found = choice.found if isinstance(choice, Outcome) else await self._run(choice, reading, day)
            first = first or (found, choice.said)
            if found.items or _settles(choice, reading):
                return found, choice.said
        if first:
            return first
        if reading.denies:
            return Found([], "none", self._known(reading) or _NOTHING, NOT_TOLD), frozenset()
        if missing := no_such_objective(reading.text, self._catalogue):
            return Found([], "none", *missing), frozenset()
        known = self._known(reading)
        spans = (*reading.institutions, *reading.concepts)
        return Found([], "none", known or _NOTHING), frozenset(i for span in spans for i in span.places)

    def _known(self, reading: Reading) -> Label | None:
        """Name what the question speaks of, where nothing that the graph says answers it."""
        spans = (*reading.institutions, *reading.concepts)
        things = [span.things[0] for span in spans if _says(span, reading)]
        parts = {lang: list(dict.fromkeys(one.label.get(lang, "") for one in things)) for lang in ("en", "ro")}
        return {lang: "; ".join(names) for lang, names in parts.items()} if things else None

    async def _run(self, one: Candidate, reading: Reading, day: date) -> Found:
        """Run the query of an intent on the things that the question names."""
        intent = one.intent
        looked = _looked_for(one)
        note = intent.told
        if intent.answer == "subject":
            items = [
                Item(thing, one.score, value=_number(thing.one(SDMX_MEASURE.obsValue)), graph=thing.graph)
                for thing in one.subjects
            ]
            return Found(items, intent.id, looked, note)
        if not intent.sparql:
            return Found([], intent.id, looked, note)
        items = []
        for subject in one.subjects or (None,):
            bound = {"subject": NamedNode(subject.iri)} if subject else {}
            rows = await self._answerer.store.select(intent.sparql, bound)
            if intent.answer == "standing":
                items += standing_items(rows, self._catalogue, day, one.score)
            else:
                items += self._items(rows, one.score)
        asking = intent.hit(reading.words) or set()
        bodies = [span for span in reading.institutions if not asking & set(span.places)]
        if intent.members and bodies:
            named = {thing.iri for span in bodies for thing in span.things} - {one.iri for one in one.subjects}
            items = items if not named else [item for item in items if item.thing.iri in named]
        return Found(items[:1] if intent.first else items, intent.id, looked, note)

    def _items(self, rows: Rows, score: float) -> list[Item]:
        found: dict[tuple[str, str], Item] = {}
        things = self._catalogue.things
        for row in rows.rows:
            told = row.get("thing") or row.get("subject")
            thing = things.get(told.value) if told is not None else None
            if thing is None:
                continue
            value, graph = row.get("value"), row.get("graph")
            rests = row.get("duty") or row.get("listing")
            duty = things.get(rests.value) if rests is not None else None
            written: str | float | None = value.value if isinstance(value, Literal) else None
            if isinstance(value, Literal) and "valueRo" not in row:
                written = _number(value.value)
            other = row.get("valueRo")
            label = {"en": value.value, "ro": other.value} if isinstance(value, Literal) and other is not None else None
            if written is None and thing.type == "Observation":
                written = _number(thing.one(SDMX_MEASURE.obsValue))
            source = rests.value if isinstance(rests, NamedNode) else None
            origin = graph.value if isinstance(graph, NamedNode) else thing.graph
            item = Item(thing, score, duty, written, label, origin, source)
            found.setdefault((thing.iri, str(written)), item)
        return list(found.values())


def _says(span: Span, reading: Reading) -> bool:
    """Tell whether words name just one thing, and in its own words: the question did not ask for what is only near."""
    keys = {key for i in span.places for key in reading.words[i].keys if not key.startswith("s_")}
    return len(span.things) == 1 and bool(keys & span.things[0].bag)


def _settles(choice: Candidate | Outcome, reading: Reading) -> bool:
    """Tell whether nothing else is meant, although nothing was found."""
    if isinstance(choice, Outcome):
        return False
    return choice.intent.any or (choice.intent.members and not choice.intent.subject and bool(reading.institutions))


def _looked_for(one: Candidate) -> Label:
    title = {"en": one.intent.title.en, "ro": one.intent.title.ro}
    if not one.subjects:
        return title
    return {lang: f"{text}: {one.subjects[0].label.get(lang, '')}" for lang, text in title.items()}


def _number(text: str | None) -> str | float | None:
    """Return a figure as a number, any other text as it is."""
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and "." not in text else value
