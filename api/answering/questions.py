"""The folder of question files, loaded and linted: a wrong file fails with its line and the reason."""

import re
from pathlib import Path
from typing import Any, Final

import pyoxigraph
import yaml
from pydantic import ValidationError

from api.answering.question import PARAM_LINE, WITH_LINE, Question, variable
from api.errors import BuildError

__all__ = ["SOURCE", "Question", "load_question", "load_questions"]

# The variable in which every row names the place that it rests on.
SOURCE: Final = "source"
# Words of the request itself, which no parameter may take.
RESERVED: Final = frozenset({"format", "lang"})

# The parser in C where PyYAML has it: the headers are most of what loading costs.
_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

# What may hold a word that is no keyword: strings, IRIs, comments, variables and prefixed names.
_NO_KEYWORD: Final = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^<>"{}|^`\\\s]*>|#[^\n]*|[?$]\w+|\w+:[\w-]*'
)
_REFUSED: Final = re.compile(r"\b(SERVICE|FROM|LIMIT|OFFSET)\b", re.IGNORECASE)
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_questions(folder: Path) -> dict[str, Question]:
    """Load and lint every question file of a folder, by id.

    Raises ``BuildError`` with the file, the line and the reason for the first file that is wrong.
    """
    return {file.stem: load_question(file) for file in sorted(folder.glob("*.rq"))}


def load_question(file: Path) -> Question:
    """Load and lint one question file; raises ``BuildError`` with the file, the line and the reason."""
    return _File(file).question()


