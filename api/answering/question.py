"""What a question file says: its texts, typed parameters, columns, expectations and query.

How a value is bound. The parameter ``target-group`` is the variable ``?targetGroup``. The file holds a line
``VALUES ?targetGroup { <example> } # @param target-group`` wherever the variable is read, so that it runs
unchanged in any SPARQL 1.1 engine and answers for the example. ``Question.bind`` takes these lines out and
hands the values to the store as terms; no value ever becomes text. A line that ends in
``# @with target-group`` holds only when that optional parameter is given, and is taken out otherwise: what
then remains is the unrestricted question.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final, Literal

import pyoxigraph
from pydantic import BaseModel, ConfigDict, Field

from api.vocabulary import PREFIXES

Term = pyoxigraph.NamedNode | pyoxigraph.Literal | pyoxigraph.BlankNode

PARAM_LINE: Final = re.compile(r"^\s*VALUES \?(\w+) \{ (.+) \}\s+# @param ([a-z][a-z-]*)$")
WITH_LINE: Final = re.compile(r"# @with ([a-z][a-z-]*)$")


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(_Header):
    """A text in English and Romanian."""

    en: str = Field(min_length=1)
    ro: str = Field(min_length=1)


class Parameter(_Header):
    """A typed parameter of a question; its example is what the file itself binds."""

    type: Literal["iri", "string", "date", "enum", "integer"]
    label: Text
    # Prefixed names of classes, one of which the thing must be of.
    classes: list[str] = Field(default_factory=list, alias="class")
    # Prefixed name of the concept scheme that the thing must stand in.
    scheme: str | None = None
    required: bool = False
    # "dataset" on a date stands for the date of the dataset (model.md §7).
    default: str | None = None
    enum: dict[str, Text] = Field(default_factory=dict)
    example: str = ""

    def public(self, dataset_date: str, choices: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, Any]:
        """Return the parameter as the catalogue shows it (architecture.md, "Fixed details").

        ``choices`` are the concepts of the parameter's scheme: short name -> labels by language.
        """
        labels = {value: text.model_dump() for value, text in self.enum.items()} or choices or {}
        return {
            "type": self.type,
            "class": self.classes[0] if len(self.classes) == 1 else self.classes or None,
            "scheme": self.scheme,
            "required": self.required,
            "default": dataset_date if self.default == "dataset" else self.default,
            "enum": list(labels) or None,
            "enum_labels": dict(labels) or None,
            "example": self.example,
            "label": self.label.model_dump(),
        }


class Column(Text):
    """A column: its name for readers, and the names of its values where they are codes."""

    values: dict[str, Text] = Field(default_factory=dict)
    # True on a column of statements whose own, narrower lines are cited beside the source.
    cite: bool = False
    # True on a column of addresses of other publishers, to which a page links straight.
    address: bool = False


class Expectation(_Header):
    """What the answer on the project's own data must hold; rows are partial, IRIs may be short."""

    params: dict[str, str] = Field(default_factory=dict)
    rows: list[dict[str, str]] = Field(default_factory=list)
    absent: list[dict[str, str]] = Field(default_factory=list)
    count: int | None = None
    min_rows: int = 0


class Question(_Header):
    """One question."""

    id: str
    title: Text
    summary: Text
    audience: list[Literal["legal", "policy", "data"]] = Field(min_length=1)
    tags: list[str] = Field(min_length=1)
    params: dict[str, Parameter] = Field(default_factory=dict)
    columns: dict[str, Column]
    # What an answer without rows means.
    empty: Text
    caveat: Text
    tests: list[Expectation] = Field(min_length=1)
    sparql: str

    def public(
        self, dataset_date: str, choices: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None
    ) -> dict[str, Any]:
        """Return the question as ``/queries`` lists it; ``choices`` are the concepts of each scheme."""
        known = choices or {}
        return {
            **self.model_dump(include={"id", "title", "summary", "audience", "tags"}),
            "params": {
                name: parameter.public(dataset_date, known.get(parameter.scheme or ""))
                for name, parameter in self.params.items()
            },
            "columns": {name: {"en": column.en, "ro": column.ro} for name, column in self.columns.items()},
            **self.model_dump(include={"empty", "caveat"}),
        }

    def shown(self, lang: str, given: Collection[str]) -> list[str]:
        """Return the columns that a page shows: not a parameter that was given, nor the other language."""
        other = "Ro" if lang == "en" else "En"
        asked = {variable(name) for name in given}
        return [name for name in self.columns if name not in asked and not name.endswith(other)]

    def bind(self, values: Mapping[str, Term]) -> tuple[str, dict[str, Term]]:
        """Return the query without its example lines, and the terms of the given parameters by variable."""
        kept = []
        for line in self.sparql.splitlines():
            condition = WITH_LINE.search(line)
            if not PARAM_LINE.match(line) and not (condition and condition[1] not in values):
                kept.append(line)
        return "\n".join(kept) + "\n", {variable(name): term for name, term in values.items()}

    def written(self, values: Mapping[str, Term]) -> str:
        """Return the query with the given values in place of its examples, for a reader to run elsewhere.

        It is for show: the server itself binds terms. A term is written by the RDF library, which escapes it.
        """
        kept = []
        for line in self.sparql.splitlines():
            found, condition = PARAM_LINE.match(line), WITH_LINE.search(line)
            if found and found[3] in values:
                indent = line[: len(line) - len(line.lstrip())]
                kept.append(f"{indent}VALUES ?{found[1]} {{ {values[found[3]]} }}")
            elif not found and not (condition and condition[1] not in values):
                kept.append(line)
        return "\n".join(kept).strip() + "\n"


def variable(parameter: str) -> str:
    """Return the variable of a parameter: ``target-group`` is ``targetGroup``."""
    return re.sub(r"-(\w)", lambda match: match[1].upper(), parameter)


def expand(name: str) -> str:
    """Return the full IRI of a prefixed name of the project's prefix table, or the name itself."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name
