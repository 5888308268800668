"""A build folder: complete, absent or damaged."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from api.errors import UnavailableError
from api.graph.dataset import Manifest, load_manifest, nquads_path

QUADS = b"<x:s> <x:p> <x:o> <x:g> .\n"
MANIFEST = Manifest(
    sha256=sha256(QUADS).hexdigest(), quads=1, graphs={"x:g": 1}, classes={}, version="0.1.0",
    built_at=datetime(2026, 11, 24, 12, tzinfo=UTC), as_of=date(2022, 12, 31),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    nquads_path(tmp_path).write_bytes(QUADS)
    (tmp_path / "manifest.json").write_text(MANIFEST.model_dump_json(), encoding="utf-8")
    return tmp_path


def test_a_manifest_is_read_back(folder: Path) -> None:
    assert load_manifest(folder) == MANIFEST


@pytest.mark.parametrize("name", ["atf.nq", "manifest.json"])
def test_a_missing_build_says_how_to_make_one(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UnavailableError) as caught:
        load_manifest(folder)
    assert str(caught.value) == f"There is no built dataset in {folder}. Run: make build"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sha256": "x"}', "\xff\xfe", "null"])
def test_a_damaged_manifest_is_told(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(UnavailableError, match=r"manifest\.json is damaged\. Run: make build"):
        load_manifest(folder)


@pytest.mark.parametrize("data", [b"", QUADS[:-5], QUADS + QUADS])
def test_a_damaged_dataset_is_told(folder: Path, data: bytes) -> None:
    nquads_path(folder).write_bytes(data)
    with pytest.raises(UnavailableError, match=r"atf\.nq is damaged: it is not the file"):
        load_manifest(folder)


def test_a_dataset_that_cannot_be_read_is_told(folder: Path) -> None:
    nquads_path(folder).unlink()
    nquads_path(folder).mkdir()
    with pytest.raises(UnavailableError, match=r"cannot be read: Is a directory\. Run: make build"):
        load_manifest(folder)