class _File:
    """A file under inspection: its lines, and where its header ends."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            self.lines = []
            raise self.fail(1, f"The file cannot be read: {error}.") from error
        numbered = enumerate(self.lines)
        self.size = next((number for number, line in numbered if not line.startswith("#+")), len(self.lines))

    def fail(self, line: int, reason: str) -> BuildError:
        """Make the error that names the file, the 1-based line and the reason."""
        return BuildError(f"{self.file.parent.name}/{self.file.name}:{line}: {reason}")

    def question(self) -> Question:
        """Read the header and the query, and check them."""
        try:
            question = Question.model_validate(
                {
                    **self._header(),
                    "id": self.file.stem,
                    "sparql": "\n".join(self.lines[self.size :]).rstrip() + "\n",
                }
            )
        except ValidationError as error:
            first = error.errors()[0]
            place = first["loc"]
            # A key that is missing stands nowhere; what should hold it does.
            line = self._line_of(*(place[:-1] if first["type"] == "missing" else place))
            where = ".".join(str(part) for part in place)
            raise self.fail(line, f"'{where}' in the header: {first['msg']}.") from error
        examples = self._examples(question)
        params = {name: p.model_copy(update={"example": examples[name]}) for name, p in question.params.items()}
        question = question.model_copy(update={"params": params})
        for check in (self._check_names, self._check_words, self._check_columns, self._check_tests):
            check(question)
        return question

    def _header(self) -> dict[str, Any]:
        try:
            header = "\n".join(line[2:].removeprefix(" ") for line in self.lines[: self.size])
            data = yaml.load(header, _LOADER)  # noqa: S506  # both loaders are the safe ones
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self.fail(line, f"The header is not YAML: {error.problem}.") from error
        if not isinstance(data, dict):
            raise self.fail(1, "The file does not begin with a header of lines that start with '#+'.")
        params = data.get("params")
        for parameter in params.values() if isinstance(params, dict) else ():
            if isinstance(parameter, dict) and isinstance(parameter.get("class"), str):
                parameter["class"] = [parameter["class"]]
        return data

    def _line_of(self, *location: int | str) -> int:
        """Return the line on which the innermost key of a place in the header stands."""
        found = 0
        for part in location:
            key = re.compile(rf"[\s{{,]['\"]?{re.escape(str(part))}['\"]?:")
            found = next((n for n in range(found, self.size) if key.search(self.lines[n])), found)
        return found + 1

    def _examples(self, question: Question) -> dict[str, str]:
        """Read each parameter's example from the line of the query that binds it."""
        prologue = "\n".join(line for line in self.lines[self.size :] if re.match(r"\s*(PREFIX|BASE)\b", line))
        examples: dict[str, str] = {}
        for number, line in enumerate(self.lines[self.size :], self.size + 1):
            bound, condition = PARAM_LINE.match(line), WITH_LINE.search(line)
            if "# @" in line and not bound and not condition:
                raise self.fail(number, "This is no 'VALUES ?x { term } # @param x' and no '… # @with x'.")
            name = bound[3] if bound else condition[1] if condition else None
            if name is None:
                continue
            if name not in question.params:
                raise self.fail(number, f"The header has no parameter '{name}'.")
            if condition and (question.params[name].required or question.params[name].default):
                raise self.fail(number, f"'{name}' always has a value, so no line may depend on it.")
            if bound:
                example = self._example(number, prologue, bound[2])
                if bound[1] != variable(name) or examples.setdefault(name, example) != example:
                    raise self.fail(number, f"'{name}' wants one example, in ?{variable(name)}.")
        for name in question.params:
            if name not in examples:
                raise self.fail(self._line_of("params", name), f"No line of the query binds '{name}'.")
        return examples

    def _example(self, number: int, prologue: str, term: str) -> str:
        try:
            result = pyoxigraph.Store().query(f"{prologue}\nSELECT ?x {{ VALUES ?x {{ {term} }} }}")
        except SyntaxError as error:
            raise self.fail(number, f"The example is not a term: {error}.") from error
        assert isinstance(result, pyoxigraph.QuerySolutions)
        found = [row["x"] for row in result]
        if len(found) != 1 or not isinstance(found[0], pyoxigraph.NamedNode | pyoxigraph.Literal):
            raise self.fail(number, "One example is wanted.")
        return found[0].value

    def _check_names(self, question: Question) -> None:
        if not _SLUG.fullmatch(question.id):
            raise self.fail(1, "The file name is not lower-kebab.")
        for name in question.params:
            if name in RESERVED:
                raise self.fail(self._line_of("params", name), f"'{name}' is a word of the request.")

    def _check_words(self, question: Question) -> None:
        body = _NO_KEYWORD.sub(lambda match: " " * len(match[0]), question.sparql)
        if refused := _REFUSED.search(body):
            line = self.size + 1 + body.count("\n", 0, refused.start())
            raise self.fail(line, f"{refused[1].upper()} has no place here: limits and data are the server's.")
        if "ORDER BY" not in body:
            raise self.fail(len(self.lines), "The rows have no ORDER BY, so their order is chance.")

    def _check_columns(self, question: Question) -> None:
        for text in (question.sparql, question.bind({})[0]):
            try:
                result = pyoxigraph.Store().query(text)
            except SyntaxError as error:
                at = re.search(r"(?:at|line) (\d+)", str(error))
                raise self.fail(self.size + int(at[1] if at else 1), f"The query does not parse: {error}.") from error
            if not isinstance(result, pyoxigraph.QuerySolutions):
                raise self.fail(self.size + 1, "A question is a SELECT query.")
            names = [item.value for item in result.variables]
        if names != list(question.columns):
            raise self.fail(self._line_of("columns"), f"The query's columns are others: {', '.join(names)}.")
        if SOURCE not in names:
            raise self.fail(self.size + 1, "No column 'source': every row says where it comes from.")
        for name in question.params:
            if variable(name) not in names:
                raise self.fail(self.size + 1, f"?{variable(name)} is a parameter and must be projected.")

    def _check_tests(self, question: Question) -> None:
        for test in question.tests:
            columns = {name for row in (*test.rows, *test.absent) for name in row}
            if unknown := (test.params.keys() - question.params.keys()) | (columns - question.columns.keys()):
                line = self._line_of("tests")
                raise self.fail(line, f"A test names what is not there: {', '.join(sorted(unknown))}.")
