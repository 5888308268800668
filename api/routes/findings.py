"""The analysis over HTTP: findings with their filters and formats, one finding explained, the rules."""

import json
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.analysis.accounts import Account, Report
from api.analysis.analyses import Analyses
from api.analysis.comparison import Comparison, compare, snapshot_of
from api.analysis.explanations import Explanation, explain
from api.analysis.history import Change, read_history
from api.analysis.reports import FORMATS as REPORTS
from api.analysis.reports import write
from api.analysis.rules import Rule, load_rules
from api.analysis.selection import KNOWN, NAMES, Selection, selection_of
from api.analysis.summary import summary_of
from api.analysis.surroundings import surroundings_of
from api.answering.labels import LANGUAGES
from api.errors import NotFoundError, ParameterError
from api.graph.asof import parse_date
from api.printing.pages import findings_html
from api.printing.press import PDF, print_pdf
from api.sparql.protocol import Fields, fields_of
from api.web.address import address_of
from api.web.conditional import respond
from api.web.history import as_known
from api.web.media import HTML, JSON, chosen_format, negotiate
from api.web.pages import to_page
from api.web.successors import public, successors_of

router = APIRouter()

# The formats of the findings, by their name in ``format=``; the first is for a client that has no wish.
FORMATS: Final = {name: media for name, media in REPORTS.items() if name != "text"} | {"pdf": PDF, "html": HTML}
_NAMES: Final = {media: name for name, media in FORMATS.items()}
# Beside the filters: the dataset that an address was made for is told on the page.
_OTHERS: Final = ("as-of", "format", "lang", "dataset")


def analyses_of(request: Request) -> Analyses:
    """Return the analyses of the application, made at the first request for one."""
    state = request.app.state
    if not hasattr(state, "analyses"):
        rules = load_rules(state.settings.root)
        state.analyses = Analyses(state.settings, state.store, state.manifest, rules)
    found: Analyses = state.analyses
    return found


async def chosen(request: Request, fields: Fields) -> tuple[Report, Selection]:
    """Return the report for the day asked for, with the chosen findings only, and the choice (for a page).

    Raises ``ParameterError`` for an unknown parameter or value, ``LimitError`` where the analysis takes too long.
    """
    names = (*NAMES, KNOWN, *_OTHERS)
    unknown = sorted(set(fields.values) - set(names))
    if unknown:
        hint = f"The parameters are: {', '.join(names)}."
        raise ParameterError(f"There is no parameter '{unknown[0][:60]}'.", hint, parameter=unknown[0][:60])
    analyses = analyses_of(request)
    selection = await selection_of(request.app.state.store, analyses.rules, fields.values)
    report = await as_known(
        request.app.state.store, await report_of(request, fields), fields, selection, analyses.rules
    )
    return selection.of(report), selection


async def report_of(request: Request, fields: Fields) -> Report:
    """Return the report for the day asked for."""
    day = fields.first("as-of") and fields.one("as-of")
    return await analyses_of(request).report(parse_date(day) if day else None)


async def compared(request: Request, fields: Fields) -> Comparison:
    """Compare the reports of the days ``from`` and ``to``."""
    sides = []
    for name in ("from", "to"):
        report = await analyses_of(request).report(parse_date(fields.one(name) or "", name))
        sides.append(await snapshot_of(request.app.state.store, report))
    return compare(*sides)


async def one_of(request: Request, finding_id: str, fields: Fields) -> tuple[Report, Account, Explanation]:
    """Return the report of the day asked for, one of its findings, and its explanation (for a page).

    Raises ``NotFoundError`` where the analysis of that day has no such finding.
    """
    report = await report_of(request, fields)
    account = next((one for one in report.accounts if one.id.lower() == finding_id.lower()), None)
    if account is None:
        hint = "A finding that was cleared has no page. GET /findings lists those that stand."
        raise NotFoundError(f"There is no finding '{finding_id[:60]}' as of {report.as_of}.", hint)
    state = request.app.state
    explained = await explain(state.store, state.editions, [account])
    return report, account, explained[account.id]


async def changes_of(request: Request, finding_id: str) -> tuple[Change, ...]:
    """Return what became of a finding, version by version; none where no recorded version had it."""
    return (await read_history(request.app.state.store)).of(finding_id)


