"""Days on which something falls due, as a calendar that any agenda reads (RFC 5545)."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MEDIA: Final = "text/calendar; charset=utf-8"
# Octets of a line before it is folded (RFC 5545 §3.1).
_LINE: Final = 75


@dataclass(frozen=True)
class Event:
    """A day with what falls due on it, and where it says so."""

    day: date
    title: str
    note: str
    address: str


def calendar(events: Iterable[Event], name: str, stamp: date) -> bytes:
    """Return the events as a calendar; ``stamp`` is the day of the dataset, so that equal data give equal bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//atf//deadlines//EN",
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for event in events:
        key = hashlib.sha256(f"{event.day}\n{event.address}\n{event.title}".encode()).hexdigest()[:24]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{key}@w3id.org",
            f"DTSTAMP:{stamp:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(event.title)}",
            f"DESCRIPTION:{_escaped(event.note)}",
            f"URL:{event.address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Cut a line after 75 octets, never within a character; what goes on begins with a space."""
    part = ""
    for char in line:
        if len((part + char).encode()) > _LINE:
            yield part
            part = " "
        part += char
    yield part
