"""Words in English and Romanian, read from the TOML file that stands beside the code that says them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "ro")
# Section -> name -> language -> text.
Wording = Mapping[str, Mapping[str, Mapping[str, str]]]


@cache
def wording(path: Path) -> Wording:
    """Return the words of a file by section and name; raises ``ValueError`` where one lacks a language."""
    with path.open("rb") as file:
        found: dict[str, dict[str, dict[str, str]]] = tomllib.load(file)
    for section, words in found.items():
        for name, texts in words.items():
            if not isinstance(texts, dict) or texts.keys() != set(LANGUAGES) or not all(texts.values()):
                raise ValueError(f"{path}: {section}.{name} needs a text in each of {', '.join(LANGUAGES)}.")
    return found
