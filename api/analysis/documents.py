"""Which policy document a node belongs to, and which document that is not loaded could say more."""

from collections.abc import Iterable, Set
from functools import cached_property
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store
from rdflib.namespace import DCTERMS, RDF

from api.analysis.facts import Facts
from api.analysis.findings import Term
from api.vocabulary import ATF, ELI

Node = NamedNode | BlankNode


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
        self._found: dict[Node, frozenset[NamedNode]] = {}
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
            found: set[NamedNode] = set()
            for way, backwards in ways:
                found.update(*(self.of(above) for above in self._step(node, way, backwards=backwards)))
            if found:
                return frozenset(found)
        return frozenset()

    def _step(self, node: Node, way: NamedNode, *, backwards: bool) -> list[Term]:
        here = DefaultGraph()
        found: list[object] = (
            [quad.subject for quad in self._store.quads_for_pattern(None, way, node, here)]
            if backwards
            else [quad.object for quad in self._store.quads_for_pattern(node, way, None, here)]
        )
        return [term for term in found if isinstance(term, Term)]

    def fillers(self, nodes: Iterable[Term], kinds: Iterable[str]) -> tuple[str, ...]:
        """Return the documents of some kinds that are not loaded and could speak of the nodes, sorted.

        They are those that the nodes' policy document refers to, and the parts of these and of the document
        itself. Where a collection has parts that are valid on the day, the parts speak for it. A node of no
        document, such as a function, may be spoken of in any document that is loaded and valid on the day;
        where there is none, in any that is valid on the day and not loaded.
        """
        wanted = frozenset(map(_node, kinds))
        homes = frozenset(document for node in nodes for document in self.of(node)) or self._in_force
        if (homes, wanted) not in self._fillers:
            self._fillers[homes, wanted] = self._find_fillers(homes, wanted)
        return self._fillers[homes, wanted]

    @cached_property
    def not_valid(self) -> frozenset[object]:
        """The nodes that are not valid on the day."""
        here = DefaultGraph()
        return frozenset(quad.subject for quad in self._store.quads_for_pattern(None, _NOT_VALID, None, here))

    @cached_property
    def _in_force(self) -> frozenset[NamedNode]:
        """The documents that are loaded and valid on the day."""
        return frozenset(
            document for document in self.all if self._is(document, loaded=True) and self._is_valid(document)
        )

    def _find_fillers(self, homes: Set[NamedNode], wanted: frozenset[NamedNode]) -> tuple[str, ...]:
        if not homes:
            silent = (one for one in self.all if self._is_valid(one) and self._could_say(one, None, wanted))
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
        if any(self._is_valid(part) for part in self._parts(document)):
            return False
        if home is None:
            return True
        return self._overlap(document, home) and (self._is_valid(document) or not self._is_valid(home))

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
