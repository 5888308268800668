"""The links of the real data: well-formed for their register, agreeing with each other, unique, with kind and confidence."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

PREFIXES = """PREFIX atf: <https://w3id.org/atf/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX graph: <https://w3id.org/atf/graph/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX scheme: <https://w3id.org/atf/scheme/>
PREFIX sdmx-dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX void: <http://rdfs.org/ns/void#>
"""
OURS = "https://w3id.org/atf/"
EUROVOC = "http://eurovoc.europa.eu/"
NUTS = "http://data.europa.eu/nuts/code/"
# Every property whose value may be an address of another publisher, but for sources (the pages that were read).
LINKS = """atf:registeredAs atf:consolidatedVersion rdfs:seeAlso eli:is_about dcterms:language dcterms:isPartOf atf:territory
  sdmx-dimension:refArea skos:exactMatch skos:closeMatch skos:broadMatch skos:narrowMatch skos:relatedMatch"""
# Vocabularies (the alignments of the ontology) are not registers; only graphs of the catalogue make assertions.
ASSERTED = "?g atf:assertionKind ?kind ."


def rows(dataset: Store, query: str) -> list[dict[str, str]]:
    found = dataset.query(PREFIXES + query, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: term.value for name in names if isinstance(term := row[name], NamedNode | Literal)} for row in found]


@pytest.fixture(scope="module")
def patterns(dataset: Store) -> dict[str, list[str]]:
    """Register -> the patterns of its addresses."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows(dataset, "SELECT ?r ?p { ?r skos:inScheme scheme:register ; void:uriRegexPattern ?p }"):
        found[row["r"].rsplit("/", 1)[-1]].append(row["p"])
    return found


def registers(patterns: dict[str, list[str]], address: str) -> list[str]:
    return [name for name, tried in patterns.items() if any(re.search(one, address) for one in tried)]


def test_every_outside_address_fits_exactly_one_register(dataset: Store, patterns: dict[str, list[str]]) -> None:
    query = f"SELECT DISTINCT ?o {{ {ASSERTED} VALUES ?p {{ {LINKS} }} GRAPH ?g {{ ?s ?p ?o }} FILTER(isIRI(?o)) }}"
    outside = [row["o"] for row in rows(dataset, query) if not row["o"].startswith(OURS)]
    assert len(outside) > 200
    wrong = {address: registers(patterns, address) for address in outside if len(registers(patterns, address)) != 1}
    assert wrong == {}


@pytest.mark.parametrize(
    "address",
    [
        "http://data.europa.eu/eli/dir/2011/036/oj",  # ELI does not pad
        "http://data.europa.eu/eli/directive/2011/36/oj",
        "https://data.europa.eu/eli/dir/2011/36/oj",  # another scheme is another IRI
        "http://publications.europa.eu/resource/celex/32011L36",  # CELEX does pad
        "http://publications.europa.eu/resource/celex/32011X0036",
        "http://publications.europa.eu/resource/oj/L_20241712",
        "http://eurovoc.europa.eu/c_63446D6E",
        "http://eurovoc.europa.eu/",
        "http://data.europa.eu/nuts/code/RO524",
        "http://publications.europa.eu/resource/authority/country/RO",
        "http://metadata.un.org/sdg/18",
        "https://treaties.un.org/Pages/ViewDetails.aspx?src=TREATY&mtdsg_no=18-12",
    ],
)
def test_a_malformed_address_fits_no_register(patterns: dict[str, list[str]], address: str) -> None:
    assert registers(patterns, address) == []


def celex_of(eli: str) -> str:
    """The CELEX number that an ELI of a basic act implies (facts: ELI is not padded, CELEX is)."""
    kind, year, number = re.fullmatch(r"http://data\.europa\.eu/eli/(\w+)/(\d{4})/(\d+)/oj", eli).groups()  # type: ignore[union-attr]
    return f"3{year}{ {'dir': 'L', 'reg': 'R', 'dec': 'D', 'dec_framw': 'F'}[kind] }{int(number):04d}".replace(" ", "")


def test_celex_eli_number_year_and_registers_agree(dataset: Store) -> None:
    query = """SELECT ?act ?celex ?local ?number ?year ?id ?type ?cellar ?oj {
      ?act a atf:EUAct ; eli:number ?number ; atf:year ?year ; dcterms:identifier ?id ; eli:type_document ?type .
      OPTIONAL { ?act atf:celex ?celex } OPTIONAL { ?act eli:id_local ?local }
      OPTIONAL { ?act atf:registeredAs ?cellar FILTER(CONTAINS(STR(?cellar), "/celex/")) }
      OPTIONAL { ?act atf:registeredAs ?oj FILTER(CONTAINS(STR(?oj), "/oj/")) } }"""
    found = rows(dataset, query)
    assert len(found) == len({row["act"] for row in found}) >= 26
    for row in found:
        celex = celex_of(row["act"])
        assert row["celex"] == row["local"] == celex, row
        assert row["cellar"] == f"http://publications.europa.eu/resource/celex/{celex}"
        assert (celex[1:5], celex[6:].lstrip("0")) == (row["year"], row["number"])
        assert {row["number"], row["year"]} <= set(re.split(r"\D+", row["id"]))
        kind = row["type"].rsplit("/", 1)[-1]
        assert {"directive": "L", "eu-regulation": "R", "eu-decision": "D", "framework-decision": "F"}[kind] == celex[5]
        if "oj" in row:
            assert row["oj"] == f"http://publications.europa.eu/resource/oj/L_{row['year']}{int(row['number']):05d}"


