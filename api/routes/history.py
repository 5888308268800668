"""The history of findings over HTTP: version by version, and of one finding."""

import csv
import io
import json
from collections import Counter
from itertools import groupby
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.analysis.history import Change, History, read_history
from api.analysis.report_words import STATUSES
from api.answering.labels import LANGUAGES
from api.errors import ParameterError
from api.routes.findings import analyses_of
from api.sparql.protocol import Fields, fields_of
from api.web.conditional import respond
from api.web.history import acceptors
from api.web.media import CSV, HTML, JSON, chosen_format
from api.web.pages import Language, render, to_page

router = APIRouter()

FORMATS: Final = {"json": JSON, "csv": CSV, "html": HTML}
_COLUMNS: Final = ("version", "recorded", "as_of", "finding", "rule", "event", "status", "accepted_by", "until")


@router.get("/findings/history", summary="What became of the findings, version by version")
async def history(request: Request) -> Response:
    """Give every change of status of a finding, by version of the dataset: first seen, accepted, reopened, closed."""
    fields = fields_of(request)
    _refuse_unknown(fields)
    media = chosen_format(request, FORMATS, fields.one("format"))
    if media == HTML:
        return to_page(request, fields.one("lang"), "/findings/history", request.url.query)
    found = await read_history(request.app.state.store)
    if media == CSV:
        return respond(request, _csv(found), CSV)
    versions = [
        {
            "version": version.name,
            "recorded": version.recorded.isoformat(),
            "as_of": version.as_of.isoformat(),
            "changes": [change.public() for change in found.in_version(version)],
        }
        for version in found.versions
    ]
    return respond(request, json.dumps({"versions": versions}, ensure_ascii=False).encode(), JSON)


@router.get("/{lang:lang}/findings/history", include_in_schema=False)
async def history_page(request: Request, lang: Language) -> Response:
    """Show the recorded versions, the newest first, with what changed in each."""
    found = await read_history(request.app.state.store)
    every = [change for changes in found.changes.values() for change in changes]
    parts = [(version, _by_event(found.in_version(version))) for version in reversed(found.versions)]
    page = render(
        request,
        "history.html",
        lang,
        parts=parts,
        rules=analyses_of(request).rules.by_id,
        status_of=lambda name, spoken: STATUSES[name][spoken],
        names=await acceptors(request.app.state.store, every, lang),
    )
    return respond(request, page.body, HTML, vary="Accept-Language", headers={"Content-Language": lang})


def _by_event(changes: list[Change]) -> list[tuple[str, list[Change]]]:
    order = Counter(change.event for change in changes)
    ordered = sorted(changes, key=lambda change: (-order[change.event], change.event, change.finding))
    return [(event, list(some)) for event, some in groupby(ordered, key=lambda change: change.event)]


def _csv(found: History) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for version in found.versions:
        writer.writerows(change.public() for change in found.in_version(version))
    return out.getvalue().encode()


def _refuse_unknown(fields: Fields) -> None:
    unknown = sorted(set(fields.values) - {"format", "lang", "as-of", "dataset"})
    if unknown:
        raise ParameterError(f"There is no parameter '{unknown[0][:60]}'.", "It takes format and lang.")
    if (fields.one("lang") or "en") not in LANGUAGES:
        raise ParameterError("The language is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
