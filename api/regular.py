"""Regular files: what a user names may also be a pipe or a device, whose reading never ends."""

import stat
from pathlib import Path

from api.errors import UnavailableError


def check_regular(path: Path) -> None:
    """Raise ``UnavailableError`` for a pipe, a device or a socket.

    A path without a file and a folder pass: whoever opens them says it in its own words.
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UnavailableError(f"{path} is no regular file but a pipe or a device.", "Give a file.")
