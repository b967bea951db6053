"""The track record: who was out for how long, counted once, mistakes not at all."""

from datetime import datetime, timedelta

from netwatch.model.facts import (
    Cause,
    Fact,
    IncidentClosed,
    IncidentKind,
    IncidentMerged,
    IncidentRelapsed,
)
from netwatch.model.names import AreaId, SubscriberId
from netwatch.views.record import FACTS, Loss, Record
from tests.unit.views.tales import (
    MINUTE,
    NIGHT,
    ONE,
    SECOND,
    TWO,
    back,
    night,
    opened,
    people,
    restored,
    revised,
)

POLNA = AreaId("polna")


def record(facts: list[Fact]) -> Record:
    made = Record(lambda one: AreaId("mill") if one == SubscriberId("S-12") else POLNA)
    for fact in facts:
        made.take(fact)
    return made


def closed(at: datetime = NIGHT + 40 * MINUTE, **more: bool) -> IncidentClosed:
    return IncidentClosed(at=at, incident=ONE, **more)


def test_each_is_counted_from_the_first_sign_until_he_is_back() -> None:
    (past,) = record([*night(), closed()]).past

    assert (past.since, past.until) == (NIGHT - 9 * SECOND, NIGHT + 30 * MINUTE)
    five, six, one = 5 * (20 * 60 + 9), 6 * (30 * 60 + 9), 30 * 60 + 9
    assert past.losses == {
        POLNA: Loss(people=11, seconds=five + six),
        "mill": Loss(people=1, seconds=one),
    }
    assert past.people == 12


def test_what_goes_on_is_not_told_of_and_mistakes_and_dark_homes_never_are() -> None:
    assert record(night()).past == []
    assert record([*night(), closed(mistaken=True)]).past == []
    powerless = opened(cause=Cause.POWER_HOMES)
    assert record([powerless, restored(), closed()]).past == []
    line = opened(kind=IncidentKind.LINE, subscribers=people(1))
    assert record([line, restored(), closed()]).past == []


def test_those_it_no_longer_takes_never_were_out_and_those_found_later_were_from_the_start() -> (
    None
):
    later = revised(at=NIGHT + MINUTE, subscribers=people(3, 10))
    (past,) = record([opened(subscribers=people(10)), later, restored(), closed()]).past

    assert past.losses[POLNA] == Loss(people=2, seconds=2 * (30 * 60 + 9))


def test_a_relapse_counts_from_when_it_went_again() -> None:
    again = NIGHT + 60 * MINUTE
    (past,) = record([
        opened(subscribers=people(1)),
        restored(at=NIGHT + 10 * MINUTE),
        IncidentRelapsed(at=again, incident=ONE),
        revised(at=again, subscribers=people(1)),
        restored(at=again + 10 * MINUTE),
        closed(again + 20 * MINUTE),
    ]).past  # fmt: skip

    assert past.losses[POLNA] == Loss(people=1, seconds=10 * 60 + 9 + 600)


def test_two_that_turn_out_to_be_one_are_counted_once() -> None:
    (past,) = record([
        opened(subscribers=people(4)),
        opened(TWO, subscribers=people(4, 3)),
        back(people(1, 6), TWO, NIGHT + MINUTE),
        IncidentMerged(at=NIGHT + 2 * MINUTE, incident=TWO, into=ONE),
        restored(),
        closed(),
    ]).past  # fmt: skip

    assert past.losses[POLNA].people == 6
    assert past.losses[POLNA].seconds == 5 * (30 * 60 + 9) + 69


def test_who_was_back_and_goes_dark_again_is_not_counted_twice_for_the_same_time() -> None:
    (past,) = record([
        opened(subscribers=people(2)),
        back(people(1), at=NIGHT + 10 * MINUTE),
        revised(at=NIGHT + 20 * MINUTE, subscribers=people(2)),
        restored(),
        closed(),
    ]).past  # fmt: skip

    twice, once = (10 * 60 + 9) + 10 * 60, 30 * 60 + 9
    assert past.losses[POLNA] == Loss(people=2, seconds=twice + once)


def test_people_back_before_theirs_became_part_of_another_that_took_nobody_still_count() -> None:
    (past,) = record([
        opened(subscribers=()),
        opened(TWO, subscribers=people(4)),
        back(people(4), TWO, NIGHT + MINUTE),
        IncidentMerged(at=NIGHT + 2 * MINUTE, incident=TWO, into=ONE),
        restored(),
        closed(),
    ]).past  # fmt: skip

    assert past.until == NIGHT + MINUTE
    assert past.losses[POLNA] == Loss(people=4, seconds=4 * 69)


def test_the_oldest_are_let_go_of() -> None:
    made = record([*night(), closed()])
    made.forget(NIGHT + timedelta(days=1))

    assert made.past == []


def test_nothing_but_what_it_is_made_of_changes_it() -> None:
    facts = [*night(), closed()]

    assert record([one for one in facts if isinstance(one, FACTS)]).past == record(facts).past
