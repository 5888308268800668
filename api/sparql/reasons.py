"""Why a server could not be asked, in words: what the operating system says in numbers is for nobody."""

import socket
import ssl
from http.client import HTTPException, IncompleteRead, RemoteDisconnected


def reason_of(error: BaseException) -> str:
    """Return why a request failed, as the rest of a sentence about a server."""
    inner = getattr(error, "reason", None)
    cause = inner if isinstance(inner, BaseException) else error
    match cause:
        case ConnectionRefusedError():
            return "nothing listens at that address"
        case socket.gaierror():
            return "there is no host of that name"
        case TimeoutError():
            return "it does not answer in time"
        case ssl.SSLError():
            return "no safe connection to it can be made"
        case RemoteDisconnected() | IncompleteRead() | ConnectionError():
            return "it broke off the connection"
        case HTTPException():
            return "it does not speak HTTP"
        case OSError() if cause.strerror:
            return cause.strerror[:1].lower() + cause.strerror[1:]
    return (str(inner or error).splitlines() or [type(error).__name__])[0]
