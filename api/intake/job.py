"""What the worker does for a file: read it, propose, compare the findings; one JSON object comes out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pyoxigraph import Quad, RdfFormat, Store, parse

from api.errors import UnavailableError
from api.graph.asof import parse_date
from api.graph.dataset import load_manifest, nquads_path
from api.intake.draft import read_draft
from api.intake.framework import Framework, framework_of
from api.intake.proposal import Options, Proposal, propose
from api.intake.whatif import changes_of
from api.settings import Settings
from api.vocabulary import GRAPH

Progress = Callable[[str], None]
_RULES: Final = f"<{GRAPH}rule/"


@dataclass(frozen=True)
class Job:
    """A file and what to do with it: ``import`` proposes files, ``validate`` only compares."""

    task: str
    options: Options
    media: str = ""
    as_of: str | None = None
    findings: bool = True
    # SHA-256 of the dataset that is meant; empty for the one that is built.
    dataset: str = ""


def framework_of_build(settings: Settings) -> Framework:
    """Read the built dataset into a framework; raises ``UnavailableError`` where there is none."""
    load_manifest(settings.build)
    store = Store()
    store.bulk_extend(
        copy
        for quad in parse(path=str(nquads_path(settings.build)), format=RdfFormat.N_QUADS)
        if not str(quad.graph_name).startswith(_RULES)
        for copy in (quad, Quad(quad.subject, quad.predicate, quad.object))
    )
    return framework_of(store)


def run(settings: Settings, job: Job, data: bytes, progress: Progress = lambda _step: None) -> dict[str, Any]:
    """Do a job and return its result as JSON; raises what reading the file raises."""
    found: dict[str, Any] = {}
    for part in parts(settings, job, data, progress):
        found |= part
    return found


def parts(settings: Settings, job: Job, data: bytes, progress: Progress) -> Iterator[dict[str, Any]]:
    """Yield what a file proposes, and then what that changes in the findings, which takes longer."""
    day = parse_date(job.as_of) if job.as_of else None
    if job.dataset and load_manifest(settings.build).sha256 != job.dataset:
        # What a client reads next to the answer is the served dataset: comparing with another one would mislead.
        raise UnavailableError(
            "The dataset was rebuilt since this server started; reload it.",
            "Whoever runs the server: atf build --reload, or start it again.",
        )
    if job.media:
        draft = read_draft(data, job.media)
        yield {"errors": [], **changes_of(settings, draft, as_of=day, progress=progress).public()}
        return
    progress("reading the graph")
    proposal = propose(framework_of_build(settings), data, job.options, progress)
    errors = [remark.public() | {"line": remark.line()} for remark in proposal.remarks.faults()]
    yield {
        "errors": errors,
        "notices": [remark.public() | {"line": remark.line()} for remark in proposal.remarks.notices()],
        "proposal": proposal.public(),
        "name": proposal.name,
        "label": proposal.label,
        "turtle": proposal.turtle,
        "findings": None,
    }
    if job.findings and proposal.text and (job.options.partial or not errors):
        day = day or _day(settings, proposal)
        changes = changes_of(settings, proposal, instead_of=proposal.graph, as_of=day, progress=progress)
        yield changes.public() if job.task == "validate" else {"findings": changes.public()}


def _day(settings: Settings, proposal: Proposal) -> date:
    """Return the dataset's day if the plan counts on it, else the last day on which the plan does."""
    day = load_manifest(settings.build).as_of
    if proposal.first <= day <= proposal.last:
        return day
    return proposal.last if proposal.last < day else proposal.first
