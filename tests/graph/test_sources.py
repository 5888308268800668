"""Which file is which graph, and what is said of a file that cannot be read."""

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Triple

from api.errors import BuildError
from api.graph.sources import Source, graph_iri, load_sources, parse_turtle
from api.vocabulary import GRAPH
from tests.mini import Mini


@pytest.fixture
def mini(tmp_path: Path) -> Mini:
    return Mini(tmp_path)


@pytest.mark.parametrize(
    ("name", "graph"),
    [
        ("data/strategy-2018-2022/passages.ttl", "strategy-2018-2022/passages"),
        ("data/catalog.ttl", "catalog"),
        ("ontology/atf.ttl", "ontology"),
        ("ontology/alignments.ttl", "alignments"),
        ("ontology/schemes/target-group.ttl", "scheme/target-group"),
        ("shapes/integrity/INT-001-statement-without-a-source.ttl", "rule/INT-001"),
        ("shapes/gap/GAP-012-empty-cell.ttl", "rule/GAP-012"),
        ("shapes/prefixes.ttl", "rule/prefixes"),
    ],
)
def test_a_file_is_a_graph(name: str, graph: str) -> None:
    assert graph_iri(name) == f"{GRAPH}{graph}"


@pytest.mark.parametrize(
    "name",
    [
        "data/Strategy/passages.ttl",
        "data/a b.ttl",
        "data/ontology.ttl",
        "data/scheme/role.ttl",
        "data/inferred.ttl",
        "ontology/other.ttl",
        "ontology/schemes/deep/role.ttl",
        "shapes/gap/no-owner.ttl",
        "shapes/GAP-001-no-owner.ttl",
        "shapes/gap/GAP-1-no-owner.ttl",
    ],
)
def test_a_file_out_of_place_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(BuildError, match=f"{name} has no place"):
        graph_iri(name)


def test_every_file_is_read_in_the_order_of_the_graphs(mini: Mini) -> None:
    sources = load_sources(mini.root)
    graphs = [source.graph for source in sources]
    assert graphs == sorted(graphs)
    assert {"data/duties.ttl", "ontology/atf.ttl", "shapes/prefixes.ttl"} <= {source.name for source in sources}
    assert all(source.triples for source in sources)


def blanks(source: Source) -> set[str]:
    terms = (term for triple in source.triples for term in (triple.subject, triple.object))
    return {term.value for term in terms if isinstance(term, BlankNode)}


def test_blank_nodes_have_stable_labels_that_meet_in_no_other_file(mini: Mini) -> None:
    mini.write("data/one.ttl", "inst:a atf:knows _:x . _:x atf:knows [] .")
    mini.write("data/two.ttl", "inst:b atf:knows _:x .")
    first = {source.name: source for source in load_sources(mini.root)}
    mini.write("data/one.ttl", "_:other atf:knows [] . inst:a atf:knows _:other .")
    again = {source.name: source for source in load_sources(mini.root)}
    assert blanks(first["data/one.ttl"]) == {"one-c14n0", "one-c14n1"}
    assert set(first["data/one.ttl"].triples) == set(again["data/one.ttl"].triples)
    assert blanks(first["data/two.ttl"]) == {"two-c14n0"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "data/bad.ttl is empty: it holds no statement."),
        (b"PREFIX a: <http://a/>\n", "data/bad.ttl is empty: it holds no statement."),
        (
            b"<http://a/> <http://b/>\n'caf\xe9' .",
            "data/bad.ttl line 2: the text is not UTF-8. Save the file as UTF-8.",
        ),
        (
            "<http://a/> a 1 .".encode("utf-16"),
            "data/bad.ttl line 1: the text is not UTF-8. Save the file as UTF-8.",
        ),
        (
            b"\n<http://a/> a foo:bar .",
            "data/bad.ttl line 2, column 15: The prefix foo: has not been declared.",
        ),
        (b"<a> a <b> .", "data/bad.ttl line 1, column 1: No scheme found in an absolute IRI."),
        (
            b"<http://a/> <http://b/> <<( <http://a/> <http://b/> 1 )>> .",
            "data/bad.ttl: a statement about a statement (RDF 1.2) is not used here: ",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(mini: Mini, data: bytes, message: str) -> None:
    (mini.root / "data" / "bad.ttl").write_bytes(data)
    with pytest.raises(BuildError) as caught:
        load_sources(mini.root)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_folder_with_the_name_of_a_file_is_one_sentence(mini: Mini) -> None:
    (mini.root / "data" / "folder.ttl").mkdir()
    with pytest.raises(BuildError, match=r"^data/folder\.ttl cannot be read: Is a directory\.$"):
        load_sources(mini.root)


def test_a_link_to_nothing_is_one_sentence(mini: Mini) -> None:
    (mini.root / "data" / "gone.ttl").symlink_to("nowhere.ttl")
    with pytest.raises(BuildError, match=r"^data/gone\.ttl cannot be read: No such file or directory\.$"):
        load_sources(mini.root)


def test_every_broken_file_is_named(mini: Mini) -> None:
    (mini.root / "data" / "one.ttl").write_text("<")
    (mini.root / "data" / "two.ttl").write_text("")
    with pytest.raises(BuildError) as caught:
        load_sources(mini.root)
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["data/one.ttl", "data/two.ttl"]


def test_two_files_for_one_graph_are_refused(mini: Mini) -> None:
    text = (mini.root / "shapes" / "integrity" / "INT-004-end-before-beginning.ttl").read_text(encoding="utf-8")
    (mini.root / "shapes" / "integrity" / "INT-004-other-name.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(BuildError, match=r"INT-004-end-before-beginning\.ttl and .*INT-004-other-name\.ttl"):
        load_sources(mini.root)


def test_a_byte_order_mark_is_no_part_of_the_text(mini: Mini) -> None:
    (mini.root / "data" / "bom.ttl").write_bytes(b"\xef\xbb\xbf<http://a/> <http://b/> 1 .")
    names = {source.name: source for source in load_sources(mini.root)}
    assert len(names["data/bom.ttl"].triples) == 1


def test_a_statement_twice_in_a_file_is_one_statement() -> None:
    triples, _ = parse_turtle("<http://a/> <http://b/> 1, 1 .", "text")
    assert len(triples) == 1
    assert isinstance(triples[0], Triple)
