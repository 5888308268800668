"""The built dataset in three stores: the embedded one, and two servers that `atf load` has filled."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from api.graph.dataset import load_manifest
from api.settings import Settings
from api.sparql.store import Store, open_store
from api.sparql.upload import upload
from tests.stores.servers import fuseki, oxigraph

SERVERS = {"oxigraph": oxigraph, "fuseki": fuseki}
STORES = ("embedded", *SERVERS)


@dataclass
class Stores:
    """Settings and open stores by name, and the loop that they live in."""

    runner: asyncio.Runner
    settings: dict[str, Settings]
    opened: dict[str, Store]


@pytest.fixture(scope="session")
def built(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the checkout with a copy of its build, which nobody exchanges meanwhile."""
    folder = tmp_path_factory.mktemp("built")
    for name in ("atf.nq", "manifest.json"):
        shutil.copy(settings.build / name, folder / name)
    load_manifest(folder)
    return settings.model_copy(update={"build": folder, "deadline_s": 60.0, "max_rows": 100_000, "store": None})


@pytest.fixture(scope="session")
def addresses(built: Settings) -> Iterator[dict[str, str]]:
    """The address of each server, filled; a server that cannot be had skips what needs it."""
    with ExitStack() as stack:
        found = {}
        for name, server in SERVERS.items():
            found[name] = stack.enter_context(server())
            chosen = built.model_copy(update={"store": found[name]})
            assert asyncio.run(upload(chosen, lambda _step: None)) == len(load_manifest(built.build).graphs)
        yield found


@pytest.fixture(scope="session")
def stores(built: Settings, addresses: dict[str, str]) -> Iterator[Stores]:
    """All stores, open."""
    chosen = {"embedded": built} | {name: built.model_copy(update={"store": url}) for name, url in addresses.items()}
    with asyncio.Runner() as runner:
        opened = {name: open_store(one) for name, one in chosen.items()}
        for store in opened.values():
            runner.run(store.start())
        yield Stores(runner, chosen, opened)
        for store in opened.values():
            runner.run(store.aclose())
