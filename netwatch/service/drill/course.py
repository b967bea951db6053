"""A scenario at a place -> what is down at each moment, and what makes it hard just then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from netwatch.model.arrivals import Answered, Sample
from netwatch.model.drills import (
    ALL,
    ELSEWHERE,
    HERE,
    PART,
    Act,
    Hindrance,
    Inject,
    Scenario,
    Step,
)
from netwatch.model.faults import NetwatchError
from netwatch.model.names import DeviceId
from netwatch.service.drill.field import Field

ROUND: Final = timedelta(seconds=10)
WARMED_UP: Final = 3 * ROUND
"""So long all is well before the first thing falls: what was never seen up cannot fall."""


class NoPlaceError(NetwatchError):
    """The drill cannot be held there."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Down:
    """What is down at a moment, as nodes of the tree."""

    nodes: frozenset[int] = frozenset()
    power: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """From when on what is down."""

    after: timedelta
    down: Down


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A drill as it will go; ``after`` counts from its first fault."""

    scenario: Scenario
    at: str
    """The element where it happens."""
    field: Field
    turns: tuple[Turn, ...]

    def down(self, since: timedelta) -> Down:
        """Return what is down so long after the beginning; before it nothing is."""
        return next((t.down for t in reversed(self.turns) if t.after <= since), Down())

    def round(self, at: datetime, since: timedelta) -> Iterator[Sample | Answered]:
        """Yield a round of answers."""
        down = self.down(since)
        return self.field.round(down.nodes, at, power=down.power)

    def looked_at(
        self, devices: Iterable[DeviceId], at: datetime, since: timedelta
    ) -> Iterator[Sample | Answered]:
        """Yield what these devices answer when they are asked once more."""
        down = self.down(since)
        return self.field.looked_at(devices, down.nodes, at, power=down.power)

    def falls(self) -> tuple[timedelta, ...]:
        """Return when something new falls."""
        found, before = [], frozenset[int]()
        for turn in self.turns:
            if turn.down.nodes - before:
                found.append(turn.after)
            before = turn.down.nodes
        return tuple(found)

    def is_over(self, since: timedelta) -> bool:
        """Say whether its time is over."""
        return since >= self.scenario.lasts

    def holding(self, kind: Hindrance, since: timedelta) -> tuple[Inject, ...]:
        """Return what of a kind holds now."""
        return self.scenario.holding(kind, since)


def course_of(scenario: Scenario, field: Field, at: str = "") -> Course:
    """Return how a scenario goes at a place.

    Args:
        scenario: what happens.
        field: the network.
        at: an element; empty: the scenario's own, else a place that many people hang on.

    Raises:
        NoPlaceError: there is no such element, or nothing of it can be seen to fall.
    """
    element = at or scenario.at or field.chosen() or ""
    here = field.nodes(element) if element else []
    if not here:
        wrong = f"nothing of {element!r} can be seen to fall" if element else "nobody hangs on it"
        raise NoPlaceError(f"{wrong}; name an element of the inventory: --at device:ID")
    if 0 in here:
        raise NoPlaceError(
            f"{element} is where netwatch stands: what falls there is seen by nobody"
        )
    named = {HERE: here, PART: field.part_of(here), ELSEWHERE: field.elsewhere(here)}
    turns: list[Turn] = []
    down = Down()
    for step in sorted(_steps(scenario), key=lambda one: one.after):
        down = _after(down, step, _nodes(step.what, named, field))
        turns.append(Turn(after=step.after, down=down))
    return Course(scenario=scenario, at=element, field=field, turns=tuple(turns))


def _steps(scenario: Scenario) -> Iterator[Step]:
    """Yield the steps, with what injects make of them."""
    late = [one for one in scenario.injects if one.kind is Hindrance.WRONG_GUESS]
    for step in scenario.steps:
        hidden = [one for one in late if one.holds(step.after)]
        if hidden and step.what == HERE and step.act is not Act.MENDS:
            yield replace(step, what=PART)
            yield replace(step, after=hidden[0].after + hidden[0].lasts)
        else:
            yield step
    for one in scenario.injects:
        if one.kind is Hindrance.SECOND_FAULT:
            yield Step(after=one.after, act=Act.FALLS, what=ELSEWHERE)
            if one.after + one.lasts < scenario.lasts:
                yield Step(after=one.after + one.lasts, act=Act.MENDS, what=ELSEWHERE)


def _nodes(what: str, named: dict[str, list[int]], field: Field) -> list[int]:
    if what == ALL:
        return []
    nodes = named.get(what) or field.nodes(what)
    if not nodes:
        if what == ELSEWHERE:
            raise NoPlaceError("there is no second place for its second fault; choose another --at")
        raise NoPlaceError(f"nothing of {what!r} can be seen to fall; is it in the inventory?")
    return nodes


def _after(down: Down, step: Step, nodes: list[int]) -> Down:
    if step.act is not Act.MENDS:
        return Down(down.nodes | set(nodes), down.power or step.act is Act.DARKENS)
    left = frozenset() if step.what == ALL else down.nodes - set(nodes)
    return Down(left, down.power and bool(left))
