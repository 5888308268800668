"""The limits that end a query, as errors: each names the limit and its value, and when to come back."""

from math import ceil
from typing import Final

from api.errors import LimitError

_BUSY: Final = "The service is busy; try again in a moment."
_LESS: Final = "Ask for less: fewer patterns, a LIMIT, no ORDER BY, or a named question."
# A query that is too large today is too large tomorrow; a client that obeys Retry-After need not hurry.
_LATER_S: Final = 3600


def deadline(limit_s: float) -> LimitError:
    """The query ran until its deadline."""
    message = f"The query was ended after {limit_s:g} s (limit deadline_s = {limit_s:g})."
    return _timed(message, _LESS, "deadline_s", limit_s)


def waited(limit_s: float) -> LimitError:
    """The query waited until its deadline, and never ran."""
    message = f"The query waited {limit_s:g} s for its turn (limit deadline_s = {limit_s:g})."
    return _timed(message, _BUSY, "deadline_s", limit_s)


def waiting(number: int) -> LimitError:
    """So many queries wait that one more would only wait in vain."""
    message = f"{number} queries are waiting already (limit queue = {number})."
    return LimitError(message, _BUSY, {"Retry-After": "1"}, limit="queue", value=number)


def memory(limit_mb: int) -> LimitError:
    """The query needed more memory than a worker has."""
    message = f"The query needed more memory than a query may use (limit memory_mb = {limit_mb})."
    return LimitError(message, _LESS, {"Retry-After": str(_LATER_S)}, limit="memory_mb", value=limit_mb)


def size(limit_mb: int) -> LimitError:
    """The result is larger than a result may be."""
    message = f"The result is larger than {limit_mb} MB (limit max_result_mb = {limit_mb})."
    return LimitError(message, _LESS, {"Retry-After": str(_LATER_S)}, limit="max_result_mb", value=limit_mb)


def _timed(message: str, hint: str, limit: str, limit_s: float) -> LimitError:
    return LimitError(message, hint, {"Retry-After": str(ceil(limit_s))}, limit=limit, limit_s=limit_s)
