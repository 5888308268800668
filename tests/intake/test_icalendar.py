"""Deadlines as iCalendar: lines of at most 75 octets, escaped text, the same bytes for the same data."""

from datetime import date

from api.intake.icalendar import Event, calendar

EVENT = Event(
    date(2019, 12, 31), "Campanie; școli, țări", "ANITP\nnotă " + "ă" * 60, "https://w3id.org/atf/id/measure/x-1"
)


def test_a_calendar() -> None:
    body = calendar([EVENT], "Termene", date(2022, 12, 31))
    assert body == calendar([EVENT], "Termene", date(2022, 12, 31))
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    text = body.decode().replace("\r\n ", "")
    assert text.splitlines() == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//atf//deadlines//EN",
        "NAME:Termene",
        "X-WR-CALNAME:Termene",
        "BEGIN:VEVENT",
        next(line for line in text.splitlines() if line.startswith("UID:")),
        "DTSTAMP:20221231T000000Z",
        "DTSTART;VALUE=DATE:20191231",
        "DTEND;VALUE=DATE:20200101",
        "SUMMARY:Campanie\\; școli\\, țări",
        "DESCRIPTION:ANITP\\nnotă " + "ă" * 60,
        "URL:https://w3id.org/atf/id/measure/x-1",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
