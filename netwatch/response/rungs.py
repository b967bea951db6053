"""Who is called when nobody takes an incident, and after how long: rules, as operators write them.

A ladder goes on where the first alert found nobody. It stands in for the reminders of the task
that waits for somebody to take the incident: nobody is called twice because of the same thing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from netwatch.model.names import ChannelName, RoleName
from netwatch.response.playbooks import About, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Who is called next."""

    after: timedelta
    """So long after the first alert."""
    roles: tuple[RoleName, ...] = ()
    """Whoever has these then; none that anybody has: whom late tasks climb to."""
    by: tuple[ChannelName, ...] = ()
    """By the first of these that leads somewhere; none: by a person's own."""
    everyone: bool = False
    """All who may have these roles and are not away, at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs for incidents of one severity."""

    id: str
    when: When = field(default_factory=When)
    plans: tuple[str, ...] = ()
    """Only if somebody with one of these plans is without service: a promise hangs on it."""
    rungs: tuple[Rung, ...] = ()
    """In the order of their times."""
    again: timedelta | None = None
    """The last rung is called anew so often; None: it is called once."""
    breaks_through: bool = False
    """The first alert reaches even whoever had as many messages as they get in an hour."""

    def due(self, passed: timedelta, now: timedelta) -> Iterator[tuple[Rung, bool]]:
        """Yield the rungs whose time came after ``passed``, until ``now``; and which is the last.

        Args:
            passed: how long after the alert it was looked last.
            now: how long after the alert it is.
        """
        for number, rung in enumerate(self.rungs, 1):
            if passed < rung.after <= now:
                yield rung, number == len(self.rungs)
        if self.again is None or not self.rungs or now <= self.rungs[-1].after:
            return
        top = self.rungs[-1]
        turns = (now - top.after) // self.again
        if turns and passed < top.after + turns * self.again:
            yield top, True


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many messages one person gets at most."""

    an_hour: int = 12
    """Single ones and digests together; what breaks through comes on top."""
    digest_every: timedelta = timedelta(minutes=15)

    @property
    def singles(self) -> int:
        """Return how many single messages fit in an hour beside the digests."""
        digests = -(-timedelta(hours=1) // self.digest_every)
        return max(1, self.an_hour - digests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladders:
    """Every ladder, and the cap."""

    ladders: tuple[Ladder, ...] = ()
    caps: Caps = field(default_factory=Caps)

    def choose(
        self, about: About, local: datetime, dark_by_plan: Mapping[str, int]
    ) -> Ladder | None:
        """Return the ladder of an incident: of those that apply the one that stands last.

        The operator's stand behind those that ship.
        """
        fit = [
            one
            for one in self.ladders
            if one.when.covers(about, local)
            and (not one.plans or any(dark_by_plan.get(plan) for plan in one.plans))
        ]
        return fit[-1] if fit else None

    def wakes(self, passed: timedelta, now: timedelta) -> bool:
        """Say whether the time of any rung came since it was looked last."""
        return any(next(one.due(passed, now), None) is not None for one in self.ladders)
