"""Obligations: article by article, which institution's duty meets what an instrument asks of the State."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.errors import NotFoundError
from api.perspectives.desk import Desk, term
from api.perspectives.order import alphabetical
from api.perspectives.perspective import Perspective
from api.perspectives.table import Cell, Column, Part, Row, Section, Table, unique
from api.web.pages import word

# The European Legislation Identifier of an act of the Union: kind, year and number.
_ELI: Final = re.compile(r"http://data\.europa\.eu/eli/(dir|reg|dec|dec_framw)/([0-9]+)/([0-9]+)/oj")
_KINDS: Final = {"dir": "directive", "reg": "regulation", "dec": "decision", "dec_framw": "framework-decision"}
STATUSES: Final = ("stated", "partly", "not-stated", "not-assessable")
_MARKS: Final = {"not-stated": "gap", "not-assessable": "silent"}


def slug_of(instrument: str) -> str:
    """Return the name of an instrument in an address: ``directive-2011-36``, ``cets-197``."""
    found = _ELI.fullmatch(instrument)
    return f"{_KINDS[found[1]]}-{found[2]}-{found[3]}" if found else instrument.rsplit("/", 1)[-1]


async def build_obligations(desk: Desk) -> Perspective:
    """Return the obligations of an instrument, or the list of the instruments that have some.

    Raises ``NotFoundError`` for an instrument without recorded obligations.
    """
    instruments = await desk.ask("instruments-with-obligations")
    named = {slug_of(iri): iri for row in instruments.rows if (iri := term(row, "instrument"))}
    asked = desk.values.get("instrument", "")
    if not asked:
        return await _list(desk, instruments)
    if asked not in named:
        raise NotFoundError(f"No obligations of '{asked[:60]}' are recorded.", f"Perhaps: {', '.join(named)}.")
    answer = await desk.ask("obligations-of-an-instrument", instrument=named[asked])
    rows: dict[str, list[Mapping[str, Found]]] = defaultdict(list)
    for row in sorted(answer.rows, key=_article):
        rows[term(row, "obligation") or ""].append(row)
    sections = [
        Section(
            "obligations",
            word("obligations.matrix", desk.lang),
            await _matrix(desk, answer, rows),
            questions=(desk.question_link(answer),),
        ),
        Section(
            "duties",
            word("obligations.duties", desk.lang),
            _duties(desk, answer, rows),
            questions=(desk.question_link(answer),),
        ),
    ]
    label = desk.name(await desk.labels([named[asked]]), named[asked])
    counts = Counter(_status(several) for several in rows.values())
    facts = [(_status_word(desk, answer, status), (Part(str(counts[status])),)) for status in STATUSES]
    return Perspective(
        "obligations",
        f"{word('menu.obligations', desk.lang)}: {label}",
        word("obligations.intro", desk.lang),
        sections,
        await desk.controls("instruments-with-obligations", ["as-of"]),
        [word("obligations.judged", desk.lang)],
        [word("obligations.legend", desk.lang)],
        [Part(word("perspective.law_page", desk.lang), f"/{desk.lang}/law?act={named[asked]}")],
        [(word("obligations.all", desk.lang), (Part(str(len(rows))),)), *facts],
    )


async def _list(desk: Desk, instruments: Answer) -> Perspective:
    table = desk.table(instruments, ["instrument", "obligations", "met", "source"])
    rows = []
    for row, found in zip(table.rows, instruments.rows, strict=True):
        path = f"/{desk.lang}/obligations/{slug_of(term(found, 'instrument') or '')}"
        rows.append(Row((Cell((Part(row.cells[0].text, path),)), *row.cells[1:])))
    table = Table(table.columns, tuple(rows), table.empty)
    title = word("menu.obligations", desk.lang)
    section = Section("instruments", title, table, questions=(desk.question_link(instruments),))
    controls = await desk.controls("instruments-with-obligations", ["as-of"])
    return Perspective("obligations", title, word("obligations.intro", desk.lang), [section], controls)


def _article(row: Mapping[str, Found]) -> tuple[list[tuple[int, str]], str]:
    """Return a key that sorts articles as a lawyer counts: 9, 10, 10(1), 10(1)(a), 11, 11a."""
    pieces = re.findall(r"([0-9]+)([a-z]?)|\(([a-z])\)", row["identifier"].label if "identifier" in row else "")
    return [(int(number or 0), letter or point) for number, letter, point in pieces], term(row, "obligation") or ""


def _status(rows: Iterable[Mapping[str, Found]]) -> str:
    """Return the best status of an obligation: one duty that meets it whole is enough."""
    return min((term(row, "status") or "" for row in rows), key=STATUSES.index)


def _status_word(desk: Desk, answer: Answer, status: str) -> str:
    text = answer.question.columns["status"].values[status]
    return desk.say(text.en, text.ro)


async def _matrix(desk: Desk, answer: Answer, rows: Mapping[str, Sequence[Mapping[str, Found]]]) -> Table:
    """Return article × institution: the status in words, and in a cell the duty that meets the obligation."""
    bodies: dict[str, Found] = {}
    for row in answer.rows:
        if iri := term(row, "institution"):
            bodies.setdefault(iri, row["institution"])
    short = await desk.short_names({*bodies, *(iri for row in answer.rows if (iri := term(row, "actsThrough")))})
    order = sorted(bodies, key=lambda iri: alphabetical(short.get(iri, bodies[iri].label)))
    # The status stands second, where a narrow screen still shows it.
    columns = [Column(word("obligations.article", desk.lang)), Column(desk.title(answer.question, "status"))]
    columns.append(Column(word("obligations.asks", desk.lang), wide=True))
    for iri in order:
        label = bodies[iri].label
        columns.append(Column(f"{short[iri]} · {label}" if iri in short else label, desk.dossier(iri)))
    made = []
    for obligation, several in rows.items():
        first = several[0]
        status = _status(several)
        number = first["identifier"].label if "identifier" in first else first["obligation"].label
        sentence = first.get(desk.column(answer.question, "obligation" + desk.lang.capitalize()))
        cells = [
            Cell((Part(number, desk.page(obligation)),)),
            unique([*_said(desk, answer, first, status), *_bodies(desk, several, short)]),
            Cell((desk.part(sentence),)) if sentence else Cell((desk.part(first["obligation"]),)),
        ]
        cells += [_cell(desk, answer, several, iri, short) for iri in order]
        made.append(Row(tuple(cells), mark="gap" if status == "not-stated" else None))
    return Table(tuple(columns), tuple(made), desk.say(answer.question.empty.en, answer.question.empty.ro))


def _said(desk: Desk, answer: Answer, row: Mapping[str, Found], status: str) -> list[Part]:
    """Return the status in words, with why: a duty to legislate, a document that is not loaded, a text not verified."""
    said = [Part(_status_word(desk, answer, status), mark=_MARKS.get(status))]
    if status == "not-stated" and term(row, "toLegislate") == "true":
        said.append(Part(word("obligations.legislate", desk.lang), mark="silent"))
    if status == "not-assessable" and "waitsFor" in row:
        waits = desk.part(row["waitsFor"])
        said.append(Part(f"{word('obligations.waits', desk.lang)}: {waits.text}", waits.href, waits.lang))
    if (term(row, "confidence") or "").endswith("/unverified"):
        said.append(Part(word("obligations.unverified", desk.lang), mark="silent"))
    return said


def _bodies(desk: Desk, rows: Sequence[Mapping[str, Found]], short: Mapping[str, str]) -> list[Part]:
    """Return the bodies whose duties meet an obligation, so that a row says it without its far columns."""
    named = {iri: row["institution"].label for row in rows if (iri := term(row, "institution"))}
    whole = {term(row, "institution") for row in rows if term(row, "status") == "stated"}
    partly = f" ({word('obligations.in_part', desk.lang)})"
    return [
        Part(short.get(iri, label) + ("" if iri in whole else partly), desk.dossier(iri))
        for iri, label in named.items()
    ]


def _cell(
    desk: Desk, answer: Answer, rows: Sequence[Mapping[str, Found]], institution: str, short: Mapping[str, str]
) -> Cell:
    lines = []
    for row in rows:
        if term(row, "institution") != institution:
            continue
        text = f"{_status_word(desk, answer, term(row, 'status') or '')}: {row['role'].label if 'role' in row else ''}"
        if "actsThrough" in row:
            through = row["actsThrough"]
            text += f", {word('matrix.through', desk.lang)} {short.get(through.term.value, through.label)}"
        lines.append(Part(text, desk.page(term(row, "duty") or "")))
    return unique(lines)


def _duties(desk: Desk, answer: Answer, rows: Mapping[str, Sequence[Mapping[str, Found]]]) -> Table:
    """Return the duties that meet an obligation, with the editors' reason."""
    met = [row for several in rows.values() for row in several if "institution" in row]
    names = ["identifier", "status", "institution", "actsThrough", "duty", "reason", "score", "source", "kind"]
    links = {"institution": "dossier/{slug}"}
    return desk.table(answer, names, rows=met, merge=["obligation", "duty"], links=links, plain=["actsThrough"])
