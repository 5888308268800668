"""From the bytes of a sheet to what it proposes: files for review, faults, notices and counts."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, Triple, parse

from api.intake.cells import Sheet, Workbook
from api.intake.choice import Plan, choose_plan
from api.intake.faults import Place, Remarks, refuse
from api.intake.framework import Framework
from api.intake.headings import Header, find_header
from api.intake.measures import Measure
from api.intake.plan_graph import PlanGraph
from api.intake.plan_table import PlanReader
from api.intake.spreadsheet import read_workbook
from api.intake.statements import Statements
from api.intake.table import Table
from api.vocabulary import ATF, GRAPH

KINDS: Final = ("plan", "report")
Progress = Callable[[str], None]
_COUNTED: Final = ("Measure", "Indicator", "Responsibility", "FundingSource", "Passage")


@dataclass(frozen=True)
class Options:
    """What the user says about a file."""

    file: str
    kind: str = "plan"
    plan: str | None = None
    period: str | None = None
    partial: bool = False
    fragment: bool = False


@dataclass
class Proposal:
    """What a file proposes: the Turtle of its graph, the document it is about, and what to know of it."""

    name: str
    # Its Turtle in UTF-8: as text, that of a large plan would take twice the memory.
    text: bytes
    document: str
    label: dict[str, str]
    loaded: bool
    first: date
    last: date
    sha256: str
    counts: dict[str, int]
    remarks: Remarks
    skipped: int = 0

    @property
    def graph(self) -> str:
        """The IRI of its graph."""
        return f"{GRAPH}plans/{self.name}"

    @property
    def turtle(self) -> str:
        """Its Turtle as text, made anew each time."""
        return self.text.decode()

    def __len__(self) -> int:
        """Return the number of its statements."""
        return self.counts["statements"]

    def into(self, store: Store, graph: NamedNode | DefaultGraph) -> None:
        """Put its statements into a graph of a store, without making an object of each."""
        store.bulk_load(input=self.text, format=RdfFormat.TURTLE, to_graph=graph)

    def __iter__(self) -> Iterator[Triple]:
        """Yield its statements, read from the Turtle: kept as objects, those of a large plan fill the memory."""
        return (quad.triple for quad in parse(self.text, format=RdfFormat.TURTLE))

    def public(self) -> dict[str, Any]:
        """Return what a summary tells of it, as JSON."""
        return {
            "kind": "report" if self.name.startswith("report-") else "plan",
            "graph": self.graph,
            "document": self.document,
            "period": {"from": self.first.isoformat(), "through": self.last.isoformat()},
            "content_loaded": self.loaded,
            "sha256": self.sha256,
            "counts": self.counts,
            "skipped_rows": self.skipped,
        }


def propose(framework: Framework, data: bytes, options: Options, progress: Progress = lambda _step: None) -> Proposal:
    """Read a sheet and say what it proposes; whoever writes it looks at the faults first.

    Rows with a fault are left out. Raises ``UnreadableError`` for a file that cannot be read at all, and
    ``UsageError`` for options that do not fit.
    """
    progress("reading the file")
    book = read_workbook(data, options.file)
    if options.kind == "report":
        from api.intake.report import propose_report

        return propose_report(framework, book, data, options, progress)
    headed = headers_of(
        book, ("activity",), ("indicators", "deadline", "responsible", "partners", "shared", "resources")
    )
    if not headed:
        raise refuse("no-header")
    for sheet, header in headed:
        if not {"responsible", "shared"} & set(header.columns):
            book.remarks.notice(Place(sheet.name, header.row), "no-responsible-column")
    sheets = [(sheet, header.row) for sheet, header in headed]
    plan = choose_plan(framework, sheets, options.file, book.remarks, slug=options.plan, period=options.period)
    headed = [(sheet, header) for sheet, header in headed if not book.remarks.is_faulty(Place(sheet.name))]
    _say_replaced(framework, plan, book.remarks, headed[0][0].name)
    if framework.holds(f"{GRAPH}plans/{plan.slug}"):
        # What an earlier import of the plan says is written anew, so it is no ground to leave anything out.
        framework = framework.without(f"{GRAPH}plans/{plan.slug}")
        plan = replace(plan, known=framework.documents.get(plan.iri))
    progress("matching the rows to the graph")
    reader = PlanReader(framework, plan, book.remarks)
    measures = reader.read(Table(sheet, header, book.remarks) for sheet, header in headed)
    if not measures and not book.remarks.faults():
        raise refuse("no-rows")
    good = [measure for measure in measures if not measure.rows & book.remarks.bad_rows()]
    whole = not options.fragment and len(good) == len(measures) and not book.remarks.faults()
    progress(f"writing the statements of {len(good)} measures")
    out = PlanGraph(framework, plan, book.remarks, whole=whole).write(good)
    return _proposal(plan, out, data, book.remarks, good, whole=whole, skipped=len(measures) - len(good))


def headers_of(book: Workbook, needed: tuple[str, ...], others: tuple[str, ...]) -> list[tuple[Sheet, Header]]:
    """Return the sheets with a header of a kind; the others with content are named."""
    found = []
    for sheet in book.sheets:
        header = find_header(sheet, needed, others, book.remarks) if sheet.rows else None
        if header:
            found.append((sheet, header))
        elif sheet.rows:
            book.remarks.notice(Place(sheet.name), "sheet-without-header")
    return found


def _say_replaced(framework: Framework, plan: Plan, remarks: Remarks, sheet: str) -> None:
    query = f"SELECT (COUNT(?m) AS ?n) WHERE {{ ?m a atf:Measure ; dcterms:isPartOf <{plan.iri}> }}"
    count = next(iter(framework.rows(query)))["n"].value
    if count != "0":
        remarks.notice(Place(sheet), "read-before", count=count, plan=plan.slug)


def _proposal(
    plan: Plan, out: Statements, data: bytes, remarks: Remarks, good: Sequence[Measure], *, whole: bool, skipped: int
) -> Proposal:
    counts = counts_of(out)
    return Proposal(
        name=plan.slug,
        text=out.take_turtle() if good else b"",
        document=plan.iri,
        label={lang: plan.label(lang) for lang in ("en", "ro")},
        loaded=whole,
        first=plan.period[0],
        last=plan.period[1],
        sha256=hashlib.sha256(data).hexdigest(),
        counts=counts,
        remarks=remarks,
        skipped=skipped,
    )


def counts_of(triples: Statements) -> dict[str, int]:
    """Return how many things of each kind some statements describe."""
    names = {f"{ATF}{name}": name for name in _COUNTED} | {
        "http://purl.org/linked-data/cube#Observation": "Observation"
    }
    found = {name: triples.types[iri] for iri, name in names.items() if iri in triples.types}
    return {name: found[name] for name in names.values() if name in found} | {"statements": len(triples)}


def stem_of(name: str) -> str:
    """Return the name of a file without its folder and suffix."""
    return PurePath(name).stem
