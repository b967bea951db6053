"""An edition -> files for other machines: outages.json, feed.atom, works.ics."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.etree import ElementTree as ET

from netwatch.delivery.page.content import GOING_ON, Card
from netwatch.delivery.page.edition import Edition, by_line
from netwatch.delivery.render import Text
from netwatch.delivery.wording_values import harmless
from netwatch.delivery.wording_works import CALLED_OFF
from netwatch.views.proof import stamp

VERSION: Final = 1
"""Of ``outages.json``; it rises when something in it goes or comes to mean another thing."""
SCHEMA: Final = "outages.schema.json"
"""Beside it: what it holds, for whoever reads it by a machine (JSON Schema, draft 7)."""
VALID_S: Final = 300
ATOM: Final = "http://www.w3.org/2005/Atom"
DECLARED: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
FOLD_OCTETS: Final = 73
"""A calendar line has at most 75 octets, its folding included (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Planned works, as the public is told of them."""

    id: str
    starts: datetime
    ends: datetime
    title: str
    body: str = ""
    state: str = "planned"
    """``planned``, ``going on``, ``ended`` or ``cancelled``."""

    @property
    def is_called_off(self) -> bool:
        """Say whether they will not be."""
        return self.state == CALLED_OFF


def planned_works(edition: Edition) -> list[Work]:
    """Return the planned works of an edition, in the words of its first language."""
    language = edition.site.languages[0]
    return [_work(card, edition.text(card, language)) for card in edition.content.works]


def _work(card: Card, text: Text) -> Work:
    since = card.outage.since
    return Work(
        id=card.id,
        starts=since,
        ends=card.outage.expected_end or since,
        title=text.title,
        body=text.body,
        state=card.outage.state or "planned",
    )


def outages_json(edition: Edition, works: Iterable[Work] = ()) -> bytes:
    """Return ``outages.json``: everything on the page, for apps, desks and other websites."""
    content = edition.content
    document = {
        "version": VERSION,
        "schema": SCHEMA,
        "generated_at": stamp(edition.at),
        "valid_for_s": VALID_S,
        "situation": _situation(edition),
        "outages": [_outage(edition, card) for card in (*content.current, *content.recent)],
        "works": [
            {"id": work.id, "starts_at": stamp(work.starts), "ends_at": stamp(work.ends)}
            | {"state": work.state, "title": harmless(work.title), "body": by_line(work.body)}
            for work in works
        ],
    }
    return inert_json(document).encode()


def _situation(edition: Edition) -> dict[str, Any] | None:
    """Return what is said of many outages as one, where it is."""
    said = {language: edition.headline(language) for language in edition.site.languages}
    texts = {
        language: {"title": text.title, "body": text.body}
        for language, text in said.items()
        if text is not None
    }
    incidents = [card.id for card in edition.content.as_one]
    return {"incidents": incidents, "texts": texts} if incidents else None


def inert_json(document: object) -> str:
    """Return JSON that stays data wherever it is put: no ``<``, no line ends that scripts see."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _outage(edition: Edition, card: Card) -> dict[str, Any]:
    outage, default = card.outage, edition.site.languages[0]
    going_on = card.phase in GOING_ON
    return {
        "id": card.id,
        "phase": str(card.phase),
        "areas": [{"id": area, "name": edition.name(area, default)} for area in card.areas],
        "started_at": stamp(outage.since),
        "expected_end": _stamp(edition.expected_end(card)),
        "restored_at": _stamp(None if going_on else outage.ended_at),
        "cause": str(outage.cause),
        "cause_certainty": outage.cause_certainty,
        "services": [harmless(service) for service in outage.services],
        "streets": edition.streets(card, default),
        "crew_state": outage.crew_state,
        "next_update_at": _stamp(edition.next_news(card) if going_on else None),
        "advice": "leave-the-router-alone" if going_on else "restart-the-router",
        "subscribers_band": card.band,
        "texts": {
            language: {"title": text.title, "body": text.body}
            for language, text in edition.texts(card).items()
        },
    }


def feed_atom(edition: Edition) -> bytes:
    """Return ``feed.atom`` in the page's first language: one entry an outage."""
    site, cards = edition.site, (*edition.content.current, *edition.content.recent)
    language = site.languages[0]
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _add(feed, "id", site.url or "urn:netwatch:page")
    _add(feed, "title", site.name)
    _add(feed, "updated", stamp(max((card.told_at for card in cards), default=edition.at)))
    author = ET.SubElement(feed, "author")
    _add(author, "name", site.name)
    if site.url:
        ET.SubElement(feed, "link", {"href": site.url})
        ET.SubElement(feed, "link", {"rel": "self", "href": f"{site.url.rstrip('/')}/feed.atom"})
    for card in sorted(cards, key=lambda card: card.told_at, reverse=True):
        text = edition.text(card, language)
        entry = ET.SubElement(feed, "entry")
        _add(entry, "id", f"urn:netwatch:incident:{card.id}")
        _add(entry, "title", text.title)
        _add(entry, "updated", stamp(card.told_at))
        _add(entry, "published", stamp(card.outage.opened_at))
        _add(entry, "content", text.body).set("type", "text")
        if site.url:
            href = f"{site.url.rstrip('/')}/{language}/index.html#{card.id}"
            ET.SubElement(entry, "link", {"href": href})
    return f"{DECLARED}{ET.tostring(feed, encoding='unicode')}\n".encode()


def works_ics(edition: Edition, works: Iterable[Work] = ()) -> bytes:
    """Return ``works.ics``: planned works, for people's calendars (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//netwatch//works//EN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_calendar_text(edition.site.name)}"]
    for work in works:
        lines += ["BEGIN:VEVENT", f"UID:{_calendar_text(work.id)}@netwatch"]
        lines += [f"DTSTAMP:{_calendar_time(edition.at)}"]
        lines += [f"DTSTART:{_calendar_time(work.starts)}", f"DTEND:{_calendar_time(work.ends)}"]
        if work.is_called_off:
            lines += ["STATUS:CANCELLED", "SEQUENCE:1"]
        lines += [f"SUMMARY:{_calendar_text(work.title)}"]
        lines += [f"DESCRIPTION:{_calendar_text(work.body)}", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _add(parent: ET.Element, tag: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, tag)
    child.text = text
    return child


def _calendar_text(text: str) -> str:
    lines = [harmless(line, 1000) for line in text.splitlines()]
    plain = "\n".join(lines).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n")


def _calendar_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> Iterator[str]:
    piece, octets = "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > FOLD_OCTETS:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + letter, octets + size
    yield piece


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
