"""Errors as a client gets them: application/problem+json (RFC 9457), or a page where a person reads."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.errors import AtfError
from api.web import problem_types
from api.web.media import HTML, JSON, PROBLEM, accept_of, preferred

_HINTS: Final = {
    404: "See /queries for the questions and /sparql for free queries.",
    405: "The header Allow lists the methods.",
}
# Seconds that a client should wait, where an error does not say how many.
_RETRY_S: Final = "30"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What went wrong, as RFC 9457 §3.1 names it, with a hint on what to do next and further members."""

    status: int
    title: str
    detail: str
    hint: str = ""
    type: str = "about:blank"
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def public(self) -> dict[str, Any]:
        """Return the members of the JSON object."""
        members = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        return {**members, "hint": self.hint, **self.extra}

    def response(self) -> Response:
        """Return the problem as JSON."""
        body = json.dumps(self.public(), ensure_ascii=False).encode("utf-8", "replace")
        headers = {**self.headers, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(body, self.status, headers, PROBLEM)


# A page for a problem, where somebody has set ``app.state.error_page``; see ``answer``.
ErrorPage = Callable[[Request, Problem], Response]


def problem_of(error: Exception) -> Problem:
    """Return what a client may know of an error; of an unexpected one, only that it happened."""
    if isinstance(error, AtfError):
        return Problem(
            error.status,
            error.title,
            error.message,
            error.hint,
            problem_types.iri_of(problem_types.name_of(type(error))),
            error.headers,
            error.extra,
        )
    if isinstance(error, HTTPException):
        title = HTTPStatus(error.status_code).phrase
        detail = error.detail if error.detail != title else f"{title}."
        headers = dict(error.headers or {})
        return Problem(error.status_code, title, detail, _HINTS.get(error.status_code, ""), headers=headers)
    if isinstance(error, RequestValidationError):
        errors = [{"field": ".".join(map(str, one["loc"][1:])), "message": one["msg"]} for one in error.errors()]
        first = f"{errors[0]['field']}: {errors[0]['message']}." if errors else "The request is not valid."
        hint = "See /openapi.json for the parameters."
        return Problem(422, "Parameter error", first, hint, extra={"errors": errors})
    log.error("unexpected error", exc_info=error)
    hint = "Try again; if it happens again, report it with the time and the address."
    return Problem(500, "Internal error", "The service failed unexpectedly.", hint)


def answer(request: Request, error: Exception) -> Response:
    """Return an error as problem+json, or, where there are pages, as a page to who likes HTML best."""
    problem = problem_of(error)
    page: ErrorPage | None = getattr(request.app.state, "error_page", None)
    if page and preferred((PROBLEM, JSON, HTML), accept_of(request)) == HTML:
        try:
            response = page(request, problem)
        except Exception:  # what broke the answer may break its page as well, and an answer there must be
            log.exception("the page for an error failed")
        else:
            response.headers.update(problem.headers)
            response.headers["Vary"] = "Accept, Accept-Language"
            _say_when(response)
            return response
    response = problem.response()
    response.headers["Vary"] = "Accept"
    _say_when(response)
    return response


def _say_when(response: Response) -> None:
    """Let who was turned away know when to come again, also where the error does not say it."""
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers.setdefault("Retry-After", _RETRY_S)


def install(app: FastAPI) -> None:
    """Make an application answer every error in the one way."""

    async def handler(request: Request, error: Exception) -> Response:
        return answer(request, error)

    for kind in (AtfError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, handler)
