"""Two strategies or plans side by side: which duties the second keeps, moves, gives another role, drops or adds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from api.answering.answers import Answer
from api.answering.answers import Cell as Found
from api.answering.parameters import short
from api.errors import ParameterError
from api.perspectives.desk import Desk, term
from api.perspectives.documents import Document, documents_of
from api.perspectives.order import alphabetical
from api.perspectives.perspective import Perspective
from api.perspectives.table import Cell, Column, Control, Part, Row, Section, Table, unique
from api.web.pages import say, word

QUESTION: Final = "what-two-documents-assign"
_NOT_LOADED: Final = "which-documents-are-not-loaded"
_PARAMS: Final = {"first": "a", "second": "b"}
# In the order in which a reader looks for them.
CHANGES: Final = ("kept", "moved", "role", "dropped", "added")
# A body by what it is today, so that one that was renamed between the documents has kept its duty.
_Body = tuple[str, ...]
_Own = Mapping[str, Found]


@dataclass
class _Task:
    """A function (or objective) in a role: the rows of the bodies that have it in each document."""

    first: dict[_Body, _Own] = field(default_factory=dict)
    second: dict[_Body, _Own] = field(default_factory=dict)


@dataclass(frozen=True)
class _Change:
    """What became of a duty: the rows of the first and of the second document that tell it."""

    kind: str
    first: tuple[_Own, ...] = ()
    second: tuple[_Own, ...] = ()

    @property
    def row(self) -> _Own:
        return (self.first or self.second)[0]


async def build_comparison(desk: Desk) -> Perspective:
    """Return the comparison of the documents ``a`` and ``b``, or the documents that can be compared.

    Raises ``ParameterError`` for a document that there is not, and for one that is named twice.
    """
    known = await documents_of(desk)
    choices = [(short(iri), one.name) for iri, one in known.items()]
    given = {name: desk.values.get(name) or "" for name in ("a", "b")}
    controls = [
        Control(name, word(f"compare.{name}", desk.lang), given[name], "select", choices) for name in ("a", "b")
    ]
    made = Perspective(
        "compare",
        word("compare.title", desk.lang),
        word("compare.intro", desk.lang),
        [_choice(desk, known)],
        controls,
        related=[
            Part(word("perspective.timeline", desk.lang), f"/{desk.lang}/timeline"),
            Part(word("compare.diff", desk.lang), f"/{desk.lang}/diff"),
        ],
    )
    if not all(given.values()):
        return made
    answer = await _ask(desk, given)
    sides = [await _side(desk, known, answer.params[name]) for name in _PARAMS]
    if sides[0].iri == sides[1].iri:
        raise ParameterError("Both documents are the same.", "Choose two different ones.", parameter="b")
    changes = list(_changes(answer, sides))
    made.title = f"{word('compare.title', desk.lang)}: {sides[0].name} – {sides[1].name}"
    made.controls = [replace(control, value=short(side.iri)) for control, side in zip(controls, sides, strict=True)]
    made.notes = [text for side in sides if (text := _note(desk, side))]
    made.sections = [_section(desk, answer, sides, changes), *made.sections]
    made.facts = [
        (_kind(desk, kind, sides), [Part(str(sum(change.kind == kind for change in changes)))])
        for kind in (*CHANGES, "unknown")
        if kind in CHANGES or any(change.kind == kind for change in changes)
    ]
    return made


async def _ask(desk: Desk, given: Mapping[str, str]) -> Answer:
    try:
        return await desk.ask(QUESTION, first=given["a"], second=given["b"])
    except ParameterError as error:
        # The address calls the parameters of the question otherwise.
        name = _PARAMS.get(str(error.extra.get("parameter")), "a")
        raise ParameterError(error.message, error.hint, **{**error.extra, "parameter": name}) from error


async def _side(desk: Desk, known: Mapping[str, Document], iri: str) -> Document:
    """Return a document; one of another kind (a methodology, a standard) is taken as it is, with what is loaded."""
    if iri in known:
        return known[iri]
    return Document(iri, desk.name(await desk.labels([iri]), iri), "", "", whole=False, duties=0)


def _changes(answer: Answer, sides: list[Document]) -> Iterator[_Change]:
    tasks: dict[str, dict[str, _Task]] = {}
    for row in answer.rows:
        task = tasks.setdefault(term(row, "function") or "", {}).setdefault(term(row, "role") or "", _Task())
        body = row["institution"]
        key = tuple(sorted(iri for iri, _ in body.today)) or (body.term.value,)
        for name, own in (("inFirst", task.first), ("inSecond", task.second)):
            if term(row, name) == "true":
                own.setdefault(key, row)
    loaded = all(any(term(row, name) == "true" for row in answer.rows) for name in ("inFirst", "inSecond"))
    for roles in tasks.values():
        yield from _of_function(roles) if loaded else _unknown(roles)


def _unknown(roles: Mapping[str, _Task]) -> Iterator[_Change]:
    """Yield duties of one document of which the other could say anything: nothing of it is loaded."""
    for task in roles.values():
        for key in {**task.first, **task.second}:
            yield _Change("unknown", _rows(task.first, key), _rows(task.second, key))


def _of_function(roles: Mapping[str, _Task]) -> Iterator[_Change]:
    left = {role: _Task(dict(task.first), dict(task.second)) for role, task in roles.items()}
    for task in left.values():
        for key in [key for key in task.first if key in task.second]:
            yield _Change("kept", (task.first.pop(key),), (task.second.pop(key),))
    for before in left.values():
        for key in list(before.first):
            after = next((task for task in left.values() if key in task.second), None)
            if after:
                yield _Change("role", (before.first.pop(key),), (after.second.pop(key),))
    for task in left.values():
        if task.first and task.second:
            yield _Change("moved", tuple(task.first.values()), tuple(task.second.values()))
            continue
        yield from (_Change("dropped", (row,)) for row in task.first.values())
        yield from (_Change("added", (), (row,)) for row in task.second.values())


def _rows(own: Mapping[_Body, _Own], key: _Body) -> tuple[_Own, ...]:
    return (own[key],) if key in own else ()


def _section(desk: Desk, answer: Answer, sides: list[Document], changes: list[_Change]) -> Section:
    order = (*CHANGES, "unknown")
    changes.sort(
        key=lambda one: (
            order.index(one.kind),
            alphabetical(one.row["function"].label),
            one.row["role"].label,
            alphabetical(one.row["institution"].label),
        )
    )
    rows = []
    for change in changes:
        both = (change.first, change.second)
        bodies = [
            unique(
                replace(desk.part(row["institution"]), href=desk.dossier(row["institution"].term.value)) for row in own
            )
            if own
            else Cell((Part(word(f"compare.{'nobody' if side.whole else side.loading}", desk.lang), mark="silent"),))
            for own, side in zip(both, sides, strict=True)
        ]
        places = [
            unique(desk.part(row[name]) for row in own if name in row)
            for own, name in zip(both, ("firstSource", "secondSource"), strict=True)
        ]
        head = [
            Cell((desk.part(change.row["function"]),)),
            unique(desk.part(row["role"]) for own in both for row in own),
        ]
        rows.append(Row((*head, *bodies, *places), Part(_kind(desk, change.kind, sides))))
    question = answer.question
    titles = [desk.title(question, "function"), desk.title(question, "role"), *(side.name for side in sides)]
    titles += [f"{word('compare.place', desk.lang)} {side.name}" for side in sides]
    table = Table(tuple(map(Column, titles)), tuple(rows), say(question.empty, desk.lang))
    table = replace(table, group=word("compare.change", desk.lang))
    notes = (word("compare.renamed", desk.lang),)
    return Section("duties", word("compare.duties", desk.lang), table, notes, questions=(desk.question_link(answer),))


def _kind(desk: Desk, kind: str, sides: list[Document]) -> str:
    """Return the name of a change; what only seems so, because a document is loaded in part, is called that."""
    seen = {"dropped": sides[1:], "added": sides[:1], "moved": sides}.get(kind, [])
    key = f"{kind}_or_not_loaded" if any(side.loading == "part" for side in seen) else kind
    return word(f"compare.{key}", desk.lang)


def _note(desk: Desk, side: Document) -> str:
    if side.whole:
        return ""
    key = "part" if side.duties else "not_loaded"
    return word(f"compare.note_{key}", desk.lang).format(document=side.name, count=side.duties)


def _choice(desk: Desk, known: Mapping[str, Document]) -> Section:
    """Return the documents that can be compared, with how much of each is loaded."""
    titles = [word(f"perspective.{name}", desk.lang) for name in ("document", "first_day", "last_day")] + [
        word("compare.content", desk.lang),
        word("thing.duties", desk.lang),
    ]
    rows = [
        Row(
            tuple(
                Cell((part,))
                for part in (
                    Part(one.name, desk.page(iri)),
                    Part(one.first) if one.first else desk.silent(),
                    Part(one.last) if one.last else desk.silent(),
                    Part(word(f"compare.{one.loading}", desk.lang), mark=None if one.whole else "silent"),
                    Part(str(one.duties)),
                )
            )
        )
        for iri, one in known.items()
    ]
    question = desk.questions[_NOT_LOADED]
    link = (say(question.title, desk.lang), f"/{desk.lang}/queries/{_NOT_LOADED}")
    table = Table(tuple(map(Column, titles)), tuple(rows))
    return Section("documents", word("compare.documents", desk.lang), table, questions=(link,))
