"""The small framework that tests of mechanisms ask: tests/fixtures/framework.trig in the embedded store."""

import asyncio
import json
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI
from pyoxigraph import RdfFormat, parse, serialize

from api.answering.answers import Answer, Answerer
from api.answering.edition import Editions
from api.answering.question import Question
from api.answering.questions import load_questions
from api.graph.dataset import Manifest
from api.settings import ROOT, Settings
from api.sparql.store import Store, open_store
from api.web.generations import Generation, Generations

FIXTURES = Path(__file__).parent / "fixtures"
ID = "https://w3id.org/atf/id/"
SCHEME = "https://w3id.org/atf/scheme/"
Value = TypeVar("Value")


def settings(folder: Path, sources: Path | None = FIXTURES) -> Settings:
    """Write the small framework as a built dataset into a folder, and return settings that use it."""
    quads = serialize(parse(path=str(FIXTURES / "framework.trig"), format=RdfFormat.TRIG), format=RdfFormat.N_QUADS)
    assert quads is not None
    manifest = Manifest(
        sha256=sha256(quads).hexdigest(), quads=quads.count(b"\n"), graphs={}, classes={}, version="0",
        built_at=datetime(2026, 1, 1, tzinfo=UTC), as_of=date(2022, 12, 31),
    )  # fmt: skip
    (folder / "atf.nq").write_bytes(quads)
    (folder / "manifest.json").write_text(json.dumps(manifest.model_dump(mode="json")), encoding="utf-8")
    return Settings(root=ROOT, build=folder, sources=sources, workers=1, store=None)


def as_if_started(app: FastAPI) -> None:
    """Let an application answer without its start: what its state holds, now and later, is its generation."""

    async def load() -> dict[str, Any]:
        raise AssertionError("this application is not reloaded")

    app.state.log = None
    app.state.generations = Generations(app.state, load)
    app.state.generations.current = Generation(app.state)


@dataclass
class Small:
    """The small framework, ready to be asked."""

    runner: asyncio.Runner
    settings: Settings
    store: Store
    answerer: Answerer
    questions: dict[str, Question]

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Wait for asynchronous work in the loop of the store."""
        return self.runner.run(work)

    def ask(self, question: str, lang: str = "en", **params: str) -> Answer:
        """Answer a question of the project; ``as_of`` stands for the parameter ``as-of``."""
        pairs = [(name.replace("_", "-"), value) for name, value in params.items()]
        return self.run(self.answerer.answer(self.questions[question], pairs, lang))


@contextmanager
def framework(folder: Path, sources: Path | None = FIXTURES) -> Iterator[Small]:
    """Start a store with the small framework and stop it afterwards."""
    chosen = settings(folder, sources)
    manifest = Manifest.model_validate_json((folder / "manifest.json").read_text(encoding="utf-8"))
    with asyncio.Runner() as runner:
        store = open_store(chosen)
        runner.run(store.start())
        try:
            answerer = Answerer(store, manifest, Editions(chosen.sources))
            yield Small(runner, chosen, store, answerer, load_questions(ROOT / "queries"))
        finally:
            runner.run(store.aclose())


def column(answer: Answer, name: str) -> list[str | None]:
    """Return the values of a column, short where they are IRIs of ours."""
    found = []
    for row in answer.rows:
        cell = row.get(name)
        text = cell.term.value if cell else None
        found.append(text.removeprefix(ID).removeprefix(SCHEME) if text else None)
    return found
