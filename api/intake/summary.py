"""What an import proposes, for a terminal: errors and notices one a line, counts, and what changes in the findings."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

_WORDS: Final = {
    "written": {"en": "Written", "ro": "Scris"},
    "proposed": {"en": "Would write", "ro": "S-ar scrie"},
    "errors": {"en": "ERRORS", "ro": "ERORI"},
    "notices": {"en": "NOTICES", "ro": "MENȚIUNI"},
    "findings": {"en": "FINDINGS as of {}", "ro": "CONSTATĂRI la {}"},
    "closed": {"en": "closed", "ro": "închise"},
    "opened": {"en": "new", "ro": "noi"},
    "changed": {"en": "changed", "ro": "schimbate"},
    "unfinished": {
        "en": "FINDINGS: not compared, it took too long. Build, then: atf check",
        "ro": "CONSTATĂRI: necomparate, a durat prea mult. Construiți graful, apoi: atf check",
    },
    "left_out": {
        "en": "Not compared in a file of this size: {}. Build, then: atf check",
        "ro": "Necomparate la un fișier de această mărime: {}. Construiți graful, apoi: atf check",
    },
    "none": {"en": "nothing changes", "ro": "nu se schimbă nimic"},
    "skipped": {"en": "rows left out", "ro": "rânduri lăsate deoparte"},
    "whole": {"en": "the whole plan", "ro": "planul întreg"},
    "part": {
        "en": "a fragment of the plan (atf:contentLoaded false)",
        "ro": "un fragment al planului (atf:contentLoaded false)",
    },
}
_KINDS: Final = {
    "GAP": {"en": ("gap", "gaps"), "ro": ("lacună", "lacune")},
    "OVL": {"en": ("overlap", "overlaps"), "ro": ("suprapunere", "suprapuneri")},
    "QLT": {"en": ("quality finding", "quality findings"), "ro": ("constatare de calitate", "constatări de calitate")},
    "CON": {"en": ("inconsistency", "inconsistencies"), "ro": ("inconsecvență", "inconsecvențe")},
    "LAW": {"en": ("legal finding", "legal findings"), "ro": ("constatare juridică", "constatări juridice")},
}
_COUNTED: Final = {
    "Measure": ("measures", "măsuri"), "Indicator": ("indicators", "indicatori"),
    "Responsibility": ("responsibilities", "responsabilități"),
    "FundingSource": ("funding sources", "surse de finanțare"),
    "Observation": ("observations", "observații"), "Passage": ("cells cited", "celule citate"),
    "statements": ("statements", "enunțuri"),
}  # fmt: skip


def to_text(found: Mapping[str, Any], files: Mapping[Path, str], lang: str, *, written: bool) -> str:
    """Return the report on an import; a trial run shows the files themselves as well."""
    lines: list[str] = []
    for name in ("errors", "notices"):
        if found[name]:
            lines += [_WORDS[name][lang], *(f"  {line_of(one, lang)}" for one in found[name]), ""]
    proposal = found["proposal"]
    if files:
        lines += [f"{_WORDS['written' if written else 'proposed'][lang]}: {path}" for path in files]
        extent = f"; {_WORDS['whole' if proposal['content_loaded'] else 'part'][lang]}"
        lines.append(f"  {_counts(proposal['counts'], lang)}{extent if proposal['kind'] == 'plan' else ''}")
        if proposal["skipped_rows"]:
            lines.append(f"  {_WORDS['skipped'][lang]}: {proposal['skipped_rows']}")
        lines.append("")
    if found.get("unfinished"):
        lines += [_WORDS["unfinished"][lang], ""]
    changes = found.get("findings")
    if changes:
        lines += [_WORDS["findings"][lang].format(changes["as_of"]), f"  {headline(changes, lang)}"]
        if changes["rules_left_out"]:
            lines.append(f"  {_WORDS['left_out'][lang].format(', '.join(changes['rules_left_out']))}")
        for name in ("closed", "opened"):
            lines += [f"    {_WORDS[name][lang]}: {one['id']} {one['message'][lang]}" for one in changes[name][:25]]
            more = sum(changes["counts"][name].values()) - len(changes[name][:25])
            lines += [f"    … +{more} {_WORDS[name][lang]}"] if more else []
        lines.append("")
    if files and not written:
        for path, text in files.items():
            lines += [f"--- {path}", text]
    return "\n".join(lines).rstrip("\n") + "\n"


def line_of(remark: Mapping[str, Any], lang: str) -> str:
    """Return a remark as one line: place, value, reason, suggestion."""
    cell = f"{remark['column'] or ''}{remark['row'] or ''}"
    place = f"{remark['sheet']}!{cell}" if cell else remark["sheet"]
    value = f' "{remark["value"]}"' if remark["value"] else ""
    return f"{place}:{value} {remark['reason'][lang]} {remark['suggestion'][lang]}".strip()


def headline(changes: Mapping[str, Any], lang: str) -> str:
    """Return the changes in one line: ``12 gaps closed, 3 overlaps new``."""
    parts = [
        f"{count} {_KINDS.get(kind, _KINDS['QLT'])[lang][count != 1]} {_WORDS[name][lang]}"
        for name in ("closed", "opened", "changed")
        for kind, count in _by_kind(changes["counts"][name].items()).items()
    ]
    return ", ".join(parts) if parts else _WORDS["none"][lang]


def _by_kind(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for rule, count in counts:
        found[rule[:3]] = found.get(rule[:3], 0) + count
    return found


def _counts(counts: Mapping[str, int], lang: str) -> str:
    return ", ".join(f"{words[lang == 'ro']}: {counts[name]}" for name, words in _COUNTED.items() if name in counts)
