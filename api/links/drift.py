"""Drift: where our data and CELLAR differ, what is new there, and what vanished."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from api.links.ours import Ours
from api.links.statements import (
    ACTS,
    AMENDS,
    CELEX,
    CONSOLIDATES,
    DATE,
    ELI,
    END,
    ENTRY,
    IMPLEMENTS,
    IN_FORCE,
    REPEALS,
    RESOURCE,
    SUBJECT,
    TITLE,
    TRANSPOSITION,
    Statement,
)
from api.vocabulary import ATF
from api.vocabulary import ELI as ELI_TERMS

Change = Literal["differs", "new", "gone"]


@dataclass(frozen=True, order=True)
class Drift:
    """One difference: the act, the property (IRI), our value and theirs (none where one side has nothing)."""

    act: str
    property: str
    ours: str | None
    theirs: str | None
    change: Change

    def public(self) -> dict[str, str | None]:
        """Return it as the contract has it."""
        return {
            "act": self.act,
            "property": self.property,
            "ours": self.ours,
            "theirs": self.theirs,
            "change": self.change,
        }


@dataclass(frozen=True)
class _Topic:
    """A property that is compared: its name in a report, and how its values are found for an act."""

    name: str
    query: str
    property: str
    # True where the act is the value, and the other side the subject.
    incoming: bool = False
    language: str = ""
    # True where one value replaces the other, false where values stand side by side.
    single: bool = True
    # False where more values than ours are no news.
    extras: bool = True
    # True where our own data has no values to compare: only a pinned snapshot has.
    pinned: bool = False
    # True where values that no snapshot has are told as news.
    news: bool = False


_TOPICS: Final = (
    _Topic(str(ATF.celex), "identity", CELEX),
    _Topic(ELI, "identity", ELI, extras=False),
    _Topic(str(ELI_TERMS.date_document), "dates", DATE),
    _Topic(str(ELI_TERMS.first_date_entry_in_force), "dates", ENTRY),
    _Topic(str(ELI_TERMS.date_no_longer_in_force), "dates", END),
    _Topic(str(ELI_TERMS.in_force), "dates", IN_FORCE),
    _Topic(str(ATF.transpositionDeadline), "dates", TRANSPOSITION),
    _Topic(str(ELI_TERMS.amended_by), "changed-by", AMENDS, incoming=True, single=False),
    _Topic(str(ELI_TERMS.repealed_by), "changed-by", REPEALS, incoming=True, single=False),
    _Topic(str(ELI_TERMS.amends), "changes", AMENDS, single=False),
    _Topic(str(ELI_TERMS.repeals), "changes", REPEALS, single=False),
    _Topic(str(ATF.consolidatedVersion), "consolidated", CONSOLIDATES, incoming=True),
    _Topic("http://purl.org/dc/terms/title@en", "titles", TITLE, language="en", pinned=True),
    _Topic("http://purl.org/dc/terms/title@ro", "titles", TITLE, language="ro", pinned=True),
    _Topic(str(ELI_TERMS.is_about), "subjects", SUBJECT, single=False, pinned=True),
    _Topic(str(ELI_TERMS.transposed_by), "measures", IMPLEMENTS, incoming=True, single=False, pinned=True, news=True),
)


def compare(
    ours: Ours,
    theirs: Collection[Statement],
    failed: Collection[str] = (),
    pinned: Collection[Statement] | None = None,
    live: bool = True,
) -> list[Drift]:
    """Compare what we say of our acts with what an endpoint or snapshot says.

    ``failed`` topics are left out: what could not be asked has not vanished. ``pinned`` is the snapshot that
    titles, subjects and national measures are compared with; without one, only new measures are told.
    """
    found: list[Drift] = []
    of_ours, of_theirs = _Index(ours.statements), _Index(theirs)
    of_pinned = _Index(pinned or ())
    for celex, act in sorted(ours.acts.items(), key=lambda item: item[1]):
        if not of_theirs.values(celex, _TOPICS[0]):
            found.append(Drift(act, str(ATF.celex), celex, None, "gone"))
            continue
        for topic in _TOPICS[1:]:
            if topic.query in failed or (topic.pinned and pinned is None and not (topic.news and live)):
                continue
            mine = (of_pinned if topic.pinned else of_ours).values(celex, topic)
            yours = of_theirs.values(celex, topic)
            named = _names(topic, ours)
            found += [Drift(act, topic.name, *_written(row, named)) for row in _differences(topic, mine, yours)]
    return found


class _Index:
    """Statements by property and by either end."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._out: dict[tuple[str, str, str], set[str]] = {}
        self._in: dict[tuple[str, str], set[str]] = {}
        for subject, name, value, language in statements:
            self._out.setdefault((subject, name, language), set()).add(value)
            if name in ACTS:
                self._in.setdefault((value, name), set()).add(subject)

    def values(self, celex: str, topic: _Topic) -> set[str]:
        """Return the values of an act; of its consolidated texts only the latest counts."""
        if not topic.incoming:
            return self._out.get((celex, topic.property, topic.language), set())
        found = self._in.get((celex, topic.property), set())
        return {max(found)} if found and topic.property == CONSOLIDATES else found


_Row = tuple[str | None, str | None, Change]


def _differences(topic: _Topic, ours: set[str], theirs: set[str]) -> list[_Row]:
    gone, new = sorted(ours - theirs), sorted(theirs - ours) if topic.extras else []
    if topic.single and gone and theirs:
        # Ours is not among theirs: it differs from what they have.
        return [(value, ", ".join(sorted(theirs)), "differs") for value in gone]
    return [(value, None, "gone") for value in gone] + [(None, value, "new") for value in new]


def _names(topic: _Topic, ours: Ours) -> Callable[[str], str]:
    """Return how a value of a topic is written: acts by their address, everything else as it is."""
    if topic.property in ACTS:
        return lambda value: ours.acts.get(value) or _consolidated(value, ours.acts) or RESOURCE + value
    if topic.property == IN_FORCE:
        return lambda value: f"{ELI_TERMS}InForce-{'inForce' if value == 'true' else 'notInForce'}"
    return str


def _consolidated(celex: str, acts: Mapping[str, str]) -> str | None:
    act = acts.get(f"3{celex[1:10]}")
    day = celex.partition("-")[2]
    return f"{act.rsplit('/', 1)[0]}/{day[:4]}-{day[4:6]}-{day[6:]}" if act and day else None


def _written(row: _Row, name: Callable[[str], str]) -> _Row:
    ours, theirs, change = row
    both = ", ".join(name(value) for value in theirs.split(", ")) if theirs is not None and name is not str else theirs
    return (name(ours) if ours is not None else None, both, change)
