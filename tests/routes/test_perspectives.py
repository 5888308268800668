"""The perspectives as a reader gets them: golden cells, and the same tables on the page, as CSV and as workbook."""

import re
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.perspectives.tables import cell, in_csv, in_page, in_workbook

# Every perspective with its sections.
PERSPECTIVES = [
    ("matrix", ["matrix", "without-duty"]),
    ("matrix?rows=function&columns=target-group&family=protection", ["matrix"]),
    ("matrix?rows=objective&columns=institution", ["matrix"]),
    ("matrix?ministry=mai", ["matrix"]),
    ("dossier", ["with-duty", "without-duty"]),
    ("dossier/anitp", ["duties", "not-said", "reporting", "placement", "names", "mentions"]),
    ("dossier/diicot", ["duties", "not-said", "legal-basis", "placement"]),
    ("dossier/igi", ["duties", "not-said"]),
    ("objectives", ["objectives", "problems"]),
    ("chain-of-care", ["stages", "hand-overs"]),
    ("chain-of-care?target-group=adult-national-victims", ["stages", "hand-overs"]),
    ("obligations", ["instruments"]),
    ("obligations/directive-2011-36", ["obligations", "duties"]),
    ("obligations/cets-197", ["obligations", "duties"]),
    ("law", ["acts"]),
    ("law?act=law-678-2001", ["relations", "days", "facts"]),
    ("timeline", ["periods", "days"]),
    ("calendar", ["deadlines", "reports"]),
    ("calendar?year=2019&plan=action-plan-2018-2020", ["deadlines", "reports"]),
    ("compare", ["documents"]),
    ("compare?a=strategy-2018-2022&b=action-plan-2018-2020", ["duties", "documents"]),
    ("statistics", ["counties", "destinations", "other-figures"]),
    ("network?institution=anitp", ["neighbours"]),
    ("source", ["outline"]),
    ("source?passage=strategy-2018-2022-xiv-a-4", ["passage", "outline"]),
]


WAITS = (
    "not assessable, could be said by: National Action Plan 2021-2022 for implementing the National Strategy against "
    "Trafficking in Persons 2018-2022"
)


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server, timeout=60) as found:
        yield found


def page(client: httpx.Client, path: str) -> str:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text[:500]
    assert response.headers["content-type"].startswith("text/html")
    return response.text


def table(client: httpx.Client, path: str, section: str) -> list[list[str]]:
    joint = "&" if "?" in path else "?"
    response = client.get(f"{path}{joint}format=csv&table={section}")
    assert response.status_code == 200, response.text[:500]
    return in_csv(response.text)


@pytest.mark.parametrize("lang", ["en", "ro"])
@pytest.mark.parametrize(("path", "sections"), PERSPECTIVES)
def test_page_csv_and_workbook_hold_the_same_tables(
    client: httpx.Client, path: str, sections: list[str], lang: str
) -> None:
    text = page(client, f"/{lang}/{path}")
    joint = "&" if "?" in path else "?"
    workbook = client.get(f"/{lang}/{path}{joint}format=xlsx")
    assert workbook.headers["content-disposition"].startswith("attachment;")
    for section in sections:
        shown = in_page(text, section)
        lines = table(client, f"/{lang}/{path}", section)
        assert len(lines) > 1, section
        assert all(line[0] for line in lines), section
        assert [row[1:] if not shown[0][0] else row for row in shown[:1]] == (
            [lines[0][1:]] if not shown[0][0] else lines[:1]
        )
        assert shown[1:] == lines[1:], section
        assert in_workbook(workbook.content, section) == lines, section


@pytest.mark.parametrize(("path", "sections"), PERSPECTIVES)
def test_every_page_says_why_from_when_and_how_to_cite(client: httpx.Client, path: str, sections: list[str]) -> None:
    text = page(client, f"/en/{path}")
    manifest = client.get("/dataset?format=json").json()
    digest = manifest.get("sha256") or re.search(r"<code>([0-9a-f]{12})</code>", text)[1]  # type: ignore[index]
    for words in ("Why do we say this?", "See the query", "Cite as", "English translation", "31 December 2022"):
        assert words in text, words
    permalink = re.search(r'<link rel="canonical" href="([^"]+)"', text)
    assert permalink
    given = parse_qs(urlsplit(permalink[1].replace("&amp;", "&")).query)
    assert given["as-of"] == ["2022-12-31"]
    if path.startswith(("matrix", "dossier/", "objectives", "chain")):
        assert re.search(r"Cite as</dt><dd>[^<]*HG 861/2018, M\.Of\. 949 of 9 November 2018", text)
    assert digest.startswith(given["dataset"][0])
    assert client.get(permalink[1].replace("&amp;", "&")).status_code == 200
    # The switch keeps the place.
    assert f'hreflang="ro" href="/ro/{path.replace("&", "&amp;")}"' in text
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))
    assert text.count("<h1") == 1


