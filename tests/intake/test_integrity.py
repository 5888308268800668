"""An imported plan and the report on it keep the integrity rules that block a build."""

from pathlib import Path

from pyoxigraph import RdfFormat, parse

from api.graph.integrity import rules_of, violations
from api.graph.sources import Source, graph_iri, parse_turtle
from api.intake.job import Job, run
from api.intake.proposal import Options
from api.settings import ROOT, Settings
from tests.intake.conftest import dataset
from tests.intake.sheets import TITLE, xlsx
from tests.intake.test_report import HEADER
from tests.intake.test_templates import PLAN, SHEETS


def test_no_integrity_rule_objects(built: Settings, tmp_path: Path) -> None:
    plan, report = tmp_path / "plan.ttl", tmp_path / "report.ttl"
    plan.write_text(
        run(built, Job("import", Options("plan.xlsx", plan=PLAN), findings=False), SHEETS["plain"])["turtle"],
        encoding="utf-8",
    )
    with_plan = dataset(tmp_path / "one", (f"plans/{PLAN}", plan))
    rows = xlsx(
        (TITLE,),
        HEADER,
        (1, None, "număr de campanii", "ANITP", "sem. I 2019", 12, "realizată", "un raport", "31.07.2019"),
    )
    report.write_text(
        run(with_plan, Job("import", Options("r.xlsx", "report"), findings=False), rows)["turtle"], encoding="utf-8"
    )
    whole = dataset(tmp_path / "two", (f"plans/{PLAN}", plan), ("plans/report", report))
    triples = {quad.triple for quad in parse(path=str(whole.build / "atf.nq"), format=RdfFormat.N_QUADS)}
    imported = {
        quad.subject.value for file in (plan, report) for quad in parse(path=str(file), format=RdfFormat.TURTLE)
    }
    sources = []
    for file in [ROOT / "shapes" / "prefixes.ttl", *(ROOT / "shapes" / "integrity").glob("*.ttl")]:
        name = file.relative_to(ROOT).as_posix()
        sources.append(Source(name, graph_iri(name), parse_turtle(file.read_text(encoding="utf-8"), name)[0]))
    assert [one for one in violations(triples, rules_of(sources)) if one.focus in imported] == []
