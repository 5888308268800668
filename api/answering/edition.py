"""The text editions that a reader has at hand: words are read from them and kept nowhere else."""

import hashlib
import logging
from pathlib import Path
from typing import Final

logger = logging.getLogger(__name__)

# A text edition is a book at most; anything larger in the folder is not one.
MAX_BYTES: Final = 8_000_000


def normal_form(text: str) -> str:
    """Return a text in the form whose SHA-256 names an edition (model.md §6).

    Blank lines are removed, leading and trailing white space of each line is trimmed, lines end in LF.
    """
    lines = [line.strip() for line in text.removeprefix("\ufeff").split("\n")]
    return "".join(f"{line}\n" for line in lines if line)


class Editions:
    """The editions found in a folder, by the SHA-256 of their normal form.

    The folder is read once, at the first question about it, and again only by a new object.
    A missing folder, or None, holds no edition.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._texts: dict[str, tuple[str, ...]] | None = None

    def _read(self) -> dict[str, tuple[str, ...]]:
        texts: dict[str, tuple[str, ...]] = {}
        if self._folder is None:
            return texts
        if not self._folder.is_dir():
            logger.warning("The folder of the text editions is not there: %s", self._folder)
            return texts
        for file in sorted(self._folder.glob("*.txt")):
            try:
                if file.stat().st_size > MAX_BYTES:
                    continue
                text = normal_form(file.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                logger.warning("The edition %s cannot be read: %s", file.name, error)
                continue
            # Not splitlines(): it also breaks at characters that do not end a line of an edition.
            texts[hashlib.sha256(text.encode()).hexdigest()] = tuple(text.split("\n")[:-1])
        return texts

    def has(self, sha256: str) -> bool:
        """Tell whether the edition with this SHA-256 is at hand."""
        if self._texts is None:
            self._texts = self._read()
        return sha256 in self._texts

    def words(self, sha256: str, first: int, last: int) -> str | None:
        """Return lines ``first`` to ``last`` (1-based, inclusive) of an edition, joined by LF.

        None where the edition is not at hand or does not have these lines.
        """
        if not self.has(sha256) or self._texts is None:
            return None
        lines = self._texts[sha256]
        if not 1 <= first <= last <= len(lines):
            return None
        return "\n".join(lines[first - 1 : last])
