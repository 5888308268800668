"""Answers: a question run with its parameters, every IRI with its label, every source with its citation."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import SKOS

from api.answering.changes import Changes, changes_of
from api.answering.citations import Citation, citations_of
from api.answering.edition import Editions
from api.answering.labels import Label, choose, labels_of
from api.answering.parameters import read_parameters
from api.answering.question import Question, Term, Text, expand
from api.answering.questions import SOURCE
from api.answering.standing import Standing, standing_of
from api.graph.dataset import Manifest
from api.sparql.store import Result, Rows, Store
from api.web.media import CSV

AS_OF: Final = "as-of"
# The tag of questions about the names of bodies and their changes.
NAMES: Final = "name"
# Labels, and citations, that are remembered.
MEMORY: Final = 5_000
Value = TypeVar("Value")
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True)
class Cell:
    """One value: its RDF term, and the text and language in which a reader sees it."""

    term: Term
    label: str
    lang: str | None
    # What a body that was renamed, merged or split is today: IRI and name of each.
    today: tuple[tuple[str, str], ...] = ()

    def public(self) -> dict[str, Any]:
        """Return the value as the JSON of an answer holds it; type and datatype as in SPARQL results.

        ``today`` is there for a body that has successors.
        """
        kind = "uri" if isinstance(self.term, NamedNode) else "bnode"
        cell: dict[str, Any] = {
            "value": self.term.value,
            "type": kind,
            "label": self.label,
            "lang": self.lang,
        }
        if isinstance(self.term, Literal):
            cell["type"] = "literal"
            if not self.term.language and self.term.datatype.value != _STRING:
                cell["datatype"] = self.term.datatype.value
        if self.today:
            cell["today"] = [{"iri": iri, "label": label} for iri, label in self.today]
        return cell


@dataclass(frozen=True)
class Answer:
    """What a question found, with all that a reader needs to trust it."""

    question: Question
    params: dict[str, str]
    as_of: date
    dataset: str
    lang: str
    rows: list[dict[str, Cell]]
    caveat: Text
    sources: dict[str, Citation]
    truncated: bool
    # The query with the values given, which any SPARQL 1.1 engine answers alike.
    sparql: str

    @property
    def dated(self) -> bool:
        """Whether the answer is of one day; a question without ``as-of`` tells what is recorded of any day."""
        return AS_OF in self.question.params

    @property
    def columns(self) -> list[str]:
        """The names of the columns, which are the variables of the query."""
        return list(self.question.columns)

    @property
    def shown(self) -> list[str]:
        """The columns that a page in the answer's language shows."""
        return self.question.shown(self.lang, self.params)

    @property
    def places(self) -> dict[str, Citation]:
        """The sources to show a reader.

        A passage is left out where a statement's own, narrower lines stand for it.
        """
        covered = {citation.passage for iri, citation in self.sources.items() if citation.passage != iri}
        return {iri: citation for iri, citation in self.sources.items() if iri not in covered}

    def public(self) -> dict[str, Any]:
        """Return the answer as JSON (architecture.md, "Fixed details")."""
        return {
            "query": self.question.id,
            "params": self.params,
            "as_of": self.as_of.isoformat(),
            "dataset": self.dataset,
            "columns": self.columns,
            "rows": [{name: cell.public() for name, cell in row.items()} for row in self.rows],
            "empty": self.question.empty.model_dump(),
            "caveat": self.caveat.model_dump(),
            "sources": {iri: citation.public() for iri, citation in self.sources.items()},
            "truncated": self.truncated,
            "sparql": self.sparql,
        }


