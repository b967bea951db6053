"""Answers about incidents: the contract's keys, and sentences that can be counted again."""

import json

from netwatch.model.evidence import Proof, Rival
from netwatch.model.facts import (
    Audience,
    Cause,
    EndExpected,
    IncidentAcknowledged,
    IncidentKind,
    IncidentMerged,
    IncidentNoted,
    Purpose,
    Withheld,
)
from netwatch.model.names import ElementName, IncidentId
from netwatch.model.whereabouts import Span, Stretch, Where
from netwatch.views.board import Board
from netwatch.views.incidents import (
    alerts_answer,
    incident_answer,
    incident_list,
    incident_show,
    next_step,
    notices_answer,
    staff_messages_answer,
    why,
)
from netwatch.views.proof import speaks_against, speaks_for, stamp
from netwatch.views.why_words import what_next
from tests.unit.views.tales import (
    LINK,
    MINUTE,
    NIGHT,
    ONE,
    TWO,
    alert,
    back,
    due,
    night,
    opened,
    people,
    proof,
    restored,
    revised,
)


def test_an_incident_is_answered_with_the_keys_of_the_contract() -> None:
    board = Board.of([opened(), back(people(3))])

    answer = incident_answer(board.outages[ONE], with_subscribers=True)

    assert json.loads(json.dumps(answer)) == {
        "id": "I-1",
        "kind": "outage",
        "cause": "fibre",
        "root_cause": ["link:l-core-sw"],
        "also_possible": [],
        "opened_at": "2026-11-14T19:02:11Z",
        "closed_at": None,
        "confidence": 0.998,
        "services": ["internet"],
        "areas": ["polna"],
        "subscribers": 12,
        "subscriber_ids": sorted(people(12)),
        "because": "312 of 312 asked below link:l-core-sw are silent; seen in 3 rounds, "
        "since 2026-11-14T19:02:11Z",
        "against": "nothing asked below it answers; the next best explanation, device:sw-1, "
        "is 10^9 times less likely",
        "runner_up": {"root_cause": ["device:sw-1"], "odds": answer["runner_up"]["odds"]},
        "alarms": 0,
    }
    assert 1e-10 < answer["runner_up"]["odds"] < 1e-8


def test_causes_are_given_where_none_is_sure() -> None:
    unsure = opened(cause=Cause.UNKNOWN, causes=((Cause.FIBRE, 0.6), (Cause.DEVICE, 0.4)))

    answer = incident_answer(Board.of([unsure]).outages[ONE])

    assert answer["causes"] == {"fibre": 0.6, "device": 0.4}


def test_the_list_holds_what_people_did_newest_first() -> None:
    board = Board.of(
        [
            opened(),
            opened(TWO, NIGHT + MINUTE),
            IncidentAcknowledged(at=NIGHT, incident=ONE, by="ewa"),
            IncidentNoted(at=NIGHT, incident=ONE, by="ewa", text="on my way"),
            EndExpected(at=NIGHT, incident=ONE, by="ewa", until=NIGHT + MINUTE),
        ]
    )

    newest, eldest = incident_list(board)["incidents"]

    assert newest["id"] == "I-2"
    assert (eldest["state"], eldest["owner"]) == ("acknowledged", "ewa")
    assert eldest["notes"] == [{"at": stamp(NIGHT), "by": "ewa", "text": "on my way"}]
    assert eldest["expected_end"] == stamp(NIGHT + MINUTE)


def test_showing_an_incident_tells_its_timeline_its_notices_and_its_one_alert() -> None:
    facts = [*night(TWO, NIGHT + MINUTE), *night()]

    answer = incident_show(Board.of(facts), facts, ONE, words=lambda due: f"words {due.revision}")

    assert answer is not None
    assert [row["fact"] for row in answer["timeline"]] == [
        "IncidentOpened",
        "AlarmPlaced",
        "NoticeDue",
        "NoticeDue",
        "NoticeSent",
        "NoticeSent",
        "IncidentConfirmed",
        "NoticeDue",
        "NoticeSent",
        "SubscribersBack",
        "IncidentRestored",
        "NoticeDue",
        "NoticeSent",
    ]
    assert all(row.keys() == {"at", "fact", "by", "text"} for row in answer["timeline"])
    assert [notice["phase"] for notice in answer["notices"]] == [
        "suspected",
        "confirmed",
        "restored",
    ]
    assert answer["alerts"] == [
        {
            "at": stamp(NIGHT),
            "incident": "I-1",
            "to": "on-call",
            "channel": "duty",
            "text": "words 1",
        }
    ]


def test_showing_what_was_merged_shows_where_it_went_on() -> None:
    facts = [opened(), opened(TWO), IncidentMerged(at=NIGHT, incident=TWO, into=ONE)]

    answer = incident_show(Board.of(facts), facts, TWO)

    assert answer is not None
    assert answer["id"] == "I-1"
    assert any("the same fault" in row["text"] for row in answer["timeline"])


