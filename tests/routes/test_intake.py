"""Drafts over HTTP: what a draft closes and opens, what a sheet proposes, and hostile drafts; nothing is kept."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from api.settings import Settings
from api.web.app import create_app
from tests.intake.conftest import built as _built
from tests.intake.sheets import ROW, ods, plan, with_member

Post = Callable[..., httpx.Response]
built = _built
BASE = "https://w3id.org/atf/"
OWNER = f"""PREFIX atf: <{BASE}ontology#>
<{BASE}id/responsibility/draft> a atf:Responsibility ; atf:holder <{BASE}id/institution/anitp> ;
  atf:role <{BASE}scheme/role/lead> ; atf:concerns <{BASE}id/objective/strategy-2018-2022-so-1-1> .
"""


@pytest.fixture(scope="module")
def send(built: Settings) -> Iterator[Post]:
    """Send a request to the real application on the small framework."""
    app = create_app(built)
    with asyncio.Runner() as runner:
        ready, stop = asyncio.Event(), asyncio.Event()

        async def live() -> None:
            # What the application opens it must close in the same task.
            async with app.router.lifespan_context(app):
                ready.set()
                await stop.wait()

        async def start() -> "asyncio.Task[None]":
            task = asyncio.create_task(live())
            waiting = asyncio.create_task(ready.wait())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            return task

        alive = runner.run(start())

        def request(method: str, path: str, **options: Any) -> httpx.Response:
            async def run() -> httpx.Response:
                async with httpx.AsyncClient(
                    transport=httpx.ASGITransport(app), base_url="http://test", timeout=90
                ) as client:
                    return await client.request(method, path, **options)

            return runner.run(run())

        async def end() -> None:
            stop.set()
            await alive

        yield request
        runner.run(end())


def turtle(text: str | bytes, media: str = "text/turtle") -> dict[str, Any]:
    return {"content": text, "headers": {"content-type": media}}


def test_a_draft_with_an_owner_closes_the_gap(send: Post, built: Settings) -> None:
    before = hashlib.sha256((built.build / "atf.nq").read_bytes()).hexdigest()
    response = send("POST", "/validate", **turtle(OWNER))
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    found = response.json()
    assert (found["as_of"], found["errors"]) == ("2019-12-31", [])
    assert [one["focus"]["iri"] for one in found["closed"] if one["rule"] == "GAP-001"] == [
        f"{BASE}id/objective/strategy-2018-2022-so-1-1"
    ]
    assert [one["rule"] for one in found["opened"]] == ["GAP-009"]
    assert set(found["closed"][0]) >= {
        "id",
        "rule",
        "kind",
        "severity",
        "status",
        "focus",
        "values",
        "message",
        "evidence",
        "remedy",
    }
    # Nothing was kept.
    assert hashlib.sha256((built.build / "atf.nq").read_bytes()).hexdigest() == before
    assert send("POST", "/validate", **turtle(OWNER)).json()["counts"] == found["counts"]


@pytest.mark.parametrize(
    ("text", "media"),
    [
        (
            f"<{BASE}id/responsibility/draft> <{BASE}ontology#holder> <{BASE}id/institution/anitp> .\n",
            "application/n-triples",
        ),
        (
            f"GRAPH <{BASE}graph/x> {{ <{BASE}id/responsibility/draft> <{BASE}ontology#holder> <{BASE}id/institution/anitp> }}",
            "application/trig",
        ),
        (
            f'{{"@id": "{BASE}id/responsibility/draft", "{BASE}ontology#holder": {{"@id": "{BASE}id/institution/anitp"}}}}',
            "application/ld+json",
        ),
    ],
)
def test_other_formats(send: Post, text: str, media: str) -> None:
    assert send("POST", "/validate", **turtle(text, media)).status_code == 200


def test_the_day_may_be_another(send: Post) -> None:
    found = send("POST", "/validate?as-of=2023-06-01", **turtle(OWNER)).json()
    assert (found["as_of"], found["closed"]) == ("2023-06-01", [])
    assert send("POST", "/validate?as-of=soon", **turtle(OWNER)).status_code == 422


def test_the_sheet_of_a_plan(send: Post) -> None:
    response = send("POST", "/validate", files={"file": ("plan.xlsx", plan(ROW))})
    assert response.status_code == 200
    assert "GAP-001" in response.json()["counts"]["closed"]
    media = "application/vnd.oasis.opendocument.spreadsheet"
    sheet = ods(
        ("Planul 2018-2020",), ("Activitate", "Responsabili"), ("Obiectiv specific 1.1",), ("Campanie", "ANITP")
    )
    assert send("POST", "/validate", content=sheet, headers={"content-type": media}).status_code == 200


def test_the_faults_of_a_sheet_are_422(send: Post) -> None:
    response = send(
        "POST", "/validate", files={"file": ("plan.xlsx", plan(ROW, (2, "Seminar", "n", "cândva", "ANIPT")))}
    )
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert [(one["sheet"], one["row"], one["column"]) for one in response.json()["errors"]] == [
        ("Plan", 5, "D"),
        ("Plan", 5, "E"),
    ]
    partly = send(
        "POST", "/validate?partial=1", files={"file": ("plan.xlsx", plan(ROW, (2, "Seminar", "n", "cândva", "ANIPT")))}
    )
    assert (partly.status_code, len(partly.json()["errors"])) == (200, 2)


LAUGHS = (
    "<!DOCTYPE r ["
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    + ']><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&l11;</rdf:RDF>'
)


@pytest.mark.parametrize(
    ("text", "media", "message"),
    [
        ("<a", "text/turtle", "Line 1"),
        ("", "text/turtle", "The draft holds no statement."),
        (b"\xff\xfe<a>", "text/turtle", "The draft is not UTF-8 (byte 0)."),
        (LAUGHS, "application/rdf+xml", "The draft declares a DOCTYPE or entities, which is refused."),
        ('{"@context": "http://127.0.0.1:9/x.jsonld", "@id": "http://x/", "p": 1}', "application/ld+json", "Remote contexts are never loaded."),
        ("<http://x> <http://y> " + "[ <http://z> " * 200_000, "text/turtle", ""),
        ("<http://x/ y> <http://y> 1 .", "text/turtle", "Line 1"),
        (f"<http://x> {'p' * 2_000_000}:b 1 .", "text/turtle", "The prefix " + "p" * 80 + "… has not been declared"),
        (f"<http://x> \"{'a b ' * 500_000}\" 1 .", "text/turtle", "…"),
        ("{", "application/ld+json", ""),
    ],
)  # fmt: skip
def test_hostile_and_broken_drafts_are_422(send: Post, text: str | bytes, media: str, message: str) -> None:
    response = send("POST", "/validate", **turtle(text, media))
    assert response.status_code == 422, response.text
    assert response.json()["hint"]
    assert len(response.json()["detail"]) < 500
    assert message in response.json()["detail"] or any(message in str(one) for one in response.json()["errors"])


def test_a_byte_order_mark_is_no_part_of_a_draft(send: Post) -> None:
    assert send("POST", "/validate", **turtle("\ufeff" + OWNER)).status_code == 200
    assert send("POST", "/en/validate", data={"draft": "\ufeff" + OWNER}).status_code == 200


@pytest.mark.parametrize("path", ["/validate", "/import", "/en/validate", "/ro/import"])
@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "UTF-16", "'latin-1'", '"utf-7"'])
def test_another_charset_is_refused(send: Post, path: str, charset: str) -> None:
    part = '--x\r\nContent-Disposition: form-data; name="draft"\r\n\r\n+2AA-\\ud800\r\n--x--\r\n'
    media = f"multipart/form-data; boundary=x; charset={charset}"
    response = send("POST", path, **turtle(part, media))
    assert response.status_code == 400
    if not path.startswith(("/en", "/ro")):
        assert (response.headers["content-type"], response.json()["hint"]) == (
            "application/problem+json",
            "Send UTF-8.",
        )
    assert send("POST", path, **turtle(OWNER, f"text/turtle; charset={charset}")).status_code == 400


def test_utf_8_may_be_said(send: Post) -> None:
    assert send("POST", "/validate", **turtle(OWNER, "text/turtle; charset=UTF-8")).status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("plan=a&plan=b", 400, "'plan' is given more than once"),
        ("as-of=2019-01-01&as-of=2019-01-01", 400, "'as-of' is given more than once"),
        ("plan=%FF", 400, "not UTF-8"),
        ("partial=zzz", 422, "partial"),
        ("fragment=2", 422, "fragment"),
        ("lang=zz", 422, "lang"),
        ("plan=../../x", 422, "plan"),
        ("period=soon", 422, "period"),
        ("as-of=0000-01-01", 422, "as-of"),
    ],
)
@pytest.mark.parametrize("path", ["/import", "/validate"])
def test_parameters_are_checked(send: Post, path: str, query: str, status: int, said: str) -> None:
    response = send("POST", f"{path}?{query}", files={"file": ("plan.xlsx", plan(ROW))})
    problem = response.json()
    assert response.status_code == status
    assert problem["hint"]
    assert "--" not in problem["detail"] + problem["hint"]
    assert said in problem["detail"] if status == 400 else problem["parameter"] == said


def test_a_field_is_given_once(send: Post) -> None:
    files = {"file": ("plan.xlsx", plan(ROW))}
    assert send("POST", "/import?plan=a", files=files, data={"plan": "b"}).status_code == 400
    assert send("POST", "/import", files=files, data={"plan": ["a", "b"]}).status_code == 400
    both = send("POST", "/validate", files=files, data={"draft": OWNER})
    assert (both.status_code, both.json()["detail"]) == (400, "There is a pasted draft and a file.")
    assert send("POST", "/import?partial=1", files=files, data={"partial": "", "plan": ""}).status_code == 200


def test_another_dataset_than_the_served_one_is_not_compared_with(send: Post, built: Settings) -> None:
    manifest, nquads = built.build / "manifest.json", built.build / "atf.nq"
    before = manifest.read_bytes(), nquads.read_bytes()
    data = before[1] + b'<http://example.org/a> <http://example.org/b> "rebuilt" <http://example.org/g> .\n'
    try:
        nquads.write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        manifest.write_text(json.dumps({**json.loads(before[0]), "sha256": sha256}), encoding="utf-8")
        response = send("POST", "/validate", **turtle(OWNER))
    finally:
        manifest.write_bytes(before[0])
        nquads.write_bytes(before[1])
    assert response.status_code == 503
    assert response.json()["detail"] == "The dataset was rebuilt since this server started; reload it."
    assert send("POST", "/validate", **turtle(OWNER)).status_code == 200


def test_limits_and_kinds(send: Post) -> None:
    assert send("POST", "/validate", **turtle(b"#" * 10_000_001)).status_code == 413
    assert send("POST", "/validate", **turtle("x", "image/png")).status_code == 415
    assert (
        send(
            "POST", "/validate", content=OWNER, headers={"content-type": "text/turtle", "content-encoding": "gzip"}
        ).status_code
        == 415
    )
    assert send("POST", "/validate", data={"draft": " "}).status_code == 400
    assert send("POST", "/validate?graph=x", **turtle(OWNER)).status_code == 422
    assert send("POST", "/import?kind=letter", files={"file": ("plan.xlsx", plan(ROW))}).status_code == 422
    bomb = with_member(plan(ROW), "xl/worksheets/sheet9.xml", bytes(400_000_000))
    refused = send("POST", "/import", files={"file": ("plan.xlsx", bomb)})
    assert (refused.status_code, refused.json()["detail"]) == (422, "The file unpacks to 400 MB; the limit is 100 MB.")


def test_an_import_is_proposed(send: Post) -> None:
    found = send("POST", "/import", files={"file": ("plan.xlsx", plan(ROW))}).json()
    assert found["proposal"]["counts"]["Measure"] == 1
    assert found["turtle"].startswith("PREFIX atf:")
    assert found["findings"]["as_of"] == "2019-12-31"


@pytest.mark.parametrize("lang", ["en", "ro"])
@pytest.mark.parametrize("task", ["validate", "import"])
def test_pages(send: Post, task: str, lang: str) -> None:
    form = send("GET", f"/{lang}/{task}")
    assert form.status_code == 200
    assert 'enctype="multipart/form-data"' in form.text
    assert send("GET", f"/{task}", headers={"accept-language": lang}).headers["location"] == f"/{lang}/{task}"
    good = send("POST", f"/{lang}/{task}", files={"file": ("plan.xlsx", plan(ROW))})
    assert good.status_code == 200
    assert "GAP-001" in good.text
    bad = send(
        "POST", f"/{lang}/{task}", files={"file": ("plan.xlsx", plan((1, "Campanie", "n", "anual", "<b>ANIPT</b>")))}
    )
    assert bad.status_code == 422
    assert "<b>ANIPT" not in bad.text
    assert ("Poate: ANITP" if lang == "ro" else "Perhaps: ANITP") in bad.text


def test_a_pasted_draft_on_the_page(send: Post) -> None:
    page = send("POST", "/ro/validate", data={"draft": OWNER, "as-of": ""})
    assert page.status_code == 200
    assert "Constatări pe care le închide" in page.text
    assert "&lt;https://w3id.org/atf/id/responsibility/draft&gt;" in page.text


def test_the_calendar(send: Post) -> None:
    response = send("GET", "/calendar.ics?lang=ro")
    assert (response.status_code, response.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "DTSTART;VALUE=DATE:20221231" in response.text
    assert "SUMMARY:Strategia 2018-2022 (valabil până la)" in response.text
    assert send("GET", "/calendar.ics?year=1999").text.count("BEGIN:VEVENT") == 0
    assert send("GET", "/calendar.ics?year=soon").status_code == 422
    assert send("GET", "/calendar.ics?lang=de").status_code == 422
    assert (
        send(
            "GET", "/calendar.ics", headers={"if-none-match": send("GET", "/calendar.ics").headers["etag"]}
        ).status_code
        == 304
    )
