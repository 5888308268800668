"""The perspectives by name, and the parameter that the rest of a path names."""

from functools import partial
from typing import Final

from api.perspectives.agenda import build_calendar
from api.perspectives.chain import build_chain
from api.perspectives.comparison import build_comparison
from api.perspectives.declared import build_declared
from api.perspectives.framework import build_timeline
from api.perspectives.institutions import build_dossier
from api.perspectives.law import build_law
from api.perspectives.matrix import build_matrix
from api.perspectives.objectives import build_objectives
from api.perspectives.obligations import build_obligations
from api.perspectives.perspective import Builder
from api.perspectives.statistics import build_statistics

PERSPECTIVES: Final[dict[str, Builder]] = {
    "matrix": build_matrix,
    "dossier": build_dossier,
    "objectives": build_objectives,
    "chain-of-care": build_chain,
    "obligations": build_obligations,
    "law": build_law,
    "timeline": build_timeline,
    "compare": build_comparison,
    "calendar": build_calendar,
    "statistics": build_statistics,
    "network": partial(build_declared, name="network"),
    "source": partial(build_declared, name="source"),
}
# Perspectives whose thing is named in the path: /dossier/anitp, /obligations/cets-197.
SUBJECTS: Final = {"dossier": "institution", "obligations": "instrument"}
