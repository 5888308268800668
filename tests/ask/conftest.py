"""One asker for all tests of this folder, over the built dataset in a worker of its own."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from api.answering.answers import Answerer
from api.answering.edition import Editions
from api.ask.asker import Asker
from api.graph.dataset import load_manifest
from api.settings import Settings
from api.sparql.store import open_store

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="package")
def ask(settings: Settings) -> Iterator[Ask]:
    """Ask a question and get the reply as JSON."""
    manifest = load_manifest(settings.build)
    with asyncio.Runner() as runner:
        store = open_store(settings.model_copy(update={"workers": 1}), manifest.sha256)
        runner.run(store.start())
        try:
            asker = runner.run(Asker.open(Answerer(store, manifest, Editions(None))))

            def put(question: str, lang: str = "en", as_of: date | None = None) -> dict[str, Any]:
                return runner.run(asker.ask(question, lang, as_of)).public()

            yield put
        finally:
            runner.run(store.aclose())
