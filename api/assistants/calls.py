"""Calls of tools: what each asks of the application, and its errors as sentences."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from mcp_types import Tool

from api.answering.citations import citations_of
from api.ask.words import MAX_LENGTH
from api.assistants import things
from api.assistants.replies import Json, answered, asked, covered, found, passages_in
from api.assistants.schemas import MAX_ROWS, OWN_TOOLS, ROWS, tools_of
from api.errors import ParameterError
from api.web.inside import Inside, InsideError

# Characters of a name or an IRI.
_LONGEST: Final = 1000
_FILTERS: Final = ("rule", "kind", "severity", "status", "institution", "objective")


class Calls:
    """The tools of one application: their list, and what each answers."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._inside = Inside(app)

    async def tools(self) -> list[Tool]:
        """Return all tools, with the choices of their parameters as the dataset has them."""
        return tools_of((await self._inside.json("/queries"))["queries"])

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Json:
        """Answer a call; raises ``AtfError`` with a sentence for a wrong argument, ``KeyError`` for no such tool."""
        own = next((tool for tool in OWN_TOOLS if tool.name == name), None)
        if own is None and name not in self._app.state.questions:
            raise KeyError(name)
        given = {key: value for key, value in arguments.items() if value is not None}
        if own is not None:
            _known(own, given)
        lang, limit = _lang(given.pop("lang", "en")), _limit(given.pop("limit", ROWS))
        match name:
            case "ask":
                return await self._ask(_text(given, "question", MAX_LENGTH), lang, given.get("as_of"), limit)
            case "find_entity" | "get_entity":
                # The whole answer comes from one dataset, also while another one is being loaded.
                with self._app.state.generations.current as generation:
                    if name == "find_entity":
                        return await things.find(generation.state, _text(given, "text"), limit)
                    return await things.get(generation.state, _text(given, "iri"), lang)
            case "findings":
                return await self._findings(given, lang, limit)
            case "coverage":
                passages, missing = [
                    await self._inside.json(f"/queries/{question}/results", [("lang", lang)])
                    for question in ("coverage-of-the-text", "which-documents-are-not-loaded")
                ]
                return covered(passages, missing, lang)
        question = await self._inside.json(f"/queries/{name}")
        pairs = [*_pairs(given), ("lang", lang)]
        answer = await self._inside.json(f"/queries/{name}/results", pairs)
        return answered(question, answer, lang, limit)

    async def _ask(self, question: str, lang: str, day: object, limit: int) -> Json:
        pairs = [("q", question), ("lang", lang), ("format", "json")]
        answer = await self._inside.json("/ask", [*pairs, *([("as-of", str(day))] if day else [])])
        manifest = self._app.state.manifest
        return asked(answer, manifest.sha256, str(day or manifest.as_of), limit)

    async def _findings(self, given: Mapping[str, Any], lang: str, limit: int) -> Json:
        pairs = [*_pairs({name: given[name] for name in _FILTERS if name in given}), ("format", "json")]
        pairs += [("as-of", str(given["as_of"]))] if given.get("as_of") else []
        report = await self._inside.json("/findings", pairs)
        with self._app.state.generations.current as generation:
            state = generation.state
            cited = await citations_of(state.store, state.editions, passages_in(report, limit))
        public = {iri: one.public() for iri, one in cited.items()}
        return found(report, lang, limit, {iri: {**one, "cite": one["cite"][lang]} for iri, one in public.items()})


def sentence(error: Exception) -> str:
    """Return an error as an assistant reads it: what is wrong, what to do, and what was perhaps meant."""
    text = str(error)
    if isinstance(error, InsideError):
        near = error.members.get("suggestions")
        if near and "Perhaps" not in text:
            text += f" Perhaps: {', '.join(map(str, near))}."
    return text


def _known(tool: Tool, given: Mapping[str, Any]) -> None:
    properties = tool.input_schema["properties"]
    for name in given:
        if name not in properties:
            hint = f"Its arguments are: {', '.join(properties)}."
            raise ParameterError(f"The tool '{tool.name}' has no argument '{name[:60]}'.", hint, parameter=name[:60])


def _text(given: Mapping[str, Any], name: str, limit: int = _LONGEST) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        wrong = "missing" if value is None else "empty" if isinstance(value, str) else "no text"
        raise ParameterError(f"The argument '{name}' is {wrong}.", "Give a text.", parameter=name)
    text = " ".join(value.split())
    if len(text) > limit:
        message = f"The argument '{name}' has {len(text)} characters (limit {limit})."
        raise ParameterError(message, "Ask one thing at a time.", parameter=name, limit=name, value=limit)
    return text


def _lang(value: object) -> str:
    if value not in {"en", "ro"}:
        raise ParameterError("The language is 'en' or 'ro'.", "For example lang=ro.", parameter="lang")
    return str(value)


def _limit(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_ROWS:
        raise ParameterError("'limit' is no number of rows.", f"Give one from 1 to {MAX_ROWS}.", parameter="limit")
    return value


def _pairs(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return arguments as the fields of an address; a list stands for alternatives only where a route reads commas."""
    made = []
    for name, value in given.items():
        if isinstance(value, dict | list | bool):
            raise ParameterError(f"The value of '{name[:60]}' is no text.", "Give one text.", parameter=name[:60])
        made.append((name, str(value)))
    return made
