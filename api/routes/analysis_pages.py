"""The pages of the analysis: findings with their filters, one finding, the rules, the summary, a comparison."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import RedirectResponse, Response

from api.analysis.accounts import Account, Named
from api.analysis.comparison import Comparison
from api.analysis.findings import STATUSES
from api.analysis.messages import DEGREE_WORDS
from api.analysis.report_words import KINDS
from api.analysis.report_words import SEVERITIES as SEVERITY_WORDS
from api.analysis.report_words import STATUSES as STATUS_WORDS
from api.analysis.rules import Rule, Text
from api.analysis.selection import KNOWN, NAMES
from api.analysis.summary import PARTS, summary_of
from api.analysis.surroundings import surroundings_of
from api.answering.labels import labels_of
from api.errors import AtfError, NotFoundError
from api.routes.findings import (
    FORMATS,
    analyses_of,
    changes_of,
    chosen,
    compared,
    described,
    one_of,
    report_of,
    rule_of,
)
from api.sparql.protocol import fields_of
from api.web.conditional import respond
from api.web.filters import filters
from api.web.history import acceptors
from api.web.media import GRAPH_FORMATS, HTML
from api.web.pages import Language, render
from api.web.successors import successors_of

router = APIRouter(include_in_schema=False)


def _word_of(words: Mapping[str, Text]) -> Callable[[str, str], str]:
    return lambda name, lang: words[name][lang] if name in words else name


# The words of the analysis for the templates, by name and language.
_WORDS: Final = {
    "kind_word": _word_of(KINDS),
    "severity_word": _word_of(SEVERITY_WORDS),
    "status_of": _word_of(STATUS_WORDS),
    "degree_word": _word_of(DEGREE_WORDS),
}


class _RuleIds(StringConvertor):
    """Matches the id of a rule, so that the other IRIs of that form keep their own pages."""

    regex = "[A-Za-z]{3}-[0-9]{3}"


register_url_convertor("ruleid", _RuleIds())


@dataclass(frozen=True)
class Group:
    """The findings of one rule, and the documents for which all of them wait."""

    rule: Rule
    accounts: Sequence[Account]
    waiting_for: tuple[Named, ...]


@router.get("/{lang:lang}/findings")
async def findings_page(request: Request, lang: Language) -> Response:
    """Show the findings, filtered, by kind and rule, with a form for the filters."""
    fields, problem, report = fields_of(request), None, None
    try:
        report, _ = await chosen(request, fields)
    except AtfError as error:
        problem = error
    accounts = report.accounts if report else []
    return _page(
        request,
        "findings.html",
        lang,
        problem=problem,
        report=report,
        kinds=_by_kind(accounts),
        counts=_counts(accounts),
        given={name: fields.first(name) or "" for name in (*NAMES, KNOWN, "as-of")},
        choices=await filters(request.app.state.store, analyses_of(request).rules, lang),
        query=urlencode(
            [(name, value) for name in (*NAMES, KNOWN, "as-of") for value in fields.values.get(name, []) if value]
        ),
        formats=[name for name in FORMATS if name != "html"],
    )


@router.get("/{lang:lang}/findings/summary")
async def summary_page(request: Request, lang: Language) -> Response:
    """Show the page for the committee."""
    report = await report_of(request, fields_of(request))
    summary = summary_of(report, await surroundings_of(request.app.state.store, report))
    return _page(request, "summary.html", lang, report=report, summary=summary, sections=PARTS)


@router.get("/{lang:lang}/findings/{finding_id}")
@router.get("/{lang:lang}/id/finding/{finding_id}")
async def finding_page(request: Request, lang: Language, finding_id: str) -> Response:
    """Show one finding with what it rests on and its history; of one that is gone, its history."""
    fields = fields_of(request)
    store, changes = request.app.state.store, await changes_of(request, finding_id)
    try:
        report, account, explanation = await one_of(request, finding_id, fields)
    except NotFoundError:
        if not changes:
            raise
        rule = analyses_of(request).rules.by_id.get(changes[0].rule)
        report = await report_of(request, fields)
        names = await acceptors(store, changes, lang)
        return _page(request, "finding_gone.html", lang, report=report, rule=rule, changes=changes, acceptors=names)
    kinds = {place.statement: place.kind for place in account.evidence if place.kind}
    waiver = account.finding.waiver
    return _page(
        request,
        "finding.html",
        lang,
        report=report,
        account=account,
        explanation=explanation,
        kinds=kinds,
        successors=await successors_of(request, account.iris),
        changes=changes,
        acceptors=await acceptors(store, changes, lang, [waiver] if waiver else []),
    )


@router.get("/{lang:lang}/rules")
async def rules_page(request: Request, lang: Language) -> Response:
    """Show all rules with the number of their findings."""
    report = await report_of(request, fields_of(request))
    rules = analyses_of(request).rules.rules
    numbers = Counter((account.rule.id, account.finding.status) for account in report.accounts)
    kinds = [(kind, list(group)) for kind, group in groupby(rules, key=lambda rule: rule.kind)]
    return _page(request, "rules.html", lang, report=report, kinds=kinds, numbers=numbers)


@router.get("/{lang:lang}/rules/{rule_id}")
async def rule_page(request: Request, lang: Language, rule_id: str) -> Response:
    """Show one rule: the problem, the principle behind it, the solution, its limits, its findings."""
    rule = rule_of(request, rule_id)
    report = await report_of(request, fields_of(request))
    accounts = [account for account in report.accounts if account.rule.id == rule.id]
    labels = await labels_of(request.app.state.store, (*rule.classes, *rule.fillable_by))
    return _page(
        request,
        "rule.html",
        lang,
        report=report,
        rule=described(rule),
        group=_group(rule, accounts),
        counts=_counts(accounts),
        labels=labels,
        formats=list(GRAPH_FORMATS.items()),
    )


@router.get("/{lang:lang}/rule/{rule_id:ruleid}")
async def rule_iri_page(request: Request, lang: Language, rule_id: str) -> Response:
    """Lead from the page of a rule's IRI to the page of the rule."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{lang}/rules/{rule_id.upper()}{query}", 303)


