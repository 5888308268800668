"""Perspectives that are only declared: sections of perspectives.toml, each the answer to a question."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from rdflib.namespace import ORG

from api.answering.answers import Answer, Cell
from api.answering.question import Text
from api.perspectives.desk import Desk
from api.perspectives.findings import section_of_findings
from api.perspectives.perspective import Perspective
from api.perspectives.table import Chart, Part, Section, Table
from api.web.pages import say, word

_KINDS: Final = f"SELECT ?kind WHERE {{ BODY <{ORG.classification}> ?kind }}"
# Bodies that the constitution places under no other.
_UNPLACED: Final = {"court", "judicial-council", "parliament", "government"}
_FILE: Final = Path(__file__).resolve().parent / "perspectives.toml"


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Form(_Declared):
    """The form above a perspective: some parameters of one question, with that question's labels and choices."""

    question: str
    params: list[str]


class DeclaredSection(_Declared):
    """A section: the answer to a question, or the findings about the subject."""

    id: str
    title: Text
    question: str = ""
    columns: list[str] = Field(default_factory=list)
    merge: list[str] = Field(default_factory=list)
    where: dict[str, str] = Field(default_factory=dict)
    # Parameter of the question -> name of the value in the address, where they differ.
    params: dict[str, str] = Field(default_factory=dict)
    # Columns that are shown even where no row has a value: that the text is silent is what a reader looks for.
    keep: list[str] = Field(default_factory=list)
    # Columns in which an empty cell is no silence of the text.
    plain: list[str] = Field(default_factory=list)
    links: dict[str, str] = Field(default_factory=dict)
    notes: list[Text] = Field(default_factory=list)
    # The value of the address without which the section is left out.
    needs: str = ""
    limit: int = 0
    # The columns of the picture of a neighbourhood: the neighbour, and how it is connected.
    picture: list[str] = Field(default_factory=list)
    findings: bool = False
    # Values that say nothing of a body that is subordinate to nobody: a court, a council of the judiciary.
    unplaced: dict[str, str] = Field(default_factory=dict)


class Declared(_Declared):
    """A declared perspective."""

    title: Text
    intro: Text
    form: Form
    # The parameter that names the thing the perspective is about.
    subject: str = ""
    # The thing that is shown where the address names none.
    default: str = ""
    sections: list[DeclaredSection]


@lru_cache(maxsize=1)
def declared() -> dict[str, Declared]:
    """Return the declared perspectives by name; a wrong file is a programming error."""
    with _FILE.open("rb") as file:
        return {name: Declared.model_validate(data) for name, data in tomllib.load(file).items()}


async def build_declared(desk: Desk, name: str) -> Perspective:
    """Put a declared perspective together; raises ``ParameterError`` for a value that names nothing."""
    spec = declared()[name]
    if spec.default:
        desk.values.setdefault(spec.subject, spec.default)
    controls = await desk.controls(spec.form.question, spec.form.params)
    sections = []
    subject: str | None = None
    for one in spec.sections:
        if one.findings:
            sections.append(await section_of_findings(desk, one.id, say(one.title, desk.lang), subject or ""))
            continue
        if one.needs and one.needs not in desk.values:
            continue
        answer = await desk.ask(one.question, **_params(desk, one))
        subject = subject or (answer.params.get(one.params.get(spec.subject, spec.subject)) if spec.subject else None)
        if one.unplaced and subject and await _is_unplaced(desk, subject):
            answer = replace(answer, rows=[row for row in answer.rows if not _says(row, one.unplaced)])
        sections.append(_section(desk, one, answer))
    title = say(spec.title, desk.lang)
    centre = desk.name(await desk.labels([subject]), subject) if subject else ""
    title = title.replace("{subject}", centre)
    related = [Part(word("perspective.thing_page", desk.lang), desk.page(subject))] if subject else []
    return Perspective(name, title, say(spec.intro, desk.lang), sections, controls, related=related, centre=centre)


async def _is_unplaced(desk: Desk, institution: str) -> bool:
    """Tell whether a body is of a kind that stands under no other."""
    rows = (await desk.store.select(_KINDS.replace("BODY", f"<{institution}>"))).rows
    return any(row["kind"].value.rsplit("/", 1)[-1] in _UNPLACED for row in rows)


def _says(row: Mapping[str, Cell], values: Mapping[str, str]) -> bool:
    return all(name in row and row[name].term.value == value for name, value in values.items())


def _params(desk: Desk, one: DeclaredSection) -> dict[str, str | None]:
    """Return the values of the address that the question of a section takes."""
    question = desk.questions[one.question]
    names = {param: one.params.get(param, param) for param in question.params}
    return {param: desk.values.get(name) for param, name in names.items()}


def _section(desk: Desk, one: DeclaredSection, answer: Answer) -> Section:
    rows = [row for row in answer.rows if all(row[k].term.value == v for k, v in one.where.items() if k in row)]
    table = desk.table(answer, one.columns, rows=rows, merge=one.merge, links=one.links, keep=one.keep, plain=one.plain)
    notes = [say(note, desk.lang) for note in one.notes]
    if one.limit and len(table.rows) > one.limit:
        notes.append(word("perspective.cut", desk.lang).format(shown=one.limit, all=len(table.rows)))
        table = Table(table.columns, table.rows[: one.limit], table.empty)
    title, links = say(one.title, desk.lang), (desk.question_link(answer),)
    return Section(one.id, title, table, tuple(notes), _picture(one, title, table), links)


def _picture(one: DeclaredSection, title: str, table: Table) -> Chart | None:
    """Return the picture of a neighbourhood: a branch for each row, with its name and its connection."""
    if not one.picture or not table.rows:
        return None
    places = [one.columns.index(name) for name in one.picture]
    return Chart(title, branches=tuple((row.cells[places[0]].text, row.cells[places[1]].text) for row in table.rows))
