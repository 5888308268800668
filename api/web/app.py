"""The web application: one store, one manifest, the routes, and what goes around every answer."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from api import __version__
from api.answering.answers import Answerer
from api.answering.edition import Editions
from api.answering.questions import load_questions
from api.ask.asking import Asking
from api.assistants.http import Endpoint
from api.graph.dataset import load_manifest
from api.routes import (
    analysis_pages,
    ask,
    console_pages,
    contract,
    dataset,
    findings,
    graph_store,
    health,
    history,
    intake,
    llms,
    metrics,
    pages,
    perspectives,
    problems,
    queries,
    sparql,
    things,
)
from api.settings import ROOT, Settings
from api.sparql.store import open_store
from api.web import extras, problem
from api.web.dumps import Dumps
from api.web.envelope import Envelope
from api.web.generations import Generations
from api.web.media import DATASET_FORMATS, GRAPH_FORMATS, PROBLEM, SELECT_FORMATS
from api.web.metrics import Metrics
from api.web.pages import error_page
from api.web.request_log import RequestLog
from api.web.straight import COMPRESSED_FROM, Straight, take
from api.web.traffic import Traffic

_DESCRIPTION = """A knowledge graph of an anti-trafficking framework: who holds which duty, by which law, and
where it says so."""


def create_app(settings: Settings) -> FastAPI:
    """Return the application; it loads the dataset when it starts, which raises ``UnavailableError``.

    ``app.state`` holds ``settings`` and ``metrics`` at once, ``generations`` and what ``_load`` returns while the
    application runs, and ``failure`` if it could not start. What a request sees as its application is the
    current generation of these.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.generations = Generations(app.state, lambda: _load(settings))
        app.state.log = RequestLog(sys.stdout) if settings.log != "none" else None
        try:
            await app.state.generations.start()
        except Exception as error:
            app.state.failure = error
            raise
        try:
            async with assistants.running():
                yield
        finally:
            await app.state.generations.aclose()
            if app.state.log:
                app.state.log.close()

    # FastAPI's own pages of documentation load scripts from elsewhere.
    app = _Application(
        title="atf",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.metrics = Metrics()
    app.state.error_page = error_page
    problem.install(app)
    for media in (*SELECT_FORMATS, *GRAPH_FORMATS, *DATASET_FORMATS, PROBLEM):
        add_compress_type(media)
    app.add_middleware(CompressMiddleware, minimum_size=COMPRESSED_FROM, zstd=False)
    app.add_middleware(Envelope)
    app.add_middleware(Traffic)
    analysis = (history, findings, analysis_pages)  # /findings/history is no finding
    readers = (ask, things, perspectives, intake, console_pages, pages)
    for module in (sparql, graph_store, health, llms, metrics, problems, queries, dataset, *analysis, *readers):
        app.include_router(module.router)
    assistants = Endpoint(app)
    app.add_route("/mcp", assistants, include_in_schema=False)  # type: ignore[arg-type]  # an ASGI application
    if extras.FOLDER.is_dir():
        app.mount("/static/extras", StaticFiles(directory=extras.FOLDER))
    app.mount("/static", StaticFiles(directory=ROOT / "api" / "web" / "static"))
    _leave_head_to_envelope(app)
    contract.install(app)
    return app


class _Application(FastAPI):
    """The application, before which a query takes the short way."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        compressed = CompressMiddleware(take, minimum_size=COMPRESSED_FROM, zstd=False)
        self._straight = Traffic(Straight(Envelope(compressed)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI)."""
        if Straight.takes(scope):
            scope["app"] = self
            await self._straight(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _load(settings: Settings) -> dict[str, Any]:
    """Load the dataset and what is made from it; raises ``UnavailableError`` where anything does not fit."""
    manifest = load_manifest(settings.build)
    questions, editions = load_questions(settings.root / "queries"), Editions(settings.sources)
    dumps = Dumps.open(settings.build, manifest)
    store = open_store(settings, manifest.sha256)
    try:
        await store.start()
    except BaseException:
        dumps.close()
        raise
    answerer = Answerer(store, manifest, editions)
    asking = Asking(answerer)
    asking.start()
    return {
        "asking": asking,
        "manifest": manifest,
        "dumps": dumps,
        "store": store,
        "questions": questions,
        "editions": editions,
        "answerer": answerer,
    }


def _leave_head_to_envelope(app: FastAPI) -> None:
    """Take HEAD from the routes that answer GET: it never reaches them, and OpenAPI would name them twice."""
    for route in app.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.discard("HEAD")
