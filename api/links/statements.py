"""What CELLAR says of an act, as plain statements: the properties we read, and how their values are written."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from api.errors import UnavailableError
from api.links.cellar import Row

CDM: Final = "http://publications.europa.eu/ontology/cdm#"
RESOURCE: Final = "http://publications.europa.eu/resource/celex/"

CELEX: Final = f"{CDM}resource_legal_id_celex"
ELI: Final = f"{CDM}resource_legal_eli"
DATE: Final = f"{CDM}work_date_document"
ENTRY: Final = f"{CDM}resource_legal_date_entry-into-force"
END: Final = f"{CDM}resource_legal_date_end-of-validity"
TRANSPOSITION: Final = f"{CDM}resource_legal_date_transposition"
IN_FORCE: Final = f"{CDM}resource_legal_in-force"
AMENDS: Final = f"{CDM}resource_legal_amends_resource_legal"
REPEALS: Final = f"{CDM}resource_legal_repeals_resource_legal"
CONSOLIDATES: Final = f"{CDM}act_consolidated_consolidates_resource_legal"
SUBJECT: Final = f"{CDM}work_is_about_concept_eurovoc"
IMPLEMENTS: Final = f"{CDM}measure_national_implementing_implements_resource_legal"
NOTIFIED: Final = f"{CDM}measure_national_implementing_date_notification"
TITLE: Final = "http://purl.org/dc/terms/title"

DATES: Final = frozenset({DATE, ENTRY, END, TRANSPOSITION, NOTIFIED})
# Properties whose value is another act, named by its CELEX number.
ACTS: Final = frozenset({AMENDS, REPEALS, CONSOLIDATES, IMPLEMENTS})

# Acts (sector 3, no corrigenda), consolidated texts (0), Romanian measures (7).
_NUMBER: Final = re.compile(r"3\d{4}[A-Z]{1,2}\d{4}|0\d{4}[A-Z]{1,2}\d{4}-\d{8}|7\d{4}[A-Z]{1,2}\d{4}ROU_\d+")
# Days that stand for "none": no end, and no deadline known.
_NO_DAY: Final = frozenset({"9999-12-31", "1001-01-01"})
_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"
_LANGUAGES: Final = {f"{_LANGUAGE}ENG": "en", f"{_LANGUAGE}RON": "ro", "RON": "ro"}
_DESCRIPTOR: Final = re.compile(r"http://eurovoc\.europa\.eu/(\d+|c_[0-9a-f]{8})")
_PROPERTIES: Final = DATES | ACTS | {CELEX, ELI, IN_FORCE, SUBJECT, TITLE}
_TRUTH: Final = {"1": "true", "true": "true", "0": "false", "false": "false"}


class Statement(NamedTuple):
    """One statement about a CELEX number; the value is an ISO day, true or false, a CELEX number, an IRI or a text."""

    subject: str
    property: str
    value: str
    language: str = ""


def is_number(text: str) -> bool:
    """Tell whether a text is a CELEX number of a kind that we read."""
    return _NUMBER.fullmatch(text) is not None


def statements_of(rows: Iterable[Row]) -> set[Statement]:
    """Read the rows of a query of ``api/links/cellar/``.

    ``celex`` and ``property`` are always there; ``subject`` and ``value`` are the act where they are not. What
    stands for "no day" is left out, and so are corrigenda and whatever was not asked for. Raises ``UnavailableError``
    for a value of the wrong type.
    """
    found = set()
    for row in rows:
        try:
            act, name = row["celex"], row["property"]
        except KeyError as error:
            raise UnavailableError(f"The endpoint gave a row without {error}.") from error
        subject = row.get("subject", act)
        value = _value(name, row.get("value", act))
        # The title of a national measure is in the national language and has no other mark of it.
        language = _LANGUAGES.get(row.get("language", "RON"), "") if name == TITLE else ""
        if value is None or not is_number(subject) or (name in ACTS and not is_number(value)):
            continue
        if name not in _PROPERTIES or (name == SUBJECT and not _DESCRIPTOR.fullmatch(value)):
            continue
        found.add(Statement(subject, name, value, language))
    return found


def _value(name: str, text: str) -> str | None:
    if name in DATES:
        try:
            day = date.fromisoformat(text[:10]).isoformat()
        except ValueError as error:
            raise UnavailableError(f"The endpoint gave {text[:60]!r} where a day was expected.") from error
        return None if day in _NO_DAY else day
    if name == IN_FORCE:
        if text not in _TRUTH:
            raise UnavailableError(f"The endpoint gave {text[:60]!r} where true or false was expected.")
        return _TRUTH[text]
    return " ".join(text.split())