def test_the_matrix_holds_what_the_strategy_says(client: httpx.Client) -> None:
    rows = table(client, "/matrix?lang=en", "matrix")
    assert rows[0][:3] == ["Family", "Function", "What stands out"]
    igi = cell(rows, "accommodation", "IGI ")
    assert igi == "lead (adult victims who are foreigners; child victims who are foreigners)"
    assert cell(rows, "residence permit", "IGI ").startswith("lead (adult victims who are foreigners")
    assert cell(rows, "policy coordination", "ANITP ") == "coordinator (institutions)"
    # A body that acts for another has the duty too, and says for whom.
    assert cell(rows, "prosecution", "DIICOT ") == "lead, for Public Ministry"
    assert cell(rows, "prosecution", "Public Ministry") == "lead, through DIICOT"
    assert "lead, through ANPDCA" in cell(rows, "repatriation", "MMJS ")
    assert cell(rows, "consular assistance", "MAE ").startswith("partner (")
    # Nobody but these: the Ministry of Justice has no column, it is listed without a duty.
    assert not any(name.startswith("MJ ") for name in rows[0])
    unassigned = table(client, "/matrix?lang=en", "without-duty")
    assert any(row[0] == "Ministry of Justice" and row[1] == "responsible" for row in unassigned)


def test_gaps_and_overlaps_of_the_matrix_are_said_in_words(client: httpx.Client) -> None:
    rows = table(client, "/matrix?lang=en", "matrix")
    assert cell(rows, "compensation", "What") == f"no holder recorded, an essential function; {WAITS}"
    assert [text for text in next(row for row in rows if row[1] == "compensation")[3:] if text] == []
    assert "adult victims who are nationals" in cell(rows, "accommodation", "What")
    assert cell(rows, "consular assistance", "What") == f"a partner is named, nobody leads; {WAITS}"
    assert cell(rows, "partnership", "What") == f"only a category of bodies is named; {WAITS}"
    # Who provides data of their own does not do what another provider does: OVL-006 weighs that.
    assert "overlap" not in cell(rows, "data provision", "What") + cell(rows, "data provision", "CSM ")
    assert "overlap: MEN, MMJS (lead)" in cell(rows, "prevention", "What")
    assert "overlap" not in cell(rows, "prosecution", "What")
    assert cell(rows, "reporting", "no holder named").startswith("reporter")
    text = page(client, "/en/matrix")
    assert 'class="mark-silent"' in text and 'class="mark-overlap"' in text and 'class="row-gap"' not in text
    # The analysis of another day is not run for a page: what is recorded then is said without it.
    later = table(client, "/matrix?lang=en&as-of=2023-06-01", "matrix")
    assert cell(later, "compensation", "What") == "gap: no holder recorded, an essential function"
    # The number is that of the rule.
    found = client.get("/findings?rule=GAP-011&format=json").json()["findings"]
    count = re.search(r'Essential functions without a holder[^<]*</dt><dd>\s*<a href="([^"]+)">([0-9]+)', text)
    assert count and (count[1], int(count[2])) == ("/en/findings?rule=GAP-011", len(found))


def test_each_line_of_a_cell_leads_to_its_duty(client: httpx.Client) -> None:
    text = page(client, "/en/matrix")
    place = "/en/id/responsibility/strategy-2018-2022-xiv-a-4-accommodation"
    assert f'href="{place}"' in text
    assert "accommodation of foreign victims" in page(client, place).lower()


def test_the_matrix_is_filtered_by_group_family_ministry_and_day(client: httpx.Client) -> None:
    ministry = table(client, "/en/matrix?ministry=mai", "matrix")
    assert any(name.startswith("IGI ") for name in ministry[0])
    assert not any(name.startswith(("MMJS ", "ANOFM ", "MAE ")) for name in ministry[0])
    assert {row[0] for row in table(client, "/en/matrix?family=prosecution", "matrix")[1:]} == {"prosecution"}
    group = table(client, "/en/matrix?target-group=adult-national-victims", "matrix")
    assert not any(name.startswith("IGI ") and cell(group, "accommodation", "IGI ") for name in group[0])
    assert cell(group, "accommodation", "What") == f"nobody named for: adult victims who are nationals; {WAITS}"
    later = table(client, "/en/matrix?as-of=2023-06-01", "matrix")
    assert not any(name.startswith("IGI ") for name in later[0])
    assert "no longer in force" in page(client, "/en/matrix?as-of=2023-06-01")


