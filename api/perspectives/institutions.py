"""The dossier of an institution, and the list of institutions from which one is chosen."""

from collections.abc import Mapping

from api.answering.answers import Cell as Found
from api.perspectives.declared import build_declared
from api.perspectives.desk import Desk, term
from api.perspectives.order import alphabetical
from api.perspectives.perspective import Perspective
from api.perspectives.table import Cell, Column, Part, Row, Section, Table, unique
from api.web.pages import say, word


async def build_dossier(desk: Desk) -> Perspective:
    """Return the dossier of the institution in the path, or the list of all institutions with a duty or a mention."""
    if desk.values.get("institution"):
        return await _dossier(desk)
    duties = await desk.ask("responsibility-matrix", ministry=desk.values.get("ministry"))
    unassigned = await desk.ask("who-is-named-without-a-duty")
    holders: dict[str, list[Mapping[str, Found]]] = {}
    for row in duties.rows:
        if iri := term(row, "institution"):
            holders.setdefault(iri, []).append(row)
    short = await desk.short_names(holders)
    rows = []
    for iri, own in sorted(
        holders.items(), key=lambda item: alphabetical(short.get(item[0], item[1][0]["institution"].label))
    ):
        found = own[0]["institution"]
        name = f"{short[iri]} · {found.label}" if iri in short else found.label
        number = len({term(row, "duty") for row in own})
        cells = (
            Cell((Part(name, desk.dossier(iri)),)),
            Cell((Part(str(number)),)),
            unique(desk.part(row["function"]) for row in own),
            unique(desk.part(row["role"]) for row in own),
        )
        rows.append(Row(cells))
    titles = [word("perspective.institution", desk.lang), word("thing.duties", desk.lang)]
    titles += [desk.title(duties.question, name) for name in ("function", "role")]
    with_duty = Table(tuple(Column(title) for title in titles), tuple(rows), say(duties.question.empty, desk.lang))
    links = {"institution": "dossier/{slug}"}
    columns = ["institution", "namedAs", "listing", "dutiesOfUnits", "source"]
    without = desk.table(unassigned, columns, links=links, plain=["dutiesOfUnits"])
    return Perspective(
        "dossier",
        word("perspective.dossiers", desk.lang),
        word("perspective.dossiers_intro", desk.lang),
        [
            Section(
                "with-duty",
                word("perspective.with_duty", desk.lang),
                with_duty,
                questions=(desk.question_link(duties),),
            ),
            Section(
                "without-duty",
                word("perspective.without_duty", desk.lang),
                without,
                questions=(desk.question_link(unassigned),),
            ),
        ],
        await desk.controls("responsibility-matrix", ["ministry", "as-of"]),
    )


async def _dossier(desk: Desk) -> Perspective:
    """Return the dossier of one institution; of one that is no more it says what it is today."""
    found = await build_declared(desk, "dossier")
    iri = next((answer.params["institution"] for answer in desk.answers if "institution" in answer.params), "")
    today = (await desk.answerer.changes()).successors(iri, desk.lang)
    if today:
        found.facts = [
            *found.facts,
            (word("thing.then", desk.lang), [Part(found.centre)]),
            (word("thing.today", desk.lang), [Part(label, desk.dossier(later)) for later, label in today]),
        ]
    return found
