"""From pairs to findings: the step that both engines share (rules.md, "Fixed details")."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode, Quad

from api.analysis.engine_fast import Pair, pair_of
from api.analysis.facts import Facts
from api.analysis.findings import DEGREES, Finding, Term, weightier
from api.analysis.rules import SEVERITIES, Rule
from api.errors import BuildError

# A pair, and the further values that tell several findings on it apart.
Key = tuple[Pair, tuple[Term, ...]]


@dataclass
class _Detail:
    """What the rows about one finding say together."""

    degree: str | None = None
    severity: str | None = None
    evidence: set[str] = field(default_factory=set)
    variant: dict[str, str] = field(default_factory=dict)


def findings_of(facts: Facts, rule: Rule, pairs: set[Pair]) -> list[Finding]:
    """Turn the pairs of a rule into findings, with what its ``atf:detailSelect`` adds, in a fixed order.

    While a query that names its rule runs, each pair stands in the graph as one statement, with the rule as its
    property, so that the query may start there. A pair without a row keeps the severity of the rule and no
    degree. Where the rule groups its values, all pairs of one focus are one finding.

    Raises ``BuildError`` where the query cannot be evaluated.
    """
    details = _details(facts, rule, pairs) if rule.detail_select and pairs else {}
    for pair in pairs - {pair for pair, _ in details}:
        details[pair, ()] = _Detail()
    found = []
    for (pair, further), detail in details.items():
        values = (*(() if pair.value is None else (pair.value,)), *further)
        named = [term.value for term in (pair.this, *values) if isinstance(term, NamedNode)]
        found.append(
            Finding(
                rule=rule,
                focus=pair.this,
                values=values,
                degree=detail.degree,
                severity=detail.severity or rule.severity,
                evidence=tuple(sorted(detail.evidence or named)),
                variant=detail.variant,
            )
        )
    if rule.groups_values:
        found = _grouped(found)
    return sorted(found, key=lambda finding: finding.order)


def _grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Put the findings on one focus into one, with all their values in the order of their texts."""
    groups: dict[Term, list[Finding]] = defaultdict(list)
    for finding in findings:
        groups[finding.focus].append(finding)
    return [_one(group) for group in groups.values()]


def _one(group: Sequence[Finding]) -> Finding:
    merged = group[0]
    for finding in group[1:]:
        merged = replace(
            merged,
            degree=weightier(merged.degree or "", finding.degree or "", DEGREES) or None,
            severity=weightier(merged.severity, finding.severity, SEVERITIES),
            evidence=tuple(sorted({*merged.evidence, *finding.evidence})),
            variant={**finding.variant, **merged.variant},
        )
    values = {value for finding in group for value in finding.values}
    return replace(merged, values=tuple(sorted(values, key=lambda value: (value.value, str(value)))))


def _details(facts: Facts, rule: Rule, pairs: set[Pair]) -> dict[Key, _Detail]:
    query = rule.detail_select or ""
    # Thousands of statements are not made for a query that does not look at them.
    marked = pairs if rule.iri in query or f"rule:{rule.id}" in query else ()
    marks = [Quad(pair.this, NamedNode(rule.iri), pair.value or pair.this) for pair in marked]  # type: ignore[arg-type]
    facts.store.extend(marks)
    found: dict[Key, _Detail] = defaultdict(_Detail)
    try:
        rows = facts.rows(query)
        names = [variable.value for variable in rows.variables]
        for row in rows:
            cells = {name: term for name, term in zip(names, row, strict=True) if isinstance(term, Term)}
            pair = pair_of(cells.get("this"), cells.get("value"))
            if pair in pairs:
                further = (cells.get("value2"), cells.get("value3"))
                _add(found[pair, tuple(term for term in further if term is not None)], cells)
    except (SyntaxError, AssertionError) as error:
        raise BuildError(f"{rule.name}: atf:detailSelect of {rule.id} cannot be evaluated: {error}.") from error
    finally:
        for mark in marks:
            facts.store.remove(mark)
    return found


def _add(detail: _Detail, cells: Mapping[str, Term]) -> None:
    """Add a row: the strongest degree and severity of several rows count, and the evidence of all.

    Words that come with a lesser severity are left out: they would explain what does not count.
    """
    if degree := cells.get("degree"):
        detail.degree = weightier(degree.value, detail.degree or "", DEGREES)
    outweighed = False
    if severity := cells.get("severity"):
        heavier = weightier(severity.value, detail.severity or "", SEVERITIES)
        if heavier != detail.severity:
            detail.variant.clear()
        detail.severity = heavier
        outweighed = severity.value != heavier
    if isinstance(evidence := cells.get("evidence"), NamedNode):
        detail.evidence.add(evidence.value)
    if isinstance(variant := cells.get("variant"), Literal) and not outweighed:
        language = variant.language or ""
        detail.variant[language] = min(variant.value, detail.variant.get(language, variant.value))
