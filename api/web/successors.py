"""Bodies that a finding names and that were renamed, merged or split: then and today."""

from collections.abc import Iterable

from starlette.requests import Request

from api.answering.labels import LANGUAGES, Label

# Body -> what it is today: IRI and name in each language.
Successors = dict[str, list[tuple[str, Label]]]


async def successors_of(request: Request, iris: Iterable[str]) -> Successors:
    """Return, for each of some bodies that is no more, what it is today."""
    changes = await request.app.state.answerer.changes()
    found: Successors = {}
    for iri in sorted(set(iris)):
        names = {lang: changes.successors(iri, lang) for lang in LANGUAGES}
        if any(names.values()):
            bodies = [body for body, _ in names["en"]]
            found[iri] = [(body, {lang: dict(names[lang])[body] for lang in LANGUAGES}) for body in bodies]
    return found


def public(found: Successors) -> dict[str, list[dict[str, object]]]:
    """Return successors as JSON."""
    return {iri: [{"iri": body, "label": dict(label)} for body, label in today] for iri, today in found.items()}
