"""How the loaded documents stand today: read in translation, expired, succeeded by what (model.md §7)."""

from datetime import date
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.citations import written_date
from api.labels import choose, labels_of
from api.question import Text
from api.store import Store
from api.vocabulary import ATF, DCTERMS

_DOCUMENTS: Final = f"""SELECT ?document ?through ?next WHERE {{
  ?document <{ATF.contentLoaded}> true .
  OPTIONAL {{ ?document <{ATF.validThrough}> ?through }}
  OPTIONAL {{ ?next <{DCTERMS.replaces}> ?document }}
}} ORDER BY ?document ?next"""
_TRANSLATED: Final = f"SELECT ?edition WHERE {{ ?edition <{ATF.isTranslation}> true }} ORDER BY ?edition"

TRANSLATION: Final = Text(
    en="The text read is an English translation; the Romanian original is the law.",
    ro="Textul citit este o traducere în limba engleză; originalul în limba română are putere de lege.",
)


async def standing_of(store: Store, as_of: date, today: date) -> Text:
    """Return in words which date an answer used, that it rests on a translation, and what has expired.

    ``as_of`` is the date of the answer; ``today`` decides whether a document has expired.
    """
    said = {
        "en": [f"Answered as of {written_date(as_of.isoformat(), 'en')}."],
        "ro": [f"Răspuns pentru data de {written_date(as_of.isoformat(), 'ro')}."],
    }
    if (await store.select(_TRANSLATED)).rows:
        said["en"].append(TRANSLATION.en)
        said["ro"].append(TRANSLATION.ro)
    expired: dict[str, tuple[str, list[str]]] = {}
    for row in (await store.select(_DOCUMENTS)).rows:
        document, through, successor = row.get("document"), row.get("through"), row.get("next")
        if (
            isinstance(document, NamedNode)
            and isinstance(through, Literal)
            and through.value < today.isoformat()
        ):
            entry = expired.setdefault(document.value, (through.value, []))
            if isinstance(successor, NamedNode):
                entry[1].append(successor.value)
    labels = await labels_of(
        store, {iri for document, (_, later) in expired.items() for iri in (document, *later)}
    )
    for document, (day, later) in expired.items():
        for lang, words in said.items():
            name = choose(labels.get(document), lang, document)[0]
            following = ", ".join(choose(labels.get(iri), lang, iri)[0] for iri in later)
            ended = f"{name} expired on" if lang == "en" else f"{name} a expirat la"
            after = ("it was succeeded by" if lang == "en" else "i-a succedat") if later else ""
            words.append(
                f"{ended} {written_date(day, lang)}{'; ' if later else ''}{after} {following}".rstrip() + "."
            )
    return Text(en=" ".join(said["en"]), ro=" ".join(said["ro"]))
