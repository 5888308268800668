"""Answers as an assistant reads them: short rows, and beside them dataset, day, sources and ``not_in_graph``."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

Json = dict[str, Any]
# Places of a finding that an assistant gets; a finding about a whole document rests on hundreds.
MAX_PLACES: Final = 10
_PLACE: Final = ("statement", "passage", "kind")
# fmt: off
_CAVEAT: Final = {
    "en": "A finding says what is recorded in the graph. not-assessable: a document that is not loaded may fill "
          "the gap.",
    "ro": "O constatare spune ce este înregistrat în graf. not-assessable: un document care nu este încărcat poate "
          "acoperi lipsa.",
}
# fmt: on


def reply(dataset: str, as_of: str, *, empty: bool, sources: Mapping[str, Json] | None = None, **content: Any) -> Json:
    """Put what every answer carries before its content; texts that are None are left out."""
    cited = dict(sources or {})
    passages = dict.fromkeys(one["passage"] for one in cited.values() if one.get("passage"))
    head: Json = {"not_in_graph": empty, "as_of": as_of, "dataset": dataset}
    kept = {key: value for key, value in content.items() if value is not None}
    return {**head, **kept, "passages": list(passages), "sources": cited}


def answered(question: Mapping[str, Any], answer: Mapping[str, Any], lang: str, limit: int) -> Json:
    """Return the answer to a question (``Answer.public``) with at most ``limit`` rows, and the sources of these."""
    rows = answer["rows"][:limit]
    shown = {cell["value"] for row in rows for cell in row.values() if cell["type"] == "uri"}
    sources = {iri: _cited(one, lang) for iri, one in answer["sources"].items() if iri in shown}
    return reply(
        answer["dataset"],
        answer["as_of"],
        empty=not answer["rows"],
        sources=sources,
        question=question["title"][lang],
        params=answer["params"],
        rows=[{name: _cell(cell) for name, cell in row.items()} for row in rows],
        total_rows=len(answer["rows"]),
        truncated=answer["truncated"] or len(answer["rows"]) > limit,
        empty_means=answer["empty"][lang] if not answer["rows"] else None,
        caveat=answer["caveat"][lang],
    )


def _cell(cell: Mapping[str, Any]) -> str | Json:
    """Return an IRI with its label, a code with its meaning, any other text as it is."""
    if cell["type"] == "uri":
        return {"iri": cell["value"], "label": cell["label"]}
    if cell["label"] != cell["value"]:
        return {"value": cell["value"], "label": cell["label"]}
    return str(cell["value"])


def _cited(citation: Mapping[str, Any], lang: str) -> Json:
    return {**citation, "cite": citation["cite"].get(lang) or citation["cite"].get("en")}


def found(report: Mapping[str, Any], lang: str, limit: int, cited: Mapping[str, Json]) -> Json:
    """Return findings (``Report.public``) in one language, with the citations of the passages they rest on."""
    chosen = report["findings"][:limit]
    places = set(passages_in(report, limit))
    return reply(
        report["dataset"],
        report["as_of"],
        empty=not report["findings"],
        sources={iri: cited[iri] for iri in sorted(places) if iri in cited},
        findings=[_finding(finding, lang) for finding in chosen],
        by_status=dict(Counter(finding["status"] for finding in report["findings"])),
        by_rule=dict(Counter(finding["rule"] for finding in report["findings"])),
        total=len(report["findings"]),
        truncated=report["truncated"] or len(report["findings"]) > limit,
        caveat=_CAVEAT[lang],
    )


def _finding(finding: Mapping[str, Any], lang: str) -> Json:
    kept = {key: finding[key] for key in ("id", "rule", "kind", "degree", "severity", "status")}
    kept["evidence"] = [{key: place.get(key) for key in _PLACE} for place in finding["evidence"][:MAX_PLACES]]
    kept["evidence_total"] = len(finding["evidence"])
    named = [{"iri": value["iri"], "label": value["label"][lang]} for value in finding["values"]]
    focus = {"iri": finding["focus"]["iri"], "label": finding["focus"]["label"][lang]}
    waits = [{"iri": one["iri"], "label": one["label"][lang]} for one in finding.get("waits_for", [])]
    texts = {"message": finding["message"][lang], "remedy": finding["remedy"][lang]}
    return {**kept, **texts, "focus": focus, "values": named, "waits_for": waits}


def passages_in(report: Mapping[str, Any], limit: int) -> list[str]:
    """Return the passages that the first findings of a report rest on."""
    chosen = (place for one in report["findings"][:limit] for place in one["evidence"][:MAX_PLACES])
    places = (place.get("passage") for place in chosen)
    return list(dict.fromkeys(place for place in places if place))


def asked(answer: Mapping[str, Any], dataset: str, as_of: str, limit: int) -> Json:
    """Return an answer of ``/ask`` with what every answer carries; its own members stay as they are."""
    cards: Sequence[Mapping[str, Any]] = answer["answers"][:limit]
    sources: dict[str, Json] = {}
    for card in cards:
        for source in card.get("sources") or []:
            iri = source.get("passage") or source.get("iri")
            if iri:
                sources.setdefault(str(iri), dict(source))
    rest = {key: value for key, value in answer.items() if key not in {"not_in_graph", "answers", "dataset", "as_of"}}
    made = reply(
        str(answer.get("dataset") or dataset),
        str(answer.get("as_of") or as_of),
        empty=bool(answer["not_in_graph"]),
        sources=sources,
        answers=list(cards),
    )
    return {**made, **{key: value for key, value in rest.items() if key not in made}}


def covered(passages: Mapping[str, Any], missing: Mapping[str, Any], lang: str) -> Json:
    """Return how far the loaded documents are encoded, and what is only referred to."""
    rows: Iterable[Mapping[str, Any]] = passages["rows"]
    counts = Counter(row["coverage"]["value"].rsplit("/", 1)[-1] for row in rows)
    made = answered({"title": {lang: ""}}, missing, lang, len(missing["rows"]))
    return reply(
        missing["dataset"],
        missing["as_of"],
        empty=False,
        sources=made["sources"],
        passages_by_coverage=dict(counts),
        total_passages=len(passages["rows"]),
        not_loaded=made["rows"],
        caveat=passages["caveat"][lang],
    )
