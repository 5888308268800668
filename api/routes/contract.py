"""What our OpenAPI says beyond what FastAPI knows: answers, problems and parameters (``openapi.yaml``)."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from fastapi import FastAPI

from api.web.media import HTML, PROBLEM

_FILE: Final = Path(__file__).with_name("openapi.yaml")
_SCHEMAS: Final = "#/components/schemas/"


@cache
def contract() -> dict[str, Any]:
    """Return what the file says."""
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def install(app: FastAPI) -> None:
    """Let an application's OpenAPI say what the file says; a route that it does not name stays as FastAPI has it."""
    bare = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _joined(bare())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _joined(schema: dict[str, Any]) -> dict[str, Any]:
    said = contract()
    paths = {
        path: {
            method: _operation(operation, said["paths"].get(path, {}).get(method))
            for method, operation in methods.items()
        }
        for path, methods in schema["paths"].items()
    }
    schemas = {**schema.get("components", {}).get("schemas", {}), **_resolved(said["schemas"])}
    return {**schema, "paths": paths, "components": {"schemas": schemas}}


def _operation(operation: dict[str, Any], own: dict[str, Any] | None) -> dict[str, Any]:
    if own is None:
        return operation
    said = contract()
    shared = said["parameters"]
    listed = [shared[one] if isinstance(one, str) else one for one in own.get("parameters", ())]
    parameters = {(one["name"], one["in"]): one for one in (*operation.get("parameters", ()), *listed)}
    responses = {"200": {"description": "The answer.", "content": _content(own["answers"])}}
    if own.get("page"):
        responses["303"] = {"description": "Another address: the page for a browser, or the description of a thing."}
    responses["304"] = {"description": "The client has the answer already (If-None-Match)."}
    problem = {PROBLEM: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}, HTML: {"schema": {"type": "string"}}}
    for status in sorted({*said["everywhere"], *own.get("problems", ())}):
        responses[str(status)] = {"description": said["problems"][status], "content": problem}
    found = {**operation, "parameters": list(parameters.values()), "responses": responses}
    if "body" in own:
        content = {media: {"schema": {"type": "string", "format": "binary"}} for media in own["body"]}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _content(answers: dict[str, str]) -> dict[str, Any]:
    return {media: {"schema": {"$ref": _SCHEMAS + name}} for media, name in answers.items()}


def _resolved(part: Any) -> Any:
    """Write the short references of the file (``$ref: Words``) as OpenAPI has them."""
    if isinstance(part, dict):
        return {key: _SCHEMAS + value if key == "$ref" else _resolved(value) for key, value in part.items()}
    return [_resolved(one) for one in part] if isinstance(part, list) else part
