"""The law: one act with its relations, or all acts by type."""

from api.perspectives.declared import build_declared
from api.perspectives.desk import Desk
from api.perspectives.perspective import Perspective
from api.perspectives.table import Part, Section
from api.web.pages import word


async def build_law(desk: Desk) -> Perspective:
    """Return an act (``act``) with its days, its relations and who relies on it, or the list of all acts."""
    related = [Part(word("perspective.timeline", desk.lang), f"/{desk.lang}/timeline")]
    if desk.values.get("act"):
        found = await build_declared(desk, "law")
        found.related = [*found.related, *related]
        return found
    acts = await desk.ask("acts-by-type", type=desk.values.get("type"))
    names = ["act", "year", "inForce", "inForceConfidence", "source", "kind"]
    links = {"act": "law?act={short}"}
    table = desk.table(acts, names, merge=["type", "act"], group="type", links=links, plain=["inForceConfidence"])
    section = Section("acts", word("perspective.acts", desk.lang), table, questions=(desk.question_link(acts),))
    controls = await desk.controls("acts-by-type", ["type"])
    controls += await desk.controls("who-relies-on-an-act", ["act", "as-of"])
    return Perspective(
        "law",
        word("perspective.law", desk.lang),
        word("perspective.law_intro", desk.lang),
        [section],
        controls,
        related=related,
    )
