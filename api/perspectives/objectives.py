"""The tree of objectives: indicators, results, problems, functions needed and their holders, owners."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.perspectives.desk import Desk, term
from api.perspectives.perspective import Perspective
from api.perspectives.table import Cell, Column, Part, Row, Section, Table, unique
from api.web.pages import say, word

Lines = Mapping[str, list[Part]]
_COLUMNS = ("objective", "owner", "indicators", "results", "problems", "functions")


async def build_objectives(desk: Desk) -> Perspective:
    """Return the tree of objectives as a table, each general objective with its specific ones under it."""
    tree = await desk.ask("tree-of-objectives")
    owners = await desk.ask("owners-of-objectives")
    indicators = await desk.ask("indicators-of-an-objective")
    results = await desk.ask("results-of-an-objective")
    problems = await desk.ask("problems-and-their-objectives")
    needs = await desk.ask("who-holds-what-an-objective-needs")
    lines: tuple[Lines, ...] = (
        _lines(owners, "objective", lambda row: desk.part(row["institution"]), "institution"),
        _lines(indicators, "measured", lambda row: _numbered(desk, row, "indicator")),
        _lines(results, "expecting", lambda row: _numbered(desk, row, "result")),
        _lines(problems, "objective", lambda row: _numbered(desk, row, "problem")),
        _held(desk, needs),
    )
    rows: list[Row] = []
    seen: set[str] = set()
    for row in tree.rows:
        general = term(row, "general") or ""
        heading = _numbered(desk, row, "general", "generalNumber")
        if general not in seen:
            seen.add(general)
            rows.append(_row(desk, heading, general, lines, heading))
        objective = _numbered(desk, row, "specific", "specificNumber")
        rows.append(_row(desk, objective, term(row, "specific") or "", lines, heading))
    titles = tuple(Column(word(f"perspective.{name}", desk.lang)) for name in _COLUMNS)
    table = Table(titles, tuple(rows), say(tree.question.empty, desk.lang), desk.title(tree.question, "general"))
    asked = tuple(desk.question_link(one) for one in (tree, owners, indicators, results, needs))
    unaddressed = desk.table(
        problems,
        ["problem", "link", "objective", "reason", "score", "source", "kind"],
        merge=["problem", "link"],
        plain=["objective", "reason", "score"],
    )
    links = (desk.question_link(problems),)
    return Perspective(
        "objectives",
        word("perspective.objectives", desk.lang),
        word("perspective.objectives_intro", desk.lang),
        [
            Section("objectives", word("perspective.objectives", desk.lang), table, questions=asked),
            Section("problems", word("perspective.problems", desk.lang), unaddressed, questions=links),
        ],
        await desk.controls("owners-of-objectives", ["as-of"]),
        [word("perspective.objectives_judged", desk.lang)],
    )


def _row(desk: Desk, objective: Part, iri: str, lines: tuple[Lines, ...], heading: Part) -> Row:
    missing = ("no_owner", "no_indicator", None, "not_mapped", "not_mapped")
    cells = [Cell((objective,))]
    for one, name in zip(lines, missing, strict=True):
        mark = "silent" if name == "not_mapped" else "gap"
        gap = Part(word(f"perspective.{name}", desk.lang), mark=mark) if name else desk.silent()
        cells.append(unique(one.get(iri) or [gap]))
    return Row(tuple(cells), heading)


def _lines(answer: Answer, key: str, part: Callable[[Mapping[str, Found]], Part], needed: str | None = None) -> Lines:
    """Return the parts of each objective; ``needed`` is the column without which a row says that there is none."""
    found: dict[str, list[Part]] = defaultdict(list)
    for row in answer.rows:
        iri = term(row, key)
        if iri and (needed is None or needed in row):
            found[iri].append(part(row))
    return found


def _numbered(desk: Desk, row: Mapping[str, Found], name: str, number: str = "identifier") -> Part:
    """Return a thing with its number in the document (1.3 Monitoring the activity …)."""
    part = desk.part(row[name])
    text = f"{row[number].label} {part.text}" if number in row else part.text
    kind = term(row, "kind") or ""
    judged = kind.endswith("/interpreted")
    suffix = f" [{word('kind.interpreted', desk.lang)}]" if judged else ""
    return Part(text + suffix, part.href, part.lang)


def _held(desk: Desk, answer: Answer) -> Lines:
    """Return the functions that each objective needs, each with its holders."""
    holders: dict[tuple[str, str], list[str]] = defaultdict(list)
    functions: dict[tuple[str, str], Part] = {}
    for row in answer.rows:
        key = (term(row, "objective") or "", term(row, "function") or "")
        functions[key] = desk.part(row["function"])
        if "institution" in row:
            text = f"{row['institution'].label} ({row['role'].label})" if "role" in row else row["institution"].label
            if text not in holders[key]:
                holders[key].append(text)
    found: dict[str, list[Part]] = defaultdict(list)
    for (objective, function), part in functions.items():
        named = holders[objective, function]
        text = f"{part.text}: {', '.join(named) if named else word('perspective.not_held', desk.lang)}"
        found[objective].append(Part(text, part.href, part.lang, mark=None if named else "gap"))
    return found
