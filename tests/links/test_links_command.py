"""`atf links check` and `atf links harvest` as a user runs them, against a local server; nothing is asked of the network."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store

from api.answering.questions import load_question
from api.cli import main
from api.graph.builder import build
from api.graph.turtle import format_file
from api.links.ours import Ours, read_ours
from api.links.statements import ACTS, CELEX, CONSOLIDATES, DATES, ELI, IN_FORCE, Statement
from api.settings import ROOT, Settings
from tests.endpoint import free_port
from tests.links.endpoints import SYNTHETIC, oxigraph, proxy

DIRECTIVE = "http://data.europa.eu/eli/dir/2011/36/oj"
AMENDING = "http://data.europa.eu/eli/dir/2024/1712/oj"
FRAMEWORK = "http://data.europa.eu/eli/dec_framw/2002/629/oj"
ONTOLOGY = "https://w3id.org/atf/ontology#"
ELI_TERMS = "http://data.europa.eu/eli/ontology#"
CELEX_IRI = "http://publications.europa.eu/resource/celex/"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with oxigraph(SYNTHETIC.read_bytes()) as address:
        yield address


@pytest.fixture(scope="module")
def ours() -> Ours:
    return read_ours(ROOT)


@pytest.fixture(scope="module")
def agreeing(ours: Ours) -> Iterator[str]:
    """A server that says of each act exactly what our data says."""
    with oxigraph(in_cdm(ours).encode()) as address:
        yield address


def in_cdm(ours: Ours) -> str:
    """Write what our data says in the vocabulary of CELLAR (synthetic)."""
    lines = []
    statements = {*ours.statements, *(Statement(celex, CELEX, celex) for celex in ours.acts)}
    # The deadline of this directive is recorded twice; a server has one.
    statements.discard(Statement("32004L0081", "http://publications.europa.eu/ontology/cdm#resource_legal_date_transposition", "2006-08-06"))  # fmt: skip
    for subject, name, value, _ in statements:
        if name == CONSOLIDATES:
            lines.append(f'<urn:{subject}> <{CELEX}> "{subject}" .')
        if name in ACTS:
            term = f"<urn:{value}>"
        else:
            kind = "date" if name in DATES else {IN_FORCE: "boolean", ELI: "anyURI"}.get(name, "string")
            term = f'"{value}"^^<http://www.w3.org/2001/XMLSchema#{kind}>'
        lines.append(f"<urn:{subject}> <{name}> {term} .")
    return "\n".join(lines)


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(["links", *args, "--wait", "0"])
    out, err = capsys.readouterr()
    return code, out, err


def report(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(capsys, "check", "--format", "json", *args)
    return code, json.loads(out)


def test_drift_is_told_as_the_contract_has_it(endpoint: str, ours: Ours, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(capsys, "--endpoint", endpoint)
    assert code == 1
    assert set(found) == {"checked_at", "endpoint", "acts", "drift", "errors"}
    assert (found["endpoint"], found["acts"], found["errors"]) == (endpoint, len(ours.acts), [])
    for one in found["drift"]:
        assert list(one) == ["act", "property", "ours", "theirs", "change"]
        assert one["change"] in {"differs", "new", "gone"}
        assert (one["ours"] is None, one["theirs"] is None) == (one["change"] == "new", one["change"] == "gone")
    about = [one for one in found["drift"] if one["act"] in {DIRECTIVE, AMENDING, FRAMEWORK}]
    assert sorted((one["act"], one["property"], one["ours"], one["theirs"], one["change"]) for one in about) == sorted(
        [
            (AMENDING, f"{ONTOLOGY}transpositionDeadline", "2026-07-15", "2026-07-16", "differs"),
            (DIRECTIVE, f"{ELI_TERMS}amended_by", None, f"{CELEX_IRI}32099L0001", "new"),
            (DIRECTIVE, f"{ELI_TERMS}transposed_by", None, f"{CELEX_IRI}72011L0036ROU_100001", "new"),
            (DIRECTIVE, f"{ELI_TERMS}transposed_by", None, f"{CELEX_IRI}72011L0036ROU_100002", "new"),
        ]
    )
    # What the server does not know at all has vanished: one line an act.
    others = [one for one in found["drift"] if one not in about]
    assert {one["act"] for one in others} == set(ours.acts.values()) - {DIRECTIVE, AMENDING, FRAMEWORK}
    assert {(one["property"], one["change"]) for one in others} == {(f"{ONTOLOGY}celex", "gone")}


def test_where_they_agree_the_exit_code_is_0(agreeing: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(capsys, "--endpoint", agreeing)
    # Of two sources that disagree, one agrees with theirs and the other is reported.
    assert found["drift"] == [
        {
            "act": "http://data.europa.eu/eli/dir/2004/81/oj",
            "property": f"{ONTOLOGY}transpositionDeadline",
            "ours": "2006-08-06",
            "theirs": "2006-08-05",
            "change": "differs",
        }
    ]
    assert code == 1


def test_agreement_in_everything(tmp_path: Path, ours: Ours, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    checkout(tmp_path)
    (tmp_path / "data/links/second-sources-unverified.ttl").unlink()
    monkeypatch.setenv("ATF_ROOT", str(tmp_path))
    with oxigraph(in_cdm(read_ours(tmp_path)).encode()) as address:
        code, found = report(capsys, "--endpoint", address)
        assert (code, found["drift"], found["errors"]) == (0, [], [])
        assert run(capsys, "check", "--endpoint", address)[1].endswith(": no differences.\n")


def test_text_and_csv_say_the_same(endpoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = report(capsys, "--endpoint", endpoint)
    code, text, _ = run(capsys, "check", "--endpoint", endpoint)
    assert code == 1
    assert f"differs  {AMENDING} atf:transpositionDeadline: ours 2026-07-15, theirs 2026-07-16" in text
    assert len(text.splitlines()) == 1 + len(found["drift"])
    code, table, _ = run(capsys, "check", "--endpoint", endpoint, "--format", "csv")
    assert code == 1
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows == [{name: value or "" for name, value in one.items()} for one in found["drift"]]


@pytest.mark.parametrize("name", ["text", "json", "csv"])
def test_what_could_not_be_asked_is_an_error_and_never_drift(endpoint: str, capsys: pytest.CaptureFixture[str], name: str) -> None:  # fmt: skip
    with proxy(endpoint) as (address, faults):
        # identity comes first, then the others in order: changed-by, changes, consolidated, dates …
        faults.plan = ["202", "html"]
        code, out, err = run(capsys, "check", "--endpoint", address, "--format", name, "--attempts", "1")
    assert code == 3
    assert f"{address} answered 202" in err
    assert name == "csv" or "identity" in out
    with proxy(endpoint) as (address, faults):
        faults.plan = ["numbers"] * 4 + ["502"]
        code, out, err = run(capsys, "check", "--endpoint", address, "--format", name, "--attempts", "1")
    assert code == 3
    assert "dates: " in (err if name == "csv" else out)
    assert "502" in (err if name == "csv" else out)
    assert "transpositionDeadline" not in out
    assert "amended_by" in out


def test_a_server_that_knows_no_act_is_not_cellar(capsys: pytest.CaptureFixture[str]) -> None:
    with oxigraph(b"<urn:a> <urn:b> <urn:c> .") as address:
        code, found = report(capsys, "--endpoint", address)
        assert (code, found["drift"]) == (3, [])
        assert "knows none of our acts" in found["errors"][0]
        assert main(["links", "harvest", "--endpoint", address, "--out", "unused.ttl"]) == 3
    assert not Path("unused.ttl").exists()


@pytest.mark.parametrize(
    "args",
    [
        ["links"],
        ["links", "fetch"],
        ["links", "check", "--format", "xml"],
        ["links", "check", "--endpoint", "nowhere"],
        ["links", "check", "--timeout", "0"],
        ["links", "harvest", "--attempts", "0"],
    ],
)
def test_wrong_use_is_2(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        code = main(args)
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2
    assert capsys.readouterr().err


# The pinned snapshot.


def checkout(folder: Path) -> None:
    """Copy what a build needs."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, folder / name)


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory, endpoint: str) -> Path:
    """A checkout with a snapshot harvested from the synthetic server."""
    folder = tmp_path_factory.mktemp("checkout")
    checkout(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATF_ROOT", str(folder))
        assert main(["links", "harvest", "--endpoint", endpoint, "--wait", "0"]) == 0
    return folder


def test_the_repository_holds_no_synthetic_snapshot() -> None:
    assert not (ROOT / "data/links/cellar-snapshot.ttl").exists() or "ynthetic" not in (
        ROOT / "data/links/cellar-snapshot.ttl"
    ).read_text(encoding="utf-8")


def test_a_snapshot_says_when_from_where_and_with_which_queries(pinned: Path, endpoint: str) -> None:
    file = pinned / "data/links/cellar-snapshot.ttl"
    assert not format_file(file, check=True)
    text = file.read_text(encoding="utf-8")
    assert f"dcterms:source <{endpoint}>" in text
    assert "prov:generatedAtTime" in text
    assert text.count("atf:harvestQuery") == 8
    assert '"Titlu sintetic în română al Directivei 2011/36/UE, cu ș și ț"@ro' in text
    assert "9999" not in text and "1001-01-01" not in text
    assert not format_file(pinned / "data/catalog.ttl", check=True)
    assert "graph/links/cellar-snapshot>" in (pinned / "data/catalog.ttl").read_text(encoding="utf-8")


def test_check_compares_the_snapshot_where_there_is_one(pinned: Path, endpoint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("ATF_ROOT", str(pinned))
    code, found = report(capsys)
    assert (code, found["endpoint"]) == (1, endpoint)
    assert {one["ours"] for one in found["drift"] if one["act"] == AMENDING} == {"2026-07-15"}
    # A live check tells no longer as news what the snapshot has.
    code, found = report(capsys, "--endpoint", endpoint)
    assert code == 1
    assert not [one for one in found["drift"] if one["property"].endswith("transposed_by")]
    changed = SYNTHETIC.read_bytes().replace(b"Synthetic English title", b"Another English title").replace(b"ROU_100002", b"ROU_100004").replace(b"eurovoc:4695", b"eurovoc:6727")  # fmt: skip
    with oxigraph(changed) as address:
        _, found = report(capsys, "--endpoint", address)
    told = {(one["property"].rsplit("/", 1)[-1], one["change"]) for one in found["drift"] if one["act"] == DIRECTIVE}
    assert told >= {("title@en", "differs"), ("ontology#transposed_by", "gone"), ("ontology#transposed_by", "new"), ("ontology#is_about", "gone"), ("ontology#is_about", "new")}  # fmt: skip


def test_half_a_harvest_leaves_the_old_snapshot(pinned: Path, endpoint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("ATF_ROOT", str(pinned))
    file = pinned / "data/links/cellar-snapshot.ttl"
    before = file.read_bytes()
    with proxy(endpoint) as (address, faults):
        faults.plan = ["numbers"] * 3 + ["html"]
        code, out, err = run(capsys, "harvest", "--endpoint", address, "--attempts", "1")
    assert (code, out) == (3, "")
    assert "Nothing was written" in err and "consolidated" in err
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["json", "csv"])
def test_harvest_reports_in_other_formats(tmp_path: Path, endpoint: str, ours: Ours, capsys: pytest.CaptureFixture[str], name: str) -> None:  # fmt: skip
    file = tmp_path / "new" / "snapshot.ttl"
    code, out, _ = run(capsys, "harvest", "--endpoint", endpoint, "--out", str(file), "--format", name)
    assert code == 0
    assert file.is_file()
    row = json.loads(out) if name == "json" else next(csv.DictReader(io.StringIO(out)))
    assert (int(row["acts"]), int(row["known"])) == (len(ours.acts), 3)


def test_a_broken_snapshot_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    checkout(tmp_path)
    monkeypatch.setenv("ATF_ROOT", str(tmp_path))
    # Not a Turtle file: the sources themselves cannot be read.
    (tmp_path / "data/links/cellar-snapshot.ttl").write_text("<a> <b> .", encoding="utf-8")
    assert main(["links", "check"]) in {1, 3}
    assert "cellar-snapshot.ttl" in capsys.readouterr().err


def test_a_build_with_a_snapshot_answers_with_the_titles_of_eur_lex(pinned: Path) -> None:
    build(Settings(root=pinned, build=pinned / "build"))
    store = Store()
    store.bulk_load(path=str(pinned / "build" / "atf.nq"), format=RdfFormat.N_QUADS)
    text, _ = load_question(ROOT / "queries" / "titles-in-eur-lex.rq").bind({})
    found = store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    (row,) = list(found)
    assert row["act"].value == DIRECTIVE
    assert row["titleRo"].value.startswith("Titlu sintetic")
    assert row["fetched"].value


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_an_endpoint_that_cannot_be_reached_has_compared_nothing(capsys: pytest.CaptureFixture[str], form: str) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    code, out, err = run(capsys, "check", "--endpoint", address, "--attempts", "1", "--format", form)
    assert (code, err.splitlines()[0]) == (3, f"atf links: {address} cannot be reached.")
    assert "Check the network and the address in --endpoint" in err
    if form == "json":
        assert json.loads(out)["acts"] == 0
    elif form == "text":
        assert out.startswith(f"0 acts compared with {address}.\n")
        assert "no difference" not in out
