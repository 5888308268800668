"""What our own data says of the acts of the Union, in the same form as what CELLAR says."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from api.graph.sources import load_sources
from api.links.statements import (
    AMENDS,
    CONSOLIDATES,
    DATE,
    ELI,
    END,
    ENTRY,
    IN_FORCE,
    REPEALS,
    TRANSPOSITION,
    Statement,
)

# What CELLAR said is theirs, although it lies among our sources.
SNAPSHOT_GRAPH: Final = "https://w3id.org/atf/graph/links/cellar-snapshot"
_ACTS: Final = """PREFIX atf: <https://w3id.org/atf/ontology#>
SELECT ?act ?celex WHERE { ?act a atf:EUAct ; atf:celex ?celex }"""
_FACTS: Final = f"""PREFIX atf: <https://w3id.org/atf/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
SELECT ?celex ?property ?value WHERE {{
  ?act atf:celex ?celex .
  {{ ?act eli:date_document ?value . BIND(<{DATE}> AS ?property) }}
  UNION {{ ?act eli:first_date_entry_in_force ?value . BIND(<{ENTRY}> AS ?property) }}
  UNION {{ ?act eli:date_no_longer_in_force ?value . BIND(<{END}> AS ?property) }}
  UNION {{ ?act atf:transpositionDeadline ?value . BIND(<{TRANSPOSITION}> AS ?property) }}
  UNION {{
    ?act eli:in_force ?force . BIND(<{IN_FORCE}> AS ?property)
    BIND(IF(STRENDS(STR(?force), "notInForce"), "false", "true") AS ?value)
  }}
  UNION {{ ?act eli:amends/atf:celex ?value . BIND(<{AMENDS}> AS ?property) }}
  UNION {{ ?act (dcterms:replaces|eli:repeals)/atf:celex ?value . BIND(<{REPEALS}> AS ?property) }}
  UNION {{ ?act atf:consolidatedVersion ?value . BIND(<{CONSOLIDATES}> AS ?property) }}
}}"""


@dataclass(frozen=True)
class Ours:
    """Our acts by CELEX number, and what we say of them."""

    acts: dict[str, str]
    statements: frozenset[Statement]


def read_ours(root: Path) -> Ours:
    """Read the acts of the Union from the sources of a checkout; raises ``BuildError`` for a source that is none."""
    store = Store()
    store.extend(
        Quad(triple.subject, triple.predicate, triple.object, NamedNode(source.graph))
        for source in load_sources(root)
        for triple in source.triples
        if source.graph != SNAPSHOT_GRAPH
    )
    acts = {row["celex"]: row["act"] for row in _rows(store, _ACTS)}
    found = {Statement(celex, ELI, act) for celex, act in acts.items()}
    for row in _rows(store, _FACTS):
        celex, name, value = row["celex"], row["property"], row["value"]
        if celex not in acts:
            continue
        if name == CONSOLIDATES:
            # The text is named by its day; CELEX names it by act and day.
            found.add(Statement(f"0{celex[1:]}-{value.rsplit('/', 1)[-1].replace('-', '')}", name, celex))
        else:
            found.add(Statement(celex, name, value))
    return Ours(acts, frozenset(found))


def _rows(store: Store, query: str) -> Iterable[dict[str, str]]:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    for row in found:
        terms = {name: row[name] for name in names}
        yield {name: term.value for name, term in terms.items() if isinstance(term, NamedNode | Literal)}
