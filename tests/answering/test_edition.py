"""Text editions: known by their hash, read by lines, absent without a folder."""

import hashlib
from pathlib import Path

import pytest

from api.answering.edition import MAX_BYTES, Editions, normal_form
from tests.small import FIXTURES

SHA256 = hashlib.sha256(normal_form((FIXTURES / "edition.txt").read_text(encoding="utf-8")).encode()).hexdigest()


def test_lines_are_counted_in_the_normal_form() -> None:
    editions = Editions(FIXTURES)
    assert editions.has(SHA256)
    words = editions.words(SHA256, 2, 3)
    assert words is not None
    assert words.split("\n")[0] == "A. The Ministry of Harbours"
    assert words.split("\n")[1].startswith("1. The Harbour Agency coordinates")


@pytest.mark.parametrize(("first", "last"), [(0, 1), (3, 2), (7, 8), (-1, -1)])
def test_lines_that_are_not_there_have_no_words(first: int, last: int) -> None:
    assert Editions(FIXTURES).words(SHA256, first, last) is None


def test_another_copy_of_the_same_text_is_the_same_edition(tmp_path: Path) -> None:
    text = (FIXTURES / "edition.txt").read_text(encoding="utf-8")
    (tmp_path / "copy.txt").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "  \r\n\r\n").encode())
    assert Editions(tmp_path).has(SHA256)


def test_without_a_readable_copy_there_are_no_words(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "huge.txt").write_bytes(b"a" * (MAX_BYTES + 1))
    (tmp_path / "folder.txt").mkdir()
    for folder in (None, tmp_path / "missing", tmp_path):
        assert not Editions(folder).has(SHA256)
        assert Editions(folder).words(SHA256, 1, 1) is None
