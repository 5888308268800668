"""The web application: one store, one manifest, the routes, and what goes around every answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware, add_compress_type

from api import __version__
from api.answering.answers import Answerer
from api.answering.edition import Editions
from api.answering.questions import load_questions
from api.graph.dataset import load_manifest
from api.routes import dataset, graph_store, health, pages, queries, sparql, things
from api.settings import ROOT, Settings
from api.sparql.store import open_store
from api.web import problem
from api.web.envelope import Envelope
from api.web.media import GRAPH_FORMATS, PROBLEM, SELECT_FORMATS
from api.web.pages import error_page

_DESCRIPTION = """A knowledge graph of an anti-trafficking framework: who holds which duty, by which law, and
where it says so."""


def create_app(settings: Settings) -> FastAPI:
    """Return the application; it loads the dataset when it starts, which raises ``UnavailableError``.

    ``app.state`` holds ``settings`` at once, ``store``, ``manifest``, ``questions``,
    ``editions`` and ``answerer`` while the application runs, and
    ``failure`` if it could not start.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            app.state.manifest = load_manifest(settings.build)
            app.state.store = open_store(settings)
            app.state.questions = load_questions(settings.root / "queries")
            app.state.editions = Editions(settings.sources)
            app.state.answerer = Answerer(app.state.store, app.state.manifest, app.state.editions)
            await app.state.store.start()
        except Exception as error:
            app.state.failure = error
            raise
        try:
            yield
        finally:
            await app.state.store.aclose()

    # FastAPI's own pages of documentation load scripts from elsewhere.
    app = FastAPI(
        title="atf",
        version=__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.error_page = error_page
    problem.install(app)
    for media in (*SELECT_FORMATS, *GRAPH_FORMATS, PROBLEM):
        add_compress_type(media)
    app.add_middleware(CompressMiddleware, minimum_size=500, zstd=False)
    app.add_middleware(Envelope)
    for module in (sparql, graph_store, health, queries, dataset, things, pages):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=ROOT / "api" / "web" / "static"))
    _leave_head_to_envelope(app)
    return app


def _leave_head_to_envelope(app: FastAPI) -> None:
    """Take HEAD from the routes that answer GET: it never reaches them, and OpenAPI would name them twice."""
    for route in app.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.discard("HEAD")
