"""The measures of a plan as its sheet gives them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from api.intake.bodies import Mention
from api.intake.deadlines import Deadline
from api.intake.faults import Place, Remarks
from api.intake.folding import fold
from api.intake.resources import Resources


@dataclass
class Text:
    """A text in one or two languages, and its cell."""

    words: dict[str, str]
    place: Place


@dataclass
class Measure:
    """One measure as a sheet gives it."""

    row: int
    activity: Text
    number: str
    objective: str | None
    indicators: list[Text] = field(default_factory=list)
    deadline: Deadline = field(default_factory=Deadline)
    responsible: list[tuple[Mention, Place]] = field(default_factory=list)
    partners: list[tuple[Mention, Place]] = field(default_factory=list)
    resources: Resources = field(default_factory=Resources)
    sources: dict[str, Place] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    rows: set[tuple[str, int]] = field(default_factory=set)
    language: str = "ro"

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two rows the same row twice."""
        bodies = [
            sorted((one.body.iri, one.role or "") for one, _ in side) for side in (self.responsible, self.partners)
        ]
        words = {lang: fold(text) for lang, text in self.activity.words.items()}
        indicators = [fold(next(iter(one.words.values()))) for one in self.indicators]
        dates = (self.deadline.dates, self.deadline.recurrences)
        return (str(words), self.objective, str(bodies), str(indicators), str(dates), str(self.resources))


def each_once(measures: Sequence[Measure], remarks: Remarks) -> list[Measure]:
    """Leave out rows that repeat another; say where only the activity is the same."""
    kept: dict[tuple[object, ...], Measure] = {}
    activities: dict[tuple[str, str | None], Measure] = {}
    for one in measures:
        place = Place(one.activity.place.sheet, one.row)
        if one.key in kept:
            remarks.notice(place, "duplicate", row=str(kept[one.key].row))
            continue
        kept[one.key] = one
        text = next(iter(one.activity.words.values()))
        before = activities.setdefault((fold(text), one.objective), one)
        if before is not one:
            remarks.notice(one.activity.place, "same-activity", text, row=str(before.row))
    return list(kept.values())
