"""Words that people read: gettext catalogues with English as the source and Romanian as its translation.

A template (``DOMAIN.pot``) holds the English texts; the key that the code names is the context of a message, so
that one English text may have two translations. (A message without a context is its own key.)
``ro/LC_MESSAGES/DOMAIN.po`` translates it. Both are compiled in memory when they are first needed: there is no
compiled file to grow stale.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

LANGUAGES: Final = ("en", "ro")
LOCALE: Final = Path(__file__).parent / "web" / "locale"

# Section -> name -> language -> text.
Wording = Mapping[str, Mapping[str, Mapping[str, str]]]


class Words:
    """The words of a domain; raises ``ValueError`` that names the file and the key where they are not complete."""

    def __init__(self, domain: str, folder: Path = LOCALE) -> None:
        source, self.path = folder / f"{domain}.pot", folder / "ro" / "LC_MESSAGES" / f"{domain}.po"
        self._messages = {_key(message): message for message in _read(source) if message.id}
        translation = _read(self.path, "ro")
        for key, message in self._messages.items():
            found = translation.get(message.id, context=message.context)
            texts = found.string if found and isinstance(found.string, tuple) else (found and found.string,)
            if not found or found.fuzzy or not all(texts):
                raise ValueError(f"{self.path}: {key} needs a translation of {message.id!r}, not marked fuzzy.")
        compiled = BytesIO()
        write_mo(compiled, translation)
        compiled.seek(0)
        self._translations = {"en": NullTranslations(), "ro": Translations(compiled, domain)}

    def __contains__(self, key: str) -> bool:
        return key in self._messages

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def plain(self) -> Iterator[str]:
        """Return the keys of the texts that count nothing."""
        return (key for key, message in self._messages.items() if isinstance(message.id, str))

    def text(self, key: str, lang: str) -> str:
        """Return the text of a key in a language; a missing key is a programming error (``KeyError``)."""
        message, context = self._messages[key].id, self._messages[key].context
        if not isinstance(message, str):
            raise KeyError(f"{key} counts something: ask for it with a number")
        catalogue = self._translations[lang]
        return str(catalogue.pgettext(context, message) if context else catalogue.gettext(message))

    def counted(self, key: str, number: int, lang: str) -> str:
        """Return the text of a key for a number, which stands at ``{n}`` as the language writes it."""
        message = self._messages[key].id
        if isinstance(message, str):
            raise KeyError(f"{key} counts nothing: it has no plural")
        singular, plural = message
        text = self._translations[lang].npgettext(key, singular, plural, number)
        return str(text).replace("{n}", figure(number, lang))


def figure(number: int, lang: str) -> str:
    """Write a number as a language does: 12,345 in English, 12.345 in Romanian."""
    return str(format_decimal(number, locale=lang))


@cache
def words(domain: str) -> Words:
    """Return the words of a domain, read once."""
    return Words(domain)


@cache
def wording(domain: str) -> Wording:
    """Return the texts of a domain (none that counts) by section and name."""
    known, found = words(domain), dict[str, dict[str, dict[str, str]]]()
    for key in known.plain():
        section, _, name = key.partition(".")
        found.setdefault(section, {})[name] = {lang: known.text(key, lang) for lang in LANGUAGES}
    return found


def _read(path: Path, lang: str | None = None) -> Catalog:
    """Read a catalogue; raises ``ValueError`` where it cannot be read."""
    with path.open("rb") as file:
        try:
            return read_po(file, locale=lang, abort_invalid=True)
        except PoFileError as error:
            raise ValueError(f"{path}: {error}") from error


def _key(message: Message) -> str:
    return str(message.context or message.id)
