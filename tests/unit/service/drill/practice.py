"""Drills over the sample town and the small one, without anybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar

from netwatch.model.drills import HERE, Act, Inject, Scenario, Step
from netwatch.model.facts import Fact
from netwatch.model.network import Network
from netwatch.pipeline import StageRules
from netwatch.response.rules import Mode
from netwatch.rules import Rulebook, read_rules
from netwatch.service.drill.course import Course, course_of
from netwatch.service.drill.dry import rehearsed
from netwatch.service.drill.field import Field
from netwatch.service.drill.life import named
from tests.unit.service.story import town

BEGAN = datetime(2026, 11, 14, 18, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AnyFact = TypeVar("AnyFact", bound=Fact)


@cache
def book() -> Rulebook:
    """Return the rules that ship."""
    found = read_rules(None).rulebook
    assert found is not None
    return found


def rules(name: str = "DRILL-1") -> StageRules:
    """Return the rules of a drill over an installation that tells everybody everything."""
    stages = book().stages
    response = replace(stages.response, mode=Mode.FULL, set_up=None)
    return named(replace(stages, response=response), name)


def scenario(*injects: Inject, minutes: int = 10, mends: int = 6) -> Scenario:
    """Return one in which the place falls at once, and mends."""
    steps = (
        Step(after=timedelta(0), act=Act.FALLS, what=HERE),
        Step(after=mends * MINUTE, act=Act.MENDS, what="all"),
    )
    return Scenario(id="s", title="s", lasts=minutes * MINUTE, steps=steps, injects=tuple(injects))


def held(
    one: Scenario, at: str = "device:sw-a", network: Network | None = None
) -> tuple[Course, list[Fact]]:
    """Return how a drill goes, and what was decided in it."""
    course = course_of(one, Field(network or town(), rules()), at)
    return course, list(rehearsed(course, BEGAN))


def of(kind: type[AnyFact], facts: list[Fact]) -> list[AnyFact]:
    """Return the facts of one kind."""
    return [fact for fact in facts if isinstance(fact, kind)]
