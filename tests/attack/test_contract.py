"""The service keeps to its OpenAPI: schemathesis sends what the description allows, and much that it does not."""

import os
import re
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.routes.contract import contract
from api.settings import Settings
from api.web.app import create_app

CHECKS: Final = [status_code_conformance, content_type_conformance, response_schema_conformance]
# Requests for each operation, always the same ones; a longer hunt sets more of them and another start:
# ATF_HUNT=300 python -m pytest tests/attack/test_contract.py
HUNT: Final = int(os.environ.get("ATF_HUNT", "0"))
EXAMPLES: Final = HUNT or 6
# The parsing of an upload is a process of its own, and takes a second.
UPLOADS: Final = HUNT or 3


OPERATIONS: Final = [(path, method) for path, methods in contract()["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def described(server: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server}/openapi.json")


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_one_that_is_described(described: schemathesis.BaseSchema, path: str, method: str) -> None:
    @given(case=described[path][method.upper()].as_strategy())
    @settings(
        max_examples=UPLOADS if method == "post" and path != "/sparql" else EXAMPLES,
        derandomize=not HUNT,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Case[Any]) -> None:
        _spare(case)
        response = case.call(timeout=60)
        if response.status_code == 503:
            # A limit was reached: no failure, but it has to be said when to ask again.
            assert response.headers["retry-after"][0].isdigit()
            case.validate_response(response, checks=CHECKS)
        else:
            case.validate_response(response, checks=[not_a_server_error, *CHECKS])

    holds()


def _spare(case: Case[Any]) -> None:
    """Ask for the day of the dataset and for no print, unless this is a hunt: another day or a PDF takes seconds."""
    for name in ("as-of", "from", "to") if not HUNT else ():
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(case.query.get(name))):
            case.query[name] = "2022-12-31"
    if not HUNT and case.query.get("format") == "pdf":
        case.query["format"] = "csv"


def test_every_route_is_described_and_nothing_else() -> None:
    said = {(path, method) for path, methods in contract()["paths"].items() for method in methods}
    found = create_app(Settings()).openapi()
    assert said == {(path, method) for path, methods in found["paths"].items() for method in methods}
    for methods in found["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert all(one.get("description") or one["in"] == "path" for one in operation["parameters"])
            assert "application/problem+json" in operation["responses"]["503"]["content"]
