"""What an import proposes, for a terminal: errors and notices one a line, counts, and what changes in the findings."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from api.wording import wording, words

_DOMAIN: Final = "intake"
_ALL: Final = wording(_DOMAIN)
_WORDS: Final = _ALL["import"]
_COUNTED: Final = _ALL["counted"]


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
        words(_DOMAIN).counted(_family(name, kind), count, lang)
        for name in ("closed", "opened", "changed")
        for kind, count in _by_kind(changes["counts"][name].items()).items()
    ]
    return ", ".join(parts) if parts else _WORDS["none"][lang]


def _family(name: str, kind: str) -> str:
    """Return the key of the words for findings of a family of rules that are closed, opened or changed."""
    key = f"{name}.{kind}"
    return key if key in words(_DOMAIN) else f"{name}.QLT"


def _by_kind(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for rule, count in counts:
        found[rule[:3]] = found.get(rule[:3], 0) + count
    return found


def _counts(counts: Mapping[str, int], lang: str) -> str:
    return ", ".join(f"{texts[lang]}: {counts[name]}" for name, texts in _COUNTED.items() if name in counts)
