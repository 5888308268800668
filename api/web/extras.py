"""Extras that set-up fetches from npm where there is one (.ci/setup.sh); everything works without them."""

import sys
from pathlib import Path
from typing import Final

# Beside the environment, so that an installation without set-up just has none.
FOLDER: Final = Path(sys.prefix) / "share" / "atf"
_EDITOR: Final = ("yasgui/yasgui.min.js", "yasgui/yasgui.min.css")
_DRAWING: Final = "cytoscape/cytoscape.min.js"


def has_editor() -> bool:
    """Tell whether the SPARQL editor was fetched (YASGUI, MIT)."""
    return all((FOLDER / name).is_file() for name in _EDITOR)


def has_drawing() -> bool:
    """Tell whether the library for movable pictures was fetched (Cytoscape.js, MIT)."""
    return (FOLDER / _DRAWING).is_file()
