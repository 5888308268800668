"""``atf suggest``: what it proposes is canonical Turtle, fits the integrity rules, and makes the findings it is for."""

import argparse
import os
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from api.analysis.check import check
from api.analysis.suggest_command import add_parser
from api.analysis.suggestions import names_in, plain_name, similar, uncountable
from api.errors import UsageError
from api.graph.turtle import format_file
from api.settings import ROOT, Settings

Captured = pytest.CaptureFixture[str]


def run(*words: str, settings: Settings | None = None) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(dest="verb", required=True))
    args = parser.parse_args(["suggest", *words])
    code: int = args.run(args, settings or Settings())
    return code


def test_the_pair_of_objectives_that_reviewers_found_is_the_most_alike() -> None:
    texts = {
        "3.3": "Developing the capacity to use financial investigations in the identification and tracking of the goods "
        "and profits obtained from committing the crime of trafficking in persons",
        "3.4": "Improving the working techniques and tools in order to optimize the identification, tracking and seizing "
        "of the goods and profits obtained from committing the crime of trafficking",
        "5.5": "Continuing the policy of attracting non-reimbursable external funds",
        "1.2": "Reducing the risk factors leading to victimization",
    }
    (score, one, two, shared), *rest = similar(texts)
    assert (one, two) == ("3.3", "3.4") and score > 0.3
    assert "profits" in shared and "the" not in shared
    assert all(other[0] < score / 2 for other in rest)
    assert list(similar({})) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("number of specialized services developed", None),
        ("the number of courses of specialization and training of professionals", None),
        ("number of implemented campaigns/ projects/ prevention initiatives", None),
        ("duration and quality of assistance programs", "duration and quality"),
        ("number of projects and partnerships under implementation", "projects and partnerships"),
        (
            "number of activities carried out for dialogue, as well as to promote interests",
            "as well as to promote interests",
        ),
        ("mechanism for monitoring the implementation of assistance", ""),
        ("categories of services accessed by the victims", ""),
    ],
)
def test_an_indicator_counts_one_thing(text: str, reason: str | None) -> None:
    assert uncountable(text) == reason


def test_a_name_of_a_body_is_found_once_with_its_line_and_a_date_is_none() -> None:
    lines = ["the ministry acts", "the National Agency for Seas and Rivers within the Ministry of Sand", "x",
             "The Ministry of Sand. Directive of the Parliament and of the Council of 5 April 2011"]  # fmt: skip
    found = dict(names_in(lines))
    assert found["National Agency for Seas and Rivers"] == 2
    assert found["Ministry of Sand"] == 2
    assert not any("April" in name for name in found)
    assert plain_name("The Ministry of Sand") == plain_name("ministry sand")


def test_what_is_proposed_is_turtle_that_makes_the_finding_once_kept(tmp_path: Path, capsys: Captured) -> None:
    assert run("similar-objectives", "not-measurable", "--least", "0.3") == 0
    printed, said = capsys.readouterr()
    assert "Proposed: " in said and "data/interpretation" in said
    proposal = tmp_path / "proposal.ttl"
    proposal.write_text(printed, encoding="utf-8")
    assert not format_file(proposal, check=True), "it is in canonical form"
    built = tmp_path / "atf.nq"
    quads = [*parse(path=str(Settings().build / "atf.nq")), *parse(path=str(proposal))]
    built.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    before = {found.id for found in check(Settings(), rules=["OVL-005", "QLT-003"]).findings}
    after = {found.id for found in check(Settings(), [built], rules=["OVL-005", "QLT-003"]).findings}
    assert before <= after and {found[:7] for found in after - before} == {"OVL-005", "QLT-003"}
    proposed = {str(quad.subject) for quad in parse(path=str(proposal))}
    broken = {
        str(found.focus)
        for found in check(Settings(), [built], integrity=True).findings
        if found.rule.kind == "integrity"
    }
    assert not proposed & broken


def test_what_editors_have_judged_is_not_proposed_again(capsys: Captured) -> None:
    assert run("similar-objectives", "--least", "0") == 0
    printed = capsys.readouterr().out
    assert "so-2-1-similar-to-strategy-2018-2022-so-5-1" in printed
    assert "so-3-3-similar-to-strategy-2018-2022-so-3-4" not in printed
    assert run("not-measurable") == 0
    assert "x-2-a-not-measurable" not in capsys.readouterr().out


def test_names_are_looked_for_in_the_text_where_it_is_at_hand_and_said_where_not(
    tmp_path: Path, capsys: Captured
) -> None:
    assert run("unresolved-names", settings=Settings(sources=tmp_path)) == 0
    printed, said = capsys.readouterr()
    assert printed == "" and "not at hand (ATF_SOURCES)" in said
    shared = os.environ.get("ATF_SHARED", "").strip()
    if not shared:
        pytest.skip("ATF_SHARED is not set: the text edition is not at hand")
    assert run("unresolved-names", settings=Settings(sources=(ROOT / shared / "seed").resolve())) == 0
    printed, said = capsys.readouterr()
    assert "not at hand" not in said and "Ministry of Internal Affairs" not in printed


def test_an_unknown_kind_or_score_is_refused() -> None:
    with pytest.raises(UsageError, match="There is no kind 'poems'"):
        run("poems")
    with pytest.raises(UsageError, match="out of range"):
        run("--least", "3")
