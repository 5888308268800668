"""The export profiles on the real data: valid against the published shapes, and honest about what they lose."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, Triple, parse
from pyshacl import validate
from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, OWL, SKOS, XSD

from api.cli import main
from api.errors import BuildError
from api.graph.terms import graph_of
from api.profiles.export import FORMATS, construct, unverified_graphs, visible, written
from api.profiles.loss import loss_of
from api.profiles.profile import load_profile, load_profiles
from api.settings import Settings
from api.vocabulary import ATF, ELI

NAMES = ("cpov", "cpsv-ap", "dcat-ap", "eli", "rrmv", "schema-org", "skos")
SHAPES = {
    "cpov": "cpov-2.1.2-shacl.ttl",
    "cpsv-ap": "cpsv-ap-3.2.0-shacl.ttl",
    "dcat-ap": "dcat-ap-3.0.1-shacl.ttl",
    "rrmv": "rrmv-1.0.0-shacl.ttl",
}
# Classes of each standard that the shapes must have found something of: shapes that see nothing prove nothing.
FOUND = {
    "cpov": {"http://data.europa.eu/m8g/PublicOrganisation": 80, str(ORG.ChangeEvent): 10},
    "cpsv-ap": {"http://purl.org/vocab/cpsv#PublicService": 4, "http://data.europa.eu/m8g/Participation": 5},
    "dcat-ap": {"http://www.w3.org/ns/dcat#Dataset": 40, "http://www.w3.org/ns/dcat#Distribution": 40},
    "rrmv": {"http://data.europa.eu/2qy/rrmv#Requirement": 50, "http://data.europa.eu/2qy/rrmv#AgentRole": 100},
    "eli": {str(ELI.LegalResource): 130, str(ELI.LegalResourceSubdivision): 400, str(ELI.LegalExpression): 200},
    "schema-org": {"https://schema.org/Legislation": 100, "https://schema.org/GovernmentOrganization": 80},
    "skos": {str(SKOS.Concept): 250, str(SKOS.ConceptScheme): 18},
}


@pytest.fixture(scope="module")
def exports(dataset: Store) -> dict[str, list[Triple]]:
    return {name: construct(dataset, profile) for name, profile in load_profiles().items()}


@pytest.fixture(scope="module")
def graphs(exports: dict[str, list[Triple]]) -> dict[str, Graph]:
    return {name: graph_of(triples) for name, triples in exports.items()}


def test_the_profiles_are_those_of_the_contract() -> None:
    assert tuple(load_profiles()) == NAMES


def report(results: Graph) -> list[str]:
    return sorted(
        f"{results.value(one, SH.focusNode)} {results.value(one, SH.resultPath)} {results.value(one, SH.resultMessage)}"
        for one in results.subjects(RDF.type, SH.ValidationResult)
    )


@pytest.mark.parametrize("name", SHAPES)
def test_a_profile_conforms_to_the_published_shapes(shared: Path, graphs: dict[str, Graph], name: str) -> None:
    shapes = Graph().parse(shared / "eu-shapes" / SHAPES[name])
    conforms, results, _ = validate(graphs[name], shacl_graph=shapes, inference="none", advanced=False)
    assert report(results) == []
    assert conforms


@pytest.mark.parametrize("name", SHAPES)
def test_the_shapes_would_notice(shared: Path, graphs: dict[str, Graph], name: str) -> None:
    """Break one thing that each standard asks for; the same shapes must refuse it."""
    broken = Graph()
    for triple in graphs[name]:
        broken.add(triple)
    required = {
        "cpov": (None, DCTERMS.spatial, Literal("Romania")),
        "cpsv-ap": (None, DCTERMS.identifier, None),
        "dcat-ap": (None, DCTERMS.title, None),
        "rrmv": (None, URIRef("https://www.iflastandards.info/fr/frbr/frbroo#R8i"), None),
    }
    _, predicate, value = required[name]
    subject = sorted(graphs[name].subjects(predicate), key=str)[0]
    broken.remove((subject, predicate, None))
    if value is not None:
        broken.add((subject, predicate, value))
    shapes = Graph().parse(shared / "eu-shapes" / SHAPES[name])
    conforms, results, _ = validate(broken, shacl_graph=shapes, inference="none", advanced=False)
    assert not conforms
    assert any(str(subject) in line for line in report(results))


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_is_about_something(graphs: dict[str, Graph], name: str) -> None:
    for term, least in FOUND[name].items():
        assert len(set(graphs[name].subjects(RDF.type, URIRef(term)))) >= least, term


# ELI has no published shapes that could be had; its ontology gives the constraints.


class Eli:
    """Domains and ranges of the ELI ontology."""

    def __init__(self, file: Path) -> None:
        self.graph = Graph().parse(file, format="nt")
        self.classes = {term for term in self.graph.subjects(RDF.type, OWL.Class) if isinstance(term, URIRef)}

    def closure(self, term: object) -> set[object]:
        return set(self.graph.transitive_objects(term, RDFS.subClassOf))  # type: ignore[arg-type]

    def options(self, term: object) -> set[object]:
        """The classes that a domain or range allows; a union is any of its members."""
        if isinstance(term, BNode):
            lists = list(self.graph.objects(term, OWL.unionOf))
            return {member for one in lists for member in self.graph.items(one)}
        return {term}


def test_eli_keeps_the_constraints_of_its_ontology(shared: Path, graphs: dict[str, Graph]) -> None:
    eli, export = Eli(shared / "eu-shapes" / "eli-1.2-ontology.nt"), graphs["eli"]
    types = {
        node: set().union(*(eli.closure(kind) for kind in export.objects(node, RDF.type)))
        for node in set(export.subjects())
    }
    wrong = []
    checked = 0
    for subject, name, value in export:
        if name == RDF.type:
            if str(value).startswith(str(ELI)) and value not in eli.classes:
                wrong.append(f"no class of ELI: {value}")
            continue
        if not str(name).startswith(str(ELI)):
            continue
        kinds = set(eli.graph.objects(name, RDF.type))
        if not kinds & {OWL.ObjectProperty, OWL.DatatypeProperty}:
            wrong.append(f"no property of ELI: {name}")
        if (OWL.ObjectProperty in kinds) != isinstance(value, URIRef):
            wrong.append(f"{name} has {value!r}")
        for domain in eli.graph.objects(name, RDFS.domain):
            if not eli.options(domain) & (types[subject] | {OWL.Thing}):
                wrong.append(f"{subject} cannot have {name}")
        for span in eli.graph.objects(name, RDFS.range):
            allowed = eli.options(span) - {OWL.Thing, RDFS.Literal, None}
            if isinstance(value, Literal):
                kind = value.datatype or (RDF.langString if value.language else XSD.string)
                if allowed and not isinstance(span, BNode) and kind not in allowed:
                    wrong.append(f"{name} has {value!r} of {kind}")
            elif allowed and not allowed & types.get(value, set()):
                wrong.append(f"{name} leads to {value}, which is none of {allowed}")
        checked += 1
    assert checked > 3000
    assert sorted(set(wrong)) == []
    # Status values are IRIs, spelt as ELI spells them; the deprecated eli:implements is not used.
    assert {str(value).rsplit("-", 1)[-1] for value in export.objects(None, ELI.in_force)} <= {
        "inForce",
        "notInForce",
        "partiallyInForce",
    }
    assert not list(export.subject_objects(ELI.implements))


def test_skos_keeps_its_integrity_conditions(graphs: dict[str, Graph]) -> None:
    export = graphs["skos"]
    for node in set(export.subjects()):
        languages = [label.language for label in export.objects(node, SKOS.prefLabel) if isinstance(label, Literal)]
        assert len(languages) == len(set(languages)), f"S14 {node}"
        preferred, other = set(export.objects(node, SKOS.prefLabel)), set(export.objects(node, SKOS.altLabel))
        assert not preferred & other, f"S13 {node}"
        exact = set(export.objects(node, SKOS.exactMatch))
        assert not exact & {*export.objects(node, SKOS.broadMatch), *export.objects(node, SKOS.relatedMatch)}, (
            f"S46 {node}"
        )
        above = set(export.transitive_objects(node, SKOS.broader)) - {node}
        assert node not in above and not above & set(export.objects(node, SKOS.related)), f"S27 {node}"
    concepts, schemes = set(export.subjects(RDF.type, SKOS.Concept)), set(export.subjects(RDF.type, SKOS.ConceptScheme))
    assert not concepts & schemes, "S9"
    assert set(export.objects(None, SKOS.inScheme)) <= schemes
    assert {(top, scheme) for scheme, top in export.subject_objects(SKOS.hasTopConcept)} == set(
        export.subject_objects(SKOS.topConceptOf)
    )


def test_schema_org_uses_its_own_terms(graphs: dict[str, Graph]) -> None:
    known = [
        "name",
        "alternateName",
        "identifier",
        "sameAs",
        "url",
        "legislationIdentifier",
        "legislationType",
        "legislationDate",
        "datePublished",
        "legislationDateVersion",
        "legislationLegalForce",
        "legislationPassedBy",
        "legislationJurisdiction",
        "legislationTransposes",
        "legislationChanges",
        "legislationApplies",
        "about",
        "citation",
        "temporalCoverage",
        "parentOrganization",
        "areaServed",
        "foundingDate",
        "dissolutionDate",
    ]
    used = {str(name).removeprefix("https://schema.org/") for name in graphs["schema-org"].predicates()}
    assert used <= {*known, str(RDF.type)}
    force = {
        str(value) for value in graphs["schema-org"].objects(None, URIRef("https://schema.org/legislationLegalForce"))
    }
    assert force <= {f"https://schema.org/{name}" for name in ("InForce", "NotInForce", "PartiallyInForce")}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_nobody_has_verified_leaves(dataset: Store, exports: dict[str, list[Triple]], name: str) -> None:
    hidden = set(unverified_graphs(dataset))
    assert len(hidden) >= 4
    only: set[tuple[str, str]] = set()
    known: set[tuple[str, str]] = set()
    for quad in dataset:
        assert isinstance(quad.graph_name, NamedNode)
        side = only if quad.graph_name.value in hidden else known
        side.add((str(quad.subject), str(quad.object)))
    leaked = {(str(triple.subject), str(triple.object)) for triple in exports[name]} & (only - known)
    assert leaked == set()
    graphs = visible((graph.value for graph in dataset.named_graphs()), hidden)
    assert not set(graphs) & hidden
    assert "https://w3id.org/atf/graph/findings" not in graphs


@pytest.mark.parametrize("name", NAMES)
def test_the_three_formats_hold_the_same(exports: dict[str, list[Triple]], graphs: dict[str, Graph], name: str) -> None:
    formats = {"rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD, "ttl": RdfFormat.TURTLE}
    assert set(formats) == set(FORMATS)
    for short, kind in formats.items():
        read = {quad.triple for quad in parse(written(exports[name], short), format=kind)}
        assert read == set(exports[name]), short
    # Another reader finds as many.
    assert len(Graph().parse(data=written(exports[name], "rdf"), format="xml")) == len(graphs[name])


@pytest.mark.parametrize("name", NAMES)
def test_an_export_has_no_blank_nodes_and_mints_only_here(
    dataset: Store, exports: dict[str, list[Triple]], name: str
) -> None:
    known = {str(term) for quad in dataset for term in (quad.subject, quad.object)}
    for triple in exports[name]:
        assert isinstance(triple.subject, NamedNode)
        assert str(triple.subject) in known or triple.subject.value.startswith("https://w3id.org/atf/"), triple


@pytest.mark.parametrize("name", NAMES)
def test_the_loss_is_counted_and_explained(dataset: Store, exports: dict[str, list[Triple]], name: str) -> None:
    profile = load_profiles()[name]
    found = loss_of(dataset, profile, exports[name])
    for one in (found.statements, *found.things, *found.properties):
        assert 0 <= one.carried <= one.total
        assert 0 <= one.unverified <= one.lost
        assert not one.lost or (one.reason.en and one.reason.ro)
    assert found.statements.carried > 100
    assert found.statements.lost > 0
    # Each reason of the header is about something of the model.
    terms = {one.term for one in (*found.things, *found.properties)} | {str(ATF.Responsibility)}
    assert {term for term in profile.lost if term.rsplit("#", 1)[-1][0].isupper()} <= terms
    carried = {one.term: one for one in found.things}
    assert any(carried[term].carried for term in profile.carries if term in carried)
    json.dumps(found.public())


def test_the_loss_of_eli_is_what_a_lawyer_would_expect(dataset: Store, exports: dict[str, list[Triple]]) -> None:
    found = loss_of(dataset, load_profiles()["eli"], exports["eli"])
    things = {one.term: one for one in found.things}
    assert things[str(ATF.EUAct)].lost == things[str(ATF.NationalAct)].lost == things[str(ATF.Treaty)].lost == 0
    assert things[str(ATF.Responsibility)].carried == 0
    properties = {one.term: one for one in found.properties}
    assert properties[str(ATF.transpositionDeadline)].carried == 0
    assert "transposed" in properties[str(ATF.transpositionDeadline)].reason.en
    assert properties[str(ELI.type_document)].lost == 0
    # Dates that stay behind do so only because nobody has verified them.
    assert properties[str(ELI.date_document)].lost == properties[str(ELI.date_document)].unverified > 0


def test_a_coincidence_of_dates_is_no_match() -> None:
    act, day = NamedNode("http://example.org/act"), "2020-01-01"
    from pyoxigraph import Literal as OxLiteral
    from pyoxigraph import Quad

    date = OxLiteral(day, datatype=NamedNode(str(XSD.date)))
    store = Store()
    for name in (ELI.date_document, ELI.first_date_entry_in_force):
        store.add(Quad(act, NamedNode(str(name)), date, NamedNode("http://example.org/g")))
    store.add(Quad(act, NamedNode(str(RDF.type)), NamedNode(str(ATF.Treaty)), NamedNode("http://example.org/g")))
    exported = [Triple(act, NamedNode(str(ELI.date_document)), date)]
    found = {one.term: one.carried for one in loss_of(store, load_profiles()["eli"], exported).properties}
    assert found == {str(ELI.date_document): 1, str(ELI.first_date_entry_in_force): 0}


# The command.


@pytest.fixture
def built(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ATF_BUILD", str(settings.build))
    yield


@pytest.mark.usefixtures("built")
def test_the_command_writes_an_export(
    tmp_path: Path, exports: dict[str, list[Triple]], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["export", "--profile", "cpov"]) == 0
    out, err = capsysbinary.readouterr()
    assert {quad.triple for quad in parse(out, format=RdfFormat.TURTLE)} == set(exports["cpov"])
    assert b"CPOV" in err or b"Core Public Organisation" in err
    assert b"statements" in err
    file = tmp_path / "eli.rdf"
    assert main(["export", "--profile", "eli", "--format", "rdf", "--out", str(file)]) == 0
    assert file.read_bytes().startswith(b"<?xml")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("lang", ["en", "ro"])
def test_the_command_reports_the_loss(capsys: pytest.CaptureFixture[str], lang: str) -> None:
    assert main(["export", "--profile", "eli", "--loss", "--lang", lang]) == 0
    text = capsys.readouterr().out
    words = {"en": "transposed", "ro": "transpusă"}
    assert words[lang] in text
    assert "atf:NationalAct" in text
    assert main(["export", "--profile", "eli", "--loss", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"profile", "standard", "statements", "things", "properties"}
    assert set(found["statements"]) == {"term", "total", "carried", "lost", "unverified", "reason"}


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--profile", "akoma-ntoso"], "Choose one of: cpov, cpsv-ap, dcat-ap, eli, rrmv, schema-org, skos"),
        (["--profile", "eli", "--format", "xlsx"], "Choose one of: ttl, rdf, jsonld"),
        (["--profile", "eli", "--loss", "--format", "ttl"], "Choose one of: text, json"),
    ],
)
def test_wrong_use_is_2_and_says_what_there_is(args: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", *args]) == 2
    assert words in capsys.readouterr().err


def test_without_a_build_it_is_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATF_BUILD", str(tmp_path))
    assert main(["export", "--profile", "eli"]) == 3
    assert "make build" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "#+ title: x\nCONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "#+ title: {en: a, ro: b}\nSELECT * {}"]
)
def test_a_file_that_is_no_profile_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.rq"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BuildError, match=r"wrong\.rq"):
        load_profile(file)
