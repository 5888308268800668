"""The rules of the analysis: one file, one SHACL shape, and what people must know about it (rules.md)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple
from rdflib.namespace import RDF, SH, SKOS

from api.errors import BuildError, UsageError
from api.graph.sources import parse_turtle, read_text
from api.sparql.tokens import tokenize
from api.vocabulary import ATF, RULE
from api.wording import wording

KINDS: Final = ("gap", "overlap", "quality", "consistency", "law", "integrity")
SEVERITIES: Final = ("high", "medium", "low")
PREFIX_FILE: Final = "shapes/prefixes.ttl"

# Language -> text.
Text = Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """One rule: how it is evaluated, and how its findings are told.

    ``classes`` are the target classes, ``target`` is the SPARQL pattern of all its targets. ``set_select`` is
    the whole-graph form of ``select``; ``detail_select`` gives further values, degree, severity, evidence of
    the pairs found. Queries carry their prefixes. ``fillable_by`` are the document types that could fill the
    absence it rests on. ``groups_values`` makes all pairs of one focus one finding.
    """

    id: str
    iri: str
    kind: str
    severity: str
    label: Text
    definition: Text
    rationale: Text
    remedy: Text
    limits: Text
    sources: tuple[str, ...]
    message: Text
    document_message: Text
    classes: tuple[str, ...]
    target: str
    select: str
    set_select: str | None
    detail_select: str | None
    fillable_by: tuple[str, ...]
    collapses: bool
    groups_values: bool
    sh_severity: str
    name: str
    triples: tuple[Triple, ...] = field(repr=False, compare=False)

    @cached_property
    def whole_graph(self) -> str:
        """The ``sh:select`` with its targets in it, so that it finds all focus nodes at once."""
        after = next(token.start for token in tokenize(self.select) if token.text == "{") + 1
        return f"{self.select[:after]} {{ {self.target} }} {self.select[after:]}"

    def public(self) -> dict[str, Any]:
        """Return the rule as ``/rules`` gives it (architecture.md, "Fixed details")."""
        return {
            "id": self.id,
            "iri": self.iri,
            "kind": self.kind,
            "severity": self.severity,
            "label": dict(self.label),
            "definition": dict(self.definition),
            "rationale": dict(self.rationale),
            # What a finding names has no name here.
            "remedy": {lang: _without_slots(text, lang) for lang, text in self.remedy.items()},
            "source": list(self.sources),
            "limits": dict(self.limits),
        }


@dataclass(frozen=True)
class RuleSet:
    """The rules in the order of their kinds and ids, with the prefixes that their queries share."""

    rules: tuple[Rule, ...]
    prefixes: tuple[Triple, ...] = field(repr=False)

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def by_iri(self) -> dict[str, Rule]:
        """The rules by IRI."""
        return {rule.iri: rule for rule in self.rules}

    def choose(self, ids: Iterable[str] = (), *, integrity: bool = False) -> "RuleSet":
        """Return the rules of these ids, or all of them; those of the kind integrity only where asked for.

        Raises ``UsageError`` for an id that no rule has.
        """
        wanted = [part.strip().upper() for text in ids for part in text.split(",") if part.strip()]
        unknown = [rule_id for rule_id in wanted if rule_id not in self.by_id]
        if unknown:
            near = [known for known in self.by_id if known[:3] in {rule_id[:3] for rule_id in unknown}]
            raise UsageError(
                f"There is no rule {', '.join(unknown)}.",
                f"{'The rules of that kind' if near else 'The rules'} are: {', '.join(near or self.by_id)}.",
            )
        chosen = [
            rule for rule in self.rules if (rule.id in wanted if wanted else integrity or rule.kind != "integrity")
        ]
        return RuleSet(tuple(chosen), self.prefixes)


def _without_slots(text: str, lang: str) -> str:
    """Return the text of a rule in general: what a finding would fill in is named."""
    return re.sub(r"\{(\w+)\}", lambda slot: wording("analysis")["slot"][slot[1]][lang], text)


def load_rules(root: Path) -> RuleSet:
    """Read every rule under ``shapes/`` of a checkout, or of a folder laid out like one.

    Raises ``BuildError`` with one line for each file that is no rule.
    """
    declared, _ = parse_turtle(read_text(root / PREFIX_FILE, PREFIX_FILE), PREFIX_FILE)
    header = prefix_header(declared)
    rules, errors = [], []
    for kind in KINDS:
        for file in sorted((root / "shapes" / kind).glob("*.ttl")):
            name = f"shapes/{kind}/{file.name}"
            try:
                rules.append(read_rule(read_text(file, name), name, header))
            except BuildError as error:
                errors.append(str(error))
    if errors:
        raise BuildError("\n".join(errors))
    return RuleSet(tuple(rules), tuple(declared))


def prefix_header(declared: Iterable[Triple]) -> str:
    """Write the prefixes of ``sh:declare`` nodes (SHACL §5.2.1) as the head of a SPARQL query."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for subject, predicate, value in declared:
        if isinstance(subject, NamedNode) and isinstance(value, Literal):
            found[subject.value][predicate.value] = value.value
    lines = [
        f"PREFIX {node[str(SH.prefix)]}: <{node[str(SH.namespace)]}>"
        for node in found.values()
        if str(SH.prefix) in node and str(SH.namespace) in node
    ]
    return "\n".join(sorted(lines)) + "\n"