class Answerer:
    """Answers questions from one dataset, which does not change while the answerer lives.

    That is why it remembers labels and citations: most answers then cost two queries instead of seven.
    """

    def __init__(self, store: Store, manifest: Manifest, editions: Editions) -> None:
        self.store = store
        self.manifest = manifest
        self.editions = editions
        self._standing: Standing | None = None
        self._changes: Changes | None = None
        self._choices: dict[str, dict[str, Label]] = {}
        self._labels: dict[str, Label] = {}
        self._citations: dict[str, Citation] = {}

    async def parameters(self, question: Question, pairs: Iterable[tuple[str, str]]) -> dict[str, Term]:
        """Return the checked values of a question's parameters; raises ``ParameterError``."""
        return await read_parameters(question, pairs, self.store, self.manifest.as_of)

    async def answer(self, question: Question, pairs: Iterable[tuple[str, str]], lang: str = "en") -> Answer:
        """Run a question and return its answer, labelled in a language (``en`` or ``ro``).

        ``pairs`` are the parameters as they came, decoded; raises ``ParameterError`` for a wrong one.
        """
        return await self.run(question, await self.parameters(question, pairs), lang)

    async def run(self, question: Question, terms: dict[str, Term], lang: str = "en") -> Answer:
        """Run a question with parameters that are checked already."""
        found = await self.store.select(*question.bind(terms))
        cited = [SOURCE, *(name for name, column in question.columns.items() if column.cite)]
        labels, sources = await asyncio.gather(self._labels_of(_iris(found)), self._cite(_iris(found, cited)))
        # A duty is cited beside its source only for its own, narrower lines.
        wanted = set(_iris(found, [SOURCE]))
        sources = {iri: citation for iri, citation in sources.items() if iri in wanted or citation.lines}
        as_of = date.fromisoformat(terms[AS_OF].value) if AS_OF in terms else self.manifest.as_of
        self._standing = self._standing or await standing_of(self.store)
        changes = await self.changes()
        dated = AS_OF in question.params
        standing = self._standing.words(as_of if dated else None, date.today())
        # What was a body on that day and is another today; a question of no day is about such changes itself.
        changed = changes.words(_iris(found)) if dated else None
        said = [text for text in (question.caveat, standing, changed) if text]
        return Answer(
            question=question,
            params={name: term.value for name, term in terms.items()},
            as_of=as_of,
            dataset=self.manifest.sha256,
            lang=lang,
            rows=[_cells(question, row, labels, lang, changes) for row in found.rows],
            caveat=Text(en=" ".join(text.en for text in said), ro=" ".join(text.ro for text in said)),
            sources=sources,
            truncated=found.truncated,
            sparql=question.written(terms),
        )

    async def changes(self) -> Changes:
        """Return the recorded changes of institutions."""
        self._changes = self._changes or await changes_of(self.store)
        return self._changes

    async def _labels_of(self, iris: list[str]) -> dict[str, Label]:
        known = {iri: self._labels[iri] for iri in iris if iri in self._labels}
        unknown = set(iris) - known.keys()
        if unknown:
            fresh = await labels_of(self.store, unknown)
            _remember(self._labels, {iri: fresh.get(iri, {}) for iri in unknown})
            known |= fresh
        return known

    async def _cite(self, iris: list[str]) -> dict[str, Citation]:
        known = {iri: self._citations[iri] for iri in iris if iri in self._citations}
        unknown = set(iris) - known.keys()
        if unknown:
            fresh = await citations_of(self.store, self.editions, unknown)
            _remember(self._citations, fresh)
            known |= fresh
        return {iri: known[iri] for iri in iris if iri in known}

    async def choices(self, questions: Iterable[Question]) -> dict[str, dict[str, Label]]:
        """Return the concepts of every scheme that a parameter of the questions reads, by short name, with labels."""
        schemes = {parameter.scheme for question in questions for parameter in question.params.values()} - {None}
        for scheme in sorted(name for name in schemes if name and name not in self._choices):
            text = f"SELECT DISTINCT ?iri WHERE {{ ?iri <{SKOS.inScheme}> {NamedNode(expand(scheme))} }} ORDER BY ?iri"
            iris = _iris(await self.store.select(text))
            labels = await self._labels_of(iris)
            self._choices[scheme] = {iri.rsplit("/", 1)[-1]: labels.get(iri, {}) for iri in iris}
        return self._choices

    async def csv(self, question: Question, terms: dict[str, Term]) -> Result:
        """Run a question and return SPARQL 1.1 CSV as the store writes it, byte for byte."""
        text, bindings = question.bind(terms)
        return await self.store.query(text, accept=[CSV], bindings=bindings)


def _remember(memory: dict[str, Value], fresh: dict[str, Value]) -> None:
    """Add to a memory; one that is full is forgotten, since what is asked often is soon known again."""
    if len(memory) + len(fresh) > MEMORY:
        memory.clear()
    memory |= fresh


def _iris(found: Rows, columns: Iterable[str] | None = None) -> list[str]:
    """Return the IRIs in the rows, in their order, perhaps only those of some columns."""
    names = found.variables if columns is None else columns
    terms = (row.get(name) for row in found.rows for name in names)
    return list(dict.fromkeys(term.value for term in terms if isinstance(term, NamedNode)))


def _cells(
    question: Question, row: dict[str, Term], labels: dict[str, Label], lang: str, changes: Changes
) -> dict[str, Cell]:
    """Return the bound values of a row in the order of the columns; bodies that are no more say what they are today."""
    # A question about names and changes answers that itself.
    told = NAMES in question.tags
    cells: dict[str, Cell] = {}
    for name, column in question.columns.items():
        term = row.get(name)
        if term is None:
            continue
        if isinstance(term, NamedNode):
            today = () if told else changes.successors(term.value, lang)
            cells[name] = Cell(term, *choose(labels.get(term.value), lang, term.value), today)
        elif isinstance(term, Literal) and term.value in column.values:
            cells[name] = Cell(term, getattr(column.values[term.value], lang), lang)
        else:
            cells[name] = Cell(term, term.value, term.language if isinstance(term, Literal) else None)
    return cells
