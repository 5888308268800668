"""What Prometheus reads."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import __version__
from api.sparql.jobs import Statistics
from api.sparql.store import Embedded
from api.web.metrics import MEDIA

router = APIRouter()


@router.get("/metrics", summary="Counts for Prometheus")
async def metrics(request: Request) -> Response:
    """Answer with the counts since the start, the state of the query workers, and what is served."""
    state = request.app.state
    # The workers of a server elsewhere are not ours to count.
    store = state.store.statistics() if isinstance(state.store, Embedded) else Statistics()
    gauges = {
        f'atf_dataset_info{{sha256="{state.manifest.sha256}",version="{__version__}"}}': ("What is served.", 1.0),
        "atf_dataset_statements": ("Statements of the dataset.", float(state.manifest.quads)),
        "atf_dataset_loaded_seconds": (
            "When the dataset was loaded, in seconds since 1970.",
            state.generations.current.loaded_at.timestamp(),
        ),
        "atf_workers": ("Query workers that are ready or busy.", store.workers),
        "atf_workers_busy": ("Query workers that evaluate a query.", store.busy),
        "atf_workers_suspended": ("Query workers that stand still for others.", float(store.suspended)),
        "atf_queries_waiting": ("Queries that wait for a worker.", store.waiting),
    }
    counters = {"atf_workers_replaced_total": ("Query workers that ended and were replaced.", float(store.replaced))}
    counters |= {
        f"atf_reloads_{outcome}_total": (f"Reloads of the dataset that were {outcome}.", float(number))
        for outcome, number in state.generations.reloads.items()
    }
    return Response(state.metrics.text(gauges, counters), media_type=MEDIA, headers={"Cache-Control": "no-store"})
