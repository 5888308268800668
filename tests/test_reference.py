"""docs/reference.md names every route with its parameters, and every verb of the command with its options."""

import argparse
from collections.abc import Iterator

from api.cli import parser
from api.settings import ROOT, Settings
from api.web.app import create_app

TEXT = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


def commands(name: str, of: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """A command with all its sub-commands."""
    yield name, of
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb, own in action.choices.items():
                yield from commands(f"{name} {verb}", own)


def test_every_route_and_parameter_has_its_row() -> None:
    rows = {line.split("`")[1]: line for line in TEXT.splitlines() if line.startswith("| `")}
    for path, methods in create_app(Settings()).openapi()["paths"].items():
        for method, operation in methods.items():
            row = rows.pop(f"{method.upper()} {path}")
            for parameter in operation["parameters"]:
                if parameter["in"] == "query" and parameter["name"] != "format":
                    assert f"`{parameter['name']}`" in row, (path, parameter["name"])
            for status in operation["responses"]:
                assert status[0] != "4" or status in {"400", "406"} or status in row.rsplit("|", 2)[1], (path, status)
    assert rows == {}


def test_every_verb_and_option_is_explained() -> None:
    for name, of in commands("atf", parser()):
        verb = " ".join(name.split()[:2])
        if verb == "atf":
            continue
        section = TEXT.partition(f"\n### `{verb}`\n")[2].partition("\n### ")[0]
        assert section, f"{verb} has no section"
        for action in of._actions:
            for option in action.option_strings:
                assert option in {"-h", "--help"} or option.startswith("--") is False or f"`{option}" in section, (
                    name,
                    option,
                )


def test_every_text_is_reached_from_another() -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in (ROOT / "docs").glob("*.md")}
    texts[ROOT / "README.md"] = (ROOT / "README.md").read_text(encoding="utf-8")
    for file in texts:
        if file.name != "README.md":
            assert any(file.name in text for other, text in texts.items() if other != file), file.name
