"""Numbers as Romanian and English sheets write them: 1.234,50 and 1,234.50."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")
_PLAIN: Final = re.compile(r"[+-]?\d[\d.,]*")


def read_number(text: str) -> Decimal | None:
    """Return a number, or ``None`` for a text that is none.

    A last group of three digits behind a separator is thousands, any other is the fraction.
    """
    compact = re.sub(r"\s", "", text).removesuffix("%")
    if not _PLAIN.fullmatch(compact):
        return None
    if _GROUPED.fullmatch(compact):
        compact = re.sub("[.,]", "", compact)
    else:
        cut = max(compact.rfind("."), compact.rfind(","))
        if cut >= 0:
            compact = f"{re.sub('[.,]', '', compact[:cut])}.{compact[cut + 1 :]}"
    try:
        return Decimal(compact)
    except InvalidOperation:
        return None
