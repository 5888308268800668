"""What a query must pass before it is parsed: limits, and nothing but reading (hostile-inputs.md, H1 to H29).

The guard looks at tokens, never at text: a word in a string, comment, IRI, prefix or variable is no keyword,
and a keyword written with escapes is one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast

from api.errors import BadRequestError, ForbiddenError, QuerySyntaxError, TooLargeError
from api.settings import Settings
from api.sparql.tokens import UPDATE_WORDS, scan, syntax_error, unescape

Form = Literal["select", "ask", "construct", "describe"]

_FORMS: Final = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_PROLOGUE: Final = {"BASE", "PREFIX", "VERSION"}
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
# Everything of which a parser or planner builds one more level, even where no bracket stands (H4).
_MARKS: Final = "&& || != <= >= = < > + - * / ! ^ | ?"
_WORDS: Final = "AS BIND EXISTS FILTER GRAPH HAVING IN LATERAL MINUS NOT OPTIONAL SEPARATOR UNION VALUES"
_OPERATORS: Final = frozenset(f"{_MARKS} {_WORDS}".split())
# Functions whose answer differs from one run to the next.
_VOLATILE: Final = frozenset({"BNODE", "NOW", "RAND", "STRUUID", "UUID"})
_UNCLOSED: Final = "Add the matching bracket where the group that starts here is to end."
_UNOPENED: Final = "Take it away, or open the group that it is to close."
_FEDERATION: Final = "Federation is disabled: this service never calls another one, so SERVICE is refused."
_FEDERATION_HINT: Final = "Ask the other service yourself, or load its data beside ours."


@dataclass(frozen=True)
class Query:
    """A query that may be run: its text without codepoint escapes, and what is known of it beforehand.

    ``has_dataset`` tells of a FROM clause, ``volatile`` of functions that answer differently each time.
    """

    text: str
    form: Form
    has_dataset: bool
    volatile: bool


def inspect(text: str, settings: Settings) -> Query:
    """Check a query against the limits of the settings and return what is known of it.

    Raises ``TooLargeError``, ``BadRequestError`` (a limit, with ``limit`` and ``value``; NUL, surrogates, a
    byte order mark), ``QuerySyntaxError`` or ``ForbiddenError`` (federation, updates).
    """
    _check_text(text, settings.max_query_kb)
    text = unescape(text)
    seen = _Reader(text, settings)
    seen.read(scan(text))
    return seen.finish()


def _check_text(text: str, max_kb: int) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise BadRequestError("The query holds a lone surrogate.", "Send UTF-8.") from error
    if size > max_kb * 1024:
        raise too_large(max_kb)
    if "\0" in text:
        raise BadRequestError("The query holds the character NUL.", "Remove it; no RDF term can hold it.")
    if text.startswith("\ufeff"):
        raise BadRequestError("The query starts with a byte order mark.", "Send UTF-8 without it.")


def too_large(max_kb: int) -> TooLargeError:
    """Return the error for a query or body over the limit, in kB of 1,024 bytes."""
    hint = "Send several smaller queries, or download the dataset and query it at home."
    message = f"The query is larger than {max_kb} kB (limit max_query_kb = {max_kb})."
    return TooLargeError(message, hint, limit="max_query_kb", value=max_kb)


class _Reader:
    """Reads tokens one after the other and stops at the first that is refused."""

    def __init__(self, text: str, settings: Settings) -> None:
        self.text = text
        self.settings = settings
        # The brackets that are open: each with its place.
        self.open: list[tuple[str, int]] = []
        self.operators = 0
        self.form: str | None = None
        self.words: set[str] = set()
        # Where in the stack of brackets the data of a VALUES clause lies; a minus in it is a sign.
        self.data_depth: int | None = None

    def read(self, tokens: Iterable[tuple[str, str, int]]) -> None:
        before, suspect = "", False
        for kind, text, start in tokens:
            if suspect and text == "{":
                # `SERVICE:x {` is a name before a group to a scanner, but a call to a parser that has none.
                raise ForbiddenError(_FEDERATION, _FEDERATION_HINT)
            suspect = False
            if kind == "mark":
                self._mark(text, start)
            elif kind == "word":
                self._word(text, start)
            elif kind == "name":
                suspect = before != "GRAPH" and bool(self.open) and _looks_like_service(text)
            elif kind == "iri":
                self._iri(text, start)
            before = text

    def finish(self) -> Query:
        if self.open:
            mark, start = self.open[-1]
            raise syntax_error(self.text, start, f"this '{mark}' is never closed.", _UNCLOSED)
        if self.form is None:
            raise QuerySyntaxError(
                "Line 1, column 1: the query has no SELECT, ASK, CONSTRUCT or DESCRIBE.",
                "For example: SELECT * WHERE { ?s ?p ?o } LIMIT 10",
                line=1, column=1,
            )  # fmt: skip
        return Query(self.text, cast(Form, self.form.lower()), "FROM" in self.words, bool(_VOLATILE & self.words))

    def _word(self, word: str, start: int) -> None:
        if word == "SERVICE":
            raise ForbiddenError(_FEDERATION, _FEDERATION_HINT)
        if word in UPDATE_WORDS:
            raise ForbiddenError(
                f"Updates are refused: this service is read-only ({word}).",
                "The graph changes through its files; see CONTRIBUTING.",
            )
        if self.form is None and word not in _PROLOGUE:
            if word not in _FORMS:
                hint = "A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE, after its prefixes."
                raise syntax_error(self.text, start, f"a query does not start with {word}.", hint)
            self.form = word
        self.words.add(word)
        if word == "VALUES":
            self.data_depth = len(self.open)
        if word in _OPERATORS:
            self._operator()

    def _mark(self, mark: str, start: int) -> None:
        if mark in "([{":
            self.open.append((mark, start))
            if len(self.open) > self.settings.max_depth:
                limit = self.settings.max_depth
                raise BadRequestError(
                    f"The query is nested too deep: over {limit} levels (limit max_depth = {limit}).",
                    "Ask in smaller steps.",
                    limit="max_depth", value=limit,
                )  # fmt: skip
        elif mark in _PAIRS:
            if not self.open or self.open.pop()[0] != _PAIRS[mark]:
                raise syntax_error(self.text, start, f"this '{mark}' closes nothing.", _UNOPENED)
            if mark == "}" and self.data_depth is not None and len(self.open) <= self.data_depth:
                self.data_depth = None
        elif mark in _OPERATORS and self.data_depth is None:
            self._operator()

    def _iri(self, inside: str, start: int) -> None:
        # `?a <?b)SERVICE#>` is an IRI to a scanner, but a comparison, a call and a comment to others.
        unequal = inside.count("(") != inside.count(")")
        if ("#" in inside and unequal) or inside.count("(") > self.settings.max_depth:
            hint = "Write the brackets in the IRI as %28 and %29, or put spaces around the sign <."
            raise syntax_error(self.text, start, "brackets make this IRI ambiguous.", hint)

    def _operator(self) -> None:
        self.operators += 1
        limit = self.settings.max_operators
        if self.operators > limit:
            raise BadRequestError(
                f"The query has more than {limit} operators (limit max_operators = {limit}).",
                "Use VALUES or IN instead of long chains.",
                limit="max_operators", value=limit,
            )  # fmt: skip


def _looks_like_service(name: str) -> bool:
    return name.partition(":")[0].upper().endswith(("SERVICE", "SILENT"))
