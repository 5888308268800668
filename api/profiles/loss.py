"""The loss report: what of our model a profile does not carry, counted, with the reason where one is known."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple
from rdflib.namespace import RDF, XSD

from api.answering.question import Text
from api.graph.names import short
from api.profiles.export import VOCABULARY, unverified_graphs
from api.profiles.profile import Profile
from api.vocabulary import ATF, BASE, GRAPH

_TYPE: Final = str(RDF.type)
_PAGE: Final = f"{BASE}resource?"
_NO_TERM: Final = Text(en="The standard has no term for it.", ro="Standardul nu are un termen pentru aceasta.")
_NO_CLASS: Final = Text(en="The standard is not about such things.", ro="Standardul nu privește astfel de lucruri.")
_IN_PART: Final = Text(
    en="The standard has a term, but no place for all values or all things.",
    ro="Standardul are un termen, dar nu loc pentru toate valorile sau toate elementele.",
)
_UNVERIFIED: Final = Text(
    en="Nobody has verified it, and the standard has no place to say so.",
    ro="Nu a fost verificat de nimeni, iar standardul nu are unde să o spună.",
)


@dataclass(frozen=True)
class Loss:
    """How much of one class or property is carried; ``unverified`` of the rest is left out as not verified."""

    term: str
    total: int
    carried: int
    unverified: int
    reason: Text

    @property
    def lost(self) -> int:
        """How many things or statements stay behind."""
        return self.total - self.carried

    def public(self) -> dict[str, Any]:
        """Return it for a report."""
        return {
            "term": self.term,
            "total": self.total,
            "carried": self.carried,
            "lost": self.lost,
            "unverified": self.unverified,
            "reason": self.reason.model_dump() if self.lost else None,
        }

    def line(self, lang: str) -> str:
        """Return it as a line of a report."""
        if not self.lost:
            return f"  {short(self.term)}: {self.carried} of {self.total}"
        of_them = f", {self.unverified} of them not verified" if 0 < self.unverified < self.lost else ""
        reason = self.reason.ro if lang == "ro" else self.reason.en
        return f"  {short(self.term)}: {self.carried} of {self.total}, {self.lost} lost{of_them}. {reason}"


@dataclass(frozen=True)
class LossReport:
    """What a profile carries: of all statements, of things by class, of statements about its things by property."""

    profile: Profile
    statements: Loss
    things: list[Loss] = field(default_factory=list)
    properties: list[Loss] = field(default_factory=list)

    def public(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        return {
            "profile": self.profile.name,
            "standard": self.profile.standard,
            "statements": self.statements.public(),
            "things": [one.public() for one in self.things],
            "properties": [one.public() for one in self.properties],
        }

    def text(self, lang: str = "en") -> str:
        """Return the report for a terminal: a line for each class and property."""
        whole = self.statements
        return "\n".join(
            [
                f"{self.profile.name}: {self.profile.standard}",
                f"{whole.carried} of {whole.total} statements carried; {whole.unverified} others are not verified",
                "things by class",
                *(one.line(lang) for one in self.things),
                "statements about the things of this profile, by property",
                *(one.line(lang) for one in self.properties),
                "",
            ]
        )


def loss_of(store: Store, profile: Profile, triples: Iterable[Triple]) -> LossReport:
    """Compare an export with what the graphs assert.

    A thing is carried if the export says something of it. A statement is carried if the export links its subject
    to its value, under whatever property; a date, number or truth value only under the same property or the one
    that the profile writes it as. Nodes that the export makes beside a thing count as the thing.
    """
    said = _Said(triples, profile)
    subjects = said.subjects
    unverified = set(unverified_graphs(store))
    members: dict[str, set[str]] = defaultdict(set)
    verified: set[tuple[str, str]] = set()
    asserted: list[tuple[str, str, bool, bool]] = []
    for quad in store:
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        if graph in VOCABULARY or graph.startswith(f"{GRAPH}rule/") or isinstance(quad.subject, BlankNode):
            continue
        subject, name, value = _text(quad.subject), quad.predicate.value, _text(quad.object)
        hidden = graph in unverified
        if name == _TYPE:
            members[value].add(subject)
            if not hidden:
                verified.add((subject, value))
        found = subject in subjects if name == _TYPE else said.carries(subject, name, quad.object)
        asserted.append((subject, name, found, hidden))
    own = subjects & set().union(*(members[term] for term in profile.carries))
    return LossReport(
        profile,
        _counted(profile, f"{GRAPH}", [(found, hidden) for _, _, found, hidden in asserted], _NO_CLASS),
        [
            _counted(profile, term, [(one in subjects, (one, term) not in verified) for one in found], _NO_CLASS)
            for term, found in sorted(members.items())
            if term.startswith(str(ATF)) or term in profile.carries
        ],
        [_counted(profile, term, found, _NO_TERM) for term, found in sorted(_by_property(asserted, own).items())],
    )


class _Said:
    """What an export says, ready to be asked whether it carries a statement."""

    def __init__(self, triples: Iterable[Triple], profile: Profile) -> None:
        self.subjects: set[str] = set()
        self._written = profile.written
        self._links: set[tuple[str, str]] = set()
        self._facts: set[tuple[str, str, str]] = set()
        self._uses: set[tuple[str, str]] = set()
        for triple in triples:
            subject, name, value = _owner(triple.subject), triple.predicate.value, _owner(triple.object)
            self.subjects.add(subject)
            # A link may have been turned around.
            self._links |= {(subject, value), (value, subject)}
            self._facts.add((subject, name, value))
            self._uses.add((subject, name))

    def carries(self, subject: str, name: str, term: object) -> bool:
        """Tell whether the export holds a statement of ours."""
        if name in self._written:
            return (subject, self._written[name]) in self._uses
        value = _owner(term)
        if isinstance(term, Literal) and not term.language and term.datatype.value != str(XSD.string):
            return (subject, name, value) in self._facts
        return (subject, value) in self._links


def _by_property(asserted: Iterable[tuple[str, str, bool, bool]], own: set[str]) -> dict[str, list[tuple[bool, bool]]]:
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for subject, name, carried, hidden in asserted:
        if subject in own and name != _TYPE:
            found[name].append((carried, hidden))
    return found


def _counted(profile: Profile, term: str, found: Sequence[tuple[bool, bool]], otherwise: Text) -> Loss:
    carried = sum(one for one, _ in found)
    hidden = sum(not one and unverified for one, unverified in found)
    lost = len(found) - carried
    reason = profile.lost.get(term, otherwise if not carried or otherwise is _NO_CLASS else _IN_PART)
    return Loss(term, len(found), carried, hidden, _UNVERIFIED if lost == hidden else reason)


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _owner(term: object) -> str:
    """Return the thing that a made node belongs to, any other term as it is."""
    text = _text(term)
    if not isinstance(term, NamedNode) or not text.startswith(BASE) or "#" not in text:
        return text
    if text.startswith(str(ATF)):
        return text
    page = text.partition("#")[0]
    return parse_qs(urlsplit(page).query).get("iri", [page])[0] if page.startswith(_PAGE) else page
