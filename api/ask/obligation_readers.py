"""The readers of questions about obligations: what an article asks, whose duty meets it, and what nobody meets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.answering.labels import Label
from api.ask.catalogue import Catalogue
from api.ask.intents import ENOUGH, Intent
from api.ask.obligations import Article, Obligation, Obligations, articles_of, says_article
from api.ask.reading import Reading
from api.ask.replies import Found, Item, Outcome
from api.ask.words import STRONG
from api.vocabulary import ATF

READERS: Final = frozenset({"obligations", "obligations-anywhere", "obligation-holders", "obligations-of-nobody"})
# Those of a later wording bind, where a question speaks of the amendment.
_LATEST: Final = "9999-12-31"
_AMENDED: Final = frozenset({"amended", "amendment", "modificata", "modificat", "modificarea", "modificari"})
_SAID: Final = {
    "en": {
        "nobody": "{label}. No duty that meets it is recorded in the loaded documents.",
        "not-it": "{label}. Another body's duty is recorded as meeting it: {names}.",
        "later": "{label}. It binds from {start} only.",
        "none": "No obligation of the State is recorded for article {number} of this instrument.",
        "not-body": "No duty of this body is recorded as meeting an obligation of this instrument.",
    },
    "ro": {
        "nobody": "{label}. În documentele încărcate nu este înregistrată nicio atribuție care să o îndeplinească.",
        "not-it": "{label}. Este înregistrată atribuția altui organism care o îndeplinește: {names}.",
        "later": "{label}. Obligă abia de la {start}.",
        "none": "Pentru articolul {number} al acestui instrument nu este înregistrată nicio obligație a statului.",
        "not-body": "Nicio atribuție înregistrată a acestui organism nu îndeplinește o obligație a instrumentului.",
    },
}


@dataclass(frozen=True)
class _Asked:
    """What a question says of obligations: the instrument, the articles, the matter, and the bodies it names."""

    instruments: frozenset[str]
    articles: list[Article]
    matter: frozenset[int]
    bodies: frozenset[str]
    said: frozenset[int]
    day: str


class ObligationReaders:
    """The readers over the obligations of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._things = catalogue.things
        self._obligations = Obligations(catalogue)

    def read(self, intent: Intent, reading: Reading, day: date) -> list[Outcome]:
        """Read a question as an intent does, and return what may be meant."""
        if intent.reader not in READERS:
            return []
        places = intent.hit(reading.words)
        asked = self._asked(intent, reading, places or set(), day) if places is not None else None
        if asked is None:
            return []
        every = self._chosen(asked, reading)
        if every is None or _other(intent, asked, reading):
            return []
        binding = [one for one in every if one.valid(asked.day)]
        coverage = sum(reading.words[i].weight for i in asked.said | asked.matter) / (reading.weight or 1.0)
        found = self._answer(intent, asked, every, binding, reading)
        if found is None:
            return []
        return [Outcome(coverage + intent.rank, coverage, found, asked.said | asked.matter)]

    def _asked(self, intent: Intent, reading: Reading, places: Collection[int], day: date) -> _Asked | None:
        """Return what is asked, None where it is not about an instrument that has obligations."""
        words = reading.words
        own = {i for span in reading.instruments for i in span.places}
        articles = articles_of(reading.text)
        if not own and intent.reader != "obligations-anywhere":
            return None
        numbers = {part for one in articles for part in (one.number, one.paragraph) if part}
        digits = {f"n_{part.rstrip('abcdefghij')}" for part in numbers}
        cited = {i for i, word in enumerate(words) if articles and (says_article(word.text) or word.keys & digits)}
        spans = [span for span in reading.institutions if not own & set(span.places)]
        amended = any(word.text in _AMENDED for word in words)
        if amended:
            # The year of the amendment, and the word itself.
            cited |= {i for i, word in enumerate(words) if word.text in _AMENDED or word.text == "2024"}
        said = {*own, *cited, *places, *(i for i, word in enumerate(words) if intent.explains(word))}
        said |= {i for span in spans for i in span.places}
        matter = {i for i, word in enumerate(words) if i not in said and word.weight > 0}
        if any(words[i].number for i in matter):
            return None
        instruments = frozenset(thing.iri for span in reading.instruments for thing in span.things)
        bodies = frozenset(thing.iri for span in spans for thing in span.things)
        return _Asked(
            instruments, articles, frozenset(matter), bodies, frozenset(said), _LATEST if amended else day.isoformat()
        )

    def _chosen(self, asked: _Asked, reading: Reading) -> list[Obligation] | None:
        """Return the obligations that a question means, None where its words say something else."""
        every = self._obligations.of(asked.instruments)
        if asked.articles:
            every = [one for one in every if any(one.is_in(article) for article in asked.articles)]
        if not asked.matter:
            return every
        words = {i: reading.words[i] for i in asked.matter}
        total = sum(word.weight for word in words.values())
        strong = any(word.weight >= STRONG for word in words.values())
        shares = {
            one.thing.iri: sum(word.weight for word in words.values() if word.keys & one.bag) / total for one in every
        }
        most = max(shares.values(), default=0.0)
        if most < ENOUGH or not (strong or asked.articles):
            return None
        chosen = [one for one in every if shares[one.thing.iri] >= most]
        functions = {thing.iri for span in reading.concepts for thing in span.things if set(span.places) & asked.matter}
        return [one for one in chosen if functions & one.functions] or chosen

    def _answer(
        self, intent: Intent, asked: _Asked, every: list[Obligation], binding: list[Obligation], reading: Reading
    ) -> Found | None:
        looked = self._looked(intent, asked)
        if not every:
            number = asked.articles[0].number if asked.articles else ""
            return Found([], intent.id, looked, _note("none", number=number)) if asked.articles else None
        if not binding:
            start = min(one.thing.one(ATF.validFrom) or "" for one in every)
            return Found([], intent.id, looked, _note("later", every[0], start=start))
        if intent.reader == "obligations-of-nobody":
            binding = [one for one in binding if not self._obligations.meetings(one, asked.day)]
            return Found([self._item(one, asked.day) for one in binding], intent.id, looked)
        if intent.reader == "obligation-holders":
            return self._holders(intent, asked, binding, looked)
        if asked.bodies:
            binding = [one for one in binding if self._bodies(one, asked.day) & asked.bodies]
        note = None if binding else _note("not-body")
        return Found([self._item(one, asked.day) for one in binding], intent.id, looked, note)

    def _holders(self, intent: Intent, asked: _Asked, binding: list[Obligation], looked: Label) -> Found:
        """Return the bodies whose duties meet some obligations; where there are none, the obligation itself is told."""
        items: list[Item] = []
        names: dict[str, None] = {}
        for one in binding:
            state = self._obligations.state(one, asked.day)
            value = {lang: f"{one.thing.label.get(lang, '')}: {text}" for lang, text in state.items()}
            for met in self._obligations.meetings(one, asked.day):
                for iri in (*met.duty.all(ATF.holder), *met.duty.all(ATF.actsThrough)):
                    names[iri] = None
                    if iri in self._things and (not asked.bodies or iri in asked.bodies):
                        items.append(Item(self._things[iri], 1.0, met.duty, value["en"], value, met.duty.graph))
        if items:
            return Found(items, intent.id, looked, None, "yes" if asked.bodies else None)
        if not names:
            return Found([], intent.id, looked, _note("nobody", binding[0]))
        note = {
            lang: "; ".join(self._things[iri].label.get(lang, "") for iri in names if iri in self._things)
            for lang in _SAID
        }
        return Found([], intent.id, looked, _note("not-it", binding[0], names=note))

    def _bodies(self, one: Obligation, day: str) -> set[str]:
        duties = [met.duty for met in self._obligations.meetings(one, day)]
        return {iri for duty in duties for iri in (*duty.all(ATF.holder), *duty.all(ATF.actsThrough))}

    def _item(self, one: Obligation, day: str) -> Item:
        state = self._obligations.state(one, day)
        met = self._obligations.meetings(one, day)
        iris = dict.fromkeys(iri for meeting in met for iri in meeting.duty.all(ATF.holder))
        held = tuple(self._things[iri] for iri in iris if iri in self._things)
        source = one.thing.one(ATF.imposedBy)
        return Item(one.thing, 1.0, None, state["en"], state, one.thing.graph, source, held)

    def _looked(self, intent: Intent, asked: _Asked) -> Label:
        """Say what is looked for: obligations, of which instrument, in which articles."""
        title = {"en": intent.title.en, "ro": intent.title.ro}
        named = [self._things[iri].label for iri in sorted(asked.instruments)]
        cited = ", ".join(
            f"art. {one.number}" + (f"({one.paragraph})" if one.paragraph else "") for one in asked.articles
        )
        parts = {lang: "; ".join(filter(None, (*(one.get(lang, "") for one in named), cited))) for lang in title}
        return {lang: f"{text}: {parts[lang]}" if parts[lang] else text for lang, text in title.items()}


def _other(intent: Intent, asked: _Asked, reading: Reading) -> bool:
    """Tell whether a question is for bodies while an intent tells obligations, or the reverse."""
    wants_bodies = reading.asks_who or (reading.asks_whether and bool(asked.bodies))
    return intent.reader != "obligations-of-nobody" and wants_bodies != (intent.reader == "obligation-holders")


def _note(key: str, one: Obligation | None = None, **values: str | Label) -> Label:
    """Return a sentence in both languages, with the label of an obligation and other values put in."""
    return {
        lang: said[key].format(
            label=one.thing.label.get(lang, "") if one else "",
            **{name: value if isinstance(value, str) else value.get(lang, "") for name, value in values.items()},
        )
        for lang, said in _SAID.items()
    }
