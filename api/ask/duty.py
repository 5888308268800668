"""One duty, prepared to be compared with a question: what it says, about whom, and for which group."""

import re
from collections.abc import Collection
from typing import Final

from rdflib.namespace import DCTERMS, SKOS

from api.ask.catalogue import Catalogue, Thing, positive, without
from api.ask.reading import Reading
from api.ask.words import bag
from api.vocabulary import ATF

# What sets a group of persons apart; of a pair, a duty towards the one is not towards the other.
_FEATURES: Final = {
    "adult-foreign-victims": {"victim", "foreign", "adult"},
    "child-foreign-victims": {"victim", "foreign", "child"},
    "adult-national-victims": {"victim", "national", "adult"},
    "child-national-victims": {"victim", "national", "child"},
    "asylum-seekers": {"victim", "foreign", "asylum"},
    "victims": {"victim"},
    "children": {"child"},
    "foreigners": {"foreign"},
    "citizens-abroad": {"national"},
}
# Roles that a question must speak of; who does the thing itself comes before who watches over it.
_TELLING: Final = frozenset({"data-provider"})
_BESIDE: Final = frozenset({"monitor", "evaluator", "coordinator", "reporter", "supervisor", "methodological-guide"})
# What whoever makes the rules does with them.
_REGULATES: Final = bag("sets lays lay establishes determines makes adopts", "en") | bag(
    "stabilește adoptă fixează impune", "ro"
)
_YEAR: Final = 4
_PERIOD: Final = re.compile(r"[0-9]{4}-[0-9]{4}")
_APART: Final = (("foreign", "national"), ("national", "foreign"), ("child", "adult"), ("adult", "child"))
_ROLE_WORDS: Final = {
    name: bag(english, "en") | bag(romanian, "ro")
    for name, english, romanian in (
        (
            "monitor",
            "monitors monitoring follow appoints analyses tasks",
            "monitorizează monitorizare numește analizează sarcini",
        ),
        ("evaluator", "evaluates evaluation visits assess", "evaluează evaluare vizite"),
        ("coordinator", "coordinates coordination", "coordonează coordonare"),
        (
            "data-provider",
            "data statistics figures number value list information supply provide report",
            "date statistici cifre număr valoare listă informații furnizează raportează",
        ),
        ("reporter", "reports reporting sends presents", "raportează rapoarte trimite prezintă"),
        (
            "supervisor",
            "supervises controls directs measures checks",
            "supraveghează controlează conduce măsuri verifică",
        ),
        ("methodological-guide", "guides guidance methodological", "îndrumă îndrumare metodologic"),
    )
}


class Duty:
    """A duty prepared for comparison."""

    def __init__(self, duty: Thing, catalogue: Catalogue) -> None:
        self.thing = duty
        things, concepts = catalogue.things, catalogue.concepts
        self.holders = {*duty.all(ATF.holder), *duty.all(ATF.actsThrough)}
        # A body that is named as the means is no other one than the holder's.
        self.objects = {*duty.all(ATF.concerns), *duty.all(ATF.reportsTo), *duty.all(ATF.actsThrough)}
        # What the duty is about, where that is a body.
        self.bodies = {iri for iri in duty.all(ATF.concerns) if "/institution/" in iri}
        self.functions = set(duty.all(ATF.function))
        above = {up for iri in self.functions if iri in concepts for up in concepts[iri].all(SKOS.broader)}
        self.protects = any(iri.endswith("/protection") for iri in self.functions | above)
        self.roles = set(duty.all(ATF.role))
        self.groups = set(duty.all(ATF.targetGroup))
        self.role_names = frozenset(iri.rsplit("/", 1)[-1] for iri in self.roles)
        self.features = [_FEATURES.get(iri.rsplit("/", 1)[-1], set()) for iri in self.groups]
        about = [things[iri].bag for iri in (*duty.all(ATF.concerns), *duty.all(ATF.reportsTo)) if iri in things]
        about += [concepts[iri].bag for name in (ATF.function, ATF.targetGroup, ATF.role, ATF.frequency)
                  for iri in duty.all(name) if iri in concepts]  # fmt: skip
        names = [name for iri in self.holders if iri in things for _, name in things[iri].names]
        said = [*duty.texts, *duty.names]
        self.text: frozenset[str] = frozenset().union(
            *(bag(without(positive(text), names), lang) for lang, text in said)
        )
        # "Monitors", "coordinates", "reports": a role is said by its name or by the verb of its statement.
        self.role_words: frozenset[str] = frozenset().union(
            *(concepts[iri].bag for iri in self.roles if iri in concepts),
            *(_ROLE_WORDS[name] for iri in self.roles if (name := iri.rsplit("/", 1)[-1]) in _ROLE_WORDS),
        )
        if self.role_names == {"regulator"}:
            about.append(_REGULATES)
        self.about: frozenset[str] = frozenset().union(*about)

    def dates_from(self, word: str) -> bool:
        """Tell whether a word is a period within that of the duty, or the place that states it.

        A single year is none: what was done in it is not what a duty of several years says; the day is ``as-of``.
        """
        start, end = self.thing.one(ATF.effectiveFrom) or "", self.thing.one(ATF.effectiveThrough) or "9999"
        if _PERIOD.fullmatch(word):
            return start[:_YEAR] <= word[:_YEAR] and word[-_YEAR:] <= end[:_YEAR]
        return any(iri.endswith(f"-{word.replace('.', '-')}") for iri in self.thing.all(DCTERMS.source))

    def excludes(self, asked: Collection[str]) -> bool:
        """Tell whether every group of the duty is of another kind than the persons asked about."""
        if "offender" in asked and len(asked) == 1 and (self.features or self.protects):
            # What is done for some persons is not done for those who traffic them.
            return True
        return any(
            mine in asked and other not in asked and bool(self.features) and all(other in one for one in self.features)
            for mine, other in _APART
        )

    @property
    def beside(self) -> bool:
        """Whether its holder watches over what others do."""
        return any(iri.rsplit("/", 1)[-1] in _BESIDE for iri in self.roles)

    def only_tells(self, said: set[int], reading: Reading) -> bool:
        """Tell whether its holder gives data about a matter, while the question speaks of no telling."""
        telling = {iri.rsplit("/", 1)[-1] for iri in self.roles} & _TELLING
        return bool(telling) and not said & self.asked_role(reading)

    def asked_role(self, reading: Reading) -> set[int]:
        """Return the places of the words that speak of its role."""
        return {i for i, word in enumerate(reading.words) if word.keys & self.role_words}

    def embraces(self, feature: str) -> bool:
        """Tell whether a group of the duty has a feature, or takes in all victims."""
        return any(feature in one or one == {"victim"} for one in self.features)
