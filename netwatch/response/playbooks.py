"""What is to be done by whom when something breaks: rules, as operators write them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from netwatch.model.facts import Cause, IncidentKind
from netwatch.model.names import ChannelName, RoleName
from netwatch.model.task_facts import Rank
from netwatch.response.policy import Hours

NETWATCH: Final = RoleName("netwatch")
"""The role of what netwatch does itself."""
MANAGER: Final = RoleName("manager")
CUSTOMERS_TOLD: Final = "customers-told"
"""The task that netwatch does itself: no crew is sent before it, and none waits long for it."""
LONGEST_WAIT: Final = timedelta(seconds=60)
"""Never does a crew wait longer than this for customers to be told."""
ROLES: Final = tuple(
    map(RoleName, ("on-call", "dispatcher", "field", "desk", "manager", "head-of-network"))
)
"""Roles that tasks may name though nobody has them: then whoever gets alerts has the task."""


class Known(StrEnum):
    """What may be known of an incident, as conditions of tasks name it."""

    TOLD = "told"
    """Customers were told, by any channel."""
    CONFIRMED = "confirmed"
    ACKNOWLEDGED = "acknowledged"
    STEPPED = "stepped"
    """Whoever took it has taken a step since: a note, an expected end, a cause, a task done."""
    ETA_KNOWN = "eta-known"
    CAUSE_KNOWN = "cause-known"
    """A person said what caused it."""
    CAUSE_SURE = "cause-sure"
    """A person said it, or it is confirmed and nothing else is possible."""
    REPORTED = "reported"
    """A customer reported it."""
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """To which incidents something applies; all that is named must hold."""

    causes: tuple[Cause, ...] = ()
    kinds: tuple[IncidentKind, ...] = ()
    least_people: int = 0
    most_people: int | None = None
    least_critical: int = 0
    hours: Hours | None = None
    days: tuple[int, ...] = ()
    """Weekdays, Monday is 0; empty: any."""

    @property
    def weight(self) -> int:
        """Return how much it names: the plan that names most is the one."""
        named = (
            bool(self.causes),
            bool(self.kinds),
            self.least_people > 0,
            self.most_people is not None,
            self.least_critical > 0,
            self.hours is not None,
            bool(self.days),
        )
        return sum(named)

    def covers(self, about: "About", local: datetime) -> bool:
        """Say whether it applies to an incident at a local moment."""
        return (
            (not self.causes or about.cause in self.causes)
            and (not self.kinds or about.kind in self.kinds)
            and about.people >= self.least_people
            and (self.most_people is None or about.people <= self.most_people)
            and about.critical >= self.least_critical
            and self.is_time(local)
        )

    def is_time(self, local: datetime) -> bool:
        """Say whether its hours hold at a local moment, on one of its days."""
        by_the_hour = self.hours is None or self.hours.hold(local)
        return by_the_hour and (not self.days or local.weekday() in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """One thing to do: by whom, by when, after what, and when it is not to be done."""

    id: str
    role: RoleName
    rank: Rank = Rank.REPAIR
    words: Mapping[str, str] = field(default_factory=dict)
    """By language."""
    within: timedelta | None = None
    """Its deadline, from when it is given; None: it has none."""
    from_start: bool = False
    """The deadline counts from when the staff was told of the incident."""
    needs: tuple[str, ...] = ()
    """Tasks that have to end before it is given."""
    when: When = field(default_factory=When)
    after: timedelta = timedelta(0)
    """It is given when the incident is so old."""
    told_on: tuple[ChannelName, ...] = ()
    """It is given once customers were told by each of these."""
    only_if: tuple[Known, ...] = ()
    unless: tuple[Known, ...] = ()
    done_when: tuple[Known, ...] = ()
    """It is done by itself when all of this is so."""
    then: RoleName | None = None
    """Who is told when the reminder did not help; None: as for all."""
    quiet: bool = False
    """Nobody is sent a message because of it; it stands in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """The tasks for one kind of trouble."""

    id: str
    when: When = field(default_factory=When)
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chasing:
    """What becomes of tasks that are late."""

    crew_waits: timedelta = LONGEST_WAIT
    """So long at most a crew waits for customers to be told."""
    climbs_after: timedelta = timedelta(minutes=10)
    """So long after the reminder somebody else is told."""
    then: RoleName = MANAGER
    forgotten_after: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """How many people call, and how many have to answer them.

    Calls in the next half hour = people without service x ``share`` x the hour's factor x what
    earlier outages taught. One person takes ``per_phone`` of them by phone in that time, and
    ``per_chat`` by chat; ``chat_share`` of all come by chat and Facebook.
    """

    share: float = 0.08
    night: float = 0.25
    """Factor from 23 to 7 o'clock."""
    evening: float = 1.5
    """Factor from 17 to 22 o'clock."""
    per_phone: int = 8
    per_chat: int = 15
    chat_share: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRules:
    """All that says who does what."""

    playbooks: tuple[Playbook, ...] = ()
    tasks: Mapping[str, TaskRule] = field(default_factory=dict)
    chasing: Chasing = field(default_factory=Chasing)
    staffing: Staffing = field(default_factory=Staffing)

    def choose(self, about: "About", local: datetime) -> Playbook | None:
        """Return the plan for an incident: of those that apply the one that names most.

        Of two that name as much the later one counts: the operator's stand behind those that ship.
        """
        fit = [book for book in self.playbooks if book.when.covers(about, local)]
        return max(enumerate(fit), key=lambda one: (one[1].when.weight, one[0]))[1] if fit else None

    def of(self, playbook: Playbook) -> tuple[TaskRule, ...]:
        """Return the tasks of a plan: in its order, those of a lower rank first."""
        known = [self.tasks[name] for name in playbook.tasks if name in self.tasks]
        return tuple(sorted(known, key=lambda task: RANKS.index(task.rank)))


RANKS: Final = tuple(Rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """An incident, as plans look at it."""

    cause: Cause
    kind: IncidentKind
    people: int
    critical: int = 0
    known: frozenset[Known] = frozenset()
    told_on: frozenset[ChannelName] = frozenset()
    since: datetime


def applies(task: TaskRule, about: About, now: datetime, local: datetime) -> bool:
    """Say whether a task is to be given now, whatever it needs."""
    return (
        now - about.since >= task.after
        and about.known.issuperset(task.only_if)
        and about.told_on.issuperset(task.told_on)
        and not about.known.intersection(task.unless)
        and task.when.covers(about, local)
    )


def cycle(tasks: Mapping[str, TaskRule], within: Iterable[str]) -> tuple[str, ...]:
    """Return tasks of a plan that wait for each other, in a ring; empty: none do."""
    names = set(within)
    done: set[str] = set()
    for start in sorted(names):
        way: list[str] = []
        ring = _ring(tasks, names, start, way, done)
        if ring:
            return ring
    return ()


def _ring(
    tasks: Mapping[str, TaskRule], names: set[str], name: str, way: list[str], done: set[str]
) -> tuple[str, ...]:
    if name in way:
        return (*way[way.index(name) :], name)
    if name in done or name not in names or name not in tasks:
        return ()
    way.append(name)
    for other in tasks[name].needs:
        ring = _ring(tasks, names, other, way, done)
        if ring:
            return ring
    way.pop()
    done.add(name)
    return ()
