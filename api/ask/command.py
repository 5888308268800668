"""The verb ``atf ask`` (architecture.md, "Command")."""

import argparse
import asyncio
import json
import sys
from typing import Any, Final

from api.answering.labels import LANGUAGES, Label, choose
from api.ask.replies import Card, Reply
from api.ask.words import MAX_LENGTH
from api.errors import UsageError
from api.graph.asof import parse_date
from api.settings import Settings
from api.sparql.load_command import add_options, with_store

_FORMATS: Final = ("text", "json")


def add_parser(verbs: Any) -> None:
    """Add the verb to the parser of the command."""
    ask = verbs.add_parser("ask", help="answer a question in plain words, Romanian or English")
    ask.add_argument("question", nargs="+", help="the question, as people write it")
    ask.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the words (default: en)")
    ask.add_argument("--as-of", metavar="DATE", help="the day of the answer, as year-month-day")
    ask.add_argument("--format", choices=_FORMATS, default="text", help="text (default) or json")
    add_options(ask, "ask this SPARQL 1.1 server instead of the embedded store")
    ask.set_defaults(run=_run)


def _run(args: argparse.Namespace, settings: Settings) -> int:
    settings = with_store(settings, args)
    question = " ".join(" ".join(args.question).split())
    if not question:
        raise UsageError("There is no question.", 'For example: atf ask "who issues residence permits to victims"')
    if len(question) > MAX_LENGTH:
        raise UsageError(
            f"The question has {len(question)} characters (limit {MAX_LENGTH}).", "Ask one thing at a time."
        )
    reply = asyncio.run(_ask(settings, question, args.lang, args.as_of))
    in_json = args.format == "json"
    sys.stdout.write(f"{json.dumps(reply.public(), ensure_ascii=False, indent=2)}\n" if in_json else as_text(reply))
    return 0


async def _ask(settings: Settings, question: str, lang: str, day: str | None) -> Reply:
    from api.answering.answers import Answerer  # imported late: the store and its libraries take a while to load
    from api.answering.edition import Editions
    from api.ask.asker import Asker
    from api.graph.dataset import load_manifest
    from api.sparql.store import open_store

    manifest = load_manifest(settings.build)
    store = open_store(settings.model_copy(update={"workers": 1}), manifest.sha256)
    await store.start()
    try:
        asker = await Asker.open(Answerer(store, manifest, Editions(settings.sources)))
        return await asker.ask(question, lang, parse_date(day) if day else None)
    finally:
        await store.aclose()


def as_text(reply: Reply) -> str:
    """Write a reply for a terminal: one block a card, then the day and how the strategy stands."""
    from api.web.pages import word

    lang = reply.lang
    lines = [f"{reply.question} ({word('site.as_of', lang).lower()} {reply.as_of})", ""]
    if reply.verdict:
        lines += [word(f"ask.{reply.verdict}", lang), ""]
    for number, card in enumerate(reply.cards, 1):
        lines += [f"{number}. {_said(card.thing['label'], lang)}", *_details(card, lang), ""]
    if reply.not_in_graph:
        lines += [f"{word('ask.none', lang)}.", f"  {word('ask.looked_for', lang)}: {_said(reply.looked_for, lang)}"]
        if reply.note:
            lines.append(f"  {_said(reply.note, lang)}")
        if reply.unread:
            lines.append(f"  {word('ask.unread', lang)}: {', '.join(reply.unread)}")
        missing = [
            _said(one["label"], lang) + (f" ({_said(one['note'], lang)})" if "note" in one else "")
            for one in reply.coverage["not_loaded"]
        ]
        if missing:
            lines.append(f"  {word('ask.not_loaded', lang)}: {'; '.join(missing)}")
        lines += [f"  {word('ask.absence', lang)}", ""]
    if reply.caveat:
        lines.append(f"{word('question.caveat', lang)}: {_said(reply.caveat, lang)}")
    return "\n".join(lines) + "\n"


def _details(card: Card, lang: str) -> list[str]:
    """Return the lines of a card below its name."""
    from api.web.pages import word

    found: list[str] = []
    if card.value is not None:
        found.append(f"   {card.value}")
    if card.statement:
        found.append(f"   {_said(card.statement, lang)}")
    acting = card.kind == "institution" and card.thing["iri"] not in {one["iri"] for one in card.holders}
    rows = [
        ("holder", card.holders if acting else []),
        ("role", [card.role] if card.role else []),
        ("function", [card.function] if card.function else []),
        ("target_group", card.target_group),
        ("through", card.through),
        ("reports_to", card.reports_to),
        ("frequency", [card.frequency] if card.frequency else []),
        ("modality", [card.modality] if card.modality else []),
        ("legal_basis", card.legal_basis),
    ]
    for name, things in rows:
        if things:
            found.append(f"   {word(f'ask.{name}', lang)}: {'; '.join(_said(one['label'], lang) for one in things)}")
    if card.function and not card.legal_basis:
        found.append(f"   {word('ask.legal_basis', lang)}: {word('ask.no_basis', lang)}")
    if card.valid["from"] or card.valid["through"]:
        found.append(f"   {word('ask.valid', lang)}: {card.valid['from'] or '…'} – {card.valid['through'] or '…'}")
    for iri, source in card.sources.items():
        found.append(f"   {choose(source.cite, lang, iri)[0]}")
        if source.excerpt:
            found += [f"      | {line}" for line in source.excerpt.splitlines()]
    for finding in card.findings:
        found.append(f"   {word('ask.finding', lang)} {finding.get('rule', '')}: {_said(finding['message'], lang)}")
    return found


def _said(label: Label, lang: str) -> str:
    return choose(label, lang, "")[0]
