"""The words of the pages: every key that the code names is there, none is idle, and no template speaks by itself."""

import re
from pathlib import Path

import pytest

from api.settings import ROOT
from api.wording import words

CODE = sorted(path for path in (ROOT / "api").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "api").rglob("templates/**/*.html"))
SOURCE = {path: path.read_text(encoding="utf-8") for path in (*CODE, *TEMPLATES)}
EVERYTHING = "\n".join(SOURCE.values())
# word('section.name' …): the key as it stands. Another quote follows where a key is one of two.
CALLED = re.compile(r"""\b(word|counted)\(\s*["']([a-z_]+\.[A-Za-z0-9_.-]+)["']\s*[,)]""")
EITHER = re.compile(r"""\bword\(\s*["']([a-z_]+\.[\w.-]+)["'] if .*? else ["']([a-z_]+\.[\w.-]+)["']""")
# A key that is put together: its section, and the part of the name that stands before the slot.
JOINED = re.compile(r"""["']([a-z_]+)\.([a-z_]*)(?:["'] ~|\{)""")
# The names of programs, formats and things that have one name in every language.
SAME = {
    "SPARQL", "Română", "English", "IRI", "SHA-256", "N-Quads", "JSON", "Turtle", "CSV", "json", "csv", "xlsx", "ttl",
    "data/plans/ .ttl", "RDF/XML", "JSON-LD", "NUTS",
}  # fmt: skip
MARKUP = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<style.*?</style>|<!doctype[^>]*>|&[a-z]+;", re.DOTALL)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r"""\b(?:aria-label|title|alt|placeholder)=["']([^"'{]*[A-Za-z]{2}[^"'{]*)["']""")


def test_every_key_that_is_named_is_there() -> None:
    known = words("atf")
    called = {key for text in SOURCE.values() for _, key in CALLED.findall(text)}
    called |= {key for text in SOURCE.values() for pair in EITHER.findall(text) for key in pair}
    assert len(called) > 250
    assert sorted(key for key in called if key not in known) == []


def test_no_word_is_idle() -> None:
    joined = {(section, start) for text in SOURCE.values() for section, start in JOINED.findall(text)}
    # Names of types of problems, of statuses and of terms come from data.
    joined |= {("status", ""), ("term", "")}
    idle = []
    for key in words("atf"):
        section, _, name = key.partition(".")
        if re.search(rf"""["']{re.escape(key)}["']""", EVERYTHING):
            continue
        if not any(section == part and name.startswith(start) for part, start in joined):
            idle.append(key)
    assert idle == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(Path(path).relative_to(ROOT / "api")))
def test_no_template_speaks_by_itself(path: Path) -> None:
    text = MARKUP.sub(" ", SOURCE[path])
    # A slug and a period are examples of what is typed, not words.
    spoken = [one for one in SPOKEN.findall(text) if not re.fullmatch(r"[a-z0-9-]+", one)]
    between = [part.strip(" \n\t:;,.·()[]←→↔–—…/?&#=-+|\"'") for part in TAG.sub("\n", text).split("\n")]
    said = {part for part in between if re.search(r"[A-Za-zăâîșțĂÂÎȘȚ]{2}", part)}
    assert sorted({*said, *spoken} - SAME) == []
