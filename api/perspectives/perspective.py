"""A perspective as a whole: what it shows, for which day, on what it rests, and how to cite it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.perspectives.desk import Desk
from api.perspectives.table import Control, Part, Section


@dataclass
class Perspective:
    """The sections of a perspective with its form and its remarks."""

    name: str
    title: str
    intro: str
    sections: list[Section]
    controls: Sequence[Control] = ()
    # What holds for the whole and must be read, and what explains how to read it.
    notes: Sequence[str] = ()
    legend: Sequence[str] = ()
    # Addresses of related pages, with their names.
    related: Sequence[Part] = ()
    facts: Sequence[tuple[str, Sequence[Part]]] = field(default_factory=tuple)
    # The name of the thing that it is about, where it is about one.
    centre: str = ""

    def public(self) -> list[dict[str, Any]]:
        """Return the tables as JSON: the names of the columns, and rows of cells with their links."""
        return [
            {
                "id": section.id,
                "title": section.title,
                "columns": section.table.header(),
                "rows": section.table.lines(),
                "links": [
                    [[part.href for part in cell.parts if part.href] for cell in row.cells]
                    for row in section.table.rows
                ],
                "empty": section.table.empty if not section.table.rows else None,
            }
            for section in self.sections
        ]


Builder = Callable[[Desk], Awaitable[Perspective]]
