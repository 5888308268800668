"""A cell that names bodies: several of them, run together, through others, or unknown (domain.md §2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.intake.faults import Place, Remarks
from api.intake.folding import Word, fold, lookup, vocabulary, words
from api.intake.framework import Body, short_label
from api.intake.names import Names
from api.intake.persons import is_person_name, is_personal

# "MMJSprinANOFM" and "ANITPșiMEN": a connecting word between capitals, as flattened web pages have it.
_GLUED: Final = re.compile(r"(?<=[A-ZĂÂÎȘȚ])(prin|through|și|si|and)(?=[A-ZĂÂÎȘȚ])")
# "A.N.I.T.P." is the acronym without its dots.
_DOTTED: Final = re.compile(r"\b(?:[A-ZĂÂÎȘȚ]\.)+[A-ZĂÂÎȘȚ]\b\.?")
_STOP: Final = re.compile(r"[,;\n•·|]|(?<=\s)[-–—](?=\s)|/")


@dataclass(frozen=True)
class Mention:
    """A body in a cell, through whom it acts, and the role that the cell itself gives it."""

    body: Body
    through: tuple[Body, ...] = ()
    role: str | None = None


def read_bodies(text: str, names: Names, place: Place, remarks: Remarks) -> list[Mention]:
    """Return the bodies that a cell names, each once; what cannot be matched becomes a fault of the place."""
    if is_personal(text):
        remarks.fault(place, "person")
        return []
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), _GLUED.sub(r" \1 ", text))
    reader = _Reader(text, names, place, remarks)
    found = reader.mentions()
    if not found and text.strip() and not remarks.is_faulty(place):
        remarks.fault(place, "unknown-body", text.strip(), *names.suggest(text.strip()))
    return found


class _Reader:
    """Goes through the words of a cell from left to right."""

    def __init__(self, text: str, names: Names, place: Place, remarks: Remarks) -> None:
        self.text, self.names, self.place, self.remarks = text, names, place, remarks
        self.words = words(text)
        known = vocabulary()["bodies"]
        self.through, self.joins = set(known["through"]), set(known["and"])
        self.filler = set(known["filler"])
        self.roles = lookup("bodies.role")
        self.found: list[Mention] = []
        # Whether the next body is one through whom the last one acts, and whether that goes on after "and".
        self.is_through = self.was_through = False
        self.bracket_through = False

    def mentions(self) -> list[Mention]:
        place = 0
        while place < len(self.words):
            self._between(place)
            word = self.words[place]
            length, bodies = self.names.longest(self.words, place)
            if length:
                self._known(bodies, self._written(place, length))
            elif word.folded in self.through:
                self._begin_through(word)
            elif word.folded in self.joins:
                self.is_through = self.is_through or self.was_through
            elif word.folded in self.roles and self.found:
                last = self.found[-1]
                self.found[-1] = Mention(last.body, last.through, self.roles[word.folded])
            elif word.folded not in self.filler:
                length = self._unknown(place)
            place += length or 1
        if self.is_through and not self.found:
            self.remarks.fault(self.place, "through-nothing", self.text)
        return _each_once(self.found)

    def _between(self, place: int) -> None:
        """Look at the punctuation before a word: a separator ends what one acts through, a bracket may hold it."""
        start = self.words[place - 1].end if place else 0
        gap = self.text[start : self.words[place].start]
        if ")" in gap:
            self.bracket_through = self.is_through = self.was_through = False
        elif _STOP.search(gap):
            self.is_through = self.bracket_through or (self.is_through and ":" in gap)
            self.was_through = self.bracket_through

    def _begin_through(self, word: Word) -> None:
        if not self.found:
            self.remarks.fault(self.place, "through-nothing", self.text)
        self.is_through = True
        before = self.text[: word.start].rstrip()
        self.bracket_through = before.endswith("(") or self.text[word.end :].lstrip().startswith(":")

    def _written(self, place: int, length: int) -> str:
        return self.text[self.words[place].start : self.words[place + length - 1].end]

    def _known(self, bodies: set[Body], written: str) -> None:
        chosen = self.names.choose(bodies)
        if len(chosen) > 1:
            self.remarks.fault(self.place, "ambiguous-body", written, *(body.label["ro"] for body in chosen))
        elif chosen:
            self._add(chosen[0])
        else:
            self._not_then(sorted(bodies, key=lambda body: body.iri)[0], written)

    def _add(self, body: Body) -> None:
        if self.is_through and self.found:
            last = self.found[-1]
            self.found[-1] = Mention(last.body, (*last.through, body), last.role)
            self.is_through, self.was_through = self.bracket_through, True
        else:
            self.found.append(Mention(body))
            self.was_through = False

    def _not_then(self, body: Body, written: str) -> None:
        first, last = body.first or "…", body.last or "…"
        period = f"{self.names.first}–{self.names.last}"
        framework = self.names.framework
        others = [*framework.today(body), *(one for one in framework.bodies.values() if body in framework.today(one))]
        then = [one for one in others if one.existed(self.names.first, self.names.last)]
        suggestions = [one.label.get("ro", one.slug) for one in then]
        values = {
            "body": short_label([body], "en"),
            "body_ro": short_label([body], "ro"),
            "period": period,
            "existed": f"{first}–{last}",
        }
        self.remarks.fault(self.place, "not-then", written, *suggestions, **values)

    def _unknown(self, place: int) -> int:
        """Deal with words that begin no name, up to a name, separator or connecting word; return their number."""
        length = 1
        while place + length < len(self.words):
            word = self.words[place + length]
            gap = self.text[self.words[place + length - 1].end : word.start]
            if _STOP.search(gap) or ")" in gap or "(" in gap or word.folded in self.through | self.joins:
                break
            if self.names.longest(self.words, place + length)[0]:
                break
            length += 1
        written = self._written(place, length)
        role = self.roles.get(fold(written))
        if role and self.found:
            last = self.found[-1]
            self.found[-1] = Mention(last.body, last.through, role)
            return length
        if length == 1 and self._run_together(written):
            return length
        if is_person_name(self.words[place : place + length], self.names):
            self.remarks.fault(self.place, "person")
        else:
            self.remarks.fault(self.place, "unknown-body", written, *self.names.suggest(written))
        return length

    def _run_together(self, written: str) -> bool:
        ways = self.names.cut(written)
        if len(ways) > 1:
            self.remarks.fault(self.place, "run-together", written, *(" + ".join(way) for way in ways))
            return True
        for acronym in ways[0] if ways else ():
            self._known(set(self.names.of_acronym(acronym)), acronym)
        return bool(ways)


def _each_once(found: Sequence[Mention]) -> list[Mention]:
    """Join the mentions of one body, as in "Ministerul Afacerilor Interne (MAI)"."""
    kept: dict[str, Mention] = {}
    for one in found:
        before = kept.get(one.body.iri)
        through = dict.fromkeys((*(before.through if before else ()), *one.through))
        kept[one.body.iri] = Mention(one.body, tuple(through), one.role or (before.role if before else None))
    return list(kept.values())
