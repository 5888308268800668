"""How pages group what they list: statements by who says them, rows by the heading above them."""

from collections.abc import Iterable
from itertools import groupby

from api.perspectives.table import Part, Row
from api.web.origins import Origin
from api.web.things import Statement


def by_origin(values: Iterable[Statement]) -> list[list[Statement]]:
    """Group the values of a property by who says them, so that a long list names its sources once."""
    groups: dict[Origin, list[Statement]] = {}
    for item in values:
        groups.setdefault(item.origin, []).append(item)
    return list(groups.values())


def by_heading(rows: Iterable[Row]) -> list[tuple[Part | None, list[Row]]]:
    """Group the rows of a table by the heading above them, in their order."""
    return [(heading, list(own)) for heading, own in groupby(rows, lambda row: row.group)]
