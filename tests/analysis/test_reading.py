"""Reading RDF files: every format, plain and gzipped; and what is said of files that cannot be read."""

import gzip
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse, serialize

from api.analysis.reading import read_into
from api.errors import AtfError, UnavailableError, UsageError

TRIPLE = b'<https://example.org/a> <https://example.org/p> "x" .\n'
FORMATS = {
    "a.ttl": RdfFormat.TURTLE,
    "a.nt": RdfFormat.N_TRIPLES,
    "a.nq": RdfFormat.N_QUADS,
    "a.trig": RdfFormat.TRIG,
    "a.jsonld": RdfFormat.JSON_LD,
    "a.rdf": RdfFormat.RDF_XML,
}


def read(file: Path) -> Store:
    store = Store()
    read_into(store, file)
    return store


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("packed", [False, True])
def test_every_format_is_read_plain_and_gzipped(tmp_path: Path, name: str, packed: bool) -> None:
    data = serialize(parse(TRIPLE, format=RdfFormat.N_TRIPLES), format=FORMATS[name]) or b""
    file = tmp_path / (name + (".gz" if packed else ""))
    file.write_bytes(gzip.compress(data) if packed else data)
    assert len(list(read(file).quads_for_pattern(None, None, None, DefaultGraph()))) == 1


def test_a_named_graph_stands_by_itself_and_in_the_default_graph(tmp_path: Path) -> None:
    file = tmp_path / "a.nq"
    file.write_bytes(b"<urn:a> <urn:p> <urn:b> <urn:g> .\n<urn:a> <urn:p> <urn:b> <urn:h> .\n")
    store = read(file)
    assert len(list(store.quads_for_pattern(None, None, None, DefaultGraph()))) == 1
    assert {str(graph) for graph in store.named_graphs()} == {"<urn:g>", "<urn:h>"}


def test_blank_nodes_of_two_files_do_not_meet(tmp_path: Path) -> None:
    store = Store()
    for number in (1, 2):
        file = tmp_path / f"{number}.nt"
        file.write_bytes(f'_:x <urn:p> "{number}" .\n'.encode())
        read_into(store, file, alone=False)
    assert len({quad.subject for quad in store.quads_for_pattern(None, NamedNode("urn:p"), None)}) == 2


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.ttl", b" \n", "empty.ttl is empty"),
        ("broken.ttl", b"<urn:a> <urn:b> .\n", "broken.ttl, line 1"),
        ("late.nt", TRIPLE + b'<urn:a> <urn:b> "x .\n', "late.nt, line 2"),
        ("broken.rdf", b"<rdf:RDF\n>\n<x>\n</rdf:RDF>", "broken.rdf, line"),
        (
            "iri.rdf",
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description rdf:about="x y"/>\n</rdf:RDF>',
            "iri.rdf, line 2",
        ),
        ("remote.jsonld", b'{"@context": "http://127.0.0.1/c", "@id": "urn:a"}', "remote.jsonld"),
        ("text.ttl", b'<urn:a> <urn:p> "\xff" .', "text.ttl"),
        ("broken.ttl.gz", b"no gzip", "no complete gzip file"),
        ("cut.ttl.gz", gzip.compress(TRIPLE * 1000)[:-20], "no complete gzip file"),
        (
            "laughs.rdf",
            b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
            "entities",
        ),
        (
            "late-laughs.rdf",
            b'<?xml version="1.0"?><!--'
            + b"x" * 100_000
            + b'--><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>',
            "entities",
        ),
        ("outside.rdf", b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]><r>&a;</r>', "entities"),
        ("deep.rdf", b"<a>" * 100_000, "deep.rdf, line 1: elements are nested too deep"),
        ("deep.jsonld", b'{"urn:p":' * 100_000, "deep.jsonld"),
        ("long.ttl", b'<urn:a> <urn:p> "' + b"x" * 20_000_000 + b'" .', r"text that is too long \(limit 16 MB\)"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(UnavailableError, match=says) as error:
        read(file)
    assert error.value.exit_code == 3


def test_brackets_and_literals_without_end_are_read(tmp_path: Path) -> None:
    deep, many = tmp_path / "deep.ttl", tmp_path / "many.ttl"
    deep.write_text("<urn:a> <urn:p> " + "[ <urn:p> " * 50_000 + "1" + " ]" * 50_000 + " .", encoding="utf-8")
    many.write_text("<urn:a> <urn:p> " + ", ".join(f'"{number}"' for number in range(300_000)) + " .", encoding="utf-8")
    assert (len(read(deep)), len(read(many))) == (50_001, 300_000)


def test_a_byte_order_mark_is_no_name(tmp_path: Path) -> None:
    file = tmp_path / "marked.nt"
    file.write_bytes(b"\xef\xbb\xbf" + TRIPLE)
    assert len(read(file)) == 1


def test_a_missing_file_and_a_foreign_suffix(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="There is no file"):
        read(tmp_path / "nothing.ttl")
    with pytest.raises(UsageError, match="no suffix of an RDF format") as error:
        read(tmp_path / "plan.docx")
    assert error.value.exit_code == 2
    with pytest.raises(AtfError):
        read(tmp_path)


@pytest.mark.parametrize("text", [f"<a:a> {'p' * 100_000}:b 1 .", f'<a:a> "{"a b " * 100_000}" 1 .'])
def test_a_message_repeats_only_the_beginning_of_a_token(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(UnavailableError, match="line 1: ") as caught:
        read_into(Store(), tmp_path / "x.ttl")
    assert "…" in str(caught.value)
    assert len(str(caught.value)) < len(str(tmp_path)) + 400
