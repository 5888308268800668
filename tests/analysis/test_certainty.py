"""What rests on nothing but unverified statements never weighs high, and says so."""

from pathlib import Path

from tests.analysed import analysed, found

# Two obligations with nobody to meet them; one is known from an unverified graph only.
TRIG = """
ex:sure {{ ex:plan a atf:PolicyDocument . ex:sound a atf:SpecificObjective . }}
ex:doubtful {{ ex:shaky a atf:SpecificObjective . {more} }}
ex:catalog {{ ex:doubtful atf:assertionKind kind:external ; atf:confidence confidence:unverified .
  ex:sure atf:assertionKind kind:stated . }}
"""


def severities(folder: Path, more: str = "") -> dict[str, tuple[str, bool]]:
    analysis = analysed(folder, TRIG.format(more=more), "GAP-001", name="facts.trig")
    return {name: (one.severity, one.unverified) for name, one in found(analysis).items()}


def test_a_node_of_unverified_graphs_weighs_less(tmp_path: Path) -> None:
    assert severities(tmp_path) == {"sound": ("high", False), "shaky": ("medium", True)}


def test_a_node_that_is_verified_elsewhere_does_not(tmp_path: Path) -> None:
    assert severities(tmp_path, "ex:sound skos:note 'x'@en .")["sound"] == ("high", False)
