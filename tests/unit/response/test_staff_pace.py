"""Nobody of the staff gets more messages in an hour than they can read; what is worst comes."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.arrivals import Tick
from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose, Withheld
from netwatch.model.names import ChannelName, IncidentId, PersonId, RoleName
from netwatch.model.network import Network
from netwatch.response import memory
from netwatch.response.people import ON_CALL, People, Person, Role
from netwatch.response.rules import ResponseRules
from netwatch.response.staff_pace import DIGEST, HOUR, count_sent, paced
from netwatch.response.stage import begin
from netwatch.response.state import State

NIGHT = datetime(2026, 1, 17, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAREK, EWA = PersonId("marek"), PersonId("ewa")
PEOPLE = People(
    persons={MAREK: Person(id=MAREK), EWA: Person(id=EWA)},
    roles={ON_CALL: Role(id=ON_CALL, people=(MAREK,))},
)


def staffed(people: People = PEOPLE) -> State:
    """Return the state of a site with these people, before anything broke."""
    return begin(Network(), ResponseRules(people=people))


def alert(number: int, at: datetime, *who: str, purpose: Purpose = Purpose.ALERT) -> NoticeDue:
    """Return one message about one incident."""
    return NoticeDue(
        at=at,
        incident=IncidentId(f"I-{number}"),
        audience=Audience.STAFF,
        channel=ChannelName("duty"),
        phase=Phase.CONFIRMED,
        purpose=purpose,
        revision=1,
        recipients=who or (MAREK,),
    )


def live(state: State, minutes: Iterable[int]) -> list[NoticeDue]:
    """Let an incident open at each of these minutes of a night; return what is due, in order."""
    at_minute = sorted(minutes)
    told: list[NoticeDue] = []
    for minute in range((at_minute or [0])[-1] + 61):
        now = NIGHT + minute * MINUTE
        came = [alert(1000 * minute + one, now) for one in range(at_minute.count(minute))]
        for fact in list(paced(state, Tick(at=now), came)):
            assert isinstance(fact, NoticeDue)
            count_sent(state, fact)
            told.append(fact)
    return told


def heard(told: Iterable[NoticeDue]) -> list[NoticeDue]:
    """Return what leaves."""
    return [due for due in told if due.withheld is None]


def test_thirty_incidents_in_a_minute_are_eight_messages_and_one_digest() -> None:
    told = live(staffed(), [0] * 30)

    singles = [due for due in heard(told) if due.subject != DIGEST]
    digests = [due for due in heard(told) if due.subject == DIGEST]
    assert len(singles) == 8
    assert [due.at - NIGHT for due in digests] == [MINUTE]
    assert digests[0].detail.startswith("22 more messages about I-8, I-9")
    assert "netwatch board" in digests[0].detail


def test_what_is_kept_back_is_there_to_be_seen_and_says_why() -> None:
    told = live(staffed(), [0] * 30)

    assert sum(due.withheld is Withheld.CAPPED for due in told) == 22


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=180), max_size=200))
def test_nobody_gets_more_than_the_cap_in_any_hour_of_a_flapping_night(minutes: list[int]) -> None:
    times = [due.at for due in heard(live(staffed(), minutes))]

    for at in times:
        assert sum(at - HOUR < one <= at for one in times) <= 12


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=120), max_size=120))
def test_all_that_is_kept_back_is_counted_by_some_digest(minutes: list[int]) -> None:
    told = live(staffed(), minutes)

    kept = sum(due.withheld is Withheld.CAPPED for due in told)
    counted = [int(due.detail.split()[0]) for due in told if due.subject == DIGEST]
    assert sum(counted) == kept


def test_a_quiet_hour_lets_single_messages_through_again() -> None:
    told = live(staffed(), [0] * 30 + [120])

    assert heard(told)[-1].incident == "I-120000"


def test_one_who_had_enough_keeps_nobody_else_from_hearing() -> None:
    state = staffed()
    live(state, [0] * 30)
    now = NIGHT + 30 * MINUTE
    both = list(paced(state, Tick(at=now), [alert(7, now, MAREK, EWA)]))

    told = [due for due in both if isinstance(due, NoticeDue) and due.incident == "I-7"]
    assert [(due.recipients, due.withheld) for due in told] == [
        ((EWA,), None),
        ((MAREK,), Withheld.CAPPED),
    ]


def test_answers_and_questions_about_words_are_never_kept_back() -> None:
    state = staffed()
    live(state, [0] * 30)
    now = NIGHT + 30 * MINUTE
    asked = alert(7, now, purpose=Purpose.APPROVAL)

    assert asked in list(paced(state, Tick(at=now), [asked]))


def test_without_people_files_nothing_is_kept_back() -> None:
    assert len(heard(live(staffed(People()), [0] * 30))) == 30


def test_a_restart_in_the_middle_of_a_storm_forgets_no_message() -> None:
    state = staffed()
    live(state, [0] * 30)
    plain = json.loads(json.dumps(memory.to_plain(state), default=str))
    again = staffed()
    memory.from_plain(again, plain)

    assert again.paces == state.paces
    assert again.paces[MAREK].sent


def test_a_snapshot_from_before_the_cap_still_opens() -> None:
    plain = memory.to_plain(staffed())
    del plain["paces"]
    again = staffed()
    memory.from_plain(again, plain)

    assert again.paces == {}


def test_a_role_that_shares_a_phone_is_capped_as_well() -> None:
    state = staffed(replace(PEOPLE, roles={ON_CALL: Role(id=RoleName("on-call"))}))
    now = NIGHT
    told = list(paced(state, Tick(at=now), [alert(one, now, "on-call") for one in range(20)]))

    assert sum(isinstance(due, NoticeDue) and due.withheld is None for due in told) == 8
