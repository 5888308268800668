"""The findings of the analysis that touch a duty, a function or a thing, where the dataset holds them."""

from collections import defaultdict
from typing import Final

from pyoxigraph import Literal, NamedNode
from rdflib.namespace import DCTERMS, SKOS

from api.answering.labels import Label
from api.sparql.store import Reader
from api.vocabulary import ATF

# A card names no more than these.
LIMIT: Final = 4
_QUERY: Final = f"""SELECT ?finding ?touched ?rule ?note WHERE {{
  ?finding a <{ATF.Finding}> ; <{ATF.focus}>|<{ATF.value}> ?touched ; <{SKOS.note}> ?note .
  OPTIONAL {{ ?finding <{ATF.ofRule}> ?ruleNode . ?ruleNode <{DCTERMS.identifier}> ?rule }}
}} ORDER BY ?touched ?finding"""

Finding = dict[str, str | Label]


async def read_findings(store: Reader) -> dict[str, list[Finding]]:
    """Return the findings by what they touch; empty where the dataset holds none."""
    found: dict[str, dict[str, Finding]] = defaultdict(dict)
    for row in (await store.select(_QUERY)).rows:
        finding, touched, note, rule = row["finding"], row["touched"], row["note"], row.get("rule")
        if not (isinstance(finding, NamedNode) and isinstance(touched, NamedNode) and isinstance(note, Literal)):
            continue
        one = found[touched.value].setdefault(finding.value, {"iri": finding.value, "message": {}})
        if isinstance(rule, Literal):
            one["rule"] = rule.value
        message = one["message"]
        assert isinstance(message, dict)
        message[note.language or ""] = note.value
    return {touched: list(ones.values()) for touched, ones in found.items()}
