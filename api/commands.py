"""What the verbs of the command need of the asynchronous store."""

import json
import sys
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from api.answering.answers import Answer, Answerer
from api.answering.edition import Editions
from api.answering.exports import to_turtle, to_xlsx
from api.answering.labels import choose
from api.answering.question import Question
from api.answering.questions import load_questions
from api.errors import UsageError
from api.graph.dataset import load_manifest
from api.settings import Settings
from api.sparql.store import Rows, open_store
from api.sparql.tokens import tokenize
from api.web.media import FORMATS
from api.web.pages import Language, say, visible_columns, word

QUESTION_FORMATS: Final = ("text", "json", "csv", "xlsx", "ttl")


async def run_query(
    settings: Settings, name: str, params: list[str], format_name: str | None, lang: Language = "en"
) -> bytes:
    """Answer a named question, or any SPARQL from a file or standard input, and return the bytes to print.

    Raises ``UsageError`` for a wrong name, parameter or format, and what the store raises.
    """
    pairs = []
    for text in params:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--param {text!r} has no value.", "Write --param name=value.")
        pairs.append((key, value))
    questions = load_questions(settings.root / "queries")
    manifest = load_manifest(settings.build)  # also for free SPARQL: a build that does not fit is told, not answered
    if settings.sources is not None and not settings.sources.is_dir():
        hint = "Set ATF_SOURCES to the folder of the text editions, or leave it out."
        raise UsageError(f"ATF_SOURCES names {str(settings.sources)!r}, which is no folder.", hint)
    name = _own(name, settings.root / "queries", questions)
    store = open_store(settings.model_copy(update={"workers": 1}))
    await store.start()
    try:
        if name in questions:
            answerer = Answerer(store, manifest, Editions(settings.sources))
            return await _answer(answerer, questions[name], pairs, format_name or "text", lang)
        if pairs:
            raise UsageError("A parameter needs a named question.", "GET /queries and queries/ list the questions.")
        text = _sparql(name, sorted(questions))
        if format_name == "text":
            rows = await store.select(text) if _is_select(text) else None
            if rows is not None:
                return _table(rows).encode()
            format_name = None
        media = FORMATS.get(format_name) if format_name else None
        if format_name and media is None:
            raise UsageError(f"There is no format {format_name!r}.", f"Choose one of: text, {', '.join(FORMATS)}.")
        return (await store.query(text, accept=[media] if media else None)).body
    finally:
        await store.aclose()


def _sparql(name: str, questions: list[str]) -> str:
    if name == "-":
        return sys.stdin.read()
    file = Path(name)
    if not file.is_file():
        near = get_close_matches(name, questions, 5) or [one for one in questions if name in one][:5]
        hint = f"Perhaps: {', '.join(near)}." if near else "The folder queries/ holds the questions, one a file."
        raise UsageError(f"{name[:100]!r} is neither a question nor a file.", hint)
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} cannot be read as UTF-8 text.", "Give a file with one SPARQL query.") from error


def _own(name: str, folder: Path, questions: Collection[str]) -> str:
    """Return the question's name for a file of queries/, so that its parameters apply instead of its examples."""
    file = Path(name)
    own = file.suffix == ".rq" and file.stem in questions and file.resolve() == (folder / file.name).resolve()
    return file.stem if own else name


def _is_select(text: str) -> bool:
    """Tell whether a query, once its prologue and comments are skipped, is a SELECT."""
    words = (token.text.upper() for token in tokenize(text))
    return next((word for word in words if word in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}), "") == "SELECT"


def _table(rows: Rows) -> str:
    """Write the rows of free SPARQL for a terminal: one line a row, its values parted by a tab."""
    lines = ["\t".join(rows.variables)]
    for row in rows.rows:
        terms = (row.get(name) for name in rows.variables)
        lines.append("\t".join(" ".join(term.value.split()) if term else "" for term in terms))
    return "\n".join(lines) + "\n"


async def _answer(
    answerer: Answerer, question: Question, pairs: list[tuple[str, str]], format_name: str, lang: Language
) -> bytes:
    if format_name not in QUESTION_FORMATS:
        raise UsageError(f"A question has no format {format_name!r}.", f"Choose one of: {', '.join(QUESTION_FORMATS)}.")
    if format_name == "csv":
        return (await answerer.csv(question, await answerer.parameters(question, pairs))).body
    answer = await answerer.answer(question, pairs, lang)
    if format_name == "json":
        return (json.dumps(answer.public(), ensure_ascii=False, indent=2) + "\n").encode()
    if format_name == "xlsx":
        return to_xlsx(answer)
    return to_turtle(answer) if format_name == "ttl" else as_text(answer).encode()


def as_text(answer: Answer) -> str:
    """Write an answer for a terminal: one block a row, then its sources, the date and the caveat."""
    lang = answer.lang
    asked = answer.question
    day = f" ({word('site.as_of', lang).lower()} {answer.as_of})" if answer.dated else ""
    lines = [f"{say(asked.title, lang)}{day}", ""]
    columns = visible_columns(answer, lang)
    for row in answer.rows:
        cells = ((column, row.get(column)) for column in columns)
        lines += [f"  {say(asked.columns[column], lang)}: {cell.label}" for column, cell in cells if cell is not None]
        lines.append("")
    if not answer.rows:
        lines += [f"  {word('question.no_rows', lang)} {say(asked.empty, lang)}", ""]
    if answer.truncated:
        lines += [f"  {word('question.truncated', lang)}", ""]
    if answer.places:
        lines.append(f"{word('question.sources', lang)}:")
        said = []
        for iri, citation in answer.places.items():
            said.append(f"  {choose(citation.cite, lang, iri)[0]}")
            if citation.excerpt:
                said[-1] += "\n" + "\n".join(f"    | {line}" for line in citation.excerpt.splitlines())
        lines += dict.fromkeys(said)
    lines.append(f"{word('question.caveat', lang)}: {say(answer.caveat, lang)}")
    return "\n".join(lines) + "\n"
