"""The press: one process at a time that makes a PDF, within a deadline."""

import asyncio
import sys
from typing import Final

from api.errors import LimitError, UnavailableError
from api.printing.writer import NO_LIBRARIES
from api.settings import ROOT

PDF: Final = "application/pdf"
# Seconds for a document, those in which it waits for its turn included; the longest takes a quarter of it.
DEADLINE_S: Final = 60.0
_HINT: Final = "On Debian and Ubuntu: apt-get install libpangoft2-1.0-0. Or take the same as a workbook: format=xlsx."
_turn: Final = asyncio.Semaphore(1)


async def print_pdf(html: str, address: str) -> bytes:
    """Return a page of ours as a tagged PDF; its links are completed by an address.

    Raises ``UnavailableError`` where the system has no Pango, ``LimitError`` where it takes too long.
    """
    try:
        async with asyncio.timeout(DEADLINE_S):
            async with _turn:
                return await _written(html, address)
    except TimeoutError as error:
        message = f"The document was not ready within {DEADLINE_S:g} s."
        raise LimitError(message, "Choose less.", {"Retry-After": "30"}, limit_s=DEADLINE_S) from error


async def _written(html: str, address: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.printing.writer", address),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        body, said = await process.communicate(html.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return body
    if process.returncode == NO_LIBRARIES:
        raise UnavailableError("This machine has no Pango, which PDF needs.", _HINT)
    last = said.decode(errors="replace").strip().rsplit("\n", 1)[-1]
    raise UnavailableError("The document could not be made.", last[:200])
