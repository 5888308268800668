"""One finding about the document, where a rule fires on all of its nodes."""

from pathlib import Path

from tests.analysed import OWNERS, PLAN, TODAY, analysed, found

FOURTH = 'ex:four a atf:SpecificObjective ; dcterms:isPartOf ex:plan ; atf:validThrough "2019-12-31"^^xsd:date .'
OWNED = """ex:five a atf:SpecificObjective ; dcterms:isPartOf ex:plan .
ex:duty a atf:Responsibility ; atf:holder ex:pilots ; atf:role role:lead ; atf:concerns ex:five ."""


def names(folder: Path, text: str, rule: str = "GAP-001") -> set[str]:
    return set(found(analysed(folder, text, rule)))


def test_all_objectives_of_a_plan_are_one_finding_about_the_plan(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, PLAN, "GAP-001")
    (one,) = analysis.findings
    assert one.collapsed
    assert one.focus.value.endswith("/plan")
    assert [value.value.rsplit("/", 1)[-1] for value in one.values] == ["one", "three", "two"]
    assert one.severity == "high"


def test_an_objective_with_an_owner_keeps_the_others_apart(tmp_path: Path) -> None:
    assert names(tmp_path, PLAN + OWNED) == {"one", "two", "three"}


def test_two_are_told_one_by_one(tmp_path: Path) -> None:
    assert names(tmp_path, PLAN.replace("ex:three a atf:SpecificObjective", "ex:three a atf:GeneralObjective")) == {
        "one",
        "two",
    }


def test_an_objective_that_is_no_longer_valid_does_not_keep_them_apart(tmp_path: Path) -> None:
    assert names(tmp_path, PLAN + FOURTH) == {"plan"}


def test_objectives_of_another_document_do_not_matter(tmp_path: Path) -> None:
    other = "ex:other a atf:PolicyDocument . ex:six a atf:SpecificObjective ; dcterms:isPartOf ex:other . "
    assert names(
        tmp_path, PLAN + OWNED.replace("ex:five a atf:SpecificObjective ; dcterms:isPartOf ex:plan .", "") + other
    ) == {"plan", "six"}


def test_responsibilities_belong_to_the_document_of_their_source(tmp_path: Path) -> None:
    text = (
        PLAN
        + OWNERS
        + "ex:d2 a atf:Responsibility ; dcterms:source ex:passage . ex:d3 a atf:Responsibility ; dcterms:source ex:passage ."
    )
    assert names(tmp_path, text, "GAP-009") == {"plan"}
    assert names(tmp_path, text + "ex:d3 atf:legalBasis ex:act .", "GAP-009") == {"duty", "d2"}


def test_a_finding_that_was_accepted_stays_by_itself(tmp_path: Path) -> None:
    alone = {one.id for one in analysed(tmp_path, PLAN + OWNED, "GAP-001").findings if one.focus.value.endswith("/one")}
    waiver = f"""ex:waiver a atf:Waiver ; atf:waives "{alone.pop()}" ; prov:wasAttributedTo ex:ministry ; skos:note "Agreed."@en ;
    dcterms:created "2026-01-01"^^xsd:date ; atf:validThrough "2027-01-01"^^xsd:date ."""
    more = "ex:four a atf:SpecificObjective ; dcterms:isPartOf ex:plan ."
    told = found(analysed(tmp_path, PLAN + more + waiver, "GAP-001", today=TODAY))
    assert {name: (one.status, len(one.values)) for name, one in told.items()} == {
        "one": ("accepted", 0),
        "plan": ("open", 3),
    }


MEASURES = " ".join(
    f"ex:m{number} a atf:Measure ; dcterms:isPartOf ex:plan ; atf:contributesTo ex:{goal} ."
    for number, goal in enumerate(("one", "two", "three"))
)


def test_each_class_is_looked_at_by_itself(tmp_path: Path) -> None:
    # Objectives with measures are not objected to, and do not keep the measures apart.
    (one,) = analysed(tmp_path, PLAN + MEASURES, "GAP-014").findings
    assert one.collapsed
    assert [value.value.rsplit("/", 1)[-1] for value in one.values] == ["m0", "m1", "m2"]


def test_what_weighs_otherwise_is_told_apart(tmp_path: Path) -> None:
    linked = "ex:four a atf:SpecificObjective ; dcterms:isPartOf ex:plan . ex:i a atf:Indicator ."
    for name in ("one", "two", "three"):
        linked += f""" ex:{name} atf:measuredBy ex:i . ex:link-{name} a atf:Interpretation ;
        atf:aboutSubject ex:{name} ; atf:aboutPredicate atf:measuredBy ; atf:aboutObject ex:i ."""
    told = found(analysed(tmp_path, PLAN + linked, "GAP-002"))
    assert {name: (one.severity, len(one.values)) for name, one in told.items()} == {
        "four": ("medium", 0),
        "plan": ("low", 3),
    }