@router.get("/{lang:lang}/diff")
async def diff_page(request: Request, lang: Language) -> Response:
    """Show what changed between two days, with a form for them."""
    fields, problem, found = fields_of(request), None, None
    if fields.first("from") and fields.first("to"):
        try:
            found = await compared(request, fields)
        except AtfError as error:
            problem = error
    given = {name: fields.first(name) or "" for name in ("from", "to")}
    return _page(
        request, "diff.html", lang, problem=problem, given=given, found=found, parts=_parts(found) if found else []
    )  # fmt: skip


def _page(request: Request, template: str, lang: Language, **context: Any) -> Response:
    """Render a page of the analysis; a problem with the request is shown on it, with its status."""
    problem: AtfError | None = context.get("problem")
    page = render(request, template, lang, status=problem.status if problem else 200, **_WORDS, **context)
    page.headers.update(problem.headers if problem else {})
    spoken = {"Content-Language": lang}
    return page if problem else respond(request, page.body, HTML, vary="Accept-Language", headers=spoken)


def _by_kind(accounts: Iterable[Account]) -> list[tuple[str, list[Group]]]:
    """Group findings, which come in this order, by kind and rule."""
    return [
        (kind, [_group(rule, list(own)) for rule, own in groupby(some, key=lambda account: account.rule)])
        for kind, some in groupby(accounts, key=lambda account: account.rule.kind)
    ]


def _group(rule: Rule, accounts: Sequence[Account]) -> Group:
    alike = len({account.finding.waiting_for for account in accounts}) == 1
    return Group(rule, accounts, accounts[0].waiting_for if alike else ())


def _counts(accounts: Iterable[Account]) -> list[tuple[str, int]]:
    numbers = Counter(account.finding.status for account in accounts)
    return [(status, numbers[status]) for status in STATUSES]


def _parts(found: Comparison) -> list[tuple[str, Any]]:
    return [("findings", found.findings), ("responsibilities", found.responsibilities)]
