"""Clients that none of us wrote: SPARQLWrapper, rdflib's store, curl, readers of CSV (pandas too), and Comunica."""

import csv
import io
import json
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pandas
import pyoxigraph
import pytest
import rdflib
from pyoxigraph import Literal, RdfFormat
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from tests.endpoint import ENDLESS, ROWS, E, ask, get, served, settings

NAMES = f"SELECT ?name {{ <{E}s1> <{E}name> ?name }} ORDER BY ?name"
EXPECTED = ["Autoritatea Națională", "National Agency"]
# Node 18 and later; the override mends this version's use of two versions of one library, by which a text loses
# its language.
COMUNICA = {
    "private": True,
    "dependencies": {"@comunica/query-sparql": "4.5.0"},
    "overrides": {"rdf-data-factory": "2.1.0"},
}
INSTALL = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(settings(tmp_path_factory.mktemp("build"), max_rows=1000)) as (url, _):
        yield f"{url}/sparql"


@pytest.fixture
def wrapper(endpoint: str) -> SPARQLWrapper:
    return SPARQLWrapper(endpoint)


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_sparqlwrapper_reads_rows(wrapper: SPARQLWrapper, way: str) -> None:
    wrapper.setQuery(NAMES)
    wrapper.setMethod(GET if way == "get" else POST)
    if way == "direct":
        wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setReturnFormat(JSON)
    rows = wrapper.queryAndConvert()["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == EXPECTED
    assert [row["name"]["xml:lang"] for row in rows] == ["ro", "en"]
    wrapper.setReturnFormat(XML)
    found = wrapper.queryAndConvert()
    assert [one.firstChild.data for one in found.getElementsByTagName("literal")] == EXPECTED
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert().decode() == "name\r\n" + "".join(f"{name}\r\n" for name in EXPECTED)
    wrapper.setReturnFormat(TSV)
    assert wrapper.queryAndConvert().decode().split("\n")[1] == f'"{EXPECTED[0]}"@ro'


@pytest.mark.parametrize("form", [RDFXML, TURTLE, N3, JSONLD])
@pytest.mark.parametrize("query", [f"CONSTRUCT WHERE {{ <{E}s1> <{E}name> ?o }}", f"DESCRIBE <{E}s2>"])
def test_sparqlwrapper_reads_graphs(wrapper: SPARQLWrapper, form: str, query: str) -> None:
    wrapper.setQuery(query)
    wrapper.setReturnFormat(form)
    # Its own conversion to graphs uses classes that rdflib warns of.
    answer = wrapper.query()
    media = answer.info()["content-type"].split(";")[0]
    quads = pyoxigraph.parse(answer.response.read(), format=RdfFormat.from_media_type(media))
    texts = {quad.object.value for quad in quads if isinstance(quad.object, Literal)}
    assert texts == (set(EXPECTED) if "CONSTRUCT" in query else {"value 2"})
    answer.response.close()


def test_sparqlwrapper_asks_and_chooses_graphs(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery("ASK { ?s ?p ?o }")
    wrapper.setReturnFormat(JSON)
    assert wrapper.queryAndConvert()["boolean"] is True
    wrapper.addDefaultGraph(f"{E}nothing")
    assert wrapper.queryAndConvert()["boolean"] is False
    wrapper.setQuery("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    wrapper.addNamedGraph(f"{E}g2")
    assert wrapper.queryAndConvert()["results"]["bindings"][0]["n"]["value"] == "3"


def test_sparqlwrapper_is_told_what_went_wrong(wrapper: SPARQLWrapper) -> None:
    wrapper.setQuery("SELECT ?x {\n ?x }")
    with pytest.raises(QueryBadFormed, match="Line 2, column 5"):
        wrapper.query()
    wrapper.setQuery(ENDLESS)
    with pytest.raises(HTTPError) as slow:
        wrapper.query()
    assert (slow.value.code, int(slow.value.headers["retry-after"]) > 0) == (503, True)
    slow.value.close()
    wrapper.setQuery("CLEAR ALL")
    wrapper.setMethod(POST)
    with pytest.raises(HTTPError) as refused:
        wrapper.query()
    assert refused.value.code == 403
    refused.value.close()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_takes_it_for_a_graph(endpoint: str, method: Any) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    subject, name = rdflib.URIRef(f"{E}s1"), rdflib.URIRef(f"{E}name")
    assert set(graph.objects(subject, name)) == {
        rdflib.Literal(EXPECTED[0], lang="ro"),
        rdflib.Literal(EXPECTED[1], lang="en"),
    }
    assert (subject, name, rdflib.Literal(EXPECTED[0], lang="ro")) in graph
    assert (subject, name, rdflib.Literal(EXPECTED[0], lang="en")) not in graph
    assert len(graph) == ROWS + 6
    rows = graph.query(NAMES, initBindings={"name": rdflib.Literal(EXPECTED[0], lang="ro")}).bindings
    assert [str(row[rdflib.Variable("name")]) for row in rows] == EXPECTED[:1]
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    assert len(graph.query(f"CONSTRUCT WHERE {{ <{E}s1> ?p ?o }}").graph or ()) == 3


def test_rdflib_reads_named_graphs_and_cannot_write(endpoint: str) -> None:
    dataset = rdflib.Graph(SPARQLStore(endpoint), identifier=f"{E}g2")
    assert len(dataset) == 3
    store = SPARQLUpdateStore(endpoint, endpoint)
    with pytest.raises(HTTPError) as refused:
        store.update(f"INSERT DATA {{ <{E}s> <{E}p> 1 }}")
    assert refused.value.code == 403
    refused.value.close()


def curl(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run curl."""
    if not shutil.which("curl"):
        pytest.skip("there is no curl on this machine")
    command = ["curl", "--silent", "--show-error", "--max-time", "20", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_curl(endpoint: str, tmp_path: Path) -> None:
    by_get = curl("--get", "--data-urlencode", f"query={NAMES}", "--header", "Accept: text/csv", endpoint)
    assert by_get.stdout.splitlines() == ["name", *EXPECTED]
    by_form = curl("--data-urlencode", f"query={NAMES}", "--data", "format=tsv", "--compressed", endpoint)
    assert by_form.stdout.splitlines()[1] == f'"{EXPECTED[0]}"@ro'
    file = tmp_path / "query.rq"
    file.write_text(NAMES, encoding="utf-8")
    direct = curl("--data-binary", f"@{file}", "--header", "Content-Type: application/sparql-query", endpoint)
    assert len(json.loads(direct.stdout)["results"]["bindings"]) == 2
    query = curl(
        "--request", "QUERY", "--data-binary", f"@{file}", "--header", "Content-Type: application/sparql-query", endpoint
    )  # fmt: skip
    assert query.stdout == direct.stdout
    head = curl("--head", "--get", "--data-urlencode", f"query={NAMES}", endpoint)
    assert "content-type: application/sparql-results+json" in head.stdout.lower()
    wrong = curl("--fail", "--get", "--data-urlencode", "query=SELECT", endpoint)
    assert (wrong.returncode, "400" in wrong.stderr) == (22, True)
    tag = tmp_path / "tag"
    for size in (True, False):
        options = ("--etag-save", str(tag)) if size else ("--etag-compare", str(tag))
        seen = curl(*options, "--get", "--data-urlencode", f"query={NAMES}", endpoint)
        assert bool(seen.stdout) is size


def test_a_table_program_reads_csv(endpoint: str) -> None:
    query = f"SELECT ?s ?o {{ ?s <{E}p> ?o }} ORDER BY ?s ?o"
    response = ask(endpoint.removesuffix("/sparql"), query, headers={"Accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8"), newline="")))
    as_json = ask(endpoint.removesuffix("/sparql"), query).json()["results"]["bindings"]
    assert rows == [{name: cell["value"] for name, cell in row.items()} for row in as_json]
    assert {"s": f"{E}odd", "o": '<script>alert(1)</script>,"=1+1"\n'} in rows


@pytest.fixture(scope="module")
def comunica() -> str:
    """The command of Comunica, installed once in a folder for temporary files."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("there is no npm on this machine, by which Comunica is installed")
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(node.removeprefix("v").partition(".")[0]) < 18:
        pytest.skip(f"Comunica needs Node 18, and this is {node}")
    text = json.dumps(COMUNICA)
    folder = Path(tempfile.gettempdir()) / f"atf-comunica-{uuid.uuid5(uuid.NAMESPACE_URL, text)}"
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            (Path(scratch) / "package.json").write_text(text, encoding="utf-8")
            try:
                subprocess.run(INSTALL, cwd=scratch, capture_output=True, text=True, timeout=300, check=True)
            except subprocess.SubprocessError as error:
                pytest.skip(f"npm cannot install Comunica: {error}")
            shutil.move(Path(scratch) / "node_modules", Path(scratch) / "ready" / "node_modules")
            (Path(scratch) / "ready").rename(folder)
    return str(folder / "node_modules" / ".bin" / "comunica-sparql")


def test_comunica(endpoint: str, comunica: str) -> None:
    def run(query: str, media: str) -> str:
        command = [comunica, endpoint, query, "-t", media]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    # It is not told that this is an endpoint: it sees so from the service description.
    found = json.loads(run(NAMES, "application/sparql-results+json"))
    assert [(row["name"]["value"], row["name"]["xml:lang"]) for row in found["results"]["bindings"]] == [
        (EXPECTED[0], "ro"),
        (EXPECTED[1], "en"),
    ]
    # One request for the description, one for the whole query: it is not taken apart.
    assert found["metadata"]["httpRequests"] == 2
    joined = f"SELECT (COUNT(*) AS ?n) {{ ?s <{E}p> ?o . FILTER NOT EXISTS {{ ?s <{E}name> ?x }} }}"
    assert re.findall(r"[0-9]+", run(joined, "application/json"))[0] == str(ROWS - 1 + 3)
    assert run("ASK { ?s ?p ?o }", "application/json").strip() == "true"
    turtle = run(f"CONSTRUCT WHERE {{ <{E}s1> ?p ?o }}", "text/turtle")
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == 3


def test_pandas_reads_tables_of_sparql(endpoint: str) -> None:
    query = urlencode({"query": f"SELECT ?s ?name {{ ?s <{E}name> ?name }} ORDER BY ?name", "format": "csv"})
    frame = pandas.read_csv(f"{endpoint}?{query}")
    assert list(frame.columns) == ["s", "name"]
    assert list(frame["name"]) == EXPECTED
    assert set(frame["s"]) == {f"{E}s1"}
    counted = pandas.read_csv(
        f"{endpoint}?{urlencode({'query': 'SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g'})}",
        storage_options={"Accept": "text/csv"},
    )
    # Numbers are numbers, without a word about types.
    assert counted["n"].dtype.kind == "i"
    assert dict(zip(counted["g"], counted["n"], strict=True)) == {f"{E}g1": ROWS, f"{E}g2": 3, f"{E}g3": 3}
    tabbed = pandas.read_csv(f"{endpoint}?{query.replace('csv', 'tsv')}", sep="\t")
    assert len(tabbed) == len(frame)


def test_pandas_reads_the_answer_to_a_question(server: str) -> None:
    address = f"{server}/queries/ranking-of-counties/results"
    frame = pandas.read_csv(f"{address}?format=csv")
    answer = get(address, params={"format": "json"}).json()
    assert list(frame.columns) == answer["columns"]
    assert len(frame) == len(answer["rows"]) == 42
    for column in answer["columns"]:
        cells = [row.get(column) for row in answer["rows"]]
        for read, cell in zip(frame[column], cells, strict=True):
            if cell is None:
                assert pandas.isna(read), column
            elif pandas.api.types.is_number(read):
                assert float(read) == float(cell["value"]), column
            else:
                assert read == cell["value"], column
    assert frame["victims"].dtype.kind in "if"
    assert frame["victims"].sum() > 1000
