"""The readers of questions about duties: who, whether, what a body does, to whom, how often, by which law."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Final

from api.answering.labels import Label
from api.ask.candidates import asks_number, speaks_of_figures
from api.ask.catalogue import Catalogue, Thing
from api.ask.duties import Duties, Match, best
from api.ask.intents import ENOUGH, Intent
from api.ask.reading import Reading, Span
from api.ask.relation import concerns_all, narrower, objects_of, only_regulates, said_instead
from api.ask.replies import Found, Item, Outcome
from api.ask.words import STRONG
from api.vocabulary import ATF

_REPORTING: Final = frozenset({"reporter", "data-provider", "evaluator"})
_NAMED: Final[Label] = {
    "en": "It is named, but the loaded documents state no such duty of it.",
    "ro": "Este numită, dar documentele încărcate nu îi atribuie o asemenea sarcină.",
}


class Readers:
    """The readers over the duties valid on one day."""

    def __init__(self, catalogue: Catalogue, duties: Duties, day: date) -> None:
        self._catalogue = catalogue
        self._duties = duties
        self._day = day.isoformat()

    def read(self, intent: Intent, reading: Reading) -> list[Outcome]:
        """Read a question as an intent does, and return what may be meant."""
        places = intent.hit(reading.words)
        kinds: dict[str, Callable[[Intent, Reading, set[int]], list[Outcome]]] = {
            "who": self._who,
            "whether": self._whether,
            "duties": self._of_body,
            "recipients": self._recipients,
            "how-often": self._how_often,
            "legal-basis": self._legal_basis,
        }
        if intent.reader not in kinds:
            return []
        alone = intent.reader == "duties" and self._alone(reading)
        if (places is None and not alone) or asks_number(reading):
            return []
        if intent.reader == "who" and reading.asks_law:
            return []
        if reading.names_unknown_body and not reading.asks_who:
            # What is asked of a body that the graph does not know is not answered with another one's duties.
            return []
        return kinds[intent.reader](intent, reading, places or set())

    def _alone(self, reading: Reading) -> bool:
        named = {i for span in reading.institutions for i in span.places}
        return bool(named) and not any(word.weight for i, word in enumerate(reading.words) if i not in named)

    def _valid(self, duty: Thing) -> bool:
        start, end = duty.one(ATF.effectiveFrom), duty.one(ATF.effectiveThrough)
        return (start is None or start <= self._day) and (end is None or end >= self._day)

    def _match(
        self, reading: Reading, subject: Span | None = None, free: Iterable[int] = (), *, narrow: bool = False
    ) -> list[Match]:
        every = self._duties.match(reading, subject, set(free), narrow=narrow)
        return [one for one in every if self._valid(one.duty)]

    def _holders(self, match: Match, asked: Collection[str] = ()) -> list[Item]:
        """Return a duty's holders, then those through whom they act, if these are asked about or have their own entry.

        Others (the officers of an office, the units of an inspectorate) are told on the card of the holder.
        """
        own = {*asked, *self._catalogue.responsible}
        through = [iri for iri in match.duty.all(ATF.actsThrough) if iri in own]
        iris = [*match.duty.all(ATF.holder), *through]
        things = [self._catalogue.things[iri] for iri in iris if iri in self._catalogue.things]
        return [Item(thing, match.score, match.duty, graph=match.duty.graph) for thing in things]

    def _outcome(
        self, intent: Intent, matches: list[Match], items: list[Item], verdict: str | None = None, extra: float = 0.0
    ) -> Outcome:
        top = matches[0]
        score = top.coverage + intent.rank + extra
        return Outcome(score, top.coverage, Found(items, intent.id, _title(intent), intent.told, verdict), top.said)

    def _who(self, intent: Intent, reading: Reading, places: set[int]) -> list[Outcome]:
        if reading.asks_otherwise or (reading.asks_to_whom and reading.institutions):
            # Whoever reports to a body is not the one to whom the body reports.
            return []
        if speaks_of_figures(reading) and not reading.institutions:
            return []
        named = {i for span in reading.institutions for i in span.places}
        if not reading.asks_who and all(i in named for i, word in enumerate(reading.words) if word.weight >= STRONG):
            return []
        matches = best(self._match(reading))
        if not matches:
            return []
        done = [one for one in matches if not only_regulates(one.duty, reading)]
        rest = [one for one in matches if one not in done]
        if rest and all(narrower(one.duty, reading) for one in done):
            return self._nobody(intent, rest[0], reading, regulated=True, only=done)
        held = [item for match in done for item in self._holders(match)]
        return [self._outcome(intent, done, held)] if held else self._nobody(intent, done[0], reading)

    def _nobody(
        self, intent: Intent, match: Match, reading: Reading, regulated: bool = False, only: Sequence[Match] = ()
    ) -> list[Outcome]:
        """Return that the text names nobody, with what it does say; ``only``: duties towards some persons alone."""
        if not (regulated or concerns_all(match.duty, reading)):
            return []
        note = said_instead(match.duty, regulated=regulated, only=[one.duty for one in only])
        found = Found([], intent.id, _title(intent), note)
        return [Outcome(match.coverage + intent.rank, match.coverage, found, match.said)]

    def _whether(self, intent: Intent, reading: Reading, places: set[int]) -> list[Outcome]:
        found: list[Outcome] = []
        for span in reading.institutions if reading.asks_whether else ():
            named = {i for one in reading.institutions for i in one.places}
            if all(i in named for i, word in enumerate(reading.words) if word.weight >= STRONG):
                continue
            asked = {thing.iri for thing in span.things}
            every = self._match(reading, span)
            if not every:
                continue
            own = [one for one in every if asked & {*one.duty.all(ATF.holder), *one.duty.all(ATF.actsThrough)}]
            chosen = best(own) if own else best(every)
            if not own and any(asked & objects_of(one.duty) for one in chosen):
                continue
            items = [item for one in chosen for item in self._holders(one, asked)]
            if own:
                items = [item for item in items if item.thing.iri in asked]
            found.append(self._outcome(intent, chosen, items, "yes" if own else "no"))
        return found

    def _of_body(self, intent: Intent, reading: Reading, places: set[int]) -> list[Outcome]:
        found: list[Outcome] = []
        if reading.asks_who:
            return found
        for span in reading.institutions:
            free = {i for i in places if i not in span.places} | {
                i for i, word in enumerate(reading.words) if intent.explains(word) and i not in span.places
            }
            left = [
                i
                for i in range(len(reading.words))
                if i not in free and i not in span.places and reading.words[i].weight > 0
            ]
            asked = {thing.iri for thing in span.things}
            own = [duty for thing in span.things for duty in self._duties.of(thing.iri) if self._valid(duty)]
            said = frozenset({*free, *span.places})
            coverage = sum(reading.words[i].weight for i in said) / (reading.weight or 1.0)
            if left and coverage < ENOUGH:
                matched = {one.duty.iri: one for one in self._match(reading, span, free, narrow=True)}
                own = [duty for duty in own if duty.iri in matched]
                if not own:
                    continue
                said |= matched[own[0].iri].said
                coverage = sum(reading.words[i].weight for i in said) / (reading.weight or 1.0)
            own.sort(key=lambda duty: int(duty.one(ATF.firstLine) or 10**9))
            items = [Item(self._body(duty, asked), 1.0, duty, graph=duty.graph) for duty in own]
            note = None if own else _NAMED
            looked = {lang: f"{text}: {span.things[0].label.get(lang, '')}" for lang, text in _title(intent).items()}
            alone = not places
            worth = coverage + intent.rank + (-0.05 if alone else 0.02 * len(span.places))
            found.append(Outcome(worth, coverage, Found(items, intent.id, looked, note), said))
        return found

    def _body(self, duty: Thing, asked: set[str]) -> Thing:
        iris = [iri for iri in (*duty.all(ATF.holder), *duty.all(ATF.actsThrough)) if iri in asked]
        return self._catalogue.things[iris[0]]

    def _reading_of_duty(self, reading: Reading, places: set[int], wanted: Callable[[Thing], bool]) -> list[Match]:
        """Return the best duties of a kind that a question tells of, whoever it names as their holder."""
        subjects: list[Span | None] = [None, *reading.institutions]
        found: list[Match] = []
        for span in subjects:
            asked = {thing.iri for thing in span.things} if span else set()
            for one in self._match(reading, span, places):
                holders = {*one.duty.all(ATF.holder), *one.duty.all(ATF.actsThrough)}
                if wanted(one.duty) and (not span or asked & holders):
                    found.append(one)
        return best(sorted(found, key=lambda one: (-one.score, one.duty.iri)))

    def _recipients(self, intent: Intent, reading: Reading, places: set[int]) -> list[Outcome]:
        if reading.asks_sender:
            return []
        free = {i for i in places if not any(i in span.places for span in reading.institutions)}
        free |= {i for i, word in enumerate(reading.words) if intent.explains(word)}
        roles = {f"role/{name}" for name in _REPORTING}
        matches = self._reading_of_duty(
            reading, free, lambda duty: any(role.endswith(tuple(roles)) for role in duty.all(ATF.role))
        )
        if not matches:
            return []
        # Of two duties that fit, the one that names an addressee tells it.
        told = self._reading_of_duty(reading, free, lambda duty: bool(duty.all(ATF.reportsTo)))
        items = [
            Item(self._catalogue.things[iri], one.score, one.duty, graph=one.duty.graph)
            for one in told
            for iri in one.duty.all(ATF.reportsTo)
            if iri in self._catalogue.things
        ]
        # Who is named as the addressee is not asked for.
        named = {thing.iri for span in reading.institutions for thing in span.things}
        if any(item.thing.iri in named for item in items):
            return []
        return [self._outcome(intent, matches, items, extra=0.01 * len(places))]

    def _how_often(self, intent: Intent, reading: Reading, places: set[int]) -> list[Outcome]:
        free = places | {i for i, word in enumerate(reading.words) if intent.explains(word)}
        matches = self._reading_of_duty(reading, free, lambda duty: bool(duty.all(ATF.frequency)))
        if not matches:
            return []
        items = [
            Item(item.thing, item.score, item.duty, concept.label.get("en"), concept.label, item.graph)
            for one in matches
            for concept in (self._catalogue.concepts.get(iri) for iri in one.duty.all(ATF.frequency))
            if concept
            for item in self._holders(one)[:1]
        ]
        return [self._outcome(intent, matches, items)]

    def _legal_basis(self, intent: Intent, reading: Reading, places: set[int]) -> list[Outcome]:
        free = places | {i for i, word in enumerate(reading.words) if intent.explains(word)}
        matches = self._reading_of_duty(reading, free, lambda duty: True)
        if not matches:
            duties = [
                d for s in reading.institutions for t in s.things for d in self._duties.of(t.iri) if self._valid(d)
            ]
            named = {i for span in reading.institutions for i in span.places}
            left = [w for i, w in enumerate(reading.words) if i not in free and i not in named and w.weight > 0.5]
            if not duties or left:
                return []
            matches = [Match(duty, 1.0, 1.0, frozenset({*free, *named})) for duty in duties]
        items = [
            Item(self._catalogue.things[iri], one.score, one.duty, graph=one.duty.graph)
            for one in matches
            for iri in one.duty.all(ATF.legalBasis)
            if iri in self._catalogue.things
        ]
        return [self._outcome(intent, matches, items)]


def _title(intent: Intent) -> Label:
    return {"en": intent.title.en, "ro": intent.title.ro}
