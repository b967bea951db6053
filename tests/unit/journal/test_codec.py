"""Every fact comes back as it was, from its row and from its plain values."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from netwatch.journal.codec import (
    UnreadableFactError,
    decode,
    encode,
    fact_from_plain,
    fact_to_plain,
)
from netwatch.model.evidence import Crossed, Silence
from netwatch.model.facts import (
    AlarmRaised,
    ArrivalQuarantined,
    Fact,
    NoticeSent,
    Severity,
)
from netwatch.model.names import CheckName, DeviceId, NoticeKey
from netwatch.model.plain import FACT_KINDS
from tests.unit.journal import fact_strategies
from tests.unit.journal.fact_strategies import ANY_FACT

NIGHT = datetime(2026, 1, 17, 3, tzinfo=UTC)


@given(ANY_FACT)
@settings(max_examples=400, deadline=None)
def test_every_fact_comes_back_as_it_was(fact: Fact) -> None:
    row = encode(fact)
    back = decode(row.kind, row.body)
    assert back == fact
    assert repr(back) == repr(fact), "an enum must come back as an enum, not as its text"
    assert fact_from_plain(json.loads(json.dumps(fact_to_plain(fact)))) == fact


def test_every_kind_of_fact_can_be_drawn() -> None:
    assert {kind.__name__ for kind in fact_strategies.KINDS} == set(FACT_KINDS)


def test_evidence_keeps_its_kind() -> None:
    for because in (Silence(probes=3, over=timedelta(seconds=9)), Crossed(value=3, limit=2)):
        fact = AlarmRaised(
            at=NIGHT,
            device=DeviceId("sw-1"),
            check=CheckName("icmp"),
            severity=Severity.MAJOR,
            because=because,
        )
        row = encode(fact)
        assert json.loads(row.body)["because"]["is"] == type(because).__name__
        assert decode(row.kind, row.body) == fact
        assert row.subject == "device:sw-1"


def test_a_field_of_a_newer_netwatch_is_left_out_and_a_missing_one_has_its_default() -> None:
    body = {"at": NIGHT.isoformat(), "keys": ["I-1/a"], "result": "accepted", "mood": "fine"}
    assert decode("NoticeSent", json.dumps(body)).detail == ""  # type: ignore[union-attr]


def test_notices_of_one_incident_are_found_under_it() -> None:
    keys = (NoticeKey("I-1/public/website/public/confirmed/1"), NoticeKey("I-1/staff/duty/a/b/1"))
    sent = {"at": NIGHT.isoformat(), "keys": list(keys), "result": "accepted"}
    fact = decode("NoticeSent", json.dumps(sent))
    assert isinstance(fact, NoticeSent)
    assert encode(fact).subject == "incident:I-1"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("NoSuchFact", "{}"),
        ("NoticeSent", "["),
        ("NoticeSent", "[]"),
        ("NoticeSent", '{"at": 5, "keys": [], "result": "accepted"}'),
        ("NoticeSent", '{"at": "2026-01-17T03:00:00Z", "keys": [5], "result": "accepted"}'),
        ("NoticeSent", '{"at": "2026-01-17T03:00:00Z", "keys": [], "result": "lost"}'),
        ("IncidentOpened", '{"at": "2026-01-17T03:00:00Z", "incident": "I-1"}'),
    ],
)
def test_what_is_no_fact_is_refused_by_name(kind: str, body: str) -> None:
    with pytest.raises(UnreadableFactError, match=kind):
        decode(kind, body)


def test_hostile_text_lies_in_the_book_as_ascii() -> None:
    fact = ArrivalQuarantined(at=NIGHT, arrival="\x00\ud800\u202e<script>", error="zażółć")
    row = encode(fact)
    assert row.body.isascii()
    assert decode(row.kind, row.body) == fact
