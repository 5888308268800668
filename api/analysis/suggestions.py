"""What a machine can see in texts and an editor must judge: likeness, counting, names (rules.md, ``atf suggest``)."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import snowballstemmer

from api.answering.folding import fold

_FILE: Final = Path(__file__).resolve().parent / "suggestions.toml"
_WORD: Final = re.compile(r"[a-z0-9]+")


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """Return the words by which things are recognised and told, by kind of suggestion."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def similar(texts: Mapping[str, str]) -> Iterator[tuple[float, str, str, list[str]]]:
    """Compare English texts by key, pair by pair, the most alike first: score, both keys, the words they share.

    The score is the cosine of their stems, each weighed by how few texts have it (0 to 1).
    """
    stemmer, little = snowballstemmer.stemmer("english"), frozenset(words()["similar"]["little"])
    stems = {
        key: {stemmer.stemWord(word): word for word in _WORD.findall(fold(text)) if word not in little}
        for key, text in texts.items()
    }
    frequency = Counter(stem for own in stems.values() for stem in own)
    weight = {stem: math.log(1 + len(texts) / number) for stem, number in frequency.items()}
    length = {key: math.sqrt(sum(weight[stem] ** 2 for stem in own)) for key, own in stems.items()}
    pairs = []
    for one, two in combinations(sorted(texts), 2):
        shared = stems[one].keys() & stems[two].keys()
        if shared:
            score = sum(weight[stem] ** 2 for stem in shared) / (length[one] * length[two])
            heavy = sorted(shared, key=lambda stem: (-weight[stem], stem))
            pairs.append((round(score, 2), one, two, [stems[one][stem] for stem in heavy]))
    yield from sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))


def uncountable(text: str) -> str | None:
    """Tell why an indicator cannot be counted: "" where it names nothing countable, the words that it joins, or None.

    Only the beginning of the text counts, up to the first word that says of what, by whom or where.
    """
    known = words()["measurable"]
    plain = fold(text)
    begin = re.match(rf"(?:the )?(?:{'|'.join(known['counts'])})\b(?: of\b)?", plain)
    if begin is None:
        return ""
    last = plain.rfind(" as well as ")
    head = re.split(rf"\b(?:{'|'.join(known['ends'])})\b", plain[begin.end() :], maxsplit=1)[0]
    if re.search(rf"\b(?:{'|'.join(known['joins'])})\b", head):
        return f"{begin.group()} {head.strip()}" if " of" not in begin.group() else head.strip()
    return plain[last:].strip() if last > 0 else None


def names_in(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield what looks like the name of a body, with the line (from 1) in which it first stands."""
    known = words()["unresolved"]
    heads, links = "|".join(known["heads"]), "|".join(known["links"])
    capital = rf"(?!(?:{'|'.join(known['months'])})\b)[A-Z][a-z’'-][\w’'-]*"
    before = rf"(?:{capital}\s+(?:(?:{links})\s+)*)*"
    name = re.compile(rf"\b{before}(?:{heads})\b(?:\s+(?:(?:{links})\s+)*{capital})*")
    seen = set()
    for number, line in enumerate(lines, 1):
        for match in name.finditer(line):
            text = " ".join(match.group().split())
            if " " in text and plain_name(text) not in seen:
                seen.add(plain_name(text))
                yield text, number


def plain_name(text: str) -> str:
    """Return a name for comparison: folded, without the little words."""
    little = {*words()["unresolved"]["links"], "s"}
    return " ".join(word for word in _WORD.findall(fold(text)) if word not in little)
