"""Two analyses compared: what appears, vanishes, moves and changes."""

import asyncio
from datetime import date
from pathlib import Path

from api.analysis.comparison import Comparison, compare, snapshot
from api.analysis.comparison_text import to_text
from tests.analysed import DAY, OWNERS, PLAN, analysed

RULES = ("GAP-001", "GAP-009", "OVL-001")
CRANE = 'ex:crane a atf:Institution ; skos:prefLabel "Crane School"@en, "Școala de Macaragii"@ro .'


def changes(folder: Path, before: str, after: str, first: date = DAY, second: date = DAY) -> Comparison:
    sides = []
    for text, day in ((before, first), (after, second)):
        sides.append(asyncio.run(snapshot(analysed(folder, PLAN + CRANE + text, *RULES, as_of=day))))
    return compare(*sides)


def names(duties: list[object]) -> list[str]:
    return [duty.named.iri.rsplit("/", 1)[-1] for duty in duties]  # type: ignore[attr-defined]


def test_the_same_twice_has_no_changes(tmp_path: Path) -> None:
    found = changes(tmp_path, OWNERS, OWNERS)
    assert not found.findings.any
    assert not found.responsibilities.any
    assert to_text(found, "en").count("nothing changed") == 2


def test_a_responsibility_appears_and_clears_a_finding(tmp_path: Path) -> None:
    more = "ex:new a atf:Responsibility ; atf:holder ex:crane ; atf:role role:lead ; atf:concerns ex:one ; atf:legalBasis ex:act ."
    found = changes(tmp_path, OWNERS, OWNERS + more)
    assert names(found.responsibilities.appear) == ["new"]
    assert [account.rule.id for account in found.findings.vanish] == ["GAP-001"]
    assert found.findings.appear == found.responsibilities.vanish == []


def test_another_holder_is_a_move_with_the_same_iri_or_another(tmp_path: Path) -> None:
    same = changes(tmp_path, OWNERS, OWNERS.replace("atf:holder ex:pilots", "atf:holder ex:crane"))
    other = changes(
        tmp_path,
        OWNERS,
        OWNERS.replace("ex:duty a", "ex:renewed a").replace("atf:holder ex:pilots", "atf:holder ex:crane"),
    )
    for found in (same, other):
        ((old, new),) = found.responsibilities.move
        assert [holder.label["en"] for holder in (*old.holders, *new.holders)] == ["Pilot Service", "Crane School"]
        assert found.responsibilities.appear == found.responsibilities.vanish == []
    text = to_text(same, "ro")
    assert "se mută: Pilotaj (Serviciul de Pilotaj)" in text
    assert "→ Pilotaj (Școala de Macaragii)" in text


def test_another_iri_alone_is_no_change(tmp_path: Path) -> None:
    assert not changes(tmp_path, OWNERS, OWNERS.replace("ex:duty a", "ex:renewed a")).responsibilities.any


def test_two_days_of_one_graph(tmp_path: Path) -> None:
    found = changes(tmp_path, OWNERS, OWNERS, date(2020, 6, 1), date(2023, 6, 1))
    assert names(found.responsibilities.vanish) == ["duty"]
    assert {account.rule.id for account in found.findings.vanish} == {"GAP-001", "GAP-009"}
    assert to_text(found, "en").startswith("From 2020-06-01 to 2023-06-01")


def test_a_finding_moves_with_its_values_and_changes_with_its_degree(tmp_path: Path) -> None:
    pair = (
        OWNERS
        + """ex:duty atf:function function:education .
    ex:lessons a atf:Responsibility ; atf:holder ex:crane ; atf:role role:lead ; atf:function function:education ."""
    )
    moved = changes(tmp_path, pair, pair.replace("atf:holder ex:pilots", "atf:holder ex:port"))
    ((old, new),) = moved.findings.move
    assert (old.values[0].iri, new.values[0].iri) == ("https://example.org/pilots", "https://example.org/port")
    weaker = (
        pair
        + "ex:c a atf:Responsibility ; atf:holder ex:port ; atf:role role:coordinator ; atf:function function:education ."
    )
    changed = changes(tmp_path, pair, weaker)
    ((before, after),) = changed.findings.change
    assert (before.finding.degree, after.finding.degree) == ("overlap", "fragmentation")


