"""The calendar: what falls due and when, passed and to come, and which reports on a plan are late or missing."""

from typing import Final
from urllib.parse import urlencode

from api.perspectives.desk import Desk
from api.perspectives.perspective import Perspective
from api.perspectives.table import Control, Part, Section
from api.web.pages import say, word

DEADLINES: Final = "calendar-of-deadlines"
REPORTS: Final = "late-and-missing-reports"


async def build_calendar(desk: Desk) -> Perspective:
    """Return the days of a ``year`` (or of all) and the half-yearly reports on a ``plan`` (or on all)."""
    deadlines = await desk.ask(DEADLINES, year=desk.values.get("year"))
    reports = await desk.ask(REPORTS, plan=desk.values.get("plan"))
    links = {"institution": "dossier/{slug}"}
    days = desk.table(
        deadlines,
        ["day", "event", "thing", "institution", "passed", "frequency", "source", "kind"],
        merge=["day", "event", "thing"],
        links=links,
        plain=["institution", "frequency"],
    )
    due = desk.table(
        reports,
        ["end", "institution", "report", "received", "days", "missing", "source"],
        group="plan",
        links=links,
        keep=["report", "received"],
        plain=["report", "received", "days"],
    )
    year = deadlines.question.params["year"]
    file = urlencode({"lang": desk.lang} | ({"year": desk.values["year"]} if desk.values.get("year") else {}))
    return Perspective(
        "calendar",
        word("calendar.title", desk.lang),
        word("calendar.intro", desk.lang),
        [
            Section(
                "deadlines", word("calendar.deadlines", desk.lang), days, questions=(desk.question_link(deadlines),)
            ),
            Section(
                "reports",
                word("calendar.reports", desk.lang),
                due,
                (word("calendar.reports_note", desk.lang),),
                questions=(desk.question_link(reports),),
            ),
        ],
        [
            Control("year", say(year.label, desk.lang), desk.values.get("year") or "", "text"),
            *await desk.controls(REPORTS, ["plan", "as-of"]),
        ],
        related=[Part(word("calendar.file", desk.lang), f"/calendar.ics?{file}")],
    )
