"""The reading of a question: its words, and which of them name an institution, a function, a group or a role."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.answering.folding import fold
from api.ask.catalogue import Catalogue, Sequence, Thing
from api.ask.obligations import Obligations
from api.ask.words import KIND, STRONG, Spelling, Word, read

# Words by which a question asks for a body; those that it names are then not the one.
_WHO: Final = re.compile(
    r"\b(?:what|which|care|ce)\s+(?:is|are|este|e|sunt)\s+(?:the\s+)?(?:institut|autorit|authorit|agen[ct]|body|bodies|minist)\w*\s+"
    r"(?:responsible|in charge|that|which|who|care|responsabil)|"
    r"\b(?:who|whom|whose|cine|cui)\b|\b(?:(?:which|what|ce)\s+(?!(?:face|fac|are|au|este|sunt|does|do|is)\b)(?:\w+\s+)?|care\s+)(?:institut|autorit|authorit|organi[sz]|organism|organ\b|organul|"
    r"structur|minist|agen[ct]|directorat|directii?\b|directia|entit|body|bodies|office|prosecut|inspectorat|council|unit\b|"
    r"parchet|instant|court|police|politi[ea])\w*"
)
_AUXILIARY: Final = re.compile(r"^\W*(?:do|does|did|is|are|was|were|has|have|can|may|must|should|shall|will)\b")
_OPEN: Final = re.compile(
    r"\b(who|whom|whose|which|what|where|when|why|how|cine|cui|care|ce|cat|cate|cati|cum|unde|cand)\b"
)
_OTHERWISE: Final = frozenset(
    {"what", "where", "how", "when", "why", "ce", "unde", "cum", "cand", "cat", "cate", "cati"}
)
_TO_WHOM: Final = re.compile(r"\bto whom\b|\bwhom?\b.*\bto\W*$|\bcui\b|\bcatre cine\b")
_RECEIVES: Final = re.compile(r"\b(?:receiv\w*|gets?|address\w*|recipient\w*|primes\w*|destinatar\w*)\b")
_LAW: Final = re.compile(
    r"\b(?:laws?|acts?|decisions?|ordinance|directive|convention|treaty|protocol|legea?|legi|acte?|actul|hotarar\w+|ordonant\w+|"
    r"directiv\w+|conventi\w+|tratat\w*|protocol\w+)\b"
)
_NOT: Final = re.compile(
    r"\b(?:who|whom|which|what|cine|cui|care|ce)\b(?:\W+\w+){0,4}?(?:\W+(?:not|nu|never|cannot)\b|n't\b)"
)
_EACH: Final = frozenset({"each", "every", "any", "fiecare", "orice"})
_WHICH: Final = frozenset({"which", "what", "ce", "care"})
# Words between the words of a function's name: "give legal and psychological assistance".
_GAP: Final = 3
# A name of so many words is one, however little each of them says.
_WHOLE: Final = 4
CONCEPTS: Final = ("function", "target-group", "role")


@dataclass(frozen=True)
class Span:
    """Words of the question that name one or more things, by their places."""

    places: tuple[int, ...]
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Reading:
    """A question as it was understood before anything was looked up."""

    text: str
    words: list[Word]
    institutions: list[Span]
    concepts: list[Span]
    # Instruments that put obligations on the State; their names may hold that of a body.
    instruments: list[Span]

    @property
    def asks_who(self) -> bool:
        """Whether it asks for a body rather than about one."""
        text = fold(self.text)
        first, body = _OPEN.search(text), _WHO.search(text)
        # "Which indicators count victims who …": only the first such word asks.
        return bool(first and body and body.start() <= first.start()) and not _AUXILIARY.match(text)

    @property
    def asks_otherwise(self) -> bool:
        """Whether it asks for something else than a body: what, how, when, why."""
        first = _OPEN.search(fold(self.text))
        return first is not None and first[0] in _OTHERWISE and not self.asks_who

    @property
    def asks_to_whom(self) -> bool:
        """Whether it asks for an addressee."""
        return bool(_TO_WHOM.search(fold(self.text)))

    @property
    def asks_sender(self) -> bool:
        """Whether it asks who reports to a body that it names."""
        receives = self.asks_to_whom or _RECEIVES.search(fold(self.text))
        return self.asks_who and bool(self.institutions) and not receives

    @property
    def asks_law(self) -> bool:
        """Whether it asks for an act and not for a body."""
        return bool(_LAW.search(fold(self.text))) and not self.asks_who

    @property
    def names_unknown_body(self) -> bool:
        """Whether it speaks of a body by its kind that none of the known names is."""
        known = {i for span in self.institutions for i in span.places}
        return any(
            KIND.fullmatch(word.text)
            and i not in known
            and not (i and self.words[i - 1].text in {"which", "what", "ce", "care"})
            for i, word in enumerate(self.words)
        )

    @property
    def asks_whether(self) -> bool:
        """Whether it may ask if a body that it names does something."""
        return bool(_AUXILIARY.match(fold(self.text))) or not _OPEN.search(fold(self.text))

    @property
    def denies(self) -> bool:
        """Whether it asks who does not do a thing: "who does not …", but not "I do not know who …"."""
        text = fold(self.text)
        first = _OPEN.search(text)
        return self.asks_who and first is not None and bool(_NOT.match(text, first.start()))

    @property
    def weight(self) -> float:
        """What all its words are worth together."""
        return sum(word.weight for word in self.words)

    def unsaid(self, places: Iterable[int]) -> list[str]:
        """Return the words worth something that stand at none of the places."""
        said = set(places)
        return [word.text for i, word in enumerate(self.words) if word.weight > 0 and i not in said]


class Reader:
    """Reads questions with the names of one catalogue."""

    def __init__(self, catalogue: Catalogue, spelling: Spelling) -> None:
        self._spelling = spelling
        self._institutions = _Names(catalogue.of(["Institution"]), gap=0)
        self._instruments = _Names(Obligations(catalogue).instruments, gap=1)
        self._concepts = [
            _Names(
                [one for one in catalogue.concepts.values() if one.type == kind], gap=_GAP if kind == "function" else 1
            )
            for kind in CONCEPTS
        ]

    def read(self, text: str) -> Reading:
        """Read a question; its named bodies first, then the functions, groups and roles in the rest of it."""
        words = read(text, self._spelling)
        # "Which ministry …": that is the kind of body asked for, and names none.
        institutions = [
            span for span in self._institutions.find(words, set()) if words[span.places[0] - 1].text not in _WHICH
        ]
        taken = {place for span in institutions for place in span.places}
        concepts = [span for names in self._concepts for span in names.find(words, taken)]
        return Reading(text, words, institutions, concepts, self._instruments.find(words, set()))


def _names(words: list[Word], places: tuple[int, ...]) -> bool:
    """Tell whether words are telling enough for a name: a strong one, a long name, or a kind of body with its word."""
    if len(places) >= _WHOLE or any(words[i].weight >= STRONG for i in places):
        return True
    body = any(KIND.fullmatch(words[i].text) for i in places)
    return body and len(places) > 1 and places[-1] - places[0] < len(places) and words[places[0]].text not in _EACH


class _Names:
    """Names as sequences of words; the longest that stands at a place of a question is what is named there."""

    def __init__(self, things: Iterable[Thing], gap: int) -> None:
        self._gap = gap
        self._by_key: dict[str, dict[Sequence, list[Thing]]] = {}
        for thing in things:
            for sequence in thing.sequences:
                for key in sequence[0]:
                    owners = self._by_key.setdefault(key, {}).setdefault(sequence, [])
                    if thing not in owners:
                        owners.append(thing)

    def find(self, words: list[Word], taken: set[int]) -> list[Span]:
        """Return the names in a question, the longest first where two share a word."""
        found: dict[tuple[int, ...], dict[str, Thing]] = {}
        for first, word in enumerate(words):
            if first in taken:
                continue
            for sequence in {seq: None for key in sorted(word.keys) for seq in self._by_key.get(key, {})}:
                if word.weight == 0 and len(sequence) == 1:
                    continue
                places = self._places(words, first, sequence, taken)
                if not places or not _names(words, places):
                    continue
                owners = {t.iri: t for key in sequence[0] & word.keys for t in self._by_key[key].get(sequence, [])}
                found.setdefault(places, {}).update(owners)
        spans: list[Span] = []
        used: set[int] = set()
        for places, owners in sorted(found.items(), key=lambda one: (-len(one[0]), one[0][-1] - one[0][0], one[0])):
            if not used & set(places):
                used |= set(places)
                spans.append(Span(places, tuple(owners[iri] for iri in sorted(owners))))
        return sorted(spans, key=lambda span: span.places)

    def _places(self, words: list[Word], first: int, sequence: Sequence, taken: set[int]) -> tuple[int, ...]:
        """Return the places of a name that starts at one; little words, and few others, may stand between."""
        places: list[int] = []
        at = first
        for keys in sequence:
            gap = self._gap
            while places and at < len(words) and not words[at].keys & keys and at not in taken:
                small = words[at].weight == 0 and not _OPEN.fullmatch(words[at].text)
                gap -= 0 if small else 1
                if gap < 0:
                    return ()
                at += 1
            if at >= len(words) or at in taken or not words[at].keys & keys:
                return ()
            places.append(at)
            at += 1
        # A name is not scattered over the question.
        return tuple(places) if places[-1] - places[0] <= 2 * len(places) + 1 else ()