def test_functions_by_victim_group_show_the_empty_pairs(client: httpx.Client) -> None:
    rows = table(client, "/en/matrix?rows=function&columns=target-group", "matrix")
    assert cell(rows, "accommodation", "adult victims who are foreigners") == "IGI: lead"
    assert cell(rows, "accommodation", "adult victims who are nationals") == "nobody named: not assessable"
    assert cell(rows, "assistance", "adult victims who are nationals") == "covered by a wider group"
    # Guardianship is for children: the pair with adults is no gap.
    assert cell(rows, "child guardianship", "adult victims who are nationals") == ""
    by_group = table(client, "/en/matrix?rows=target-group&columns=institution", "matrix")
    assert "accommodation" in cell(by_group, "victims who seek asylum", "What")


def test_objectives_by_institution_name_every_objective(client: httpx.Client) -> None:
    rows = table(client, "/en/matrix?rows=objective&columns=institution", "matrix")
    assert len(rows) == 1 + 5 + 19
    names = [row[0].split(" ")[0] for row in rows[1:]]
    assert names[:5] == ["1", "1.1", "1.2", "1.3", "2"]
    # What a general objective needs is not recorded, which is no gap; the needs of 1.3 are, and are met.
    said = {row[0].split(" ")[0]: row[1] for row in rows[1:]}
    assert (said["1"], said["1.3"], said["3.3"]) == (
        "which functions it needs is not recorded",
        "",
        "gap: nobody holds a function that it needs",
    )
    third = next(row for row in rows if row[0].startswith("4.1 "))
    assert "data provision: data provider" in third[[name.startswith("CSM ") for name in rows[0]].index(True)]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("rows=colour", "rows"),
        ("rows=role&columns=role", "columns"),
        ("as-of=yesterday", "as-of"),
        ("as-of=20221231", "as-of"),
        ("ministry=nobody-at-all", "ministry"),
        ("colour=red", "colour"),
        ("subject=x", "subject"),
        ("format=docx", "format"),
        ("format=csv&table=nothing", "table"),
    ],
)
def test_a_wrong_value_is_named(client: httpx.Client, query: str, parameter: str) -> None:
    response = client.get(f"/matrix?{'' if 'format' in query else 'format=json&'}{query}")
    assert response.status_code == 422, response.text
    assert response.json()["parameter"] == parameter
    assert response.json()["hint"]


def test_dossiers_say_who_where_and_what_is_missing(client: httpx.Client) -> None:
    anitp = table(client, "/en/dossier/anitp", "duties")
    assert {"policy coordination", "national rapporteur", "evaluation"} <= {row[0] for row in anitp[1:]}
    reports = table(client, "/en/dossier/anitp", "reporting")
    assert any(row[1] == "National Agency against Trafficking in Persons" and "half-yearly" in row for row in reports)
    placed = table(client, "/en/dossier/anitp", "placement")
    assert any("Ministry of Internal Affairs" in row for row in placed)
    assert "NATIP" in {row[0] for row in table(client, "/en/dossier/anitp", "names")}
    diicot = table(client, "/en/dossier/diicot", "duties")
    [prosecution] = [row for row in diicot if row[0] == "prosecution"]
    assert "for another body" in prosecution and "Public Ministry" in prosecution
    assert any("78/2016" in text for text in prosecution)
    missing = {row[0]: row for row in table(client, "/en/dossier/diicot", "not-said")}
    assert "supervision of investigation" in missing["the legal basis of the duty"][1]
    assert "prosecution" not in missing["the legal basis of the duty"][1]
    igi = table(client, "/en/dossier/igi", "duties")
    assert {"accommodation", "residence permit", "migration and asylum", "data provision"} == {
        row[0] for row in igi[1:]
    }
    changes = table(client, "/en/dossier/anpdca", "changes")
    assert any("2022" in " ".join(row) for row in changes)


def test_a_body_without_a_duty_has_a_dossier_that_says_so(client: httpx.Client) -> None:
    text = page(client, "/en/dossier/mj")
    assert "No duty of this institution is recorded" in text
    assert "any duty of this institution" in text


