"""Terms for variables, and a cap on rows, written into a query for servers that only take text.

A variable is bound by a VALUES clause at the start of every group that speaks of it, because a group is
evaluated by itself before it is joined. A sub-SELECT is entered only if it projects the variable, since it is
another variable there otherwise. This gives what substituting the term gives, save in a MINUS that shares
only that variable with what stands before it (there the clause makes the two share it).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from api.errors import UsageError
from api.sparql.tokens import Token, tokenize

Term = NamedNode | Literal | BlankNode


@dataclass
class _Group:
    """A group of the query: where it starts, whether VALUES may stand there, and what it speaks of."""

    start: int
    takes_values: bool
    visible: set[str]
    names: set[str] = field(default_factory=set)


def bind(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a query (without escapes) in which variables stand for terms.

    Raises ``UsageError`` for a blank node, which VALUES cannot hold, and for a query without a group.
    """
    if not bindings:
        return text
    for name, term in bindings.items():
        if isinstance(term, BlankNode):
            raise UsageError(f"The variable ?{name} cannot be bound to a blank node on a remote server.")
    inserts = _inserts(list(tokenize(text)), set(bindings))
    if not inserts:
        raise UsageError("A query with parameters needs a WHERE clause.")
    for position, names in sorted(inserts.items(), reverse=True):
        variables = " ".join(f"?{name}" for name in names)
        terms = " ".join(str(bindings[name]) for name in names)
        text = f"{text[:position]} VALUES ({variables}) {{ ({terms}) }} {text[position:]}"
    return text


def cap_rows(text: str, rows: int) -> str:
    """Return a SELECT (without escapes) with a LIMIT, unless it has one of its own."""
    depth = 0
    end = None
    for token in tokenize(text):
        if token.text in {"{", "("}:
            depth += 1
        elif token.text in {"}", ")"}:
            depth -= 1
        elif depth == 0 and token.text == "LIMIT":
            return text
        elif depth == 0 and token.text == "VALUES":
            end = token.start
    if end is None:
        return f"{text}\nLIMIT {rows}"
    return f"{text[:end]} LIMIT {rows} {text[end:]}"


def _inserts(tokens: Sequence[Token], bound: set[str]) -> dict[int, list[str]]:
    """Return the names to bind at each position of the text."""
    found: dict[int, list[str]] = {}
    groups: list[_Group] = []
    before = ""
    data = False
    for index, token in enumerate(tokens):
        if before == "CONSTRUCT" and token.text != "{":
            raise UsageError("The short form CONSTRUCT WHERE takes no parameters on a remote server.")
        if token.text == "VALUES":
            data = True
        elif token.text == "SELECT" and groups:
            groups[-1].takes_values = False
            groups[-1].visible &= _projected(tokens[index + 1 :])
        elif token.kind == "variable" and groups:
            groups[-1].names.add(token.text[1:])
        elif token.text == "{":
            takes_values = not data and before != "CONSTRUCT"
            # The main group binds everything, so that it can be projected.
            names = set(bound) if takes_values and not groups and not found else set()
            groups.append(_Group(token.start + 1, takes_values, set(groups[-1].visible if groups else bound), names))
        elif token.text == "}":
            group = groups.pop()
            if group.takes_values and group.names & group.visible:
                found[group.start] = sorted(group.names & group.visible)
            if groups:
                groups[-1].names |= group.names
            data = False
        before = token.text
    return found


def _projected(tokens: Sequence[Token]) -> set[str]:
    """Return the variables that a SELECT projects, given what follows it; ``*`` is all that it speaks of."""
    names: set[str] = set()
    depth = 0
    before = ""
    for token in tokens:
        if token.text in {"WHERE", "{"}:
            break
        if token.text == "*" and depth == 0:
            return {token.text[1:] for token in tokens if token.kind == "variable"}
        if token.kind == "variable" and (depth == 0 or before == "AS"):
            names.add(token.text[1:])
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        before = token.text
    return names
