"""The analyses that the web application serves: that of the build, and those of other days on request."""

import asyncio
import os
import sys
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, parse

from api.analysis.accounts import Report, accounts_of
from api.analysis.facts import FINDINGS_GRAPH
from api.analysis.findings_graph import Facts, read_findings, statements_of, stored_findings
from api.analysis.rules import RuleSet
from api.errors import LimitError, UnavailableError
from api.graph.dataset import Manifest
from api.settings import Settings
from api.sparql.store import Reader

# Reports that are kept; each is a few hundred findings.
MAX_KEPT: Final = 32
# An analysis is some dozens of queries and a process that reads the dataset: it may take this many deadlines.
PATIENCE: Final = 4
_ROOT: Final = Path(__file__).resolve().parent.parent.parent


class Analyses:
    """Reports by day. No rule is ever evaluated in the web process: another day costs a process of its own.

    One such process runs at a time, within the memory of a query and some times its deadline.
    """

    def __init__(self, settings: Settings, store: Reader, manifest: Manifest, rules: RuleSet) -> None:
        self.rules = rules
        self._settings = settings
        self._store = store
        self._manifest = manifest
        self._kept: OrderedDict[date, Report] = OrderedDict()
        self._turn = asyncio.Lock()

    async def report(self, as_of: date | None = None) -> Report:
        """Return the report for a day (default: that of the dataset), without the integrity rules.

        Raises ``LimitError`` where the analysis takes longer than it may.
        """
        day = as_of or self._manifest.as_of
        if day in self._kept:
            self._kept.move_to_end(day)
            return self._kept[day]
        limit_s = PATIENCE * self._settings.deadline_s
        try:
            async with asyncio.timeout(limit_s), self._turn:
                if day not in self._kept:
                    self._keep(day, await self._made(day))
        except TimeoutError as error:
            raise LimitError(
                f"The analysis as of {day} took longer than {limit_s:g} s.",
                "Ask again, or for the date of the dataset.",
                {"Retry-After": "30"},
                limit_s=limit_s,
            ) from error
        return self._kept[day]

    def _keep(self, day: date, report: Report) -> None:
        self._kept[day] = report
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    async def _made(self, day: date) -> Report:
        if day == self._manifest.as_of and FINDINGS_GRAPH in self._manifest.graphs:
            findings = await stored_findings(self._store, self.rules)
        else:
            written = await self._work(day)
            statements = await asyncio.to_thread(_read, written)
            findings = await read_findings(self._store, statements, self.rules)
        accounts = await accounts_of(self._store, findings, day, date.today())
        return Report(day, self._manifest.sha256, accounts)

    async def _work(self, day: date) -> bytes:
        """Run the worker for a day; it is killed when the request that waits for it ends first."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.analysis.check_worker", day.isoformat(), str(self._settings.memory_mb)),
            cwd=_ROOT,
            env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            output, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            last = said.decode(errors="replace").strip().rsplit("\n", 1)[-1]
            raise UnavailableError(f"The analysis as of {day} failed.", last[:200])
        return output

    def _environment(self) -> Mapping[str, str]:
        own = {"ATF_ROOT": str(self._settings.root), "ATF_BUILD": str(self._settings.build)}
        return {**os.environ, **own}


def _read(written: bytes) -> Facts:
    return statements_of(quad.triple for quad in parse(written, format=RdfFormat.N_TRIPLES))