def test_the_chain_of_care_shows_owners_and_hand_over_gaps(client: httpx.Client) -> None:
    stages = table(client, "/en/chain-of-care", "stages")
    assert [row[0] for row in stages[1:2]] == ["1. identification"]
    by_function = {row[1]: row for row in stages[1:]}
    assert by_function["identification"][2].startswith("IGPF, through")
    assert by_function["compensation"][2] == f"nobody is named for compensation; {WAITS}"
    assert by_function["compensation"][4].startswith("searched: XIV")
    # The Foreign Ministry is a partner, the Labour Ministry leads for children: nobody leads for adults.
    assert "nobody leads it for" in by_function["repatriation"][3]
    assert "adult victims who are nationals" in by_function["repatriation"][3]
    assert "child victims who are nationals" not in by_function["repatriation"][3]
    overs = {(row[0], row[1]): row[-1] for row in table(client, "/en/chain-of-care", "hand-overs")[1:]}
    assert overs["1. identification", "2. referral"] == "the same body"
    assert overs["2. referral", "3. accommodation"] == "a duty of referral is stated, without an addressee"
    assert overs["6. return", "7. reintegration"].endswith("ANOFM stands within MMJS")
    assert overs["3. accommodation", "4. assistance"].startswith("hand-over gap")
    assert overs["4. assistance", "5. compensation"] == f"no owner is named at the stage 5. compensation; {WAITS}"
    assert len(overs) == 6
    nationals = {
        row[1]: row for row in table(client, "/en/chain-of-care?target-group=adult-national-victims", "stages")
    }
    assert nationals["accommodation"][2] == f"nobody is named for accommodation; {WAITS}"


@pytest.mark.parametrize("instrument", ["directive-2011-36", "cets-197"])
def test_obligations_are_a_matrix_of_articles_and_institutions(client: httpx.Client, instrument: str) -> None:
    body = client.get(f"/obligations/{instrument}?format=json").json()
    assert body["as_of"] == "2022-12-31"
    [matrix] = [one for one in body["tables"] if one["id"] == "obligations"]
    assert matrix["columns"][:3] == ["Article", "Met by a stated duty", "What it asks"]
    said = {row[1].split("; ")[0] for row in matrix["rows"]}
    assert said == {"stated", "partly", "not stated", "not assessable"}
    for row in matrix["rows"]:
        assert bool([text for text in row[3:] if text]) == (row[1].split("; ")[0] in {"stated", "partly"})
        if row[1].startswith("not assessable"):
            assert "could be said by: National Action Plan 2021-2022" in row[1]


def test_obligations_of_a_day_are_those_that_bind_then(client: httpx.Client) -> None:
    now = {row[0] for row in table(client, "/en/obligations/directive-2011-36", "obligations")}
    later = {row[0] for row in table(client, "/en/obligations/directive-2011-36?as-of=2026-11-24", "obligations")}
    assert "art. 11a(1)" in later - now
    cets = table(client, "/en/obligations/cets-197", "obligations")
    assert "partly: lead" in cell(cets, "art. 10(2)", "IGPF ")
    numbers = [row[0] for row in cets[1:]]
    assert (
        numbers.index("art. 9")
        < numbers.index("art. 10(1)")
        < numbers.index("art. 12(1)")
        < numbers.index("art. 12(1)(a)")
    )
    assert client.get("/en/obligations/law-678-2001", headers={"Accept": "text/html"}).status_code == 404


def test_objectives_have_no_owner_and_some_problems_no_objective(client: httpx.Client) -> None:
    rows = table(client, "/en/objectives", "objectives")
    assert len(rows) == 1 + 5 + 19
    [third] = [row for row in rows if row[1].startswith("3.3 ")]
    assert third[2] == "gap: none is named in the loaded documents"
    assert third[0].startswith("3 Developing the capacity")
    problems = {row[0]: row for row in table(client, "/en/objectives", "problems")}
    eleventh = next(row for name, row in problems.items() if name.startswith("Insufficient human resources"))
    assert eleventh[1] == "nothing addresses it"


