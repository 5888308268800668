"""What the tools are: name, words and typed parameters, made from the question files and a few of our own."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mcp_types import Tool, ToolAnnotations

# Rows that an assistant gets unless it asks for more, and the most that it can ask for.
ROWS: Final = 50
MAX_ROWS: Final = 500
# Choices that a schema lists; longer lists are looked up by find_entity.
_MAX_CHOICES: Final = 80

_READS: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_LANG: Final = {"type": "string", "enum": ["en", "ro"], "default": "en", "description": "Language of the labels."}
_DAY: Final = {"type": "string", "format": "date", "description": "The day to answer for, as 2022-12-31."}
# Short, because it stands on every tool: what the members mean, the instructions of the server say.
_RESULT: Final = {"type": "object", "required": ["dataset", "as_of", "not_in_graph", "passages", "sources"]}


def _limit(what: str) -> dict[str, Any]:
    return {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_ROWS,
        "default": ROWS,
        "description": f"At most so many {what}.",
    }


def _tool(name: str, title: str, description: str, properties: Mapping[str, Any], required: Iterable[str] = ()) -> Tool:
    schema = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }
    return Tool(
        name=name, title=title, description=description, input_schema=schema, output_schema=_RESULT, annotations=_READS
    )


def question_tool(question: Mapping[str, Any]) -> Tool:
    """Return the tool of a question as ``/queries`` lists it; its name is the question's id."""
    properties = {name: _property(parameter) for name, parameter in question["params"].items()}
    required = [name for name, parameter in question["params"].items() if parameter["required"]]
    description = f"{question['summary']['en']} An empty answer means: {question['empty']['en']}"
    return _tool(
        question["id"],
        question["title"]["en"],
        description,
        {**properties, "lang": _LANG, "limit": _limit("rows")},
        required,
    )


def _property(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter: choices where they are few, a format for dates, an example for the rest."""
    words = f"{parameter['label']['en']}."
    if parameter["default"]:
        words += f" Default: {parameter['default']}."
    made: dict[str, Any] = {"type": "integer" if parameter["type"] == "integer" else "string"}
    choices = parameter["enum"]
    if choices and len(choices) <= _MAX_CHOICES:
        return {**made, "enum": list(choices), "description": words}
    if parameter["type"] == "date":
        return {**made, "format": "date", "description": words}
    if parameter["type"] == "iri":
        kinds = parameter["class"] if isinstance(parameter["class"], list) else [parameter["class"] or "any thing"]
        names = " or ".join(kind.partition(":")[2] or kind for kind in kinds)
        words += f" An IRI, short name or name of: {names}."
    if parameter["example"]:
        words += f" Example: {parameter['example']}"
    return {**made, "description": words}


_WORDS: Final = {"type": "string", "minLength": 1, "maxLength": 500}
OWN_TOOLS: Final = (
    _tool(
        "ask",
        "Ask in plain words",
        "Answers a question in Romanian or English from the graph alone, best answer first, each with its passage. "
        "It never guesses: not_in_graph is true where the graph holds no answer.",
        {"question": {**_WORDS, "description": "The question."}, "lang": _LANG, "as_of": _DAY},
        ("question",),
    ),
    _tool(
        "find_entity",
        "Find a thing by name",
        "Finds institutions, acts, functions, objectives, passages … by name, acronym or number, with or without "
        "diacritics, in Romanian or English, and gives their IRIs.",
        {"text": {**_WORDS, "description": "Words of a name, an acronym or a number."}, "limit": _limit("hits")},
        ("text",),
    ),
    _tool(
        "get_entity",
        "Everything about a thing",
        "Gives all that the graph says of one thing: each statement with who says it (stated by the document, "
        "external, interpreted by the editors, inferred), its duties, and what refers to it.",
        {
            "iri": {**_WORDS, "maxLength": 1000, "description": "Its IRI, or its short name: institution/anitp."},
            "lang": _LANG,
        },
        ("iri",),
    ),
    _tool(
        "findings",
        "Gaps and overlaps",
        "Lists what the analysis has found: gaps, overlaps, contradictions, what cannot be assessed, each with its "
        "evidence and what to do. Several values of a filter are parted by commas.",
        {
            "rule": {"type": "string", "description": "Rule ids, for example GAP-001."},
            "kind": {"type": "string", "description": "Kinds of rules, for example gap or overlap."},
            "severity": {"type": "string", "description": "Severities, for example high."},
            "status": {"type": "string", "description": "Statuses, for example open or not-assessable."},
            "institution": {"type": "string", "description": "IRI or short name (anitp) of an institution."},
            "objective": {"type": "string", "description": "IRI or short name of an objective."},
            "as_of": _DAY,
            "lang": _LANG,
            "limit": _limit("findings"),
        },
    ),
    _tool(
        "coverage",
        "What the graph covers",
        "Tells which documents are loaded, how completely, which documents are only referred to, and for which day "
        "it answers. Read it before taking silence for an answer.",
        {"lang": _LANG},
    ),
)


def tools_of(questions: Iterable[Mapping[str, Any]]) -> list[Tool]:
    """Return all tools: our own first, then one for each question."""
    return [*OWN_TOOLS, *(question_tool(question) for question in questions)]