def test_there_is_no_answer_about_an_incident_that_never_was() -> None:
    board = Board.empty()

    assert incident_show(board, [], IncidentId("I-404")) is None
    assert why(board, IncidentId("I-404")) is None


def test_only_the_first_alert_is_an_alert_the_rest_are_staff_messages() -> None:
    again = alert(revision=2)
    clear = alert(purpose=Purpose.ALL_CLEAR, revision=3)
    desk = alert(audience=Audience.DESK)
    dues = [alert(), again, clear, desk, due()]

    assert len(alerts_answer(dues)) == 1
    assert [message["why"] for message in staff_messages_answer(dues)] == [
        "alert",
        "all-clear",
        "alert",
    ]


def test_notices_count_their_recipients_and_the_public_is_nobody_in_particular() -> None:
    text = due(audience=Audience.SUBSCRIBERS, recipients=people(3), withheld=Withheld.SHADOW)

    answers = notices_answer([due(), text, alert()])

    assert [(one["recipients"], one["withheld"]) for one in answers] == [(0, None), (3, "shadow")]


def test_why_counts_for_and_against() -> None:
    seen = proof(silent=300, stale=4, blind=2)
    board = Board.of([opened(proof=seen, also_possible=("risk:duct-12",))])

    answer = why(board, ONE)

    assert answer is not None
    assert (answer["for"], answer["of"], answer["against"]) == (300, 312, 12)
    assert answer["ignored"] == {"stale": 4, "blind": 2, "planned": 0}
    assert answer["also_possible"] == ["risk:duct-12"]
    assert [rival["root_cause"] for rival in answer["rejected"]] == [["device:sw-1"]]
    assert answer["next"]


def test_a_proof_is_worded_with_what_the_silent_said_last() -> None:
    said = speaks_for(proof(gasps=40, los=100, rounds=1), LINK)

    assert "40 of them said that their power went" in said
    assert "100 of them lost the light" in said
    assert "1 round," in said
    assert "7 of them were silent long before" in speaks_for(proof(before=7), LINK)
    assert "12 of those below it answer" in speaks_against(proof(silent=300))
    suspects = (ElementName("device:onu-7"), ElementName("link:l-9"))
    assert "the inventory may be wrong about" not in speaks_against(proof())
    assert speaks_against(proof(suspects=suspects)).endswith(
        "the inventory may be wrong about device:onu-7 and link:l-9"
    )
    assert "nothing below" in speaks_for(Proof(silent=0, asked=0, answering=0), LINK)


def test_every_state_has_a_next_step() -> None:
    board = Board.of([opened()])
    assert "ack I-1" in next_step(board.outages[ONE])

    board.take(IncidentAcknowledged(at=NIGHT, incident=ONE, by="ewa"))
    assert "eta I-1" in next_step(board.outages[ONE])

    board.take(EndExpected(at=NIGHT, incident=ONE, by="ewa", until=NIGHT + MINUTE))
    assert "ewa has it" in next_step(board.outages[ONE])

    board.take(restored())
    assert "closes by itself" in next_step(board.outages[ONE])

    blind = Board.of([opened(kind=IncidentKind.BLIND)]).outages[ONE]
    assert "our own way out" in next_step(blind)


def test_that_nothing_is_broken_at_all_is_told_as_such() -> None:
    by_chance = Rival(root_cause=(ElementName("nothing"),), log_odds=-6.9)

    said = speaks_against(proof(runner_up=by_chance, stale=3))

    assert said == (
        "nothing asked below it answers; not counted: 3 asked too long ago; "
        "that nothing is broken and the answers were lost by chance is 992 times less likely"
    )


def test_the_streets_are_those_of_now_while_it_lasts_and_of_its_worst_once_it_is_over() -> None:
    street = Stretch(town="Dolina", street="Polna", spans=(Span(first="1", last="9", side="odd"),))
    worst = Where(stretches=(street, Stretch(town="Wola")), others=3, possibly=2)
    less = revised(subscribers=people(3), where=Where(stretches=(street,)))
    board = Board.of([opened(where=worst), back(people(12)[3:]), less])
    (row,) = incident_list(board)["incidents"]
    assert (row["streets"], row["streets_more"], row["possibly"]) == (["Polna 1-9 (odd)"], 0, 0)

    board.take(restored())

    (row,) = incident_list(board)["incidents"]
    assert (row["streets"], row["streets_more"]) == (["Dolina, Polna 1-9 (odd)", "Wola"], 3)


def test_what_to_do_about_a_device_that_cannot_be_asked_is_no_matter_of_our_way_out() -> None:
    asked = opened(kind=IncidentKind.BLIND, root=("device:olt-1",))
    mute = opened(kind=IncidentKind.BLIND, root=("device:olt-1",), proof=proof(mute=1))

    said = [next_step(Board.of([fact]).outages[ONE]) for fact in (asked, mute)]

    assert "why-not" in said[0]
    assert "restart the agent of device:olt-1" in said[1]
    for language in ("pl", "cs"):
        for fact in (asked, mute):
            assert "device:olt-1" in what_next(Board.of([fact]).outages[ONE], language)
