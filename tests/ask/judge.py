"""How an answer is judged: right first, right among the first three, false."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.settings import ROOT

Json = dict[str, Any]


@dataclass
class Score:
    """The marks of one part of the exam."""

    questions: int = 0
    top1: int = 0
    top3: int = 0
    false: int = 0
    # Bodies given although the honest answer is none, or that the question rules out.
    invented: int = 0


def questions(part: str) -> Iterator[Json]:
    with (ROOT / "tests" / "ask" / "questions.toml").open("rb") as file:
        for question in tomllib.load(file)["question"]:
            if question["part"] == part:
                yield question


def iris(card: Json) -> set[str]:
    body = card.get("institution")
    return {card["thing"]["iri"], *([body["iri"]] if body else [])}


def is_right(card: Json, question: Json) -> bool:
    if not iris(card) & set(question["expect"]):
        return False
    return "value" not in question or str(card["value"]) == str(question["value"])


def mark(score: Score, question: Json, reply: Json) -> bool:
    """Add an answer to a score, and tell whether it is right."""
    cards: list[Json] = reply["answers"]
    given = set().union(*map(iris, cards)) if cards else set()
    ruled_out = bool(given & set(question.get("forbidden", [])))
    score.questions += 1
    if question.get("none"):
        score.top1 += not cards
        score.top3 += not cards
        score.false += bool(cards)
        score.invented += ruled_out or any("institution" in card for card in cards)
        return not cards
    whole = not question.get("all") or set(question["expect"]) <= given
    first = bool(cards) and is_right(cards[0], question) and whole and not ruled_out
    score.top1 += first
    score.top3 += any(is_right(card, question) for card in cards[:3]) and not ruled_out
    score.false += bool(cards) and (ruled_out or not is_right(cards[0], question))
    score.invented += ruled_out
    return first
