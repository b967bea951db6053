"""Who was told what, when, by which channel and with which result, by ids alone."""

import csv
import io
from dataclasses import astuple, replace

from netwatch.cli.sheet import write_csv
from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    keys_of,
)
from netwatch.model.names import ChannelName
from netwatch.views.board import Board
from netwatch.views.incidents import incident_show
from netwatch.views.messages import COLUMNS, messages, proof_answer, told_answer
from netwatch.views.timeline import timeline
from tests.unit.views.tales import MINUTE, NIGHT, ONE, TWO, due, opened, sent

SMS = ChannelName("sms")
DOWN = due(
    channel=SMS,
    audience=Audience.SUBSCRIBERS,
    recipients=("S-1", "S-2", "S-3", "S-4"),
    at=NIGHT + MINUTE,
)


def tale() -> list[Fact]:
    """Return an outage of which four are told: taken, refused, too late, not known yet."""
    page = due()
    first, second, third, _ = keys_of(DOWN)
    return [
        opened(),
        page,
        sent(page),
        DOWN,
        NoticeSent(at=NIGHT + 2 * MINUTE, keys=(first,), result=Result.ACCEPTED, detail="id 7"),
        NoticeRefused(at=NIGHT + 2 * MINUTE, keys=(second,), detail="=HYPERLINK(1)\nno number"),
        NoticeExpired(at=NIGHT + 3 * MINUTE, keys=(third,), detail="restored is due before"),
    ]


def test_every_message_stands_there_with_what_became_of_it() -> None:
    told = [(one.recipient, one.channel, one.result, one.result_at) for one in messages(tale())]
    assert told == [
        ("public", "website", "accepted", "2026-11-14T19:02:11Z"),
        ("S-1", "sms", "accepted", "2026-11-14T19:04:11Z"),
        ("S-2", "sms", "refused", "2026-11-14T19:04:11Z"),
        ("S-3", "sms", "expired", "2026-11-14T19:05:11Z"),
        ("S-4", "sms", "waiting", None),
    ]


def test_counts_say_the_same_in_short() -> None:
    page, texts = told_answer(messages(tale()))
    assert (page["audience"], page["results"]) == ("public", {"accepted": 1})
    assert texts["recipients"] == 4
    assert texts["results"] == {"accepted": 1, "refused": 1, "expired": 1, "waiting": 1}
    answer = proof_answer("I-1", messages(tale()))
    assert [row["recipient"] for row in answer["messages"]] == [
        "public",
        "S-1",
        "S-2",
        "S-3",
        "S-4",
    ]
    shown = incident_show(Board.of(tale()), tale(), ONE)
    assert shown is not None
    assert shown["told"] == answer["told"]


def test_a_table_programs_show_holds_no_formula_and_one_line_a_message() -> None:
    file = io.StringIO()
    assert write_csv(COLUMNS, map(astuple, messages(tale())), file) == 5
    rows = list(csv.reader(io.StringIO(file.getvalue())))
    assert tuple(rows[0]) == COLUMNS
    details = [row[COLUMNS.index("detail")] for row in rows[1:]]
    assert details[2] == "'=HYPERLINK(1) no number"
    assert len(file.getvalue().splitlines()) == 6


def test_a_timeline_tells_of_ten_thousand_messages_as_one() -> None:
    down = due(
        Phase.CONFIRMED,
        channel=SMS,
        audience=Audience.SUBSCRIBERS,
        recipients=tuple(f"S-{number}" for number in range(500)),
    )
    batches = [down, due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=("S-900",))]
    taken = [
        NoticeSent(at=NIGHT, keys=(key,), result=Result.ACCEPTED, detail=f"id {key}")
        for batch in batches
        for key in keys_of(batch)
    ]
    rows = timeline([opened(), *batches, *taken], ONE)
    assert [row["text"] for row in rows[1:]] == [
        "notice (confirmed) due to 501 recipients by sms",
        "501 confirmed notices to subscribers accepted",
    ]


def test_what_two_outages_say_at_one_moment_stands_with_each_of_them() -> None:
    other = replace(DOWN, incident=TWO, recipients=("S-8", "S-9"))
    rows = [timeline([opened(), opened(TWO), DOWN, other], one) for one in (ONE, TWO)]

    told = [[row["text"] for row in some if row["fact"] == "NoticeDue"] for some in rows]
    assert [len(some) for some in told] == [1, 1]
    assert "4 recipients" in told[0][0]
    assert "S-8, S-9" in told[1][0]
