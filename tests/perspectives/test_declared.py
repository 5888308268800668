"""Declared perspectives name only what is there: questions, their columns and parameters."""

import pytest

from api.answering.questions import load_questions
from api.perspectives.catalogue import PERSPECTIVES, SUBJECTS
from api.perspectives.declared import Declared, DeclaredSection, declared
from api.settings import ROOT
from api.web.pages import word

QUESTIONS = load_questions(ROOT / "queries")
SECTIONS = [(name, section) for name, spec in declared().items() for section in spec.sections if not section.findings]


@pytest.mark.parametrize(("name", "section"), SECTIONS, ids=[f"{name}-{section.id}" for name, section in SECTIONS])
def test_a_section_names_columns_and_parameters_of_its_question(name: str, section: DeclaredSection) -> None:
    question = QUESTIONS[section.question]
    texts = {column.removesuffix("En") for column in question.columns if column.endswith("En")}
    known = question.columns.keys() | texts
    named = [*section.columns, *section.merge, *section.where, *section.links, *section.keep, *section.plain]
    assert [column for column in (*named, *section.picture) if column not in known] == []
    assert section.params.keys() <= question.params.keys()
    # What is led elsewhere, kept, or left plain is shown at all.
    assert {*section.links, *section.keep, *section.plain, *section.picture} <= set(section.columns)


@pytest.mark.parametrize(("name", "spec"), declared().items())
def test_a_form_and_a_subject_are_parameters(name: str, spec: Declared) -> None:
    assert set(spec.form.params) <= QUESTIONS[spec.form.question].params.keys()
    ids = [section.id for section in spec.sections]
    assert len(ids) == len(set(ids))
    if spec.subject:
        assert any(spec.subject in QUESTIONS[one.question].params for one in spec.sections if one.question)
        assert "{subject}" in spec.title.en and "{subject}" in spec.title.ro


def test_every_perspective_is_in_the_menu_in_both_languages() -> None:
    for name in PERSPECTIVES:
        for lang in ("en", "ro"):
            assert word(f"menu.{name.replace('-', '_')}", lang)
            assert word(f"view.{name.replace('-', '_')}", lang)
    assert SUBJECTS.keys() <= PERSPECTIVES.keys()
