"""Spreadsheets that we write: empty ones with lists to choose from, and a plan of the graph as a sheet again."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import xlsxwriter
from openpyxl.utils import get_column_letter

from api.errors import UsageError
from api.intake.framework import Framework, document_iri
from api.intake.sheet_of_plan import Grid, grids_of_plan
from api.intake.sheet_words import COLUMNS, HEADINGS, SHEETS, frequency_words
from api.vocabulary import SCHEME

# Rows below the header in which the lists can be chosen from.
_ROWS: Final = 500
_WIDTHS: Final = {"activity": 50, "indicators": 40, "resources": 30, "evidence": 40}
_LISTED: Final = {"function": "function", "group": "target-group", "status": "measure-status"}
_BODIES: Final = ("responsible", "partners", "institution")


@dataclass
class Lists:
    """The choices of a template, by column."""

    choices: dict[str, list[str]] = field(default_factory=dict)


def write_template(framework: Framework, kind: str, lang: str, plan: str | None = None) -> bytes:
    """Return a workbook for a plan or report, filled where a plan is named.

    A plan is written so that importing it again gives the same statements: each cell where it stood.
    Raises ``UsageError`` for a plan that has no measures in the graph.
    """
    if plan and document_iri(plan) not in framework.documents:
        plans = sorted(one.slug for one in framework.documents.values() if "action-plan" in one.kinds)
        raise UsageError(f"There is no plan {plan[:60]!r} in the graph.", f"The plans are: {', '.join(plans)}.")
    if plan:
        grids = grids_of_plan(framework, plan, kind, lang)
        if not grids:
            raise UsageError(f"The plan {plan!r} has no measures in the graph.", "Import it first: atf import.")
    else:
        grids = [Grid(SHEETS[kind][lang], lang, {name: place for place, name in enumerate(COLUMNS[kind], 1)}, header=2)]
        grids[0].cells[1, 1] = HEADINGS[f"title-{kind}"][lang]
    return _workbook(grids, lists_of(framework, lang), HEADINGS)


def lists_of(framework: Framework, lang: str) -> Lists:
    """Return what the columns of a template offer: bodies by their shortest name, objectives, recurrences, concepts."""
    found = Lists()
    bodies = sorted({_short_name(body.names, body.label.get(lang, body.slug)) for body in framework.bodies.values()})
    for column in _BODIES:
        found.choices[column] = bodies
    found.choices["objective"] = sorted({number for _, number in framework.objectives})
    found.choices["deadline"] = frequency_words(lang)
    for column, scheme in _LISTED.items():
        labels = framework.rows(
            f"SELECT ?label WHERE {{ ?c skos:inScheme <{SCHEME}{scheme}> ; skos:prefLabel ?label . "
            f'FILTER(LANG(?label) = "{lang}") }} ORDER BY ?label'
        )
        found.choices[column] = [row["label"].value for row in labels]
    return found


def _short_name(names: frozenset[str], label: str) -> str:
    acronyms = sorted(name for name in names if name.isupper() and len(name) <= 8)
    return acronyms[0] if acronyms else label


def _workbook(grids: Sequence[Grid], lists: Lists, headings: Mapping[str, Mapping[str, str]]) -> bytes:
    target = io.BytesIO()
    # What a cell holds is text: a value that begins with "=" must not become a formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheets = [book.add_worksheet(grid.name) for grid in grids]
    places = _choices_sheet(book, lists)
    for grid, sheet in zip(grids, sheets, strict=True):
        for name, column in grid.columns.items():
            base, _, marked = name.partition(".")
            heading = headings[base][grid.lang] if not marked else f"{headings[base][marked]} ({marked.upper()})"
            sheet.write_string(grid.header - 1, column - 1, heading, bold)
            sheet.set_column(column - 1, column - 1, _WIDTHS.get(base, 22))
            _offer(sheet, grid, base, column, places)
        for block in grid.merged:
            sheet.merge_range(block[0] - 1, block[1] - 1, block[2] - 1, block[1] - 1, "", wrap)
        for (row, column), text in grid.cells.items():
            sheet.write_string(row - 1, column - 1, text, wrap)
        sheet.freeze_panes(grid.header, 0)
    book.close()
    return target.getvalue()


def _choices_sheet(book: Any, lists: Lists) -> dict[str, str]:
    """Write the choices into a sheet of their own and return where each list stands."""
    sheet = book.add_worksheet("_lists")
    sheet.hide()
    places = {}
    for column, (name, choices) in enumerate(lists.choices.items()):
        for row, choice in enumerate(choices):
            sheet.write_string(row, column, choice)
        letter = get_column_letter(column + 1)
        if choices:
            places[name] = f"=_lists!${letter}$1:${letter}${len(choices)}"
    return places


def _offer(sheet: Any, grid: Grid, name: str, column: int, places: Mapping[str, str]) -> None:
    if name in places:
        # A cell may hold several bodies or a date, so what is not in the list is taken as well.
        rule = {"validate": "list", "source": places[name], "error_type": "information", "show_error": False}
        sheet.data_validation(grid.header, column - 1, grid.header + _ROWS, column - 1, rule)
