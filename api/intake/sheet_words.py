"""The words of the spreadsheets that we write."""

from typing import Final

from api.intake.folding import vocabulary

SHEETS: Final = {"plan": {"en": "Plan", "ro": "Plan"}, "report": {"en": "Report", "ro": "Raport"}}
# The columns of an empty sheet, in their order.
COLUMNS: Final = {
    "plan": (
        "number", "objective", "activity", "indicators", "deadline", "responsible", "partners", "resources", "function",
        "group",
    ),
    "report": (
        "number", "activity", "indicators", "institution", "period", "value", "status", "evidence", "received",
    ),
}  # fmt: skip
HEADINGS: Final = {
    "number": {"en": "No.", "ro": "Nr. crt."},
    "objective": {"en": "Specific objective", "ro": "Obiectiv specific"},
    "activity": {"en": "Activity", "ro": "Activitate"},
    "indicators": {"en": "Indicators", "ro": "Indicatori"},
    "deadline": {"en": "Deadline", "ro": "Termen"},
    "responsible": {"en": "Responsible", "ro": "Responsabili"},
    "partners": {"en": "Partners", "ro": "Parteneri"},
    "resources": {"en": "Resources", "ro": "Resurse"},
    "function": {"en": "Function", "ro": "Funcție"},
    "group": {"en": "Target group", "ro": "Grup-țintă"},
    "institution": {"en": "Reporting institution", "ro": "Instituția raportoare"},
    "period": {"en": "Reporting period", "ro": "Perioada de raportare"},
    "value": {"en": "Value", "ro": "Valoare"},
    "status": {"en": "Status", "ro": "Stadiu"},
    "evidence": {"en": "Evidence", "ro": "Dovezi"},
    "received": {"en": "Submitted on", "ro": "Data transmiterii"},
    "title-plan": {
        "en": "National Action Plan (write its years here: 20..-20..)",
        "ro": "Planul național de acțiune (scrieți aici anii: 20..-20..)",
    },
    "title-report": {
        "en": "Monitoring report on the Action Plan (write its years here: 20..-20..)",
        "ro": "Raport de monitorizare a Planului de acțiune (scrieți aici anii: 20..-20..)",
    },
}
_RECURRENCES: Final = {
    "annual": {"en": "annual", "ro": "anual"},
    "half-yearly": {"en": "half-yearly", "ro": "semestrial"},
    "quarterly": {"en": "quarterly", "ro": "trimestrial"},
    "monthly": {"en": "monthly", "ro": "lunar"},
    "continuous": {"en": "continuous", "ro": "permanent"},
    "once": {"en": "once", "ro": "o singură dată"},
}
WORDS: Final = {
    "through": {"en": "through", "ro": "prin"},
    "coordinator": {"en": "coordinator", "ro": "coordonator"},
    "principal": {"en": "principal", "ro": "principal"},
    "budget": {"en": "budget", "ro": "buget"},
}


def frequency_words(lang: str) -> list[str]:
    """Return the recurrences as a sheet writes them."""
    return [words[lang] for words in _RECURRENCES.values()]


def recurrence_word(name: str, lang: str) -> str:
    """Return a recurrence as a sheet writes it."""
    assert name in vocabulary()["recurrence"]
    return _RECURRENCES[name][lang]
