"""The map of the counties: every county of the data is on it, in a class, with its value and its link."""

import re
import xml.etree.ElementTree as ElementTree

import httpx
import pytest

from api.perspectives.county_map import Figure, map_of, sheet, upper_bounds
from api.vocabulary import NUTS
from tests.perspectives.tables import in_csv

SVG = re.compile(r'<svg class="counties".*?</svg>', re.DOTALL)


def figure(value: float | None) -> Figure:
    return Figure("Dolj", "/en/x", value, str(value), f"Dolj: {value}")


def test_equal_values_are_in_one_class_and_few_values_make_few_classes() -> None:
    assert upper_bounds([]) == []
    assert upper_bounds([3.0]) == [3.0]
    assert upper_bounds([1.0, 1.0, 1.0, 1.0, 2.0]) == [1.0, 2.0]
    assert upper_bounds([float(number) for number in range(10)]) == [1.0, 3.0, 5.0, 7.0, 9.0]


def test_a_county_without_a_value_is_drawn_and_counted_apart() -> None:
    drawn = map_of("Rates", {f"{NUTS}RO411": figure(1.5), f"{NUTS}RO412": figure(None)}, str)
    assert [(area.rank, area.figure.value) for area in drawn.areas] == [(1, 1.5), (0, None)]
    assert [(one.low, one.high, one.count) for one in drawn.classes] == [("1.5", "1.5", 1)]
    assert drawn.without == 1


def test_the_outlines_stay_on_the_sheet_and_are_credited() -> None:
    counties = sheet().counties
    assert len(counties) == 42 == len({one.letters for one in counties.values()})
    for one in counties.values():
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", one.outline), one.letters
        assert 0 < one.place[0] < sheet().width and 0 < one.place[1] < sheet().height
    assert sheet().licence.name == "CC BY 4.0"


@pytest.mark.parametrize(("lang", "dolj", "caption"), [("en", "6.76", "Map: "), ("ro", "6,76", "Hartă: ")])
def test_the_page_shows_each_county_of_the_table_with_its_rate_and_its_link(
    server: str, lang: str, dolj: str, caption: str
) -> None:
    page = httpx.get(f"{server}/{lang}/statistics", timeout=60).text
    assert caption in page and 'href="https://creativecommons.org/licenses/by/4.0/"' in page
    picture = SVG.search(page)
    assert picture is not None
    svg = ElementTree.fromstring(picture.group())
    titles = {link.attrib["href"]: link.findtext("title") or "" for link in svg.iter("a")}
    rows = in_csv(httpx.get(f"{server}/{lang}/statistics?format=csv&table=counties", timeout=60).text)
    rates = {row[0]: row[3] for row in rows[1:]}
    assert {title.split(":")[0] for title in titles.values()} == set(rates)
    (href,) = [href for href, title in titles.items() if title.startswith(f"Dolj: {dolj} (100")]
    assert page.count(f'href="{href}"') == 2, "the table has the same link"
    ranks = {link.findtext("title"): link.find("path") for link in svg.iter("a")}
    assert {path.attrib["class"] for path in ranks.values() if path is not None} == {f"rank-{n}" for n in range(1, 6)}


def test_programs_get_the_tables_only(server: str) -> None:
    answer = httpx.get(f"{server}/statistics?format=json", timeout=60).json()
    assert [table["id"] for table in answer["tables"]] == ["counties", "destinations", "other-figures"]
