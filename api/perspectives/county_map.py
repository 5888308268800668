"""The map of the counties: a figure for each, in classes, drawn by the server (outlines: county_outlines.toml)."""

import tomllib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from api.vocabulary import NUTS

CLASSES: Final = 5
_FILE: Final = Path(__file__).resolve().parent / "county_outlines.toml"


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Declared):
    """Something to be credited, with its address."""

    name: str
    address: str


class Outline(_Declared):
    """A county on the sheet: its letters (ISO 3166-2:RO), where its text stands, and its outline (SVG path data)."""

    letters: str
    place: tuple[int, int]
    # Where a line from the text leads, for a county that is too small for it.
    pointer: tuple[int, int] | None = None
    outline: str


class Sheet(_Declared):
    """The outlines by NUTS-3 code, the size of the sheet, and whom to credit for them."""

    width: int
    height: int
    source: Named
    package: Named
    licence: Named
    counties: dict[str, Outline]


@dataclass(frozen=True)
class Figure:
    """What the map says of a county: its name, its page, and its value (None: there is none) with its texts.

    ``text`` is short and stands on the county, ``told`` is its sentence.
    """

    name: str
    href: str
    value: float | None
    text: str
    told: str


@dataclass(frozen=True)
class Area:
    """A county as it is drawn; ``rank`` is its class from 1 (lowest) to 5, 0 where it has no value."""

    outline: Outline
    figure: Figure
    rank: int


@dataclass(frozen=True)
class Class:
    """A class of the legend: its lowest and its highest value, both of counties in it, and how many these are."""

    rank: int
    low: str
    high: str
    count: int


@dataclass(frozen=True)
class CountyMap:
    """The map: its title, the counties by code, the classes that have any, and how many counties have no value."""

    title: str
    sheet: Sheet
    areas: tuple[Area, ...]
    classes: tuple[Class, ...]
    without: int


@cache
def sheet() -> Sheet:
    """Return the outlines; a wrong file is a programming error."""
    with _FILE.open("rb") as file:
        return Sheet.model_validate(tomllib.load(file))


def map_of(title: str, figures: Mapping[str, Figure], write: Callable[[float], str]) -> CountyMap:
    """Draw figures by the IRI of their county (NUTS-3); a county of the sheet without a figure is left out.

    ``write`` turns a value into its text.
    """
    found = {code: figures[str(NUTS) + code] for code in sheet().counties if str(NUTS) + code in figures}
    values = [figure.value for figure in found.values() if figure.value is not None]
    bounds = upper_bounds(values)
    areas = tuple(
        Area(sheet().counties[code], figure, 0 if figure.value is None else bisect_left(bounds, figure.value) + 1)
        for code, figure in found.items()
    )
    classes = []
    for rank in range(1, len(bounds) + 1):
        own = [area.figure.value for area in areas if area.rank == rank and area.figure.value is not None]
        classes.append(Class(rank, write(min(own)), write(max(own)), len(own)))
    return CountyMap(title, sheet(), areas, tuple(classes), len(found) - len(values))


def upper_bounds(values: Sequence[float]) -> list[float]:
    """Return the highest value of each class: as many values in each as can be, equal ones never parted."""
    if not values:
        return []
    ordered = sorted(values)
    return sorted({ordered[(len(ordered) * number - 1) // CLASSES] for number in range(1, CLASSES + 1)})
