"""The guard under random queries: what it lets through never harms the service, and what it refuses is no SPARQL."""

import asyncio
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.errors import AtfError, ForbiddenError, LimitError
from api.sparql.guard import inspect
from api.sparql.store import Embedded, open_store
from api.sparql.syntax import _table
from api.sparql.tokens import WORDS
from tests.endpoint import E, children
from tests.endpoint import settings as settings_of

TABLE = _table()
PRODUCTIONS = {name: [list(one) for one in {tuple(found) for found in row.values()}] for name, row in TABLE.items()}
TOKENS = {
    "iri": [f"<{E}s1>", f"<{E}p>", "<>", "<SERVICE>", "<http://x/(a)#b>", "<ș>"],
    "name": ["e:s1", "e:", ":", "e:a.b", "SERVICE:x", "e:%20", "e:a\\~b", "e:1"],
    "variable": ["?a", "$b", "?SERVICE", "?ș", "?_1"],
    "string": ['"a"', "'b'", '"""c"d"""', "'''\n'''", '"SERVICE <http://x> {"', '"\\u0041\\n"', "''", '"ș"'],
    "language": ["@en", "@ro-RO"],
    "number": ["1", "2.5", "1e3", ".5", "007"],
    "signed": ["+1", "-2.5"],
    "blank": ["_:x", "_:b.c"],
    "nil": ["()", "( )", "(#c\n)"],
    "anon": ["[]", "[ ]"],
    "end": [""],
}
SPACES = [" ", "\n", "\t", " # SERVICE <http://x>\n", "  "]


def heights() -> dict[str, int]:
    """How deep the smallest text of each rule is."""
    found: dict[str, int] = {}
    while len(found) < len(PRODUCTIONS):
        for name, choices in PRODUCTIONS.items():
            known = [
                1 + max((found.get(one, 0) for one in choice), default=0)
                for choice in choices
                if all(one not in PRODUCTIONS or one in found for one in choice)
            ]
            if known and name not in found:
                found[name] = min(known)
    return found


HEIGHTS = heights()


def derive(luck: random.Random, symbol: str, fuel: int) -> Iterator[str]:
    """The words of a random text of a rule of the grammar; without fuel, of a small one."""
    if symbol not in PRODUCTIONS:
        word = luck.choice(TOKENS[symbol]) if symbol in TOKENS else symbol
        if word in WORDS and luck.random() < 0.2:
            word = word.lower()
        elif word in WORDS and luck.random() < 0.05:
            word = f"\\u{ord(word[0]):04X}{word[1:]}"
        yield word
        return
    choices = PRODUCTIONS[symbol]
    if fuel <= 0:
        choices = [min(choices, key=lambda one: max((HEIGHTS.get(part, 0) for part in one), default=0))]
    for part in luck.choice(choices):
        yield from derive(luck, part, fuel - 1)


@st.composite
def grammatical(draw: st.DrawFn) -> str:
    """A text that the grammar allows."""
    luck = random.Random(draw(st.integers(0, 2**32)))
    words = list(derive(luck, "Query", draw(st.integers(4, 14))))
    prologue = f"PREFIX e: <{E}> PREFIX : <{E}> PREFIX SERVICE: <{E}> "
    return prologue + "".join(word + luck.choice(SPACES) for word in words)


ANYTHING = st.lists(
    st.one_of(
        st.sampled_from(sorted(WORDS)),
        st.sampled_from([one for values in TOKENS.values() for one in values]),
        st.sampled_from(list("{}()[]<>.,;*+-/!=?|^&\"'\\#@:_$%")),
        st.sampled_from(
            [
                "SELECT * {",
                "?s ?p ?o",
                "} } }",
                "FILTER(",
                "<<",
                ">>",
                "\\u0053",
                "\r",
                "\x0b",
                "\ufeff",
                "�",
                "\U0001f600",
            ]
        ),
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=3),
    ),
    max_size=40,
).map(" ".join)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@pytest.fixture(scope="module")
def store(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A store that must be the same at the end: its template, which would have to be started again, still lives."""
    others = set(children(os.getpid()))
    opened = open_store(settings_of(tmp_path_factory.mktemp("build"), deadline_s=0.3))
    assert isinstance(opened, Embedded)
    runner.run(opened.start())
    template = min(set(children(os.getpid())) - others)
    yield opened
    assert runner.run(opened.query("ASK { ?s ?p ?o }")).body == b'{"head":{},"boolean":true}'
    assert template in children(os.getpid())
    runner.run(opened.aclose())


def parses(runner: asyncio.Runner, store: Embedded, text: str) -> bool:
    """Whether the engine takes a text for a query; it is asked in a worker, past the guard."""
    request: dict[str, Any] = {
        "base": "http://example.org/", "union": True, "default_graphs": None, "named_graphs": [], "bindings": {},
        "results": "json", "graphs": "nt", "prefixes": {}, "max_rows": 1, "max_bytes": 100_000, "text": text,
    }  # fmt: skip
    try:
        reply, _ = runner.run(store._pool.run(request, 0.3))
    except LimitError:
        return True
    return reply.get("error") != "syntax"


LIMITS = {"max_depth", "max_operators", "max_query_kb"}
bounded = settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def examine(runner: asyncio.Runner, store: Embedded, text: str) -> None:
    try:
        runner.run(store.query(text))
    except ForbiddenError:
        return
    except AtfError as error:
        refused = None
        try:
            inspect(text, store._settings)
        except AtfError as by_guard:
            refused = by_guard
        if refused and refused.extra.get("limit") not in LIMITS:
            assert not parses(runner, store, text), (text, str(error))


@bounded
@given(text=grammatical())
def test_what_the_grammar_allows(runner: asyncio.Runner, store: Embedded, text: str) -> None:
    # The grammar has no SERVICE and no update, so nothing is forbidden either.
    try:
        inspect(text, store._settings)
    except ForbiddenError as error:
        raise AssertionError(text) from error
    except AtfError:
        pass
    examine(runner, store, text)


@bounded
@given(text=ANYTHING)
def test_anything(runner: asyncio.Runner, store: Embedded, text: str) -> None:
    examine(runner, store, text)


@bounded
@given(data=st.binary(max_size=200))
def test_bytes(runner: asyncio.Runner, store: Embedded, data: bytes) -> None:
    examine(runner, store, data.decode("utf-8", "replace").replace("\0", ""))
