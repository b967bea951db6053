"""Nothing is broken: homes go to bed, restart, lose a phase; an OLT is upgraded. Nobody hears."""

from collections import Counter

import pytest

from netwatch.model.facts import Cause, IncidentKind
from tests.bench.week import QuietWeek, live


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_in_which_nothing_is_broken_is_told_to_nobody(seed: int) -> None:
    told = live(QuietWeek(size=400, beside=12, days=1, ask_onus_s=600, seed=seed))

    assert told.public == []
    assert len(told.alerts) <= 1, "an upgrade that nobody announced, at most"


def test_a_dead_phase_is_known_for_what_it_is_and_left_to_the_desk() -> None:
    told = live(
        QuietWeek(size=400, beside=12, days=1, ask_onus_s=300, night_owls=0, restarts_a_day=0)
    )

    known = f"{IncidentKind.PARTIAL} {Cause.POWER_HOMES}"
    assert Counter({known: 1}) <= told.opened, told.opened
    assert told.public == []
