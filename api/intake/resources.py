"""The resources of a measure: payers, with or without an amount, and other sources of money."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from api.intake.bodies import read_bodies
from api.intake.faults import Place, Remarks
from api.intake.folding import fold, vocabulary, words
from api.intake.framework import Body
from api.intake.names import Names
from api.intake.numbers import read_number
from api.intake.persons import is_personal

_MONEY: Final = re.compile(
    r"(?P<digits>\d[\d.,\s]*\d|\d)\s*(?P<scale>mii|mil\.?|milioane|thousand|millions?)?\s*(?:de\s+)?"
    r"(?P<unit>lei|ron|leu|euro|eur|€|usd|\$|dolari|dollars)\b",
    re.IGNORECASE,
)
_MONEY_FIRST: Final = re.compile(
    r"(?P<unit>RON|EUR|€|USD|\$)\s*(?P<digits>\d[\d.,\s]*\d|\d)\s*(?P<scale>mii|mil\.?|milioane|thousand|millions?)?",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_SCALE: Final = {
    "mii": 1_000,
    "thousand": 1_000,
    "mil": 1_000_000,
    "milioane": 1_000_000,
    "million": 1_000_000,
    "millions": 1_000_000,
}
_SIGN: Final = {"€": "EUR", "$": "USD"}


@dataclass
class Resources:
    """Who pays, from what other source, and how much."""

    payers: list[Body] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    amounts: list[tuple[Decimal, str]] = field(default_factory=list)
    years: list[int] = field(default_factory=list)


def read_resources(text: str, names: Names, place: Place, remarks: Remarks) -> Resources:
    """Return what a cell says of the money; a payer that no body matches becomes a fault of the place."""
    found = Resources()
    if is_personal(text):
        remarks.fault(place, "person")
        return found
    text = _take_money(text, found, place, remarks)
    for part in re.split(r"[;\n•]", text):
        _read_part(part.strip(" ,.-–"), found, names, place, remarks)
    return found


def _take_money(text: str, found: Resources, place: Place, remarks: Remarks) -> str:
    for pattern in (_MONEY, _MONEY_FIRST):
        for match in pattern.finditer(text):
            amount = _amount(match["digits"], match["scale"])
            if amount is None:
                remarks.fault(place, "amount", match[0])
                continue
            unit = match["unit"].lower()
            currency = _SIGN.get(unit) or next(
                code for code in ("RON", "EUR", "USD") if unit in vocabulary()["money"][code]
            )
            found.amounts.append((amount, currency))
        text, count = pattern.subn(" ", text)
        if count:
            found.years += [int(year) for year in _YEAR.findall(text)]
            text = re.sub(r"\(?\s*(?:în|in|pentru|for)?\s*(?:anul|year)?\s*(?:19|20)\d\d\s*\)?", " ", text)
    return text


def _amount(digits: str, scale: str | None) -> Decimal | None:
    number = read_number(digits)
    return None if number is None else number * _SCALE.get((scale or "").lower().rstrip("."), 1)


def _read_part(part: str, found: Resources, names: Names, place: Place, remarks: Remarks) -> None:
    if not words(part):
        return
    if read_number(part) is not None:
        remarks.fault(place, "no-currency", part)
        return
    trial = Remarks()
    mentions = read_bodies(part, names, place, trial)
    if mentions and not trial.faults():
        found.payers += [one.body for one in mentions if one.body not in found.payers]
        for one in mentions:
            # "MMJS prin ANOFM": the money is that of the body through which the other acts.
            found.payers += [body for body in one.through if body not in found.payers]
        return
    for piece in re.split(r",", part) if "," in part else (part,):
        _read_piece(piece.strip(), found, names, place, remarks)


def _read_piece(piece: str, found: Resources, names: Names, place: Place, remarks: Remarks) -> None:
    if not words(piece):
        return
    trial = Remarks()
    mentions = read_bodies(piece, names, place, trial)
    faults = trial.faults()
    if not faults:
        found.payers += [one.body for one in mentions if one.body not in found.payers]
    elif is_source(piece):
        if piece not in found.sources:
            found.sources.append(piece)
    else:
        for fault in faults:
            remarks.fault(place, fault.key, fault.value, *fault.suggestions, **fault.values)


def is_source(text: str) -> bool:
    """Tell whether a text names a kind of money and no body: "fonduri externe", not "buget ABCD"."""
    known = vocabulary()
    inside = [word for word in words(text) if word.folded not in known["bodies"]["filler"]]
    if any(
        word.written.isupper() and len(word.written) > 2 and word.folded not in known["money"]["source"]
        for word in inside
    ):
        return False
    # "Bugetele instituțiilor responsabile" names no body that the others do not.
    own = any(phrase in fold(text) for phrase in known["money"]["own"])
    if not own and any(word.folded.startswith(tuple(known["bodies"]["institution"])) for word in inside):
        return False
    return any(word.startswith(tuple(known["money"]["source"])) for word in fold(text).split())
