"""Parts of paths: the language of a page, and the first segment of our own IRIs."""

from starlette.convertors import StringConvertor, register_url_convertor

from api.answering.labels import LANGUAGES


class _Languages(StringConvertor):
    """Matches the languages of the pages and nothing else, so that any other path is simply not there."""

    regex = "|".join(LANGUAGES)


class _Kinds(StringConvertor):
    """Matches the first segment of our own IRIs."""

    regex = "id|scheme|rule|graph|ontology"


def register_parts() -> None:
    """Let the path of a route say ``{lang:lang}`` and ``{kind:kind}``."""
    register_url_convertor("lang", _Languages())
    register_url_convertor("kind", _Kinds())
