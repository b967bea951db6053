"""Where nobody recorded splitters, what fails together is one incident, and is learnt."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.correlation import stage
from netwatch.correlation.branches import PARTS, Branches, branches_from
from netwatch.model.facts import (
    BranchSeen,
    Diagnosis,
    IncidentKind,
    IncidentOpened,
    IncidentRestored,
)
from netwatch.model.names import DeviceId, ElementName
from netwatch.views.proof import speaks_for
from tests.town import EVENING
from tests.unit.correlation.lived import Life
from tests.unit.correlation.street import days, homes, live, ranging, street

PORT = ElementName("port:olt-1/0/1/1")
EIGHT, NEXT, SOLITARY = homes(1, 8), homes(9, 16), homes(20, 20)
HOUR = timedelta(hours=1)


def opened(life: Life) -> list[Diagnosis]:
    return [f.diagnosis for f in life.of(IncidentOpened) if isinstance(f, IncidentOpened)]


def people(*groups: set[str]) -> list[set[str]]:
    return [{f"S-{home}" for home in group} for group in groups]


def wide(life: Life) -> list[Diagnosis]:
    return [d for d in life.last().values() if d.kind is not IncidentKind.LINE]


def test_what_loses_its_light_together_is_one_incident_of_a_part_of_the_port() -> None:
    (found,) = opened(live(days((EIGHT, 8))))

    assert (found.kind, found.root_cause) == (IncidentKind.PARTIAL, (PORT,))
    assert [set(found.subscribers)] == people(EIGHT)
    assert "8 of the 32 homes there: a part that no record names, learnt" in speaks_for(
        found.proof, found.root_cause
    )


@pytest.mark.parametrize("says", ["los", "dying-gasp", "offline"])
def test_a_home_that_was_off_before_hides_no_fault_of_its_neighbours(says: str) -> None:
    dozen = homes(1, 12)
    life = live([((), 3), (SOLITARY, 12), (SOLITARY | dozen, 12)], says=says)

    assert [d.kind for d in wide(life)] == [IncidentKind.PARTIAL]
    assert [set(d.subscribers) for d in wide(life)] == people(dozen)


def test_a_second_part_of_a_port_is_an_incident_of_its_own() -> None:
    life = live([((), 3), (EIGHT, 18), (EIGHT | NEXT, 12)])

    assert [set(d.subscribers) for d in wide(life)] == people(EIGHT, NEXT)
    assert len(opened(life)) == 2


def test_a_part_that_falls_when_another_is_mended_is_no_relapse() -> None:
    life = live([*days((EIGHT, 12)), (NEXT, 8), ((), 5)])

    assert [set(d.subscribers) for d in opened(life)] == people(EIGHT, NEXT)
    assert len(life.of(IncidentRestored)) == 2


def test_what_falls_within_minutes_one_after_the_other_stays_one_incident() -> None:
    life = live([((), 3), (homes(1, 3), 4), (homes(1, 6), 4), (EIGHT, 10)])

    assert len(opened(life)) == 1
    assert [set(d.subscribers) for d in wide(life)] == people(EIGHT)


def test_three_homes_switched_off_in_an_evening_are_no_outage() -> None:
    script = [((), 3), (SOLITARY, 9), (SOLITARY | homes(1, 1), 3), (SOLITARY | homes(1, 3), 9)]
    life = live(script, says="dying-gasp")

    assert wide(life) == []


def test_what_failed_together_is_a_fact_when_it_is_mended() -> None:
    (fact,) = live(days((EIGHT, 8))).of(BranchSeen)

    assert isinstance(fact, BranchSeen)
    assert (fact.holder, set(fact.homes)) == (PORT, EIGHT)


def test_homes_without_power_teach_no_part() -> None:
    assert live([((), 3), (EIGHT, 8)], says="dying-gasp").of(BranchSeen) == []


def test_a_known_part_that_falls_home_after_home_is_one_incident_at_once() -> None:
    """Minutes apart and without a reason, they are lines of their own, but for what is known."""
    four = homes(1, 4)
    slow = [
        ((), 3),
        (SOLITARY, 20),
        *((homes(1, n) | SOLITARY, 8) for n in (1, 2, 3, 4)),
        (SOLITARY, 4),
    ]
    strange = live(slow, says="offline")
    known = live(days((four, 8)))
    live(slow, says="offline", life=known, start=EVENING + HOUR)

    assert wide(strange) == []
    assert [set(d.subscribers) for d in wide(known)] == people(four, four)


def test_that_it_happened_before_is_said() -> None:
    life = live(days((EIGHT, 8)))
    live(days((EIGHT, 8)), life=life, start=EVENING + HOUR)
    last = opened(life)[-1]

    assert last.proof.part is not None
    assert last.proof.part.before == 1
    assert "now and 1 time before" in speaks_for(last.proof, last.root_cause)


def far(**metres: float) -> Mapping[str, float]:
    """Return distances: every home of the port 100 m after the one before, but for these."""
    every = {home: 500.0 + 100 * n for n, home in enumerate(sorted(homes(1, 32)))}
    return every | {home.replace("_", "-"): m for home, m in metres.items()}


def test_one_home_far_from_those_that_fell_with_it_has_a_line_of_its_own() -> None:
    life = live([((), 3), (EIGHT | SOLITARY, 12)], metres=far())

    assert [set(d.subscribers) for d in wide(life)] == people(EIGHT)
    (found,) = wide(life)
    assert "500 to 1200 m away" in speaks_for(found.proof, found.root_cause)


def test_three_that_are_all_there_is_at_their_distance_are_a_part() -> None:
    """Homes that give no reason and are few: only how far they are tells that they belong."""
    script = [((), 3), (SOLITARY, 12), (SOLITARY | homes(1, 3), 12)]
    blind = live(script, says="offline")
    seen = live(script, says="offline", metres=far())

    assert wide(blind) == []
    assert [set(d.subscribers) for d in wide(seen)] == people(homes(1, 3))


@pytest.mark.parametrize("metres", [float("nan"), float("inf"), -5.0, 0.0, 1e12, None])
def test_no_distance_is_no_distance(metres: float | None) -> None:
    life = Life(street())
    life.live([ranging(EVENING, {"onu-1-01": metres, "nobody": 100.0, "olt-1": 5.0})])

    assert life.state.court.metres == {}


def test_parts_survive_a_restart_from_the_journal_and_from_a_snapshot() -> None:
    life = live(days((EIGHT, 8)))
    folded, restored = Life(street()).state, Life(street()).state
    for fact in life.facts:
        stage.evolve(folded, fact)
    stage.restore(restored, stage.snapshot(life.state))

    for state in (folded, restored):
        (part,) = state.decided.branches.of(PORT)
        assert part.homes == EIGHT
        assert stage.snapshot(state) == stage.snapshot(life.state)


def test_living_twice_decides_the_same() -> None:
    script = [*days((EIGHT, 8)), (SOLITARY, 9), (EIGHT | SOLITARY, 9), (NEXT, 9), ((), 5)]

    assert live(script).facts == live(script).facts


def test_a_home_seen_with_a_part_by_chance_is_forgotten() -> None:
    branches = Branches()
    for day in range(6):
        found = EIGHT | (SOLITARY if day == 0 else set())
        names = tuple(DeviceId(home) for home in sorted(found))
        branches.take(BranchSeen(at=EVENING + day * HOUR, holder=PORT, homes=names))

    (part,) = branches.of(PORT)
    assert part.homes == EIGHT
    assert set(part.seen) == EIGHT


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sets(st.integers(0, 40), min_size=3, max_size=9)),
        max_size=60,
    )
)
def test_memory_is_bounded_and_outlives_its_plain_form(seen: list[tuple[int, set[int]]]) -> None:
    branches = Branches()
    for n, (port, found) in enumerate(seen):
        names = tuple(DeviceId(f"onu-{home}") for home in sorted(found))
        holder = ElementName(f"port:olt-1/{port}")
        branches.take(BranchSeen(at=EVENING + n * HOUR, holder=holder, homes=names))

    assert all(len(parts) <= PARTS for parts in branches.by_holder.values())
    again = branches_from(branches.to_plain())
    assert again == branches
    assert list(again.by_holder) == list(branches.by_holder)
