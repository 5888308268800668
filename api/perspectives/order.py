"""The order of names: that of the Romanian alphabet, which holds the English one."""

from typing import Final

# A letter with a mark follows the one without: a, ă, â; i, î; s, ș; t, ț.
_AFTER: Final = {"ă": "a1", "â": "a2", "î": "i1", "ș": "s1", "ş": "s1", "ț": "t1", "ţ": "t1"}


def alphabetical(text: str) -> str:
    """Return a key that sorts a name where a Romanian dictionary has it; case does not count."""
    return "".join(_AFTER.get(letter, letter + "0") for letter in text.casefold())
