"""Every intent file can be read, speaks both languages, and its query runs on the dataset."""

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple, Variable

from api.ask.catalogue import KINDS
from api.ask.intents import Intent, load_intents
from api.ask.words import read

INTENTS = load_intents()


@pytest.mark.parametrize("intent", INTENTS, ids=lambda intent: intent.id)
def test_an_intent_is_whole(intent: Intent) -> None:
    assert intent.title.en and intent.title.ro
    assert len(intent.ask["en"]) == len(intent.ask["ro"])
    assert set(intent.subject) <= set(KINDS)
    assert intent.sparql or intent.answer == "subject" or intent.reader or intent.any
    assert intent.answer in {None, "subject", "standing"}
    assert intent.answer is None or intent.subject


@pytest.mark.parametrize("intent", [one for one in INTENTS if one.sparql], ids=lambda intent: intent.id)
def test_its_query_runs_and_tells_a_thing(intent: Intent, dataset: Store) -> None:
    assert intent.sparql is not None
    bound: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {
        Variable("subject"): NamedNode("https://w3id.org/atf/id/document/strategy-2018-2022")
    }
    found = dataset.query(
        intent.sparql, use_default_graph_as_union=True, substitutions=bound if intent.subject else None
    )
    assert isinstance(found, QuerySolutions)
    names = {variable.value for variable in found.variables}
    assert names & {"thing", "subject"}
    assert ("subject" in names) == bool(intent.subject)
    list(found)


def test_words_of_an_intent_must_all_be_there() -> None:
    owner = next(one for one in INTENTS if one.id == "owner-of-objective")
    assert owner.hit(read("cine răspunde de obiectivul 3.3"))
    assert owner.hit(read("ce spune obiectivul 3.3")) is None


def test_an_unknown_member_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "odd.toml"
    file.write_text('title = { en = "a", ro = "b" }\nodd = 1\n[ask]\nen = []\nro = []\n', encoding="utf-8")
    with pytest.raises(ValueError, match="unknown member: odd"):
        load_intents(tmp_path)
