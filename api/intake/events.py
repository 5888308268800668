"""The rows of the question about deadlines as events of a calendar, one for each thing and day."""

from datetime import date

from api.answering.answers import Answer
from api.intake.icalendar import Event
from api.web.pages import word


def events_of(answer: Answer) -> list[Event]:
    """Return the events of an answer in the order of their days."""
    found: dict[tuple[str, str, str], tuple[str, str, set[str]]] = {}
    for row in answer.rows:
        day, thing, event = row["day"], row["thing"], row["event"]
        assert day and thing and event
        key = (day.term.value, thing.term.value, event.term.value)
        bodies = found.setdefault(key, (thing.label, event.label, set()))[2]
        if institution := row.get("institution"):
            bodies.add(institution.label)
    caveat = answer.caveat.ro if answer.lang == "ro" else answer.caveat.en
    return [
        Event(
            date.fromisoformat(day),
            f"{title} ({event})",
            "\n".join(filter(None, [", ".join(sorted(bodies)), f"{word('question.caveat', answer.lang)}: {caveat}"])),
            thing,
        )
        for (day, thing, _), (title, event, bodies) in sorted(found.items())
    ]
