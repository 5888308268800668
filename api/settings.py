"""Every setting in one place; each is documented in README.md, which a test compares."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of the application, read from the environment (``ATF_…``)."""

    model_config = SettingsConfigDict(env_prefix="ATF_", extra="ignore")

    root: Path = Field(
        default=ROOT,
        description="The checkout: the folder that holds ontology/, shapes/, data/ and queries/.",
    )
    build: Path = Field(default=ROOT / "build", description="Where the built dataset (atf.nq, manifest.json) lies.")
    sources: Path | None = Field(
        default=None, description="A folder with text editions; its words are shown beside statements."
    )
    store: str | None = Field(
        default=None, description="Base address of a SPARQL 1.1 server to use instead of the embedded store."
    )
    store_query: str | None = Field(
        default=None, description="Address of that server's query endpoint, where it is not found by itself."
    )
    store_graphs: str | None = Field(
        default=None, description="Address of that server's graph store, where it is not found by itself."
    )
    public_url: str | None = Field(
        default=None,
        description="Address under which clients reach the service, if a proxy stands before it.",
    )
    workers: int = Field(default=2, ge=1, le=16, description="Query worker processes.")
    deadline_s: float = Field(default=10.0, gt=0, description="Seconds after which a query is ended.")
    memory_mb: int = Field(default=2048, ge=256, description="Address space of one query worker, in MiB.")
    slow_s: float = Field(
        default=20.0, gt=0, description="Seconds in which the head of a request, and then its body, must have come in."
    )
    max_rows: int = Field(default=10_000, ge=1, description="Rows of a result; more are cut, and the answer says so.")
    max_result_mb: int = Field(default=64, ge=1, description="Size of a result in MB; a larger one is refused.")
    max_query_kb: int = Field(default=256, ge=1, description="Size of a query or request body in kB.")
    max_depth: int = Field(default=100, ge=1, description="Nesting depth of a query.")
    max_operators: int = Field(default=2000, ge=1, description="Operators in a query.")
    log: Literal["requests", "queries", "none"] = Field(
        default="requests",
        description="One line of JSON on standard output for each request: without its query, with it, or none.",
    )
