"""Questions, rules and pages give the same on every store."""

import json
import re
import time
from collections import defaultdict
from typing import Any

import pytest

from api.analysis.rules import Rule, load_rules
from api.answering.answers import Answerer
from api.answering.edition import Editions
from api.answering.question import Question
from api.answering.questions import load_questions
from api.graph.dataset import load_manifest
from api.settings import ROOT
from tests.endpoint import environment, get, served
from tests.stores.conftest import STORES, Stores

QUESTIONS = load_questions(ROOT / "queries")
RULES = {rule.id: rule for rule in load_rules(ROOT).rules}
SECONDS: dict[str, dict[str, float]] = defaultdict(dict)


@pytest.fixture(scope="module")
def answerers(stores: Stores) -> dict[str, Answerer]:
    manifest = load_manifest(stores.settings["embedded"].build)
    return {name: Answerer(store, manifest, Editions(None)) for name, store in stores.opened.items()}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_has_the_same_answer_everywhere(
    stores: Stores, answerers: dict[str, Answerer], question: Question
) -> None:
    for test in question.tests:
        answers: dict[str, Any] = {}
        for name, answerer in answerers.items():
            started = time.perf_counter()
            answer = stores.runner.run(answerer.answer(question, list(test.params.items()), "en"))
            SECONDS[question.id][name] = time.perf_counter() - started
            answers[name] = answer.public()
            if "GROUP_CONCAT" in question.sparql:
                # Of texts in one language, it keeps the language in SPARQL 1.2 and drops it in 1.1.
                for cell in (cell for row in answers[name]["rows"] for cell in row.values()):
                    cell["lang"] = None
            # Where the order of a question does not part two rows (texts in two languages), engines do so differently.
            answers[name]["rows"].sort(key=lambda row: json.dumps(row, sort_keys=True))
        assert answers["embedded"]["rows"] or not test.min_rows
        for name in STORES:
            assert answers[name] == answers["embedded"], name


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_finds_the_same_everywhere(stores: Stores, rule: Rule) -> None:
    found = {}
    for name, store in stores.opened.items():
        started = time.perf_counter()
        rows = stores.runner.run(store.select(rule.set_select or rule.whole_graph)).rows
        SECONDS[rule.id][name] = time.perf_counter() - started
        found[name] = {(str(row["this"]), str(row.get("value"))) for row in rows}
    assert found["oxigraph"] == found["embedded"]
    assert found["fuseki"] == found["embedded"]


PATHS = (
    "/en", "/ro/queries", "/en/id/institution/anitp", "/ro/id/act/law-678-2001", "/en/id/objective/strategy-2018-2022-go-1",
    "/id/institution/anitp?format=ttl", "/id/institution/anitp?format=rdf", "/id/institution/anitp?format=jsonld",
    "/scheme/role?format=ttl", "/ontology?format=nt", "/graph/catalog?format=ttl", "/store?graph=https://w3id.org/atf/graph/catalog",
    "/search?q=imigrari&format=json", "/dataset", "/dataset?format=nt", "/.well-known/void", "/dataset/atf.nq", "/dataset/atf.ttl.sha256",
    "/rules/GAP-009?format=json", "/findings?format=json", "/queries/acts-by-type/results?format=csv",
    "/queries/duties-without-a-holder/results?format=json", "/resource?iri=http://data.europa.eu/eli/dir/2011/36/oj&format=ttl",
)  # fmt: skip


def test_pages_and_data_are_the_same_everywhere(stores: Stores) -> None:
    found: dict[str, dict[str, tuple[int, list[str]]]] = {}
    for name, chosen in stores.settings.items():
        one = chosen.model_copy(update={"log": "none", "public_url": "http://example.org", "max_rows": 10_000})
        assert environment(one).get("ATF_STORE") == chosen.store
        with served(one) as (address, _):
            found[name] = {}
            for path in PATHS:
                response = get(address + path, timeout=60)
                # Rows that no order parts may come in another one, and every server names blank nodes anew.
                text = re.sub(r"_:\w+", "_:b", response.text)
                found[name][path] = (response.status_code, sorted(re.split(r"[\n,]| · |</?p[^>]*>", text)))
    for path in PATHS:
        assert found["embedded"][path][0] == 200, path
        for name in STORES:
            theirs, ours = found[name][path], found["embedded"][path]
            different = sorted(set(theirs[1]) ^ set(ours[1]))[:10]
            assert theirs == ours, (name, path, different)


def test_times_are_told(stores: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints the table of docs/stores.md; nothing is asserted of seconds, which other work on the machine changes."""
    if not SECONDS:
        pytest.skip("no question was asked before")
    with capsys.disabled():
        for title, names in (("questions", QUESTIONS), ("rules", RULES)):
            measured = [SECONDS[name] for name in names if name in SECONDS]
            for store in stores.opened:
                values = sorted(one[store] * 1000 for one in measured)
                if values:
                    print(
                        f"\n{title:10} {store:9} {len(values)} median {values[len(values) // 2]:7.1f} ms, most {values[-1]:8.1f} ms, all {sum(values):8.0f} ms",
                        end="",
                    )
        print()
