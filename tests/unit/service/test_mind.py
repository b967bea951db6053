"""A bug in one arrival does not blind the service to the others."""

from collections.abc import Sequence

import pytest

from netwatch.model.arrivals import Arrival, Report, Started, Tick
from netwatch.model.facts import (
    ArrivalQuarantined,
    Fact,
    IncidentOpened,
    NoticeDue,
    Purpose,
    ServiceStarted,
    TroubleBegan,
    TroubleEnded,
)
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.model.stages import Decision
from netwatch.pipeline import Pipeline
from netwatch.service.mind import MOST_SICK_TICKS, Mind
from tests.unit.service.story import NIGHT, ROUND, RULES, SECOND, night, round_of, town

NETWORK = town()


class Sore(Pipeline):
    """A pipeline with a bug: some arrivals break it in the middle."""

    sore: tuple[Arrival, ...] | type[Tick] = ()

    def advance(self, arrival: Arrival) -> Decision:
        decision = super().advance(arrival)
        if isinstance(self.sore, tuple):
            if arrival in self.sore:
                raise ZeroDivisionError("a level of nought")
        elif isinstance(arrival, self.sore):
            raise ZeroDivisionError("time itself")
        return decision


def mind(sore: tuple[Arrival, ...] | type[Tick] = (), seen: list[Arrival] | None = None) -> Mind:
    decided: list[Fact] = []

    def remember(facts: Sequence[Fact]) -> Pipeline:
        pipeline = Sore(NETWORK, RULES)
        pipeline.sore = sore
        pipeline.evolve(facts)
        return pipeline

    return Mind(
        remember(decided),
        remember=remember,
        version="1",
        record=(seen if seen is not None else []).append,
    )


def live(mind_: Mind, arrivals: Sequence[Arrival]) -> list[Fact]:
    facts: list[Fact] = []
    for arrival in arrivals:
        facts.extend(mind_.think(arrival, lambda: list(facts)).facts)
    return facts


STARTED = Started(at=NIGHT - SECOND, version="1")


def test_without_a_bug_a_night_has_one_incident_and_ends_well() -> None:
    facts = live(mind(), [STARTED, *night(NETWORK)])
    assert sum(isinstance(fact, IncidentOpened) for fact in facts) == 1
    assert not any(isinstance(fact, ArrivalQuarantined) for fact in facts)


def test_an_arrival_that_meets_a_bug_is_put_aside_and_the_incident_is_found_all_the_same() -> None:
    arrivals = night(NETWORK)
    poison = arrivals[10]
    facts = live(mind((poison,)), [STARTED, *arrivals])
    put_aside = [fact for fact in facts if isinstance(fact, ArrivalQuarantined)]
    assert [fact.error for fact in put_aside] == ["ZeroDivisionError: a level of nought"]
    assert sum(isinstance(fact, IncidentOpened) for fact in facts) == 1


def test_the_staff_is_told_of_a_bug_once_and_that_it_stayed_away() -> None:
    arrivals = night(NETWORK)
    facts = live(mind((arrivals[10], arrivals[12])), [STARTED, *arrivals])
    assert sum(isinstance(fact, TroubleBegan) for fact in facts) == 1
    troubles = [f for f in facts if isinstance(f, NoticeDue) and f.purpose is Purpose.TROUBLE]
    assert len(troubles) == 1
    assert sum(isinstance(fact, TroubleEnded) for fact in facts) == 1


def test_an_open_incident_outlives_a_bug_in_its_middle() -> None:
    arrivals = night(NETWORK)
    poison = arrivals[8 * len(NETWORK.devices)]
    facts = live(mind((poison,)), [STARTED, *arrivals])
    opened = [fact.incident for fact in facts if isinstance(fact, IncidentOpened)]
    assert opened == ["I-1"]


def test_what_met_a_bug_is_not_thought_about_again_for_a_minute() -> None:
    bad = [
        sample
        for number in range(4)
        for sample in round_of(NETWORK, NIGHT + number * ROUND)
        if sample.device == DeviceId("sw-a")
    ]
    mind_ = mind(tuple(bad))
    facts = live(mind_, [STARTED, *bad])
    assert sum(isinstance(fact, ArrivalQuarantined) for fact in facts) == 1
    assert mind_.quarantined == 4


def test_a_bug_in_time_itself_ends_the_process() -> None:
    mind_ = mind(Tick)
    live(mind_, [STARTED])
    with pytest.raises(ZeroDivisionError, match="time itself"):
        live(mind_, [Tick(at=NIGHT + number * SECOND) for number in range(MOST_SICK_TICKS + 1)])


def test_a_customer_s_words_are_not_kept_when_they_meet_a_bug() -> None:
    report = Report(at=NIGHT, subscriber=SubscriberId("S-a1"), text="my number is 600 100 200")
    facts = live(mind((report,)), [STARTED, report])
    assert "600 100 200" not in repr(facts)


def test_the_tape_holds_what_was_thought_about_in_order_and_no_ticks_of_its_own() -> None:
    seen: list[Arrival] = []
    arrivals = night(NETWORK)
    live(mind((arrivals[10],), seen), [STARTED, *arrivals])
    assert arrivals[10] not in seen
    assert [arrival.at for arrival in seen] == sorted(arrival.at for arrival in seen)
    assert sum(isinstance(arrival, Started) for arrival in seen) == 2


def test_time_that_jumped_a_day_begins_anew_instead_of_ticking_through_it() -> None:
    seen: list[Arrival] = []
    mind_ = mind(seen=seen)
    live(mind_, [STARTED, Tick(at=NIGHT)])
    facts = live(mind_, [Tick(at=NIGHT + 86400 * SECOND)])
    assert [type(fact) for fact in facts] == [ServiceStarted]
    assert sum(isinstance(arrival, Tick) for arrival in seen) == 1
