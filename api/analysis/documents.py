"""Which policy document a node belongs to, and which document that is not loaded could say more."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store
from rdflib.namespace import DCTERMS, RDF

from api.analysis.facts import Facts
from api.analysis.findings import Term
from api.vocabulary import ATF, ELI

Node = NamedNode | BlankNode
# A property, and whether it is followed from its value back.
Way = tuple[NamedNode, bool]
# Steps of one way that are looked up one by one, before all of it is read.
_MANY: Final = 500
_HERE: Final = DefaultGraph()


def _node(term: str) -> NamedNode:
    return NamedNode(str(term))


_TYPE: Final = _node(RDF.type)
_DOCUMENT: Final = _node(ATF.PolicyDocument)
_PART_OF: Final = _node(DCTERMS.isPartOf)
_KIND: Final = _node(ELI.type_document)
_LOADED: Final = _node(ATF.contentLoaded)
_REFERS: Final = _node(ATF.refersTo)
_BEGIN: Final = _node(ATF.effectiveFrom)
_END: Final = _node(ATF.effectiveThrough)
_NOT_VALID: Final = _node(ATF.notValidOn)
# The ways up from a node to its document; a later one is tried only where the earlier ones lead nowhere.
_UP: Final = (
    ((_PART_OF, False), (_node(ELI.is_part_of), False), (_node(ATF.inDocument), False)),
    ((_node(ATF.measuredBy), True), (_node(ATF.contributesTo), False)),
    ((_node(DCTERMS.source), False),),
    ((_node(ATF.listsAsResponsible), True), (_node(ATF.listsAsPartner), True), (_node(ATF.draftedBy), True)),
)


class Documents:
    """The policy documents of a graph under analysis."""

    def __init__(self, facts: Facts) -> None:
        self._store: Store = facts.store
        self._day = facts.as_of.isoformat()
        self._found: dict[Node, frozenset[NamedNode]] = {}
        self._asked: Counter[Way] = Counter()
        self._known: dict[Way, dict[Term, list[Term]]] = {}
        self._fillers: dict[tuple[frozenset[NamedNode], frozenset[NamedNode]], tuple[str, ...]] = {}
        self.all = frozenset(
            quad.subject
            for quad in self._store.quads_for_pattern(None, _TYPE, _DOCUMENT)
            if isinstance(quad.subject, NamedNode)
        )

    def of(self, node: Term) -> frozenset[NamedNode]:
        """Return the policy documents that a node is, is part of, or has its source in."""
        if isinstance(node, Literal):
            return frozenset()
        if node not in self._found:
            # A ring of parts comes back to a node that has nothing yet.
            self._found[node] = frozenset()
            self._found[node] = self._climb(node)
        return self._found[node]

    def _climb(self, node: Node) -> frozenset[NamedNode]:
        if node in self.all and isinstance(node, NamedNode):
            return frozenset((node,))
        for ways in _UP:
            found = {self.of(above) for way, backwards in ways for above in self._step(node, way, backwards=backwards)}
            if any(found):
                # What has one way up has the very documents of what is above it.
                return next(iter(found)) if len(found) == 1 else frozenset().union(*found)
        return frozenset()

    def _step(self, node: Node, way: NamedNode, *, backwards: bool) -> list[Term]:
        asked = (way, backwards)
        if asked in self._known:
            return self._known[asked].get(node, [])
        self._asked[asked] += 1
        if self._asked[asked] > _MANY:
            self._known[asked] = self._walk(way, backwards=backwards)
            return self._known[asked].get(node, [])
        found: list[object] = (
            [quad.subject for quad in self._store.quads_for_pattern(None, way, node, _HERE)]
            if backwards
            else [quad.object for quad in self._store.quads_for_pattern(node, way, None, _HERE)]
        )
        return [term for term in found if isinstance(term, Term)]

    def _walk(self, way: NamedNode, *, backwards: bool) -> dict[Term, list[Term]]:
        """Take every step of one way at once."""
        steps: dict[Term, list[Term]] = defaultdict(list)
        for quad in self._store.quads_for_pattern(None, way, None, _HERE):
            subject, value = quad.subject, quad.object
            if isinstance(subject, Term) and isinstance(value, Term):
                steps[value if backwards else subject].append(subject if backwards else value)
        return dict(steps)

    def fillers(self, nodes: Iterable[Term], kinds: Iterable[str]) -> tuple[str, ...]:
        """Return the documents of some kinds that are not loaded and could speak of the nodes, sorted.

        They are those that the nodes' policy document refers to, and the parts of these and of the document
        itself, as far as they are valid on the day: a plan that has ended cannot say who is responsible now.
        Where a collection has parts, the parts speak for it while they are valid, and it ends with them unless
        it has a last day of its own. A node of no document, such as a function, or of none that is valid on the
        day may be spoken of in any document that is loaded and valid on the day; where there is none, in any
        that is valid on the day and not loaded.
        """
        wanted = frozenset(map(_node, kinds))
        own = frozenset(document for node in nodes for document in self.of(node))
        homes = own - self.not_valid or self._in_force
        if (homes, wanted) not in self._fillers:
            self._fillers[homes, wanted] = self._find_fillers(homes, wanted)
        return self._fillers[homes, wanted]

    @cached_property
    def not_valid(self) -> frozenset[object]:
        """The nodes that are not valid on the day."""
        return frozenset(quad.subject for quad in self._store.quads_for_pattern(None, _NOT_VALID, None, _HERE))

    @cached_property
    def _in_force(self) -> frozenset[NamedNode]:
        """The documents that are loaded and valid on the day."""
        return frozenset(
            document for document in self.all if self._is(document, loaded=True) and self._is_valid(document)
        )

    def _find_fillers(self, homes: Set[NamedNode], wanted: frozenset[NamedNode]) -> tuple[str, ...]:
        if not homes:
            silent = (one for one in self.all if self._could_say(one, None, wanted))
            return tuple(sorted(one.value for one in silent))
        found: set[str] = set()
        for home in homes:
            referred = {node for node in self._step(home, _REFERS, backwards=False) if node in self.all}
            family = {part for above in (home, *referred) for part in self._parts(above)} | referred
            for document in family - {home}:
                if isinstance(document, NamedNode) and self._could_say(document, home, wanted):
                    found.add(document.value)
        return tuple(sorted(found))

    def _could_say(self, document: NamedNode, home: NamedNode | None, kinds: frozenset[NamedNode]) -> bool:
        if not kinds & set(self._step(document, _KIND, backwards=False)) or not self._is(document, loaded=False):
            return False
        parts = self._parts(document)
        if any(map(self._is_valid, parts)):
            return False
        if parts and all(map(self._has_ended, parts)) and not self._step(document, _END, backwards=False):
            return False
        return self._is_valid(document) and (home is None or self._overlap(document, home))

    def _parts(self, document: Term) -> list[NamedNode]:
        if isinstance(document, Literal):
            return []
        parts = self._step(document, _PART_OF, backwards=True)
        return [part for part in parts if isinstance(part, NamedNode) and part in self.all]

    def _is(self, document: NamedNode, *, loaded: bool) -> bool:
        said = {term.value for term in self._step(document, _LOADED, backwards=False)}
        return bool(said & ({"true", "1"} if loaded else {"false", "0"}))

    def _is_valid(self, document: NamedNode) -> bool:
        return document not in self.not_valid

    def _has_ended(self, document: NamedNode) -> bool:
        return any(term.value < self._day for term in self._step(document, _END, backwards=False))

    def _overlap(self, one: NamedNode, other: NamedNode) -> bool:
        """Tell whether two documents share a day; an absent first or last day is open."""
        days = {
            (document, way): min((term.value for term in self._step(document, way, backwards=False)), default=None)
            for document in (one, other)
            for way in (_BEGIN, _END)
        }
        return all(
            begin is None or end is None or begin <= end
            for begin, end in ((days[one, _BEGIN], days[other, _END]), (days[other, _BEGIN], days[one, _END]))
        )