def read_rule(text: str, name: str, header: str) -> Rule:
    """Read one rule file.

    Raises ``BuildError`` naming the file where it is no Turtle, holds no rule or more than one, or lacks what
    the engines need; what people need is checked by ``api.analysis.lint``.
    """
    triples, _ = parse_turtle(text, name)
    node = _Node(triples)
    shapes = node.subjects(str(RDF.type), str(SH.NodeShape))
    if len(shapes) != 1:
        raise BuildError(f"{name} must hold one sh:NodeShape, it holds {len(shapes)}.")
    iri = shapes[0]
    rule_id = iri.removeprefix(str(RULE))
    checks = node.iris(iri, str(SH.sparql))
    if len(checks) != 1:
        raise BuildError(f"{name}: {rule_id} must have one sh:sparql, it has {len(checks)}.")
    select = node.one(checks[0], str(SH.select))
    target = _target(node, iri)
    if not select or not target:
        raise BuildError(f"{name}: {rule_id} needs a target and a check with sh:select.")
    kind = node.one(iri, str(ATF.ruleKind)) or PurePosixPath(name).parent.name
    whole, detail = node.one(iri, str(ATF.setSelect)), node.one(iri, str(ATF.detailSelect))
    return Rule(
        id=rule_id,
        iri=iri,
        kind=kind,
        # What breaks the integrity of the graph blocks a merge (rules.md).
        severity=node.one(iri, str(ATF.severity)) or ("high" if kind == "integrity" else "medium"),
        label=node.text(iri, str(SKOS.prefLabel)),
        definition=node.text(iri, str(SKOS.definition)),
        rationale=node.text(iri, str(ATF.rationale)),
        remedy=node.text(iri, str(ATF.remedy)),
        limits=node.text(iri, str(ATF.limits)),
        sources=tuple(sorted(node.strings(iri, str(ATF.ruleSource)))),
        message=node.text(iri, str(ATF.message)),
        document_message=node.text(iri, str(ATF.documentMessage)),
        classes=tuple(sorted(node.iris(iri, str(SH.targetClass)))),
        target=target,
        select=header + select,
        set_select=header + whole if whole else None,
        detail_select=header + detail if detail else None,
        fillable_by=tuple(sorted(node.iris(iri, str(ATF.fillableBy)))),
        collapses=node.one(iri, str(ATF.collapses)) in {"true", "1"},
        groups_values=node.one(iri, str(ATF.groupsValues)) in {"true", "1"},
        sh_severity=next(iter(node.iris(iri, str(SH.severity))), str(SH.Violation)),
        name=name,
        triples=tuple(triples),
    )


def _target(node: "_Node", iri: str) -> str:
    """Write the targets of a shape (SHACL §2.1.3 and SHACL-AF §3.1) as a pattern that binds ?this."""
    patterns = [f"{{ ?this a {NamedNode(name)} }}" for name in sorted(node.iris(iri, str(SH.targetClass)))]
    patterns += [
        f"{{ ?this {NamedNode(name)} ?anything }}" for name in sorted(node.iris(iri, str(SH.targetSubjectsOf)))
    ]
    for target in node.iris(iri, str(SH.target)):
        patterns += [f"{{ {text} }}" for text in node.strings(target, str(SH.select))]
    return " UNION ".join(patterns)


class _Node:
    """The statements of one file, by subject and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[str, str], list[NamedNode | Literal]] = defaultdict(list)
        for subject, predicate, value in triples:
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self._objects[subject.value, predicate.value].append(value)

    def subjects(self, predicate: str, value: str) -> list[str]:
        return sorted(
            subject
            for (subject, name), found in self._objects.items()
            if name == predicate and any(term.value == value for term in found)
        )

    def iris(self, subject: str, predicate: str) -> list[str]:
        return [term.value for term in self._objects[subject, predicate] if isinstance(term, NamedNode)]

    def strings(self, subject: str, predicate: str) -> list[str]:
        return [term.value for term in self._objects[subject, predicate] if isinstance(term, Literal)]

    def one(self, subject: str, predicate: str) -> str | None:
        return next(iter(self.strings(subject, predicate)), None)

    def text(self, subject: str, predicate: str) -> dict[str, str]:
        found = [term for term in self._objects[subject, predicate] if isinstance(term, Literal)]
        return {term.language: term.value for term in found if term.language}
