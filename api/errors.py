"""One error tree for the command line and the web: a clear sentence, what to do next, and a status."""

from typing import Any, ClassVar


class AtfError(Exception):
    """Something that a user should read: a sentence, a hint, and the codes that carry it.

    ``status`` is the HTTP status, ``exit_code`` that of the command (architecture.md: 1 failed check,
    2 wrong use, 3 could not do it). ``extra`` are further members of the problem+json (RFC 9457 §3.2).
    """

    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 3
    title: ClassVar[str] = "Internal error"

    def __init__(self, message: str, hint: str = "", headers: dict[str, str] | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.headers = headers or {}
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(AtfError):
    """The command was called wrongly."""

    status = 400
    exit_code = 2
    title = "Wrong use"


class BadRequestError(AtfError):
    """The request cannot be read (RFC 9110 §15.5.1)."""

    status = 400
    exit_code = 2
    title = "Bad request"


class QuerySyntaxError(BadRequestError):
    """The SPARQL text does not parse; carries ``line`` and ``column`` (1-based) where known."""

    title = "SPARQL syntax error"


class ForbiddenError(AtfError):
    """The request asks for something that this read-only service never does."""

    status = 403
    exit_code = 2
    title = "Refused"


class NotFoundError(AtfError):
    """Nothing is there under that name."""

    status = 404
    exit_code = 2
    title = "Not found"


class MethodNotAllowedError(AtfError):
    """The resource does not know the method (RFC 9110 §15.5.6)."""

    status = 405
    exit_code = 2
    title = "Method not allowed"


class NotAcceptableError(AtfError):
    """No media type that the client accepts can be given (RFC 9110 §15.5.7)."""

    status = 406
    exit_code = 2
    title = "Not acceptable"


class TooLargeError(AtfError):
    """The content is over a limit that the message names (RFC 9110 §15.5.14)."""

    status = 413
    exit_code = 2
    title = "Too large"


class UnsupportedMediaTypeError(AtfError):
    """The content is of a type that the service does not read (RFC 9110 §15.5.16)."""

    status = 415
    exit_code = 2
    title = "Unsupported media type"


class ParameterError(AtfError):
    """A question's parameter is unknown, missing, repeated or of the wrong type; carries ``parameter``."""

    status = 422
    exit_code = 2
    title = "Parameter error"


class LimitError(AtfError):
    """A deadline, memory or size limit ended the query; carries the limit's name and value."""

    status = 503
    exit_code = 3
    title = "Limit reached"


class UnavailableError(AtfError):
    """The store, a port or a file cannot be used now."""

    status = 503
    exit_code = 3
    title = "Unavailable"


class BuildError(AtfError):
    """The sources are wrong, so nothing is published; the message names the file and line, or the subject."""

    exit_code = 1
    title = "Build failed"
