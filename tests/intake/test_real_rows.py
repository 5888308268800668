"""The three rows of annex 2 that can be read: the data file says what their sheet says."""

from pyoxigraph import RdfFormat, parse

from api.intake.job import Job, run
from api.intake.proposal import Options
from api.settings import ROOT, Settings
from api.vocabulary import ATF, ID
from tests.intake.test_plan import about

SHEET = ROOT / "tests" / "fixtures" / "plans" / "annex-2.csv"
DATA = ROOT / "data" / "plans" / "action-plan-2018-2020.ttl"
PLAN = "action-plan-2018-2020"


def test_the_data_file_is_the_import_of_the_sheet_with_the_editors_notes(settings: Settings) -> None:
    found = run(settings, Job("import", Options(SHEET.name, fragment=True), findings=False), SHEET.read_bytes())
    assert found["errors"] == []
    imported = {quad.triple for quad in parse(found["turtle"], format=RdfFormat.TURTLE)}
    kept = {quad.triple for quad in parse(path=str(DATA), format=RdfFormat.TURTLE)}
    # Only the one funding source has another Romanian label, the editors' translation.
    missing = {str(triple.subject) for triple in imported - kept}
    assert missing == {f"<{ID}funding-source/{PLAN}-external-grants>"}
    assert {triple.predicate.value.rsplit("#")[-1] for triple in kept - imported} == {"editorialNote", "prefLabel"}


def test_it_is_a_fragment_with_several_leads_and_bodies_that_act_through_others(settings: Settings) -> None:
    text = DATA.read_text(encoding="utf-8")
    assert str(ATF.contentLoaded) not in text
    assert "atf:contentLoaded" not in text
    found = {"errors": [], "turtle": text}
    second = about(found, f"measure/{PLAN}-2")
    assert ("atf:recurrence", "frequency/annual") in second
    assert {value for name, value in second if name == "atf:payer"} == {
        f"institution/{slug}"
        for slug in ["anitp", "men", "mts", "mae", "mrp", "anofm", "igpr", "igpf", "igi", "dgaspc", "ngo"]
    }
    for slug in ("anitp", "men", "mts"):
        assert ("atf:role", "role/lead") in about(found, f"responsibility/{PLAN}-2-lead-{slug}")
    assert {("atf:actsThrough", "institution/anofm"), ("atf:legalBasis", "act/hg-861-2018")} <= about(
        found, f"responsibility/{PLAN}-2-partner-mmjs"
    )
    assert ("atf:function", "function/demand-reduction") in about(found, f"responsibility/{PLAN}-3-lead-mt")
