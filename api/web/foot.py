"""What every page has at its foot: the day it shows, an address that lasts, and the fields that keep its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request

from api.errors import ParameterError
from api.graph.asof import parse_date
from api.graph.dataset import Manifest
from api.web.address import address_of

AS_OF: Final = "as-of"
DATASET: Final = "dataset"
# Characters of the dataset's hash that name it in an address and in a citation.
HASH: Final = 12
# What a page is given and which knows the day that it shows.
_DATED: Final = ("report", "answer", "reply")


@dataclass(frozen=True)
class Foot:
    """The foot of one page.

    ``day`` is the day that the page shows or that the reader has chosen; ``fields`` are the other parts of its
    address; ``dated`` is the query string that takes a chosen day along (empty for the day of the dataset);
    ``permalink`` names day and dataset; ``other_dataset`` is the dataset that an address was made for, where it
    is not the one that answers.
    """

    day: date
    fields: list[tuple[str, str]]
    dated: str
    permalink: str
    dataset: str
    other_dataset: str | None


def foot_of(request: Request, manifest: Manifest, context: Mapping[str, Any]) -> Foot:
    """Return the foot of the page of a request; ``context`` is what the page is made from."""
    parameters = request.query_params
    asked = _day(parameters.get(AS_OF))
    day = _shown(context) or asked or manifest.as_of
    fields = [(name, value) for name, value in parameters.multi_items() if name not in {AS_OF, DATASET}]
    sha256, named = manifest.sha256, parameters.get(DATASET, "")
    lasting = urlencode([*fields, (AS_OF, day.isoformat()), (DATASET, sha256[:HASH])])
    return Foot(
        day=day,
        fields=fields,
        dated=f"?{AS_OF}={asked}" if asked and asked != manifest.as_of else "",
        permalink=f"{address_of(request)}{request.url.path}?{lasting}",
        dataset=sha256[:HASH],
        other_dataset=named[:64] if named and not sha256.startswith(named) else None,
    )


def _shown(context: Mapping[str, Any]) -> date | None:
    """Return the day that a page says it shows."""
    made = [context.get(name) for name in _DATED]
    # An answer that no day changes is of whatever day the reader has chosen.
    known = (context.get("as_of"), *(one.as_of for one in made if one and getattr(one, "dated", True)))
    return next((day for one in known if one and (day := _day(str(one)))), None)


def _day(text: str | None) -> date | None:
    """Return a day, or None for what is none: the page that needs it tells the reader so."""
    try:
        return parse_date(text) if text else None
    except ParameterError:
        return None