@router.get("/findings", summary="The findings")
async def findings(request: Request) -> Response:
    """Give the findings of the gap and overlap analysis, filtered; a browser gets the page.

    Parameters: ``rule``, ``kind``, ``severity``, ``status``, ``institution``, ``objective`` (repeated or with commas),
    ``known`` (a recorded version of the dataset), ``as-of``,
    ``format`` (json, csv, xlsx, ttl, sarif, pdf, html) and ``lang`` (of xlsx, pdf and sarif).
    """
    fields = fields_of(request)
    media = _media(request, fields)
    lang = fields.one("lang") or "en"
    if lang not in LANGUAGES:
        raise ParameterError("The language is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
    if media == HTML:
        return _to_page(request, "/findings", fields)
    report, _ = await chosen(request, fields)
    name = _NAMES[media]
    if media == PDF:
        body = await _printed(request, report, lang)
    else:
        # A workbook takes a second, in which others are served.
        body = await run_in_threadpool(write, report, name, lang)
    headers = {} if media == JSON else {"Content-Disposition": f'attachment; filename="findings-{report.as_of}.{name}"'}
    return respond(request, body, media, headers=headers)


@router.get("/findings/summary", summary="The page for the committee")
async def summary(request: Request) -> Response:
    """Tell on one page what is missing, what is double, what cannot be judged and what would settle it."""
    fields = fields_of(request)
    if negotiate(request, (JSON, HTML), fields.one("format")) == HTML:
        return _to_page(request, "/findings/summary", fields)
    report = await report_of(request, fields)
    return _json(request, summary_of(report, await surroundings_of(request.app.state.store, report)))


@router.get("/diff", summary="What changed between two days")
async def diff(request: Request) -> Response:
    """Compare two days (``from``, ``to``): findings and responsibilities that appear, vanish, move or change."""
    fields = fields_of(request)
    if negotiate(request, (JSON, HTML), fields.one("format")) == HTML:
        return _to_page(request, "/diff", fields)
    missing = next((name for name in ("from", "to") if not fields.one(name)), None)
    if missing:
        hint = "For example /diff?from=2020-01-01&to=2022-12-31."
        raise ParameterError(f"The parameter '{missing}' is missing.", hint, parameter=missing)
    return _json(request, (await compared(request, fields)).public())


async def _printed(request: Request, report: Report, lang: str) -> bytes:
    state = request.app.state
    explanations = await explain(state.store, state.editions, report.accounts)
    query = {key: value for key, value in request.query_params.multi_items() if key not in {"format", "lang", "as-of"}}
    address = f"{address_of(request)}/{lang}/findings?{urlencode({**query, 'as-of': report.as_of.isoformat()})}"
    known = await surroundings_of(state.store, report)
    return await print_pdf(findings_html(report, explanations, lang, address, known), address)


@router.get("/findings/{finding_id}", summary="One finding")
async def finding(request: Request, finding_id: str) -> Response:
    """Give one finding with its explanation: what it rests on, what was looked for and where, why it matters.

    One that does not stand, but did in a recorded version of the dataset, is its history.
    """
    fields = fields_of(request)
    if negotiate(request, (JSON, HTML), fields.one("format")) == HTML:
        return _to_page(request, f"/findings/{finding_id}", fields)
    changes = await changes_of(request, finding_id)
    history = [change.public() for change in changes]
    try:
        report, account, explanation = await one_of(request, finding_id, fields)
    except NotFoundError:
        if not changes:
            raise
        head = (await report_of(request, fields)).head()
        gone = {"id": changes[0].finding, "rule": changes[0].rule, "stands": False, "history": history}
        return _json(request, {**head, **gone})
    found = {
        "as_of": report.as_of.isoformat(),
        "dataset": report.dataset,
        **account.public(),
        "explanation": explanation.public(),
        "successors": public(await successors_of(request, account.iris)),
        "history": history,
    }
    return _json(request, found)


@router.get("/rules", summary="All rules")
async def rules(request: Request) -> Response:
    """List the rules of the analysis with what they look for, why, and what they cannot see."""
    fields = fields_of(request)
    if negotiate(request, (JSON, HTML), fields.one("format")) == HTML:
        return _to_page(request, "/rules", fields)
    return _json(request, {"rules": [rule.public() for rule in analyses_of(request).rules.rules]})


@router.get("/rules/{rule_id}", summary="One rule")
async def rule(request: Request, rule_id: str) -> Response:
    """Describe one rule, with its queries, which run unchanged in any SPARQL 1.1 engine."""
    fields = fields_of(request)
    if negotiate(request, (JSON, HTML), fields.one("format")) == HTML:
        return _to_page(request, f"/rules/{rule_id}", fields)
    return _json(request, described(rule_of(request, rule_id)))


def rule_of(request: Request, rule_id: str) -> Rule:
    """Return a rule by its id; raises ``NotFoundError``."""
    known = analyses_of(request).rules.by_id
    if rule_id.upper() not in known:
        near = [other for other in known if other[:3] == rule_id[:3].upper()]
        raise NotFoundError(f"There is no rule '{rule_id[:60]}'.", f"The rules are: {', '.join(near or known)}.")
    return known[rule_id.upper()]


def described(rule: Rule) -> dict[str, Any]:
    """Return everything about a rule, for its page and its JSON."""
    return {
        **rule.public(),
        "message": dict(rule.message),
        "targets": list(rule.classes),
        "fillable_by": list(rule.fillable_by),
        "queries": {"shacl": rule.select, "whole_graph": rule.set_select, "details": rule.detail_select},
    }


def _media(request: Request, fields: Fields) -> str:
    return chosen_format(request, FORMATS, fields.one("format"))


def _to_page(request: Request, path: str, fields: Fields) -> Response:
    """Send a reader to the page, in the language asked for, with the same parameters."""
    return to_page(request, fields.one("lang"), path, request.url.query)


def _json(request: Request, data: dict[str, Any]) -> Response:
    return respond(request, json.dumps(data, ensure_ascii=False).encode(), JSON)