def test_figures_sort_by_link_and_carry_their_base(client: httpx.Client) -> None:
    by_number = table(client, "/en/statistics", "counties")
    assert [row[0] for row in by_number[1:4]] == ["Mureș", "Bacău", "Dolj"]
    by_rate = table(client, "/en/statistics?sort=rate", "counties")
    assert by_rate[1][0] == "Ialomița"
    assert "100,000 inhabitants" in by_rate[1]
    by_name = table(client, "/ro/statistics?sort=county", "counties")
    names = [row[0] for row in by_name[1:]]
    assert names[:3] == ["Alba", "Arad", "Argeș"]
    assert names.index("Satu Mare") < names.index("Sibiu") and names.index("Bacău") < names.index("Bihor")
    text = page(client, "/en/statistics?sort=rate")
    assert 'aria-sort="descending"' in text and 'href="?sort=rate&amp;order=asc"' in text
    assert text.count("<rect") >= 42
    destinations = table(client, "/en/statistics", "destinations")
    assert any(row[:2] == ["Germany", "442"] for row in destinations)
    others = [row[0] for row in table(client, "/en/statistics", "other-figures")]
    assert not any(name.startswith("Mureș") for name in others)


def test_the_timeline_and_an_act_tell_days(client: httpx.Client) -> None:
    periods = table(client, "/en/timeline", "periods")
    assert any(
        row[0] == "National Strategy against Trafficking in Persons 2018-2022" and row[2] == "31 December 2022"
        for row in periods
    )
    assert "<svg" in page(client, "/en/timeline")
    days = table(client, "/en/law?act=http://data.europa.eu/eli/dir/2011/36/oj", "days")
    assert ["15 April 2011", "in force from"] in [row[:2] for row in days]


def test_the_source_shows_its_outline_and_what_a_passage_holds(client: httpx.Client) -> None:
    outline = table(client, "/en/source", "outline")
    assert len(outline) > 200
    assert any(row[3] == "non-normative" and row[4] for row in outline)
    passage = table(client, "/en/source?passage=strategy-2018-2022-xiv-a-4", "passage")
    assert "Accommodation of foreign victims" in {row[0] for row in passage}


def test_a_link_from_another_state_of_the_data_says_so(client: httpx.Client) -> None:
    assert "another state of the data" in page(client, "/en/matrix?dataset=000000000000")
    assert "another state of the data" not in page(client, "/en/matrix")


def test_programs_are_led_by_what_they_accept(client: httpx.Client) -> None:
    html = client.get("/matrix", headers={"Accept": "text/html", "Accept-Language": "ro"})
    assert (html.status_code, html.headers["location"]) == (303, "/ro/matrix")
    assert client.get("/matrix", headers={"Accept": "text/csv"}).headers["content-type"].startswith("text/csv")
    body = client.get("/matrix").json()
    assert body["perspective"] == "matrix" and body["queries"]["responsibility-matrix"].startswith("PREFIX")
    again = client.get("/matrix")
    assert client.get("/matrix", headers={"If-None-Match": again.headers["etag"]}).status_code == 304


def test_things_lead_to_the_perspective_that_shows_them_best(client: httpx.Client) -> None:
    assert 'href="/en/dossier/igi"' in page(client, "/en/id/institution/igi")
    assert 'href="/en/law?act=act/law-678-2001"' in page(client, "/en/id/act/law-678-2001")
    passage = "strategy-2018-2022-xiv-a-4"
    assert f'href="/en/source?passage={passage}"' in page(client, f"/en/id/passage/{passage}")


def test_a_body_that_stands_under_no_other_is_not_asked_for_its_superior(client: httpx.Client) -> None:
    council = {row[0] for row in table(client, "/en/dossier/csm", "not-said")}
    assert council and "the body to which it is subordinate" not in council
    other = {row[0] for row in table(client, "/en/dossier/parliament", "not-said")}
    assert "the body to which it is subordinate" not in other


def test_the_picture_of_the_timeline_scales_with_the_window(client: httpx.Client) -> None:
    text = page(client, "/en/timeline")
    places = [float(place) for place in re.findall(r'<rect x="([0-9.]+)%"', text)]
    assert len(places) > 10 and all(0 <= place <= 100 for place in places)
    assert text.count('class="period-name') == len(places)


def test_the_page_for_the_committee_links_and_the_comparison_says_what_ended(client: httpx.Client) -> None:
    text = page(client, "/en/findings/summary")
    link = re.search(r'<a href="(/en/findings/[A-Z]{3}-[0-9]{3}-[0-9a-f]{12}[?]as-of=2022-12-31)">', text)
    assert link and page(client, link[1])
    later = client.get("/findings/summary?as-of=2023-06-01&format=json").json()
    assert not [line for line in later["unknown"]["en"] if "2018-2022” would settle" in line]
    changed = page(client, "/en/diff?from=2022-12-31&to=2023-06-01")
    assert "ended with “National Strategy against Trafficking in Persons 2018-2022” on 31 December 2022" in changed
