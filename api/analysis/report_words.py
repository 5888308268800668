"""The words of reports in English and Romanian."""

from typing import Final

KINDS: Final = {
    "gap": {"en": "Gaps", "ro": "Lacune"},
    "overlap": {"en": "Overlaps", "ro": "Suprapuneri"},
    "quality": {"en": "Quality of objectives and indicators", "ro": "Calitatea obiectivelor și indicatorilor"},
    "consistency": {"en": "Consistency", "ro": "Consecvență"},
    "law": {"en": "Legal basis", "ro": "Temei legal"},
    "integrity": {"en": "Integrity of the graph", "ro": "Integritatea grafului"},
}
# The names of sheets where the name of the kind is longer than a workbook allows (31 characters).
SHEETS: Final = {"quality": {"en": "Quality", "ro": "Calitate"}}
STATUSES: Final = {
    "open": {"en": "open", "ro": "deschisă"},
    "not-assessable": {"en": "not assessable", "ro": "neevaluabilă"},
    "accepted": {"en": "accepted", "ro": "acceptată"},
}
# How many findings have a status, as a sentence counts them.
COUNTED: Final = {
    "open": {"en": "{} open", "ro": "deschise: {}"},
    "not-assessable": {"en": "{} not assessable", "ro": "neevaluabile: {}"},
    "accepted": {"en": "{} accepted", "ro": "acceptate: {}"},
}
SEVERITIES: Final = {
    "high": {"en": "high", "ro": "ridicată"},
    "medium": {"en": "medium", "ro": "medie"},
    "low": {"en": "low", "ro": "scăzută"},
}
WORDS: Final = {
    "title": {"en": "Gap and overlap analysis as of {}", "ro": "Analiza lacunelor și suprapunerilor la {}"},
    "dataset": {"en": "Dataset", "ro": "Set de date"},
    "as_of": {"en": "As of", "ro": "La data"},
    "mind": {"en": "Mind", "ro": "Atenție"},
    "none": {"en": "No findings.", "ro": "Nicio constatare."},
    "waits": {"en": "Would be settled by", "ro": "Ar lămuri-o"},
    "accepted": {"en": "Accepted until {} by {}", "ro": "Acceptată până la {} de {}"},
    "nodes": {"en": "These are", "ro": "Acestea sunt"},
    "evidence": {"en": "Rests on", "ro": "Se întemeiază pe"},
    "looked_for": {"en": "Looked for", "ro": "S-a căutat"},
    "looked_in": {"en": "Looked in", "ro": "S-a căutat în"},
    "why": {"en": "Why it matters", "ro": "De ce contează"},
    "remedy": {"en": "What would clear it", "ro": "Ce ar înlătura-o"},
    "limits": {"en": "What the rule cannot see", "ro": "Ce nu poate vedea regula"},
    "summary": {"en": "Summary", "ro": "Rezumat"},
    "rule": {"en": "Rule", "ro": "Regulă"},
    "kind": {"en": "Kind", "ro": "Fel"},
    "severity": {"en": "Severity", "ro": "Gravitate"},
    "status": {"en": "Status", "ro": "Stare"},
    "findings": {"en": "Findings", "ro": "Constatări"},
    "total": {"en": "Total", "ro": "Total"},
}


def word(name: str, lang: str) -> str:
    """Return a word of reports in a language."""
    return WORDS[name][lang]


def counts(numbers: dict[str, int], lang: str) -> str:
    """Say how many findings are open, not assessable and accepted."""
    return ", ".join(words[lang].format(numbers.get(status, 0)) for status, words in COUNTED.items())
