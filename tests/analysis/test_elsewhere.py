"""References of a file to what our own data describes, and to nothing at all."""

from pathlib import Path

from api.analysis.check import check
from api.settings import Settings
from tests.analysed import OWNERS, PLAN, write

ACT = "https://w3id.org/atf/id/act"


def test_a_file_may_refer_to_our_data_but_not_to_nothing(tmp_path: Path) -> None:
    duty = f"ex:duty atf:legalBasis <{ACT}/law-678-2001>, <{ACT}/law-678-2010>, ex:by-law ; atf:holder ex:nobody ."
    file = write(tmp_path, PLAN + OWNERS + duty, "references.ttl")
    for engine in ("fast", "pyshacl"):
        found = check(Settings(), [file], rules=["INT-003"], engine=engine).findings
        assert {one.values[0].value for one in found} == {
            f"{ACT}/law-678-2010",
            "https://example.org/by-law",
            "https://example.org/nobody",
        }, engine


def test_our_own_schemes_and_graphs_are_not_found_at_fault_in_the_file_of_another(tmp_path: Path) -> None:
    file = write(tmp_path, PLAN + OWNERS, "sound.ttl")
    found = check(Settings(), [file], integrity=True).findings
    at_fault = [one.focus.value for one in found if one.rule.kind == "integrity"]
    assert [iri for iri in at_fault if iri.startswith("https://w3id.org/atf/")] == []


def test_a_thing_of_ours_that_a_file_refers_to_is_not_judged_with_it(tmp_path: Path) -> None:
    objective = "https://w3id.org/atf/id/objective/strategy-2018-2022-so-1-3"
    file = write(tmp_path, PLAN + OWNERS + f"ex:one atf:similarTo <{objective}> .", "similar.ttl")
    found = check(Settings(), [file], integrity=True).findings
    assert objective not in {one.focus.value for one in found}
