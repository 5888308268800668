"""A comparison for a terminal: what appears, vanishes, moves and changes, one line each."""

from collections.abc import Iterator
from typing import Final

from api.analysis.accounts import Account
from api.analysis.comparison import Changes, Comparison, Duty
from api.wording import wording

_WORDS: Final = wording("analysis")["comparison"]


def to_text(found: Comparison, lang: str) -> str:
    """Write a comparison for a terminal."""
    days = (found.before.as_of.isoformat(), found.after.as_of.isoformat())
    lines = [_WORDS["title"][lang].format(*days), *(lapse.told(lang) for lapse in found.lapses)]
    for name, changes in (("findings", found.findings), ("responsibilities", found.responsibilities)):
        lines += ["", _WORDS[name][lang], *_changes(changes, lang)]
    return "\n".join(lines) + "\n"


def _changes(changes: Changes, lang: str) -> Iterator[str]:
    if not changes.any:
        yield f"  {_WORDS['none'][lang]}"
    for name in ("appear", "vanish"):
        yield from (f"  {_WORDS[name][lang]}: {_told(item, lang)}" for item in getattr(changes, name))
    for name in ("move", "change"):
        for one, other in getattr(changes, name):
            yield f"  {_WORDS[name][lang]}: {_told(one, lang)}"
            yield f"    → {_told(other, lang)}"


def _told(item: Account | Duty, lang: str) -> str:
    if isinstance(item, Account):
        finding = item.finding
        return f"{item.id} [{finding.severity}, {finding.status}] {item.message[lang]}"
    holders = ", ".join(holder.label[lang] for holder in item.holders)
    return f"{item.named.label[lang]} ({holders or '–'})"