# One of three objectives has an owner: the findings on the two others are told one by one.
SOME = OWNERS.replace("atf:concerns ex:two, ex:three", "atf:concerns ex:three")
NONE = OWNERS.replace("atf:concerns ex:two, ex:three ;", "")


def test_grouping_alone_is_no_change_and_only_what_is_new_is_named(tmp_path: Path) -> None:
    found = changes(tmp_path, SOME, NONE)
    (one,) = [account for account in found.findings.appear if account.rule.id == "GAP-001"]
    assert one.finding.collapsed
    assert one.message["en"].endswith("(of these, new: Train pilots)")
    assert not [account for account in found.findings.vanish if account.rule.id == "GAP-001"]
    back = changes(tmp_path, NONE, SOME)
    (one,) = [account for account in back.findings.vanish if account.rule.id == "GAP-001"]
    assert one.message["ro"].endswith("(dintre acestea, nu mai sunt: Instruirea piloților)")
    assert not [account for account in back.findings.appear if account.rule.id == "GAP-001"]


def test_the_same_nodes_in_other_groups_are_no_news(tmp_path: Path) -> None:
    # An objective that is owned and ends takes nothing away from the others, but they are then all that is left.
    other = 'ex:four a atf:SpecificObjective ; dcterms:isPartOf ex:plan ; atf:validThrough "2020-12-31"^^xsd:date .'
    text = NONE + other + "ex:duty atf:concerns ex:four ."
    found = changes(tmp_path, text, text, DAY, date(2021, 6, 1))
    assert not [account for account in found.findings.appear + found.findings.vanish if account.rule.id == "GAP-001"]


FOLLOWED = """ex:next a atf:PolicyDocument ; dcterms:replaces ex:plan ; atf:contentLoaded LOADED ;
  skos:prefLabel "Next Plan"@en, "Planul următor"@ro ."""


def test_a_document_that_ends_says_why_responsibilities_vanish(tmp_path: Path) -> None:
    text = OWNERS + FOLLOWED.replace("LOADED", "false")
    found = changes(tmp_path, text, text, date(2022, 6, 1), date(2023, 6, 1))
    (lapse,) = found.lapses
    assert (lapse.number, lapse.through.isoformat()) == (1, "2022-12-31")
    assert lapse.told("en") == (
        "1 of the responsibilities below ended with “Harbour Plan” on 31 December 2022; the content of its successor "
        "“Next Plan” is not loaded, so that nothing is known of what it assigns."
    )
    assert lapse.told("ro") in to_text(found, "ro")
    assert found.public()["lapses"][0]["successor"]["label"]["en"] == "Next Plan"
    alone = changes(tmp_path, OWNERS, OWNERS, date(2022, 6, 1), date(2023, 6, 1))
    assert "no successor is recorded" in to_text(alone, "en")
    loaded = OWNERS + FOLLOWED.replace("LOADED", "true")
    assert changes(tmp_path, loaded, loaded, date(2022, 6, 1), date(2023, 6, 1)).lapses == ()
    assert changes(tmp_path, text, text, date(2020, 6, 1), date(2021, 6, 1)).lapses == ()


def test_json_has_both_sides_and_all_kinds_of_change(tmp_path: Path) -> None:
    found = changes(tmp_path, OWNERS, OWNERS.replace("atf:holder ex:pilots", "atf:holder ex:crane")).public()
    assert found["from"]["as_of"] == "2020-06-01"
    assert set(found["findings"]) == {"appear", "vanish", "move", "change"}
    (move,) = found["responsibilities"]["move"]
    assert move["to"]["holders"][0]["label"]["ro"] == "Școala de Macaragii"