def test_every_act_since_october_2023_has_its_address_in_the_official_journal(dataset: Store) -> None:
    query = """SELECT ?act { ?act a atf:EUAct ; eli:date_publication ?d FILTER(STR(?d) >= "2023-10-01")
      MINUS { ?act atf:registeredAs ?oj FILTER(CONTAINS(STR(?oj), "/oj/")) } }"""
    assert rows(dataset, query) == []


def test_consolidated_versions_belong_to_their_act(dataset: Store) -> None:
    found = rows(dataset, "SELECT ?act ?v { ?act atf:consolidatedVersion ?v }")
    assert found
    for row in found:
        assert row["v"].rsplit("/", 1)[0] == row["act"].rsplit("/", 1)[0]


def test_numbers_are_unique(dataset: Store) -> None:
    for name in ("celex", "cets"):
        counted = Counter(row["n"] for row in rows(dataset, f"SELECT DISTINCT ?a ?n {{ ?a atf:{name} ?n }}"))
        assert [number for number, times in counted.items() if times > 1] == []
    counted = Counter(row["o"] for row in rows(dataset, "SELECT ?a ?o { ?a atf:registeredAs ?o }"))
    assert [address for address, times in counted.items() if times > 1] == []


def test_a_treaty_office_has_the_number_of_the_treaty(dataset: Store) -> None:
    query = """SELECT ?a ?n ?p { ?a atf:cets ?n ; rdfs:seeAlso ?p FILTER(CONTAINS(STR(?p), "coe.int/en/web/conventions")) }"""
    found = rows(dataset, query)
    assert {row["a"].rsplit("-", 1)[-1] for row in found} == {"197", "201"}
    assert all(row["p"].endswith(f"treatynum={row['n']}") for row in found)
    query = """SELECT ?a ?n ?p { ?a eli:id_local ?n ; rdfs:seeAlso ?p
      FILTER(STRSTARTS(?n, "UNTC ") && CONTAINS(STR(?p), "treaties.un.org")) }"""
    found = rows(dataset, query)
    assert len(found) == 5
    assert all(row["p"].endswith(f"mtdsg_no={row['n'].removeprefix('UNTC ')}") for row in found)


def test_the_counties_are_those_of_the_nomenclature(dataset: Store, shared: Path) -> None:
    facts = (shared / "facts" / "eu-links.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| ([^|]+) \| (RO\d{3}) \| http", facts, re.MULTILINE))
    assert len(table) == 42
    query = """SELECT ?c ?id ?l ?up { ?c a dcterms:Location ; dcterms:identifier ?id ; skos:prefLabel ?l ; dcterms:isPartOf ?up
      FILTER(LANG(?l) = "ro" && REGEX(STR(?c), "code/RO[0-9]{3}$")) }"""
    found = rows(dataset, query)
    assert {row["l"]: row["id"] for row in found} == table
    for row in found:
        assert row["c"] == NUTS + row["id"]
        assert row["up"] == NUTS + row["id"][:4]
    assert table["Giurgiu"] == "RO314"  # a public package gives it the code of Galați
    used = rows(dataset, "SELECT DISTINCT ?a { ?o sdmx-dimension:refArea ?a FILTER(CONTAINS(STR(?a), '/nuts/')) }")
    assert {row["a"] for row in used} <= {row["c"] for row in found}


def test_each_eurovoc_descriptor_is_known(dataset: Store, shared: Path) -> None:
    pinned = {
        row["d"]: row["l"]
        for row in rows(
            dataset,
            f"""SELECT ?d ?l {{ GRAPH <{OURS}graph/links/eurovoc-seen> {{ ?d skos:inScheme <{EUROVOC}100141> ; skos:prefLabel ?l }}
            FILTER(LANG(?l) = "en") }}""",
        )
    }
    query = f"SELECT DISTINCT ?o {{ {ASSERTED} GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?o), '{EUROVOC}')) }}"
    used = {row["o"] for row in rows(dataset, query)} - {EUROVOC + "100141"}
    assert used <= pinned.keys()
    facts = (shared / "facts" / "eu-links.md").read_text(encoding="utf-8")
    section = facts.partition("## 4. EuroVoc")[2].partition("## 5.")[0]
    for number, label in re.findall(r"^\| (\d+|c_[0-9a-f]{8}) \| ([^|(]+?) (?:\([^|]*)?\|", section, re.MULTILINE):
        assert pinned.get(EUROVOC + number, label) == label


