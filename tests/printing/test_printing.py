"""Reports as PDF and as workbooks: what is in them, who can read them, and what is said where they cannot be made."""

import asyncio
import re
import shutil
import subprocess
import sys
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from api.cli import main
from api.errors import LimitError, UnavailableError
from api.perspectives.table import Cell, Column, Part, Row, Table
from api.printing import press
from api.printing.pages import strips
from api.printing.press import print_pdf
from api.printing.writer import NO_LIBRARIES
from api.settings import ROOT
from tests.endpoint import get, listening

PDF = "application/pdf"


@pytest.fixture(scope="session")
def pango() -> None:
    """Skip where the libraries are missing that WeasyPrint loads."""
    found = subprocess.run([sys.executable, "-c", "import weasyprint"], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip("there is no Pango on this machine (on Debian: apt-get install libpangoft2-1.0-0)")


def text_of(pdf: bytes, folder: Path) -> str:
    """Return the words of a PDF, where poppler's tool is at hand."""
    if not shutil.which("pdftotext"):
        pytest.skip("there is no pdftotext on this machine (on Debian: apt-get install poppler-utils)")
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    command = ["pdftotext", "-layout", str(file), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def assert_tagged(pdf: bytes, lang: str) -> None:
    assert pdf.startswith(b"%PDF-1.7")
    written = b""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            written += zlib.decompress(found[1])
    for mark in (b"/StructTreeRoot", b"/Marked true", b"/Lang (%s)" % lang.encode(), b"pdfuaid:part"):
        assert mark in written, mark


@pytest.mark.usefixtures("pango")
def test_a_dossier_in_romanian(server: str, tmp_path: Path) -> None:
    answer = get(f"{server}/dossier/igi?lang=ro&format=pdf", timeout=120)
    assert answer.headers["content-type"] == PDF
    assert answer.headers["content-disposition"].startswith('attachment; filename="dossier-igi-')
    assert_tagged(answer.content, "ro")
    text = " ".join(text_of(answer.content, tmp_path).split())
    for words in ("Inspectoratul General pentru Imigrări", "Atribuții pe funcții", "31 decembrie 2022", "XIV.A.4"):
        assert words in text
    assert get(f"{server}/health").json()["dataset"] in text


@pytest.mark.usefixtures("pango")
def test_findings_that_are_chosen(server: str, tmp_path: Path) -> None:
    answer = get(f"{server}/findings?rule=OVL-001&lang=en&format=pdf", timeout=120)
    assert answer.headers["content-type"] == PDF
    assert_tagged(answer.content, "en")
    text = text_of(answer.content, tmp_path)
    ids = [one["id"] for one in get(f"{server}/findings?rule=OVL-001").json()["findings"]]
    assert ids
    assert all(one in text for one in ids)
    assert "GAP-001" not in text


def test_a_workbook_opens(server: str) -> None:
    for path in ("/dossier/igi?lang=ro", "/matrix?lang=en", "/findings?lang=ro"):
        answer = get(f"{server}{path}&format=xlsx", timeout=60)
        book = openpyxl.load_workbook(BytesIO(answer.content))
        assert len(book.sheetnames) > 1
        assert all(sheet.max_row > 0 for sheet in book)


def test_a_machine_without_pango_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # The loader of libraries finds none, as on a bare machine.
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(UnavailableError, match="no Pango") as told:
        asyncio.run(print_pdf("<p>x</p>", "http://localhost"))
    assert (told.value.status, told.value.exit_code) == (503, 3)
    assert "format=xlsx" in told.value.hint
    command = [sys.executable, "-m", "api.printing.writer"]
    assert subprocess.run(command, cwd=ROOT, input=b"", capture_output=True, check=False).returncode == NO_LIBRARIES


def test_a_document_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "DEADLINE_S", 0.01)
    with pytest.raises(LimitError, match=r"within 0\.01 s"):
        asyncio.run(print_pdf("<p>x</p>", "http://localhost"))


@pytest.mark.usefixtures("pango")
def test_nothing_is_fetched() -> None:
    with listening() as (port, callers):
        html = f'<html lang="en"><title>x</title><p>x<img src="http://127.0.0.1:{port}/x" alt="x">'
        assert asyncio.run(print_pdf(html, "http://localhost")).startswith(b"%PDF")
    assert callers == []


def test_the_verb(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "matrix.xlsx"
    assert main(["report", "matrix", "--format", "xlsx", "--lang", "ro", "--out", str(file)]) == 0
    assert openpyxl.load_workbook(file).sheetnames[0] == "matrix"
    assert main(["report", "dossier", "nobody", "--format", "xlsx", "--out", str(file)]) == 2
    assert "nobody" in capsys.readouterr().err
    assert main(["report", "dossier"]) == 2
    assert main(["report", "matrix", "--format", "xlsx", "--out", str(tmp_path / "no" / "x")]) == 3


def test_a_wide_table_is_parted() -> None:
    columns = tuple(Column(f"c{n}") for n in range(21))

    def row(name: str, *spoken: int) -> Row:
        return Row((Cell((Part(name),)), *(Cell((Part("x"),) if n in spoken else ()) for n in range(1, 21))))

    parts = strips(Table(columns, (row("first", 1), row("last", 20), row("silent"))))
    seen = [(part.first, part.last, [one.cells[0].text for one in part.rows]) for part in parts]
    assert seen == [(1, 8, ["first", "silent"]), (17, 20, ["last"])]
