"""Every rule of the project is complete, and the lint sees what is not."""

from dataclasses import replace

import pytest

from api.analysis.lint import complaints
from api.analysis.rules import Rule, read_rule
from api.errors import BuildError, UsageError
from tests.analysed import rules


@pytest.mark.parametrize("rule", rules().rules, ids=lambda rule: rule.id)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert complaints(rule) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "shapes/gap/other.ttl"}, "the file is named after its rule"),
        ({"name": "shapes/law/GAP-001-x.ttl"}, "its folder 'law'"),
        ({"severity": "huge"}, "the severity 'huge'"),
        ({"sh_severity": "http://www.w3.org/ns/shacl#Info"}, "sh:severity is not that of the kind"),
        ({"limits": {"en": "x"}}, "limits is missing in ro"),
        ({"document_message": {}}, "documentMessage is missing in en"),
        ({"remedy": {"en": "Edit {this}.", "ro": "x"}}, "unknown places: this"),
        ({"rationale": {"en": "x", "ro": "muncă şi"}}, "cedilla"),
        ({"definition": {"en": "Finds x.", "ro": "Semnalează x."}}, "does not begin with 'Flags'"),
        ({"message": {"en": "There is no owner of {focus}.", "ro": "x {focus}."}}, "does not say 'recorded'"),
        ({"message": {"en": "atf:holder is not recorded for {focus}.", "ro": "{focus}."}}, "without ids and IRIs"),
        ({"sources": ()}, "atf:ruleSource is missing"),
        ({"select": "SELECT $this WHERE { $this ?p ?o MINUS { $this ?q ?r } }"}, "MINUS"),
        ({"select": "SELECT $this WHERE { $this ?p ?o FILTER(NOW() > ?o) }"}, "clock"),
        ({"set_select": "SELECT ?x WHERE { ?x ?p ?o }"}, "atf:setSelect does not select ?this"),
        ({"set_select": "SELECT ?this WHERE {"}, "atf:setSelect cannot be parsed"),
        ({"detail_select": "SELECT ?this ?color WHERE { ?this ?p ?color }"}, "what nobody reads: color"),
    ],
)
def test_what_is_wrong_is_told(change: dict[str, object], says: str) -> None:
    broken = replace(rules().by_id["GAP-001"], **change)  # type: ignore[arg-type]
    assert any(says in text for text in complaints(broken)), complaints(broken)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must hold one sh:NodeShape, it holds 0"),
        ("rule:X-001 a sh:NodeShape .", "must have one sh:sparql"),
        (
            "rule:X-001 a sh:NodeShape ; sh:sparql rule:c . rule:c sh:select 'SELECT $this WHERE { }' .",
            "needs a target",
        ),
        ("rule:X-001 a sh:NodeShape", "shapes/gap/x.ttl line"),
    ],
)
def test_a_file_that_is_no_rule_is_named(text: str, says: str) -> None:
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rule: <https://w3id.org/atf/rule/> .\n"
    with pytest.raises(BuildError, match=says):
        read_rule(head + text, "shapes/gap/x.ttl", "")


def test_rules_are_chosen_by_id_and_integrity_only_on_request() -> None:
    assert [rule.id for rule in rules().choose(["ovl-001, GAP-001"]).rules] == ["GAP-001", "OVL-001"]
    assert {rule.kind for rule in rules().choose().rules} == {"gap", "overlap", "quality", "consistency", "law"}
    assert "integrity" in {rule.kind for rule in rules().choose(integrity=True).rules}
    with pytest.raises(UsageError, match=r"There is no rule GAP-999\. The rules of that kind are: GAP-001"):
        rules().choose(["GAP-999"])


def test_a_rule_as_json_leaves_no_place_open() -> None:
    for rule in rules().rules:
        found = rule.public()
        assert set(found) == {
            "id",
            "iri",
            "kind",
            "severity",
            "label",
            "definition",
            "rationale",
            "remedy",
            "source",
            "limits",
        }
        assert "{" not in "".join(found["remedy"].values())