def test_every_function_and_target_group_has_a_match_or_a_reason_for_none(dataset: Store) -> None:
    query = f"""SELECT ?c {{ VALUES ?s {{ scheme:function scheme:target-group }} ?c skos:inScheme ?s
      MINUS {{ GRAPH <{OURS}graph/links/eurovoc-matches> {{ ?j atf:aboutSubject ?c }} }} }}"""
    assert rows(dataset, query) == []
    both = f"""SELECT ?c {{ ?c atf:lacksMatchIn <{EUROVOC}100141> ; skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:relatedMatch ?d
      FILTER(STRSTARTS(STR(?d), "{EUROVOC}")) }}"""
    assert rows(dataset, both) == []


def test_every_link_has_a_kind_and_a_confidence(dataset: Store) -> None:
    query = f"""SELECT DISTINCT ?g ?kind ?confidence {{ VALUES ?p {{ {LINKS} }} GRAPH ?g {{ ?s ?p ?o }}
      FILTER(isIRI(?o) && !STRSTARTS(STR(?o), "{OURS}") && !STRSTARTS(STR(?g), "{OURS}graph/ontology")
        && !STRSTARTS(STR(?g), "{OURS}graph/scheme/") && ?g != graph:alignments && ?g != graph:inferred)
      OPTIONAL {{ ?g atf:assertionKind ?kind }} OPTIONAL {{ ?g atf:confidence ?confidence }} }}"""
    found = rows(dataset, query)
    assert len(found) >= 8
    for row in found:
        kind = row["kind"].rsplit("/", 1)[-1]
        assert kind in {"stated", "external", "interpreted"}, row
        assert ("confidence" in row) == (kind == "external"), row
    # An interpreted one has its own score, and a reason in both languages.
    query = f"""SELECT ?j (COUNT(DISTINCT LANG(?n)) AS ?langs) (MIN(?s) AS ?score) {{
      GRAPH ?g {{ ?j a atf:Interpretation ; atf:confidenceScore ?s ; skos:note ?n }}
      FILTER(STRSTARTS(STR(?g), "{OURS}graph/links/")) }} GROUP BY ?j"""
    judged = rows(dataset, query)
    assert len(judged) >= 140
    assert all(row["langs"] == "2" and 0 < float(row["score"]) < 1 for row in judged)


def test_unverified_graphs_hold_no_outside_address(dataset: Store, patterns: dict[str, list[str]]) -> None:
    query = """SELECT DISTINCT ?o { ?g atf:confidence <https://w3id.org/atf/scheme/confidence/unverified> .
      GRAPH ?g { ?s ?p ?o } FILTER(isIRI(?o)) }"""
    outside = [row["o"] for row in rows(dataset, query) if not row["o"].startswith(OURS)]
    # What remains are terms of ELI and of the organisation ontologies, and acts that a better graph declares.
    acts = {row["a"] for row in rows(dataset, "SELECT ?a { ?a a atf:EUAct }")}
    terms = ("http://data.europa.eu/eli/ontology#", "http://data.europa.eu/m8g/", "http://www.w3.org/ns/org#")
    assert [iri for iri in outside if not iri.startswith(terms) and iri not in acts] == []


def test_sources_that_disagree_are_both_recorded(dataset: Store) -> None:
    found = rows(dataset, "SELECT ?d { <http://data.europa.eu/eli/dir/2004/81/oj> atf:transpositionDeadline ?d }")
    assert {row["d"] for row in found} == {"2006-08-05", "2006-08-06"}


def test_no_fact_of_the_facts_folder_is_dropped_or_changed(dataset: Store, shared: Path) -> None:
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for fact in json.loads((shared / "facts" / "eu-links.json").read_text(encoding="utf-8")):
        facts[fact["subject"]][fact["property"]] = fact["value"]
    acts = {fact["eli"]: fact for fact in facts.values() if "eli" in fact and fact["celex"].startswith("3")}
    assert len(acts) >= 24
    names = {
        "celex": "atf:celex",
        "date_document": "eli:date_document",
        "date_entry_into_force": "eli:first_date_entry_in_force",
        "date_transposition": "atf:transpositionDeadline",
        "oj": "atf:officialGazette",
        "cellar_uri": "atf:registeredAs",
    }
    missing = []
    for act, fact in acts.items():
        for name, term in names.items():
            ours = {row["v"] for row in rows(dataset, f"SELECT ?v {{ <{act}> {term} ?v }}")}
            text = fact.get(name, "")
            wanted = text if name in {"celex", "oj", "cellar_uri"} else (text if re.match(r"\d{4}-", text) else "")[:10]
            # One row of the facts is about two acts.
            if wanted and "2006/616" not in act and wanted not in ours:
                missing.append((act, name, wanted, ours))
    assert missing == []
