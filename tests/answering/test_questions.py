"""Question files: what lint refuses, how values are bound, what each question answers on the real data."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions
from pyoxigraph import Store as Graph
from rdflib.plugins.sparql import prepareQuery

from api.answering.answers import Answer, Answerer, Cell
from api.answering.edition import Editions
from api.answering.question import Expectation, Question
from api.answering.questions import load_question, load_questions
from api.errors import BuildError
from api.graph.dataset import load_manifest
from api.settings import ROOT, Settings
from api.sparql.store import open_store

QUESTIONS = load_questions(ROOT / "queries")
GOOD = """#+ title: {en: "Who?", ro: "Cine?"}
#+ summary: {en: "Who holds what.", ro: "Cine ce are."}
#+ audience: [legal]
#+ tags: [test]
#+ params:
#+   target-group: {type: iri, class: skos:Concept, label: {en: "Group", ro: "Grupul"}}
#+ columns:
#+   who: {en: "Who", ro: "Cine"}
#+   source: {en: "Source", ro: "Sursa"}
#+   targetGroup: {en: "Group", ro: "Grupul"}
#+ empty: {en: "Nobody.", ro: "Nimeni."}
#+ caveat: {en: "A translation.", ro: "O traducere."}
#+ tests: [{count: 0}]
PREFIX e: <http://example.org/>

