"""A report as SARIF 2.1.0, which code review tools show beside the text (OASIS Standard, 27 March 2020)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from api import __version__
from api.analysis.accounts import Account, Report
from api.analysis.findings import ACCEPTED, NOT_ASSESSABLE
from api.analysis.rules import Rule
from api.answering.citations import Citation

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {"high": "error", "medium": "warning", "low": "note"}


def to_sarif(
    report: Report, lang: str = "en", cited: Mapping[str, Citation] | None = None, address: str | None = None
) -> bytes:
    """Return a report as SARIF in a language.

    ``cited`` (by IRI of the passage or statement) adds the lines of the text edition; ``address`` is where the
    pages of the rules are, their IRIs otherwise. What is not assessable has the kind ``open`` (§3.27.9), what
    is accepted a suppression (§3.35).
    """
    rules = list({account.rule.id: account.rule for account in report.accounts}.values())
    places = {rule.id: number for number, rule in enumerate(rules)}
    driver = {
        "name": "atf",
        "semanticVersion": __version__,
        "rules": [_rule(rule, lang, address) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "language": lang,
        "properties": {"as_of": report.as_of.isoformat(), "dataset": report.dataset},
        "results": [_result(account, lang, places[account.rule.id], cited or {}) for account in report.accounts],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(log, ensure_ascii=False, indent=2) + "\n").encode()


def _rule(rule: Rule, lang: str, address: str | None) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.label.get(lang) or rule.id},
        "fullDescription": {"text": rule.definition.get(lang) or rule.id},
        "help": {"text": f"{rule.rationale.get(lang, '')} {rule.limits.get(lang, '')}".strip() or rule.id},
        "helpUri": f"{address}/rules/{rule.id}" if address else rule.iri,
        "defaultConfiguration": {"level": _LEVELS.get(rule.severity, "warning")},
        "properties": {"kind": rule.kind, "severity": rule.severity},
    }


def _result(account: Account, lang: str, place: int, cited: Mapping[str, Citation]) -> dict[str, Any]:
    finding = account.finding
    waits = finding.status == NOT_ASSESSABLE
    result: dict[str, Any] = {
        "ruleId": account.rule.id,
        "ruleIndex": place,
        # A result that is no failure has no level (§3.27.10).
        "kind": "open" if waits else "fail",
        "level": "none" if waits else _LEVELS.get(finding.severity, "warning"),
        "message": {"text": account.message[lang]},
        "partialFingerprints": {"finding/v1": account.id},
        "locations": _locations(account, lang, cited),
        "properties": {
            "id": account.id,
            "severity": finding.severity,
            "status": finding.status,
            "degree": finding.degree,
            "values": [value.value for value in finding.values],
            "waits_for": list(finding.waiting_for),
            "remedy": account.remedy.get(lang, ""),
        },
    }
    if finding.status == ACCEPTED and finding.waiver:
        reason = finding.waiver.reason.get(lang) or next(iter(finding.waiver.reason.values()), "")
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return result


def _locations(account: Account, lang: str, cited: Mapping[str, Citation]) -> list[dict[str, Any]]:
    focus = account.focus.iri or account.finding.focus.value
    logical = [{"fullyQualifiedName": focus, "name": account.focus.label[lang], "kind": "resource"}]
    found: list[dict[str, Any]] = []
    for place in account.evidence:
        location: dict[str, Any] = {"artifactLocation": {"uri": place.passage or place.statement}}
        citation = cited.get(place.statement) or cited.get(place.passage)
        if citation and citation.lines:
            location["region"] = {"startLine": citation.lines[0], "endLine": citation.lines[1]}
        entry = {"physicalLocation": location, "logicalLocations": logical}
        if entry not in found:
            found.append(entry)
    return found or [{"logicalLocations": logical}]
