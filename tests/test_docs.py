"""The documents are complete: every setting, verb, route, question and version is where a reader looks for it."""

import argparse
import re
import tomllib

import pytest
import yaml

from api import __version__
from api.answering.questions import load_questions
from api.cli import parser
from api.settings import ROOT, Settings
from api.wording import words

README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> list[str]:
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = {"root": "the checkout", "build": "`build`"}.get(name, "none" if default is None else f"`{default}`")
        rows.append(f"| `ATF_{name.upper()}` | {shown} | {field.description} |")
    return rows


@pytest.mark.parametrize("row", settings_table())
def test_every_setting_is_in_the_readme(row: str) -> None:
    assert row in README


def test_every_verb_is_in_the_readme_and_has_help() -> None:
    [verbs] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    for verb in verbs.choices:
        assert f"`atf {verb}" in README, verb
    assert {choice.dest for choice in verbs._choices_actions if choice.help} == set(verbs.choices)


def test_every_question_is_in_the_readme() -> None:
    for question in load_questions(ROOT / "queries").values():
        assert f"| `{question.id}` | {question.title.en} |" in README


def test_every_first_segment_of_a_route_is_in_the_readme() -> None:
    from api.web.app import create_app

    paths = create_app(Settings()).openapi()["paths"]
    missing = {path for path in paths if f"`/{path.split('/')[1]}" not in README}
    assert missing == set()


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    ontology = (ROOT / "ontology" / "atf.ttl").read_text(encoding="utf-8")
    assert project["version"] == __version__ == citation["version"]
    assert f'owl:versionInfo "{__version__}"' in ontology
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    pattern = re.compile(
        r"files\.pythonhosted\.org|registry\.npmjs\.org|pypi\.org/simple|--index-url|--extra-index-url|--find-links https?"
    )
    for file in ROOT.rglob("*"):
        parts = set(file.relative_to(ROOT).parts)
        if file.is_file() and not parts & {".venv", "build", ".git", "node_modules", ".mypy_cache", ".ruff_cache", ".hypothesis", ".pytest_cache"} and file.suffix not in {".png", ".pyc"} and file.name != "test_docs.py":  # fmt: skip
            assert not pattern.search(file.read_text(encoding="utf-8")), file


def test_every_topic_of_a_question_has_a_heading_in_both_languages() -> None:
    missing = [question.id for question in load_questions(ROOT / "queries").values() if f"tag.{question.tags[0]}" not in words("atf")]  # fmt: skip
    assert missing == []