SELECT ?who ?source ?targetGroup WHERE {
  VALUES ?targetGroup { e:group } # @param target-group
  ?who e:source ?source ; e:group ?group .
  FILTER(?group = ?targetGroup) # @with target-group
  FILTER(?who != "SERVICE LIMIT") # FROM a string, a comment and <http://example.org/OFFSET> nothing follows
} ORDER BY ?who
"""


def write(folder: Path, text: str, name: str = "who-holds-what.rq") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_file_loads_with_its_example(tmp_path: Path) -> None:
    question = load_question(write(tmp_path, GOOD))
    assert question.id == "who-holds-what"
    assert question.params["target-group"].example == "http://example.org/group"
    assert question.params["target-group"].classes == ["skos:Concept"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('ro: "Cine?"', 'fr: "Qui?"', 1, "title"),
        ('{en: "Who holds what.", ro: "Cine ce are."}', '{en: "Who"', 3, "not YAML"),
        ("#+ audience: [legal]", "#+ audience: [everyone]", 3, "audience"),
        ("#+ tags: [test]\n", "", 1, "tags"),
        ("type: iri,", "type: url,", 6, "type"),
        ("?who ?source ?targetGroup WHERE", "?who ?source WHERE", 7, "columns"),
        ('#+   source: {en: "Source", ro: "Sursa"}\n', "", 7, "columns"),
        ("ORDER BY ?who", "", 21, "ORDER BY"),
        ("ORDER BY ?who", "ORDER BY ?who LIMIT 5", 21, "LIMIT"),
        ("ORDER BY ?who", "ORDER BY ?who OFFSET 5", 21, "OFFSET"),
        ("WHERE {", "FROM <http://example.org/g> WHERE {", 16, "FROM"),
        ("?who e:source ?source ;", "SERVICE e:s { ?who ?p ?o } ?who e:source ?source ;", 18, "SERVICE"),
        ("?who e:source ?source ;", "?who e:source ?source ;;; ,", 18, "does not parse"),
        ("# @param target-group", "", 6, "binds"),
        ("{ e:group } #", "{ e:group e:other } #", 17, "example"),
        ("{ e:group } #", "{ oops } #", 17, "not a term"),
        ("# @with target-group", "# @with other", 19, "no parameter 'other'"),
        ("# @with target-group", "# @when target-group", 19, "# @with"),
        ("VALUES ?targetGroup", "VALUES ?group", 17, "?targetGroup"),
        ("#+ tests: [{count: 0}]", "#+ tests: [{params: {colour: red}}]", 13, "colour"),
        ("#+ tests: [{count: 0}]", "#+ tests: [{rows: [{colour: red}]}]", 13, "colour"),
        ("iri, class", "iri, required: true, class", 19, "always has a value"),
        ("target-group: {type", "format: {type", 17, "no parameter"),
    ],
)  # fmt: skip
def test_a_wrong_file_fails_with_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in GOOD
    file = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(BuildError) as caught:
        load_question(file)
    assert f"{file.parent.name}/who-holds-what.rq:{line}: " in caught.value.message
    assert reason in caught.value.message


def test_other_wrong_files_fail_too(tmp_path: Path) -> None:
    reserved = GOOD.replace("target-group", "format").replace("targetGroup", "format")
    bare = GOOD.replace("SELECT ?who ?source ?targetGroup WHERE", "ASK").replace(" ORDER BY ?who", " # ORDER BY ?who")
    cases: list[tuple[str, str, str]] = [
        (GOOD, "WhoHoldsWhat.rq", "lower-kebab"),
        (reserved, "reserved.rq", "a word of the request"),
        ("SELECT * { ?s ?p ?o }", "bare.rq", "does not begin with a header"),
        (bare, "ask.rq", "ORDER BY"),
    ]
    for text, name, reason in cases:
        with pytest.raises(BuildError, match=reason):
            load_question(write(tmp_path, text, name))
    (tmp_path / "latin.rq").write_bytes("#+ title: ș".encode("iso8859_16"))
    with pytest.raises(BuildError, match="cannot be read"):
        load_question(tmp_path / "latin.rq")


def test_binding_takes_examples_and_unmet_conditions_out_and_pastes_nothing(tmp_path: Path) -> None:
    question = load_question(write(tmp_path, GOOD))
    without, none = question.bind({})
    assert "@param" not in without
    assert "?group = ?targetGroup" not in without
    assert none == {}
    text, bindings = question.bind({"target-group": Literal('"} UNION {?s ?p ?o')})
    assert "UNION" not in text
    assert "?group = ?targetGroup" in text
    assert bindings == {"targetGroup": Literal('"} UNION {?s ?p ?o')}


def test_a_page_shows_neither_what_was_asked_nor_the_other_language() -> None:
    question = QUESTIONS["who-reports-to-whom"]
    assert {"institution", "asOf", "statementRo"}.isdisjoint(question.shown("en", ["institution", "as-of"]))
    assert {"asOf", "statementRo"} < set(question.shown("ro", []))


def test_there_are_questions_for_all_three_users() -> None:
    assert len(QUESTIONS) >= 28
    for user in ("legal", "policy", "data"):
        assert sum(user in question.audience for question in QUESTIONS.values()) >= 8


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
def test_each_question_is_portable_and_says_that_it_reads_a_translation(question: Question) -> None:
    for text in (question.sparql, question.bind({})[0]):
        prepareQuery(text)
    assert "English translation" in question.caveat.en
    assert "traducerea în limba engleză" in question.caveat.ro


# What follows asks the built dataset.


@pytest.fixture(scope="module")
def ask(settings: Settings) -> Iterator[Callable[[Question, dict[str, str]], Answer]]:
    with asyncio.Runner() as runner:
        store = open_store(settings.model_copy(update={"workers": 1}))
        runner.run(store.start())
        answerer = Answerer(store, load_manifest(settings.build), Editions(settings.sources))
        try:
            yield lambda question, params: runner.run(answerer.answer(question, params.items()))
        finally:
            runner.run(store.aclose())


def matches(row: dict[str, Cell], wanted: dict[str, str]) -> bool:
    """Tell whether a row has the values wanted; an IRI may be given by its end."""
    for name, text in wanted.items():
        term = row[name].term if name in row else None
        value = term.value if term is not None else ""
        if value != text and not (isinstance(term, NamedNode) and value.endswith(f"/{text}")):
            return False
    return True


EXPECTED = [
    pytest.param(question, test, id=f"{question.id}-{number}")
    for question in QUESTIONS.values()
    for number, test in enumerate(question.tests, 1)
]


@pytest.mark.parametrize(("question", "test"), EXPECTED)
def test_each_question_answers_what_its_file_expects(
    ask: Callable[[Question, dict[str, str]], Answer], question: Question, test: Expectation
) -> None:
    answer = ask(question, test.params)
    assert [wanted for wanted in test.rows if not any(matches(row, wanted) for row in answer.rows)] == []
    assert [refused for refused in test.absent if any(matches(row, refused) for row in answer.rows)] == []
    assert test.count is None or len(answer.rows) == test.count
    assert len(answer.rows) >= test.min_rows
    for row in answer.rows:
        assert row["source"].term.value in answer.sources
    keys = [tuple(sorted((name, str(cell.term)) for name, cell in row.items())) for row in answer.rows]
    assert len(keys) == len(set(keys)), "a row comes twice"


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda question: question.id)
def test_each_file_runs_unchanged_and_answers_for_its_examples(
    ask: Callable[[Question, dict[str, str]], Answer], dataset: Graph, question: Question
) -> None:
    examples = {name: parameter.example for name, parameter in question.params.items()}
    answer = ask(question, examples)
    plain = dataset.query(question.sparql, use_default_graph_as_union=True)
    assert isinstance(plain, QuerySolutions)
    names = [item.value for item in plain.variables]
    unchanged = [{name: row[name] for name in names if row[name] is not None} for row in plain]
    bound = [{name: cell.term for name, cell in row.items()} for row in answer.rows]
    assert sorted(map(str, unchanged)) == sorted(map(str, bound))


def test_bodies_named_without_a_duty_come_once_and_the_responsible_first(
    ask: Callable[[Question, dict[str, str]], Answer],
) -> None:
    rows = ask(QUESTIONS["who-is-named-without-a-duty"], {}).rows
    bodies = [row["institution"].term.value for row in rows]
    assert len(bodies) == len(set(bodies))
    kinds = [row["namedAs"].term.value.rsplit("/", 1)[-1] for row in rows]
    weights = [{"responsible": 1, "partner": 2}.get(kind, 3) for kind in kinds]
    assert weights == sorted(weights)


def test_a_lead_comes_before_a_partner(ask: Callable[[Question, dict[str, str]], Answer]) -> None:
    for name, params in (
        ("which-institution-holds-a-function", {"function": "repatriation"}),
        ("which-institution-owns-by-words", {"words": "repatriation"}),
    ):
        rows = [row for row in ask(QUESTIONS[name], params).rows if row["function"].term.value.endswith("repatriation")]
        roles = [row["role"].term.value.rsplit("/", 1)[-1] for row in rows]
        assert roles == sorted(roles, key=["lead", "partner"].index)
        assert set(roles) == {"lead", "partner"}


def test_changes_of_general_objective_3_are_told(ask: Callable[[Question, dict[str, str]], Answer]) -> None:
    answer = ask(QUESTIONS["results-of-an-objective"], {"objective": "strategy-2018-2022-go-3"})
    assert "HG 1064/2021 changed annex 1, chapter VIII, general objective 3" in answer.caveat.en
    assert "HG 1064/2021 a modificat" in answer.caveat.ro


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("which-institution-owns-by-words", {"words": "adăpost"}),
        ("functions-with-several-holders", {}),
        ("who-is-named-without-a-duty", {"capacity": "partner"}),
        ("legal-bases-of-an-institution", {"institution": "anitp"}),
        ("what-changed-names", {"institution": "anpdca"}),
    ],
)
def test_the_query_shown_gives_the_rows_of_the_answer(
    ask: Callable[[Question, dict[str, str]], Answer], dataset: Graph, name: str, params: dict[str, str]
) -> None:
    answer = ask(QUESTIONS[name], params)
    shown = dataset.query(answer.sparql, use_default_graph_as_union=True)
    assert isinstance(shown, QuerySolutions)
    assert len(list(shown)) == len(answer.rows) > 0
