"""Whether two results are the same: rows as a bag, graphs as graphs, blank nodes whatever their names are.

Numbers and truth values are compared by value: the engine writes them in their canonical form (2 for 2.0).
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
)

from tests.w3c.suite import HOST

RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RESULTS: Final = {
    ".srx": QueryResultsFormat.XML,
    ".srj": QueryResultsFormat.JSON,
    ".tsv": QueryResultsFormat.TSV,
}
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?")

Term = NamedNode | BlankNode | Literal
Row = frozenset[tuple[str, Term]]


class Table:
    """The rows of a SELECT: the names of its variables, and each row as often as it comes."""

    def __init__(self, names: list[str], rows: list[Row]) -> None:
        self.names = names
        self.rows = rows

    def canonical(self) -> "Table":
        """Return the table with each number in its canonical form."""
        rows = [frozenset((name, canonical(term)) for name, term in row) for row in self.rows]
        return Table(self.names, rows)

    def same(self, other: "Table") -> bool:
        """Tell whether another table has the same variables and rows."""
        if set(self.names) != set(other.names) or len(self.rows) != len(other.rows):
            return False
        # Rows without blank nodes are counted, which is exact; only the others need a comparison of graphs.
        mine, yours = Counter(self.rows), Counter(other.rows)
        if _known(mine) != _known(yours):
            return False
        return _canonical(_quads(mine)) == _canonical(_quads(yours))


def canonical(term: Term) -> Term:
    """Return a number or truth value in one form for each value; any other term as it is."""
    if not isinstance(term, Literal):
        return term
    name = term.datatype.value.removeprefix(_XSD)
    try:
        if name in {"double", "float"}:
            return Literal(repr(float(term.value)), datatype=term.datatype)
        if name == "decimal":
            return Literal(str(Decimal(term.value).normalize()), datatype=term.datatype)
        if name == "boolean":
            return Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
    except (ValueError, ArithmeticError):
        pass
    return term


def _known(rows: Counter[Row]) -> Counter[Row]:
    return Counter({row: count for row, count in rows.items() if not _has_blank(row)})


def _has_blank(row: Row) -> bool:
    return any(isinstance(term, BlankNode) for _, term in row)


def _quads(rows: Counter[Row]) -> list[Quad]:
    """Return the rows that hold blank nodes as a graph: a node for each, its cells, and how often it comes."""
    quads = []
    for number, (row, count) in enumerate(rows.items()):
        if _has_blank(row):
            node = BlankNode(f"row{number}")
            quads.append(Quad(node, NamedNode(RS + "index"), Literal(count)))
            quads += [Quad(node, NamedNode(f"{HOST}/{name}"), term) for name, term in row]
    return quads


def _canonical(quads: Iterable[Quad]) -> frozenset[Quad]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return frozenset(dataset)


def same_graph(mine: list[Triple], yours: list[Triple]) -> bool:
    """Tell whether two graphs are isomorphic."""
    return _canonical(Quad(*triple) for triple in mine) == _canonical(Quad(*triple) for triple in yours)


def read_table(data: bytes, form: QueryResultsFormat) -> Table | bool:
    """Read the result of a SELECT or an ASK."""
    found = pyoxigraph.parse_query_results(data, format=form)
    if isinstance(found, QueryBoolean):
        return bool(found)
    assert isinstance(found, QuerySolutions)
    return table_of(found)


def table_of(found: QuerySolutions) -> Table:
    """Return solutions as a table."""
    names = [variable.value for variable in found.variables]
    return Table(names, [_row(names, list(solution)) for solution in found])


def _row(names: list[str], values: list[Term | None]) -> Row:
    return frozenset((name, term) for name, term in zip(names, values, strict=True) if term is not None)


def read_graph(path: Path) -> list[Triple]:
    """Read a file as a graph; relative IRIs are those of the file at the host of the suites."""
    form = RdfFormat.from_extension(path.suffix[1:])
    parsed = pyoxigraph.parse(path=str(path), format=form, base_iri=f"{HOST}/{path.name}", rename_blank_nodes=True)
    return [quad.triple for quad in parsed]


def in_graph(triples: Iterable[Triple], name: str) -> list[Quad]:
    """Return triples as the quads of a named graph."""
    return [Quad(one.subject, one.predicate, one.object, NamedNode(name)) for one in triples]


def read_expected(path: Path) -> Table | bool | list[Triple]:
    """Read a result as the suites write it: rows, a truth value, or a graph (which may itself hold rows)."""
    if path.suffix in _RESULTS:
        return read_table(path.read_bytes(), _RESULTS[path.suffix])
    graph = read_graph(path)
    if any(triple.object == NamedNode(RS + "ResultSet") for triple in graph):
        return _result_set(graph)
    return graph


def _result_set(graph: list[Triple]) -> Table | bool:
    """Return the rows that a graph in the DAWG result-set vocabulary describes."""
    values: dict[Term, list[tuple[str, Term]]] = {}
    for subject, predicate, value in graph:
        values.setdefault(subject, []).append((predicate.value.removeprefix(RS), value))
    names = [term.value for _, term in _all(graph, "resultVariable")]
    truth = [term.value for _, term in _all(graph, "boolean")]
    if truth:
        return truth[0] in {"true", "1"}
    rows = []
    for _, solution in _all(graph, "solution"):
        cells = [dict(values[cell]) for name, cell in values.get(solution, []) if name == "binding"]
        rows.append(frozenset((cell["variable"].value, cell["value"]) for cell in cells))
    return Table(names, rows)


def _all(graph: list[Triple], name: str) -> list[tuple[Term, Term]]:
    return [(s, o) for s, p, o in graph if p.value == RS + name]


def same_csv(mine: bytes, yours: bytes, *, exact: bool) -> bool:
    """Tell whether two CSV results hold the same rows in any order; blank nodes are equal whatever they are called."""

    def plain(cell: str) -> str:
        if cell.startswith("_:"):
            return "_:"
        if not exact and _NUMBER.fullmatch(cell):
            return repr(float(cell))
        return cell

    def rows(data: bytes) -> tuple[list[str], Counter[str]]:
        head, *body = csv.reader(io.StringIO(data.decode()))
        order = sorted(range(len(head)), key=head.__getitem__)
        return sorted(head), Counter(json.dumps([plain(row[i]) for i in order]) for row in body)

    return rows(mine) == rows(yours)
