"""The dataset as files to take home: N-Quads as built, and other formats made from it when first asked for."""

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, cast

from api.errors import UnavailableError
from api.graph.dataset import Manifest, nquads_path

# The formats that are made, beside ``nq``; see ``api.web.dump_writer``.
MADE: Final = ("trig", "ttl", "jsonld")
_ROOT: Final = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Dump:
    """An open file, its size in bytes and its SHA-256; reading it by position leaves it as it is."""

    file: BinaryIO
    size: int
    sha256: str

    @classmethod
    def of(cls, file: BinaryIO) -> "Dump":
        """Measure an open file."""
        file.seek(0)
        return cls(file, os.fstat(file.fileno()).st_size, file_digest(cast(BytesIO, file), "sha256").hexdigest())


class Dumps:
    """The files of one dataset, held open: what is built later does not change them."""

    def __init__(self, nquads: Dump) -> None:
        self._files = {"nq": nquads}
        self._turn = asyncio.Lock()

    @classmethod
    def open(cls, build: Path, manifest: Manifest) -> "Dumps":
        """Open the dataset of a build; raises ``UnavailableError`` where it is not the one of the manifest."""
        path = nquads_path(build)
        try:
            found = Dump.of(path.open("rb"))
        except OSError as error:
            raise UnavailableError(f"{path} cannot be read: {error.strerror}.", "Run: make build") from error
        if found.sha256 != manifest.sha256:
            found.file.close()
            raise UnavailableError(f"{path} is not the file that its manifest describes.", "Run: make build")
        return cls(found)

    async def get(self, name: str) -> Dump:
        """Return the file of a format, made by a process of its own when it is first asked for.

        Raises ``UnavailableError`` where it cannot be made.
        """
        async with self._turn:
            if name not in self._files:
                self._files[name] = await self._make(name)
        return self._files[name]

    def close(self) -> None:
        """Close all files."""
        for dump in self._files.values():
            dump.file.close()

    async def _make(self, name: str) -> Dump:
        # It has no name in any folder, and ends with the last who has it open.
        file = tempfile.TemporaryFile()  # noqa: SIM115  # it stays open until the dataset is let go
        source = self._files["nq"].file.fileno()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.web.dump_writer", name, str(source)),
            cwd=_ROOT,
            pass_fds=[source],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            file.close()
            reason = said.decode(errors="replace").strip().rsplit("\n", 1)[-1]
            raise UnavailableError(f"The dataset cannot be written as {name}: {reason}", "Take N-Quads instead.")
        return Dump.of(file)
