"""Files for machines: their shape, and hostile words that stay data in them."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import fastjsonschema
import pytest

from netwatch.delivery.page import pages
from netwatch.delivery.page.banner import banner_js
from netwatch.delivery.page.machine import SCHEMA, Work, feed_atom, outages_json, works_ics
from netwatch.model.facts import Cause, Phase
from tests.unit.delivery.page.hostile import HOSTILE, edition, evening, town
from tests.unit.delivery.page.test_pages import Parrot
from tests.unit.views.tales import MINUTE, NIGHT, due, opened

PAGE = Path(pages.__file__).parent
ATOM = "{http://www.w3.org/2005/Atom}"
ROOM = 75
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TAME = edition(town(["Polna"]), evening("a-0"), languages=("pl", "en"))


def test_outages_json_has_the_shape_of_the_contract() -> None:
    document = json.loads(outages_json(TAME))

    assert document["generated_at"] == "2026-11-14T19:47:11Z"
    assert document["valid_for_s"] == 300
    assert document["works"] == []
    going_on, over = document["outages"]
    assert going_on == {
        "id": "I-1",
        "phase": "confirmed",
        "areas": [{"id": "a-0", "name": "Polna"}],
        "started_at": "2026-11-14T19:02:02Z",
        "expected_end": None,
        "restored_at": None,
        "cause": "fibre",
        "cause_certainty": "likely",
        "services": ["internet", "<b>tv</b>"],
        "streets": [],
        "crew_state": "none",
        "next_update_at": "2026-11-14T20:02:11Z",
        "advice": "leave-the-router-alone",
        "subscribers_band": "5-19",
        "texts": {
            "pl": {"title": "confirmed I-1", "body": "website pl"},
            "en": {"title": "confirmed I-1", "body": "website en"},
        },
    }
    assert (over["id"], over["phase"], over["next_update_at"]) == ("I-2", "restored", None)


@pytest.mark.parametrize("phase", list(Phase))
def test_outages_json_is_what_its_schema_says(phase: Phase) -> None:
    schema = json.loads((PAGE / "static" / SCHEMA).read_text(encoding="utf-8"))
    holds = fastjsonschema.compile(schema)
    facts = [opened(areas=("a-0",)), due(phase, areas=("a-0",))]
    work = Work(id="W-1", starts=NIGHT, ends=NIGHT + MINUTE, title="Fibre", body="")
    made = outages_json(edition(town(["Polna"]), facts), [work])

    holds(json.loads(outages_json(TAME)))
    holds(json.loads(made))
    assert {cause.value for cause in Cause} == {
        *schema["definitions"]["outage"]["properties"]["cause"]["enum"]
    }
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        holds(json.loads(made) | {"version": 2})


def test_the_feed_has_an_entry_an_outage_newest_word_first() -> None:
    feed = ET.fromstring(feed_atom(TAME))  # noqa: S314 - made here

    assert feed.tag == f"{ATOM}feed"
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == ["restored I-2", "confirmed I-1"]
    assert feed.findtext(f"{ATOM}updated") == "2026-11-14T19:32:11Z"
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == 2


def test_the_calendar_is_one_that_calendars_take() -> None:
    work = Work(
        id="W-1", starts=NIGHT, ends=NIGHT + MINUTE, title="Fibre, moved; soon", body="a\nb" * 60
    )
    lines = works_ics(TAME, [work]).decode().split("\r\n")

    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261114T190211Z" in lines
    assert "SUMMARY:Fibre\\, moved\\; soon" in lines
    assert all(len(line.encode()) <= ROOM for line in lines)


def test_works_that_will_not_be_are_struck_from_calendars_and_marked_for_machines() -> None:
    work = Work(id="W-1", starts=NIGHT, ends=NIGHT + MINUTE, title="Fibre")
    off = replace(work, state="cancelled")

    assert b"STATUS" not in works_ics(TAME, [work])
    assert b"STATUS:CANCELLED\r\n" in works_ics(TAME, [off])
    states = [row["state"] for row in json.loads(outages_json(TAME, [work, off]))["works"]]
    assert states == ["planned", "cancelled"]


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{n}" for n in range(len(HOSTILE))])
def test_hostile_words_stay_data(text: str) -> None:
    made = edition(town([text]), evening("a-0"), name=text, languages=("pl",))
    made.words = Parrot(text)  # type: ignore[assignment]
    work = Work(id="W-1", starts=NIGHT, ends=NIGHT, title=text, body=text)

    plain = outages_json(made, [work]).decode()
    json.loads(plain)
    assert "<" not in plain

    feed = ET.fromstring(feed_atom(made))  # noqa: S314 - made here
    assert len(list(feed.iter(f"{ATOM}entry"))) == 2
    assert not UNSEEN.search(feed_atom(made).decode())

    calendar = works_ics(made, [work]).decode()
    lines = calendar.split("\r\n")
    assert [line for line in lines if line.startswith(("BEGIN", "END", "DTSTART"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "DTSTART:20261114T190211Z",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert not UNSEEN.search(calendar.replace("\r\n", ""))
    assert all(len(line.encode()) <= ROOM for line in lines)

    script = banner_js(made).decode()
    data = json.loads(script.partition("var data = ")[2].partition(";\n")[0])
    assert data["languages"]["pl"]["count"] == 1
    assert "<script" not in script.partition("var data")[2]
    assert len(script) < 10_000
