"""The application in a command's own process, without a server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.errors import AtfError
from api.settings import Settings
from api.web.app import create_app


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[FastAPI]:
    """Run the application in this process without a server; raises ``UnavailableError`` where there is no build."""
    # One reader at a time needs one worker, and standard output belongs to the command.
    app = create_app(settings.model_copy(update={"workers": min(settings.workers, 2), "log": "none"}))
    failure: AtfError | None = None
    async with app.router.lifespan_context(app):
        try:
            yield app
        except AtfError as error:
            # Raised when all has ended: on its way out it would become one of a group of errors.
            failure = error
    if failure:
        raise failure
