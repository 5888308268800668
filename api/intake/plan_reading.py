"""A plan as the graph holds it: its measures in the order of their cells, and the words that its sheet gave."""

from datetime import date

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS, SKOS

from api.intake.folding import words
from api.intake.framework import Body, Framework, document_iri
from api.intake.names import Names
from api.intake.plan_graph import UNTRANSLATED
from api.vocabulary import ATF


class PlanReader:
    """Looks things of a plan up."""

    def __init__(self, framework: Framework, slug: str) -> None:
        self.framework = framework
        self.document = framework.documents[document_iri(slug)]
        first, last = self.document.first or date.min, self.document.last or date.max
        self.names = Names(framework, first, last)
        self._written: dict[str, str] = {}

    def values(self, subject: str, predicate: object) -> list[NamedNode | Literal]:
        """Return the values of a property, in the order of their texts."""
        found = self.framework.store.quads_for_pattern(NamedNode(subject), NamedNode(str(predicate)), None, None)
        terms = {quad.object for quad in found if isinstance(quad.object, NamedNode | Literal)}
        return sorted(terms, key=lambda term: term.value)

    def texts(self, subject: str, predicate: object) -> list[str]:
        """Return the values of a property as texts."""
        return [term.value for term in self.values(subject, predicate)]

    def subjects(self, predicate: object, value: str) -> list[str]:
        """Return what has a value for a property."""
        found = self.framework.store.quads_for_pattern(None, NamedNode(str(predicate)), NamedNode(value), None)
        return sorted({quad.subject.value for quad in found if isinstance(quad.subject, NamedNode)})

    def measures(self) -> list[str]:
        """Return the measures of the plan by sheet and row."""
        kind = NamedNode(str(ATF.Measure))
        found = [
            iri
            for iri in self.subjects(DCTERMS.isPartOf, self.document.iri)
            if kind in self.values(iri, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        ]
        return sorted(found, key=lambda iri: (*self.cell(iri), iri))

    def cell(self, iri: str) -> tuple[str, int, int]:
        """Return sheet, row and column of what a thing rests on."""
        passage = self.texts(iri, DCTERMS.source)[0]
        sheet, _, place = self.texts(passage, DCTERMS.identifier)[0].rpartition("!")
        letter, row = coordinate_from_string(place)
        return sheet, row, column_index_from_string(letter)

    def label(self, iri: str) -> dict[str, str]:
        """Return the words of a thing that the sheet gave: a label that only names the thing is none."""
        notes = {
            (term.language, term.value) for term in self.values(iri, SKOS.editorialNote) if isinstance(term, Literal)
        }
        found = {}
        for term in self.values(iri, SKOS.prefLabel):
            if (
                isinstance(term, Literal)
                and term.language
                and (term.language, UNTRANSLATED.get(term.language)) not in notes
            ):
                found[term.language] = term.value
        return found

    def written(self, body: Body, lang: str) -> str:
        """Return the shortest name of a body that is read as that body again."""
        if body.iri not in self._written:
            # A sheet takes an acronym for certain only where it is written in capitals.
            names = sorted(
                body.names, key=lambda name: (not name.isupper(), name != body.label.get(lang), len(name), name)
            )
            self._written[body.iri] = next((name for name in names if self._is_read(name, body)), names[0])
        return self._written[body.iri]

    def _is_read(self, name: str, body: Body) -> bool:
        parts = words(name)
        if not parts or any(mark in name for mark in ";\n"):
            return False
        length, bodies = self.names.longest(parts, 0)
        return length == len(parts) and self.names.choose(bodies) == [body]
