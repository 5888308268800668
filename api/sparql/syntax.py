"""Where a query breaks the grammar: a predictive LL(1) parser that knows the place and what was expected.

The engine decides what is valid; it names the end of the text for most errors, so this finds the place.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from api.errors import QuerySyntaxError
from api.sparql.grammar import GRAMMAR
from api.sparql.tokens import Token, syntax_error, tokenize

_SYMBOL: Final = re.compile(r"'[^']+'|[()\[\]{}|]|\w+")
_CLOSES: Final = {"(": ")", "[": "]", "{": "}"}
_NAMES: Final = {
    "variable": "a variable",
    "iri": "an IRI",
    "name": "a prefixed name",
    "string": "a string",
    "number": "a number",
    "blank": "a blank node",
    "language": "a language tag",
    "anon": "'[]'",
    "nil": "'()'",
    "signed": "a number",
    "end": "the end of the query",
}
# An engine's report of what is wrong beyond the grammar, e.g. a variable that is bound twice.
_REASON: Final = re.compile(r"(?:one of |expected |, )([A-Z][a-z]* (?:[a-zA-Z?]+ ){2,}[^,\[]*)")
_PLACE: Final = re.compile(r"\bat (\d+):(\d+)")

Productions = dict[str, list[list[str]]]
Table = dict[str, dict[str, list[str]]]


def locate(text: str, reported: str) -> QuerySyntaxError:
    """Return the error of a query that an engine refused: the first token that the grammar does not allow.

    ``reported`` is the engine's own message, with its own place; both are told only where the grammar finds
    nothing wrong, because then the error is one of meaning.
    """
    tokens = list(_prepare(tokenize(text)))
    found = _undeclared(text, tokens) or _misplaced(text, tokens)
    if found:
        return found
    reason = _REASON.search(reported)
    what = reason[1].strip(" .") if reason else "a variable is bound twice or out of scope, or VALUES is uneven"
    hint = "The form of the query is right, its meaning is not: see https://www.w3.org/TR/sparql11-query/"
    place = _PLACE.search(reported)
    if not place:
        return QuerySyntaxError(f"{what[0].upper()}{what[1:]}.", hint)
    line, column = int(place[1]), int(place[2])
    return QuerySyntaxError(f"Line {line}, column {column}: {what}.", hint, line=line, column=column)


def _prepare(tokens: Iterable[Token]) -> Iterator[Token]:
    """Join '()', '[]' and a sign with its number, each of which is one token of the grammar."""
    waiting: Token | None = None
    for token in tokens:
        if waiting:
            joined = waiting.text + token.text
            if joined in {"()", "[]"}:
                yield Token("nil" if joined == "()" else "anon", joined, waiting.start)
                waiting = None
                continue
            if waiting.text in "+-" and token.kind == "number" and token.start == waiting.start + 1:
                yield Token("signed", joined, waiting.start)
                waiting = None
                continue
            yield waiting
            waiting = None
        if token.text in {"(", "[", "+", "-"}:
            waiting = token
        else:
            yield token
    if waiting:
        yield waiting


def _undeclared(text: str, tokens: Sequence[Token]) -> QuerySyntaxError | None:
    declared: set[str] = set()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind != "name":
            continue
        prefix = token.text.partition(":")[0]
        if before and before.text == "PREFIX":
            declared.add(prefix)
        elif prefix not in declared:
            hint = f"Write PREFIX {prefix}: <…> before the query."
            return syntax_error(text, token.start, f"the prefix '{prefix}:' is not declared.", hint)
    return None


def _misplaced(text: str, tokens: Sequence[Token]) -> QuerySyntaxError | None:
    table = _table()
    stack = ["Query"]
    rest = iter(tokens)
    end = Token("end", "", len(text.rstrip()))
    token = next(rest, end)
    while stack:
        expected = stack.pop()
        symbol = token.text if token.kind in {"word", "mark"} else token.kind
        if expected in table:
            production = table[expected].get(symbol)
            if production is None:
                return _unexpected(text, token, table[expected])
            stack += reversed(production)
        elif expected != symbol:
            return _unexpected(text, token, [expected])
        elif token is not end:
            token = next(rest, end)
    return None


def _unexpected(text: str, token: Token, expected: Iterable[str]) -> QuerySyntaxError:
    what = "the query ends too early" if token.kind == "end" else f"'{token.text[:60]}' is not expected here"
    names = sorted({_NAMES.get(one, one if one.isalpha() else f"'{one}'") for one in expected})
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return syntax_error(text, token.start, f"{what}.", f"Possible here: {shown}.")


@cache
def _table() -> Table:
    """Compile the grammar: for each rule and next token, the symbols that the rule becomes."""
    rules = _read()
    first: dict[str, set[str]] = defaultdict(set)
    follow: dict[str, set[str]] = defaultdict(set)
    empty: set[str] = set()

    def starts(symbols: Iterable[str]) -> tuple[set[str], bool]:
        found: set[str] = set()
        for symbol in symbols:
            if symbol not in rules:
                return found | {symbol}, False
            found |= first[symbol]
            if symbol not in empty:
                return found, False
        return found, True

    size = -1
    while size != (size := sum(map(len, (*first.values(), *follow.values(), empty)))):
        for name, productions in rules.items():
            for production in productions:
                found, nothing = starts(production)
                first[name] |= found
                empty |= {name} if nothing else set()
                for index, symbol in enumerate(production):
                    if symbol in rules:
                        found, nothing = starts(production[index + 1 :])
                        follow[symbol] |= found | (follow[name] if nothing else set())
    table: Table = {name: {} for name in rules}
    for name, productions in rules.items():
        for production in productions:
            found, nothing = starts(production)
            for token in found | (follow[name] if nothing else set()):
                # One token of look-ahead suffices: the grammar is LL(1), which a test proves through this.
                assert token not in table[name], (name, token)
                table[name][token] = production
    return table


def _read() -> Productions:
    """Read the grammar's notation into plain productions, with a rule of its own for each bracket."""
    rules: Productions = {}
    for line in GRAMMAR.strip().splitlines():
        name, _, right = line.partition(" = ")
        rules[name] = _alternatives(iter(_SYMBOL.findall(right)), "", name, rules)
    return rules


def _alternatives(symbols: Iterator[str], closer: str, name: str, rules: Productions) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for symbol in symbols:
        if symbol == closer:
            break
        if symbol == "|":
            found.append([])
        elif symbol in _CLOSES:
            inner = f"{name}/{len(rules)}"
            rules[inner] = []
            choices = _alternatives(symbols, _CLOSES[symbol], name, rules)
            if symbol == "{":
                choices = [[*choice, inner] for choice in choices]
            rules[inner] = choices if symbol == "(" else [*choices, []]
            found[-1].append(inner)
        else:
            found[-1].append(symbol.strip("'"))
    return found
