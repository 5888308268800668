"""A process that analyses the built dataset for another day than its own, for the web application.

Run as ``python -m api.analysis.check_worker DATE MEMORY_MB``: it writes the findings as N-Triples and ends.
The folders come from the settings in its environment.
"""

import asyncio
import resource
import sys
from datetime import date

from pyoxigraph import RdfFormat, serialize

from api.analysis.accounts import accounts_of
from api.analysis.check import check
from api.analysis.local import LocalStore
from api.analysis.report_rdf import finding_triples
from api.settings import Settings


def main(day: str, memory_mb: str) -> int:
    """Analyse the dataset as of a day and write the findings to standard output."""
    limit = int(memory_mb) * 1_048_576
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    analysis = check(Settings(), as_of=date.fromisoformat(day))
    facts = analysis.facts
    accounts = asyncio.run(accounts_of(LocalStore(facts.store), analysis.findings, facts.as_of, facts.today))
    written = serialize(finding_triples(accounts, facts.as_of), format=RdfFormat.N_TRIPLES)
    sys.stdout.buffer.write(written or b"")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
