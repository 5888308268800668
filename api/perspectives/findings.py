"""The findings of the analysis that touch a thing, as a section of a perspective."""

from collections.abc import Sequence

from api.analysis.accounts import Account
from api.perspectives.desk import AS_OF, Desk, slug
from api.perspectives.table import Cell, Column, Part, Row, Section, Table
from api.web.pages import page_path, word


async def section_of_findings(
    desk: Desk, section: str, title: str, institution: str = "", rule: Sequence[str] = ()
) -> Section:
    """Return the findings that touch an institution, or those of some rules.

    The analysis of another day than the dataset's is not run for a page: the section then leads to it.
    """
    chosen = {"institution": [slug(institution)]} if institution else {"rule": list(rule)}
    accounts = await desk.findings(desk.as_of, chosen)
    query = "&".join(f"{key}={value}" for key, values in chosen.items() for value in values)
    path = f"/{desk.lang}/findings?{query}&{AS_OF}={desk.as_of.isoformat()}"
    link = ((word("perspective.all_findings", desk.lang), path),)
    if accounts is None:
        empty = word("perspective.findings_later", desk.lang)
        return Section(section, title, Table((), (), empty), questions=link)
    return Section(section, title, findings_table(desk, accounts), questions=link)


def findings_table(desk: Desk, accounts: Sequence[Account]) -> Table:
    """Return findings as a table: what was found, by which rule, how serious, in which state."""
    lang = desk.lang
    columns = tuple(Column(word(f"perspective.{key}", lang)) for key in ("finding", "rule", "severity", "status"))
    rows = [
        Row(
            (
                Cell((Part(account.message[lang], f"/{lang}/findings/{account.id}"),)),
                Cell((Part(f"{account.rule.id} {account.rule.label[lang]}", f"/{lang}/rules/{account.rule.id}"),)),
                Cell((Part(word(f"perspective.{account.finding.severity}", lang)),)),
                Cell((_status(account, lang),)),
            )
        )
        for account in accounts
    ]
    return Table(columns, tuple(rows), word("perspective.no_findings", lang))


async def waiting_for(desk: Desk, rule: str) -> dict[str, Part]:
    """Return what a rule says is not assessable on the day of the page: its subject, and a remark on the document.

    Where the findings of the day have not been computed, nothing is known of it.
    """
    accounts = await desk.findings(desk.as_of, {"rule": [rule]})
    found = {}
    for account in accounts or ():
        if account.focus.iri and account.waiting_for:
            document = account.waiting_for[0]
            text = f"{word('obligations.waits', desk.lang)}: {document.label[desk.lang]}"
            found[account.focus.iri] = Part(
                f"{word('perspective.not_assessable', desk.lang)}, {text}",
                page_path(document.iri, desk.lang) if document.iri else None,
                mark="silent",
            )
    return found


def _status(account: Account, lang: str) -> Part:
    text = word(f"perspective.{account.finding.status.replace('-', '_')}", lang)
    if account.waiting_for:
        named = account.waiting_for[0]
        return Part(f"{text}: {named.label[lang]}", page_path(named.iri, lang) if named.iri else None)
    return Part(text)
