"""Names compared without case and diacritics, here and in SPARQL."""

import unicodedata


def fold(text: str) -> str:
    """Return a text for comparison: lower case, one space, without diacritics (ș and ş, ț and ţ, ă, â, î)."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def folded(variable: str) -> str:
    """Return the SPARQL expression that folds a variable's text, as far as Romanian needs it."""
    letters = {"[ăâ]": "a", "î": "i", "[șş]": "s", "[țţ]": "t"}
    text = f"LCASE(STR({variable}))"
    for written, base in letters.items():
        text = f'REPLACE({text}, "{written}", "{base}")'
    return text
