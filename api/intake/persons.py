"""Personal data in a cell: what looks like a person's name or contact is never recorded nor repeated."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from api.intake.folding import Word, fold, vocabulary

if TYPE_CHECKING:
    from api.intake.names import Names

# A local part has at most 64 characters (RFC 5321 §4.5.3.1.1), and a limit keeps a long cell from costing its square.
_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]+\.[\w.-]+")
# A Romanian telephone number, and the personal numeric code of 13 digits.
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?40|0)[\s./-]?[237]\d{1,2}(?:[\s./-]?\d{3}){2}(?!\d)")
_CODE: Final = re.compile(r"(?<!\d)[1-8]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{6}(?!\d)")
_TITLE: Final = re.compile(
    r"\b(?:dl|dna|d-na|dra|domnul|doamna|mr|mrs)\b\.?\s+[A-ZĂÂÎȘȚ]|(?:persoan\w+ de contact|contact person)\s*:",
    re.IGNORECASE,
)
_NAME_WORDS: Final = (2, 4)


def is_personal(text: str) -> bool:
    """Tell whether a text holds an e-mail address, a telephone number, a personal code or a form of address."""
    return bool(_MAIL.search(text) or _PHONE.search(text) or _CODE.search(text) or _TITLE.search(text))


def is_person_name(words: Sequence[Word], names: "Names") -> bool:
    """Tell whether words that are no body look like a person's name: capitalised, and of no institution."""
    known = vocabulary()["bodies"]
    if any(word.folded in known["person"] for word in words):
        return True
    if not _NAME_WORDS[0] <= len(words) <= _NAME_WORDS[1]:
        return False
    begun = (*known["institution"], *known["public"])
    if any(word.folded.startswith(begun) or names.knows_word(word.folded) for word in words):
        return False
    return all(word.written.istitle() or (word.written.isupper() and len(word.written) > 3) for word in words) and any(
        word.written.istitle() for word in words
    )


def is_contact_heading(text: str) -> bool:
    """Tell whether a column is about persons."""
    return fold(text) in set(vocabulary()["heading"]["contact"])
