"""Which way a relation runs: a body that a question asks about is not one that a duty merely mentions."""

from collections.abc import Collection, Iterable
from typing import Final

from api.answering.labels import Label
from api.ask.catalogue import Thing
from api.ask.duty import Duty
from api.ask.reading import Reading, Span
from api.ask.words import STRONG, bag
from api.vocabulary import ATF


def _both(english: str, romanian: str) -> frozenset[str]:
    return bag(english, "en") | bag(romanian, "ro")


# Without such a word nothing is told to the body to which a duty reports.
_TELLING: Final = _both(
    "reports reporting sends submits presents transmits informs hands data information statistics answers accountable",
    "raportează raportare rapoarte trimite transmite prezintă prezentat informează înaintează comunică date informații",
)
_THROUGH: Final = frozenset({"through", "via", "prin"})
_LEVEL: Final = frozenset({"level", "levels", "nivel", "nivelul", "nivelului"})
# What is done to a body, and the role of whoever does it.
_DONE: Final = tuple(
    (frozenset(roles), _both(english, romanian))
    for roles, english, romanian in (
        ({"monitor"}, "monitors follows", "monitorizează urmărește"),
        ({"supervisor", "monitor"}, "supervises controls checks", "supraveghează controlează verifică"),
        ({"evaluator"}, "evaluates evaluation", "evaluează evaluare"),
    )
)
_REGULATING: Final = _both(
    "regulates regulator regulation framework institutional rules policies legislation norms arrangements "
    "methodology methodological standards",
    "reglementează reglementare cadrul instituțional norme politici legislație reguli "
    "metodologie metodologic metodologia standarde",
)

_REGULATED: Final = {
    "en": "For this in general the text names only who sees to the rules and the set-up",
    "ro": "Pentru aceasta în general, textul numește doar cine asigură regulile și cadrul",
}
_CHILDREN: Final = {"en": "For children it says", "ro": "Pentru copii spune"}


def speaks_of(one: Duty, asked: Collection[str], span: Span, reading: Reading) -> bool:
    """Tell whether a body named in a question is an object of a duty in the very relation that is asked for."""
    wanted = set(asked)
    if not wanted & one.objects:
        return False
    if not (reading.asks_who or reading.asks_whether):
        return True
    words = [word for i, word in enumerate(reading.words) if i not in span.places]
    if wanted & set(one.thing.all(ATF.concerns)):
        # "Who monitors the Monitoring Committee": that the name holds the word says nothing of who does it.
        return all(roles & one.role_names or not any(word.keys & done for word in words) for roles, done in _DONE)
    if wanted & set(one.thing.all(ATF.reportsTo)):
        return any(word.keys & _TELLING for word in words)
    return any(word.text in _THROUGH for word in words)


def at_level(one: Duty, reading: Reading) -> set[int]:
    """Return the places of the level at which something is asked to be done, where the statement has no such level."""
    words = reading.words
    at = [i for i, word in enumerate(words) if word.text in _LEVEL]
    beside = {j for i in at for j in (i - 1, i + 1) if 0 <= j < len(words) and words[j].weight >= STRONG}
    if not beside:
        return set()
    said = frozenset().union(*(bag(text, lang) for lang, text in one.thing.texts))
    return {i for i in beside if not words[i].keys & said}


def only_regulates(duty: Thing, reading: Reading) -> bool:
    """Tell whether whoever holds a duty makes rules for a matter, while the question asks who sees to it."""
    roles = {iri.rsplit("/", 1)[-1] for iri in duty.all(ATF.role)}
    return roles == {"regulator"} and not any(word.keys & _REGULATING for word in reading.words)


def narrower(duty: Thing, reading: Reading) -> bool:
    """Tell whether a duty is towards children alone, while the question speaks of all."""
    groups = [iri.rsplit("/", 1)[-1] for iri in duty.all(ATF.targetGroup)]
    children = bool(groups) and all(name.startswith("child") for name in groups)
    return children and not any("child" in word.features for word in reading.words)


def objects_of(duty: Thing) -> set[str]:
    """Return what a duty is about, and to whom its holder reports."""
    return {*duty.all(ATF.concerns), *duty.all(ATF.reportsTo)}


def concerns_all(duty: Thing, reading: Reading) -> bool:
    """Tell whether all bodies that a question names are those that a duty concerns or reports to."""
    bodies = objects_of(duty)
    return all(bodies & {thing.iri for thing in span.things} for span in reading.institutions)


def said_instead(duty: Thing, *, regulated: bool, only: Iterable[Thing] = ()) -> Label | None:
    """Return what the text says where it does not say who does a thing: the duty left open, or who sets the rules.

    ``only``: duties to do it towards children alone, which are told besides.
    """
    statement = duty.statement
    if statement is None or not regulated:
        return statement
    found = {lang: f"{_REGULATED[lang]}: {text}" for lang, text in statement.items() if lang in _REGULATED}
    for one in only:
        for lang, text in (one.statement or {}).items():
            found[lang] += f" {_CHILDREN[lang]}: {text}"
    return found
