"""The board tells what the facts tell, whoever reads it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.facts import (
    Cause,
    EndExpected,
    Fact,
    IncidentAcknowledged,
    IncidentAssigned,
    IncidentClosed,
    IncidentMerged,
    IncidentNoted,
    IncidentRelapsed,
    Part,
    Phase,
    PublishHeld,
    PublishResumed,
    TroubleBegan,
    TroubleEnded,
    Withheld,
)
from netwatch.model.names import IncidentId
from netwatch.views.board import Board
from netwatch.views.told import Note, Shown
from tests.unit.journal.fact_strategies import ANY_FACT
from tests.unit.views.tales import (
    MINUTE,
    NIGHT,
    ONE,
    TWO,
    WEBSITE,
    back,
    confirmed,
    due,
    night,
    opened,
    people,
    placed,
    raised,
    restored,
    revised,
)

THREE = IncidentId("I-3")


def test_an_opened_incident_is_likely_what_netwatch_thinks() -> None:
    outage = Board.of([opened()]).outages[ONE]

    assert outage.state == "open"
    assert outage.is_open
    assert outage.cause_certainty == "likely"
    assert outage.crew_state == "none"
    assert outage.subscribers == outage.without == frozenset(people(12))
    assert outage.since < outage.opened_at
    assert outage.phase is None


def test_only_incidents_closed_long_ago_are_forgotten() -> None:
    closed = [
        IncidentClosed(at=NIGHT + n * MINUTE, incident=name) for n, name in ((1, ONE), (9, TWO))
    ]
    board = Board.of(
        [
            opened(),
            opened(incident=TWO),
            opened(incident=THREE),
            PublishHeld(at=NIGHT, by="ewa", until=None),
            *closed,
        ]
    )

    board.forget(NIGHT + 5 * MINUTE)

    assert set(board.outages) == {TWO, THREE}
    assert {outage.incident for outage in board.public()} == {TWO, THREE}


def test_an_unknown_cause_is_not_called_likely() -> None:
    outage = Board.of([opened(cause=Cause.UNKNOWN)]).outages[ONE]

    assert outage.cause_certainty == "unknown"


def test_the_worst_moment_is_kept_while_people_come_back() -> None:
    board = Board.of(
        [opened(), revised(subscribers=people(20)), back(people(15)), back(people(5, 16))]
    )

    outage = board.outages[ONE]
    assert outage.worst == 20
    assert outage.at_worst == frozenset(people(20))
    assert outage.without == frozenset()
    assert outage.subscribers == frozenset(people(20))


def test_those_whom_another_root_does_not_take_never_were_out() -> None:
    board = Board.of([opened(), revised(subscribers=people(4), root=["port:olt-1/0/1/3"])])

    outage = board.outages[ONE]
    assert outage.subscribers == outage.at_worst == frozenset(people(4))


def test_those_seen_coming_back_before_another_root_was_named_were_out() -> None:
    board = Board.of(
        [opened(), back(people(8)), revised(subscribers=people(4, 9), root=["device:olt-1"])]
    )

    outage = board.outages[ONE]
    assert outage.subscribers == frozenset(people(12))
    assert outage.worst == 12
    assert outage.without == frozenset(people(4, 9))


def test_people_move_an_incident_through_its_states() -> None:
    board = Board.of([opened(), confirmed()])
    steps: list[tuple[Fact, str]] = [
        (IncidentAcknowledged(at=NIGHT, incident=ONE, by="ewa"), "acknowledged"),
        (IncidentAssigned(at=NIGHT, incident=ONE, by="ewa", to="marek"), "acknowledged"),
        (restored(), "restored"),
        (IncidentRelapsed(at=NIGHT, incident=ONE), "acknowledged"),
        (restored(), "restored"),
        (IncidentClosed(at=NIGHT + MINUTE, incident=ONE), "closed"),
    ]
    for fact, state in steps:
        board.take(fact)
        assert board.outages[ONE].state == state

    outage = board.outages[ONE]
    assert outage.owner == "marek"
    assert outage.confirmed_at == NIGHT + MINUTE
    assert outage.closed_at == NIGHT + MINUTE
    assert not outage.is_open
    assert board.open() == []


def test_notes_and_the_expected_end_are_kept() -> None:
    end = NIGHT + 60 * MINUTE
    board = Board.of(
        [
            opened(),
            IncidentNoted(at=NIGHT, incident=ONE, by="ewa", text="splice at Polna 4"),
            EndExpected(at=NIGHT, incident=ONE, by="ewa", until=end),
        ]
    )

    assert board.outages[ONE].notes == (Note(NIGHT, "ewa", "splice at Polna 4"),)
    assert board.outages[ONE].expected_end == end

    board.take(EndExpected(at=NIGHT, incident=ONE, by="ewa", until=None))

    assert board.outages[ONE].expected_end is None


def test_a_withheld_phase_is_decided_but_not_shown() -> None:
    board = Board.of([opened(), due(Phase.SUSPECTED, withheld=Withheld.SHADOW)])

    assert board.outages[ONE].phase is Phase.SUSPECTED
    assert board.outages[ONE].shown_on(WEBSITE) is None

    board.take(due(Phase.CONFIRMED, revision=2))

    assert board.outages[ONE].shown_on(WEBSITE) == Shown(Phase.CONFIRMED, NIGHT, 2, ("polna",))


def test_a_merged_incident_goes_on_in_the_other() -> None:
    merged = IncidentMerged(at=NIGHT + MINUTE, incident=TWO, into=ONE)
    board = Board.of(
        [opened(), opened(TWO), raised("sw-9"), placed("sw-9", Part.ROOT, TWO), merged]
    )

    assert board.outages[TWO].merged_into == ONE
    assert board.outages[TWO].state == "closed"
    assert board.survivor(TWO) == ONE
    assert [outage.incident for outage in board.newest_first()] == [ONE]
    assert board.outages[ONE].alarms == 1
    assert board.outages[TWO].alarms == 0


def test_survivors_of_a_circle_of_mergers_are_found_all_the_same() -> None:
    board = Board.of(
        [
            opened(),
            opened(TWO),
            IncidentMerged(at=NIGHT, incident=TWO, into=ONE),
            IncidentMerged(at=NIGHT, incident=ONE, into=TWO),
        ]
    )

    assert board.survivor(ONE) in (ONE, TWO)


def test_each_raise_counts_once_and_where_it_was_placed_last() -> None:
    board = Board.of(
        [
            raised("sw-1"),
            opened(),
            placed("sw-1", Part.NOISE, None),
            placed("sw-1", Part.ROOT),
            raised("sw-2"),
            placed("sw-2", Part.FOLDED),
            raised("sw-1", at=NIGHT + MINUTE),
            placed("sw-1", Part.FOLDED),
            raised("sw-3"),
        ]
    )

    assert board.outages[ONE].alarms == 3
    assert board.alarms.accounting() == {
        "signals": 4,
        "root": 1,
        "folded": 2,
        "flapping": 0,
        "planned": 0,
        "noise": 1,
    }


def test_an_alarm_placed_anew_counts_for_its_new_incident_alone() -> None:
    board = Board.of([opened(), opened(TWO), raised("sw-1"), placed("sw-1", Part.ROOT)])

    board.take(placed("sw-1", Part.FOLDED, TWO))

    assert (board.outages[ONE].alarms, board.outages[TWO].alarms) == (0, 1)


def test_a_hold_ends_by_itself_or_by_a_person() -> None:
    board = Board.of([PublishHeld(at=NIGHT, by="ewa", until=NIGHT + MINUTE)])

    assert board.is_held(NIGHT)
    assert not board.is_held(NIGHT + MINUTE)
    assert (board.held_by, board.held_until) == ("ewa", NIGHT + MINUTE)

    board.take(PublishHeld(at=NIGHT, by="ewa", until=None))

    assert board.is_held(NIGHT + timedelta(days=9))

    board.take(PublishResumed(at=NIGHT, by="ewa"))

    assert not board.is_held(NIGHT)
    assert (board.held_by, board.held_until) == ("", None)


def test_troubles_stay_until_they_end() -> None:
    trouble = TroubleBegan(at=NIGHT, where="channel:duty", what="HTTP 500")
    board = Board.of([trouble])

    assert board.troubles == {"channel:duty": trouble}

    board.take(TroubleEnded(at=NIGHT, where="channel:duty"))

    assert board.troubles == {}


def test_the_newest_incident_stands_first() -> None:
    board = Board.of([opened(ONE, NIGHT), opened(TWO, NIGHT + MINUTE), opened(THREE, NIGHT)])

    assert [outage.incident for outage in board.newest_first()] == [TWO, THREE, ONE]


@st.composite
def interleaved(draw: st.DrawFn) -> list[Fact]:
    queues = [night(name, NIGHT + n * MINUTE) for n, name in enumerate((ONE, TWO, THREE))]
    facts = []
    while any(queues):
        queue = draw(st.sampled_from([queue for queue in queues if queue]))
        facts.append(queue.pop(0))
    return facts


@given(interleaved())
def test_the_order_of_facts_of_different_incidents_does_not_matter(facts: list[Fact]) -> None:
    straight = [
        fact for n, name in enumerate((ONE, TWO, THREE)) for fact in night(name, NIGHT + n * MINUTE)
    ]

    assert Board.of(facts) == Board.of(straight)


@given(st.lists(ANY_FACT, max_size=20))
def test_no_fact_whatever_upsets_the_board(facts: list[Fact]) -> None:
    board = Board.of([opened(), *facts])

    for outage in board.outages.values():
        assert outage.at_worst <= outage.subscribers
        assert outage.without <= outage.subscribers
        assert outage == replace(outage)
    assert sum(board.alarms.accounting().values()) == 2 * board.alarms.raised


def test_ten_thousand_who_come_back_one_by_one_are_taken_off_at_once() -> None:
    everybody = people(20_000)
    board = Board.of([opened(subscribers=everybody)])
    before = board.outages[ONE]

    for one in everybody[:10_000]:
        board.take(back([one]))

    assert board.outages[ONE].without == frozenset(everybody[10_000:])
    assert board.outages[ONE].at_worst == before.without
    assert Board.of([opened(), back(people(3))]) != Board.of([opened()])
