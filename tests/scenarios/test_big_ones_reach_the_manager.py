"""A big one reaches the manager once, again when it grows, and when it goes on for hours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from netwatch.model.names import LinkId, SubscriberId
from netwatch.model.task_facts import TaskGiven
from tests.scenarios.night import MINUTE, Night, World
from tests.scenarios.test_the_plan_runs import rules
from tests.town import town


def told_manager(homes: int, *, lasts: timedelta) -> list[tuple[str, float]]:
    """Return which tasks the manager was given, and how many minutes after it broke."""
    bare = town()
    people = {
        SubscriberId(f"{one.id}-{n}"): replace(one, id=SubscriberId(f"{one.id}-{n}"))
        for one in bare.subscribers.values()
        for n in range(homes)
    }
    night = Night()
    night.world = World(replace(bare, subscribers=people))
    night.passes(MINUTE)
    night.world.cut.add(LinkId("olt-1--s-1"))
    began = night.at
    night.passes(3 * MINUTE)
    while night.at < began + lasts:
        night.passes(MINUTE / 2)
        night.at += 20 * MINUTE
    told = night.told(rules())
    return [
        (fact.name, (fact.at - began) / MINUTE)
        for fact in told.facts(TaskGiven)
        if fact.role == "manager"
    ]


@pytest.mark.parametrize(
    ("homes", "wanted"),
    [(5, []), (70, ["inform-manager"]), (260, ["inform-manager-grown"])],
)
def test_the_manager_is_told_of_big_ones_alone_and_once(homes: int, wanted: list[str]) -> None:
    told = told_manager(homes, lasts=30 * MINUTE)

    assert [name for name, _ in told] == wanted
    assert all(minutes < 2 for _, minutes in told)


def test_what_goes_on_for_four_hours_reaches_the_manager_though_it_is_small() -> None:
    ((name, minutes),) = told_manager(10, lasts=270 * MINUTE)

    assert name == "inform-manager-long"
    assert minutes == pytest.approx(240, abs=1.5)
