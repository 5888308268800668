"""One thing with everything that the graph says of it, as an assistant reads it."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import State

from api.answering.citations import citations_of
from api.answering.labels import LANGUAGES, Label, choose, labels_of
from api.assistants.replies import Json, reply
from api.errors import NotFoundError
from api.vocabulary import BASE, ID, SCHEME
from api.web.duties import Duty
from api.web.search import search
from api.web.things import Statement, Thing, describe

# Things that are offered where a name is none of ours.
_NEAREST = 5


async def find(state: State, text: str, limit: int) -> Json:
    """Return the things that a text names, best first."""
    hits = await search(state.store, text)
    labels = await labels_of(state.store, {iri for hit in hits[:limit] for iri in (hit.iri, hit.type)})
    return reply(
        state.manifest.sha256,
        state.manifest.as_of.isoformat(),
        empty=not hits,
        looked_for=text,
        hits=[
            {
                "iri": hit.iri,
                "label": {lang: choose(labels.get(hit.iri), lang, hit.iri)[0] for lang in LANGUAGES},
                "type": {"iri": hit.type, "label": choose(labels.get(hit.type), "en", hit.type)[0]},
            }
            for hit in hits[:limit]
        ],
        total=len(hits),
        truncated=len(hits) > limit,
    )


async def get(state: State, name: str, lang: str) -> Json:
    """Return what is said of a thing; of one that is not there, that it is not, and what is called alike."""
    name = name.strip()
    forms = [name] if ":" in name else [f"{base}{name.strip('/')}" for base in (ID, SCHEME, BASE)]
    for iri in forms:
        try:
            thing = await describe(state.store, iri, lang)
        except NotFoundError:
            continue
        return await _told(state, thing, lang)
    near = await find(state, name.rsplit("/", 1)[-1].replace("-", " "), _NEAREST)
    return reply(
        state.manifest.sha256,
        state.manifest.as_of.isoformat(),
        empty=True,
        looked_for=name,
        nearest=near["hits"],
        hint="Look the name up with find_entity.",
    )


async def _told(state: State, thing: Thing, lang: str) -> Json:
    def named(iri: str) -> Json:
        return {"iri": iri, "label": choose(thing.labels.get(iri), lang, iri)[0]}

    def said(groups: Mapping[str, list[Statement]]) -> list[Json]:
        return [
            {"property": named(key), **_statement(item, thing.labels, lang)}
            for key, values in groups.items()
            for item in values
        ]

    wanted = {thing.iri, *thing.sources, *(source for duty in thing.duties for source in duty.sources)}
    cited = await citations_of(state.store, state.editions, [iri for iri in wanted if iri.startswith(BASE)])
    # A thing that stands nowhere has only its own name for a citation, which says nothing new.
    sources = {iri: one.public() for iri, one in sorted(cited.items()) if iri != thing.iri or one.lines}
    return reply(
        state.manifest.sha256,
        state.manifest.as_of.isoformat(),
        empty=False,
        sources={iri: {**one, "cite": one["cite"][lang]} for iri, one in sources.items()},
        iri=thing.iri,
        label={code: choose(thing.labels.get(thing.iri), code, thing.iri)[0] for code in LANGUAGES},
        types=[named(iri) for iri in thing.types],
        identifiers=thing.identifiers,
        other_names=[{"text": text, "lang": code or None} for text, code in thing.alternative],
        statements=said({**thing.lead, **thing.statements}),
        duties=[_duty(duty, named) for duty in thing.duties],
        referred_to_by=said(thing.inverse),
        referred_to_total=sum(thing.inverse_total.values()),
    )


def _statement(item: Statement, labels: Mapping[str, Label], lang: str) -> Json:
    value: Any = item.value.text
    if item.value.is_iri:
        value = {"iri": item.value.text, "label": choose(labels.get(item.value.text), lang, item.value.text)[0]}
    made = {"value": value, "lang": item.value.language, "kind": item.origin.kind}
    made |= {"confidence": item.origin.confidence, "sources": list(item.origin.sources) or None}
    return {key: part for key, part in made.items() if part is not None}


def _duty(duty: Duty, named: Any) -> Json:
    single = {"duty": duty.iri, "holder": duty.holder, "role": duty.role, "function": duty.function}
    single["modality"] = duty.modality
    made: Json = {key: named(iri) for key, iri in single.items() if iri}
    made |= {"target_groups": [named(iri) for iri in duty.groups], "legal_basis": [named(iri) for iri in duty.bases]}
    return {**made, "kind": duty.origin.kind, "sources": duty.sources}
