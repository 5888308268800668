"""What the form above the findings offers: rules, kinds, weights, states, institutions, objectives, versions."""

from typing import Final

from rdflib.namespace import DCTERMS

from api.analysis.findings import STATUSES
from api.analysis.history import read_history
from api.analysis.report_words import KINDS
from api.analysis.rules import SEVERITIES, RuleSet
from api.analysis.selection import KNOWN, NAMES
from api.answering.labels import choose, labels_of, local_name
from api.perspectives.order import alphabetical
from api.sparql.store import Reader
from api.vocabulary import ATF, ID

# The institutions and objectives that a filter offers.
_CHOICES: Final = {
    "institution": f"SELECT DISTINCT ?node WHERE {{ ?some <{ATF.holder}>|<{ATF.actsThrough}>|<{ATF.lists}> ?node }}",
    "objective": f"SELECT DISTINCT ?node ?number WHERE {{ ?node a <{ATF.Objective}> "
    f"OPTIONAL {{ ?node <{DCTERMS.identifier}> ?number }} }}",
}


async def filters(store: Reader, every: RuleSet, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the form offers for each filter, as (value, text); a value without text is a word of the analysis."""
    rules = [rule for rule in every.rules if rule.kind != "integrity"]
    named = [(rule.id, f"{rule.id} {choose(dict(rule.label), lang, '')[0]}") for rule in rules]
    kinds = [(kind, words[lang]) for kind, words in KINDS.items() if kind != "integrity"]
    fixed: dict[str, list[tuple[str, str]]] = {
        "rule": named,
        "kind": kinds,
        "severity": [(name, "") for name in SEVERITIES],
        "status": [(name, "") for name in STATUSES],
    }
    versions = [(version.name, "") for version in reversed((await read_history(store)).versions)]
    offered = [(name, fixed[name] if name in fixed else await _things(store, name, lang)) for name in NAMES]
    return [*offered, (KNOWN, versions)] if versions else offered


async def _things(store: Reader, name: str, lang: str) -> list[tuple[str, str]]:
    rows = (await store.select(_CHOICES[name])).rows
    labels = await labels_of(store, {row["node"].value for row in rows})
    found = set()
    for row in rows:
        iri, number = row["node"].value, row["number"].value if "number" in row else ""
        text = f"{number} {choose(labels.get(iri), lang, iri)[0]}".strip()
        found.add((local_name(iri) if iri.startswith(f"{ID}{name}/") else iri, text))
    return sorted(found, key=lambda choice: alphabetical(choice[1]))
