"""Homes that go off by themselves at the same hours: that they are off again tells of no fault.

Five to eight ONUs in a hundred are always off, more by night: routers on a switched socket, weekend
houses. Learnt is the hour of each home's own falls; decided is one fact an hour, so that a restart
forgets nothing. It fades by half a week. What falls with its neighbours is no habit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from netwatch.correlation.evidence import ICMP, ONU_STATE, Evidence
from netwatch.model.facts import HabitsSeen, IncidentKind
from netwatch.model.names import DeviceId

if TYPE_CHECKING:
    from netwatch.correlation.view import State

HOURS: Final = 24
OFTEN: Final = 3
"""So many own falls about the same hour are a habit of that hour."""
ALWAYS: Final = 10
"""So many at any hours are a habit of the whole day."""
MOST: Final = 14
"""No hour counts for more: a habit given up is forgotten within a few weeks."""
FELLOWS: Final = 3
"""When more homes of an OLT fell in the same moment, it was none of their own doing."""
MOMENT_S: Final = 15
CROWD: Final = 200
"""When so many come back in one second, something was mended."""
FADES: Final = timedelta(days=7)
HOUR: Final = timedelta(hours=1)


@dataclass(slots=True)
class Habits:
    """How often each home went off by itself, by hour of the day (UTC): 24 bytes a home."""

    falls: dict[DeviceId, bytearray] = field(default_factory=dict)
    faded: datetime | None = None

    def take(self, fact: HabitsSeen) -> None:
        """Count one more hour's own falls."""
        self._fade(fact.at)
        for home in fact.homes:
            row = self.falls.setdefault(home, bytearray(HOURS))
            row[fact.hour.hour] = min(MOST, row[fact.hour.hour] + 1)

    def usual(self, hour: int) -> Iterator[DeviceId]:
        """Yield the homes whose being off tells nothing at this hour of the day."""
        for home, row in self.falls.items():
            about = row[hour - 1] + row[hour] + row[(hour + 1) % HOURS]
            if about >= OFTEN or sum(row) >= ALWAYS:
                yield home

    def _fade(self, at: datetime) -> None:
        if self.faded is None:
            self.faded = at
        while at - self.faded >= FADES:
            self.faded += FADES
            self.falls = {
                home: bytearray(n // 2 for n in row)
                for home, row in self.falls.items()
                if any(n > 1 for n in row)
            }

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON values, in an order that depends on content alone."""
        return {
            "faded": self.faded.isoformat() if self.faded else None,
            "falls": {home: row.hex() for home, row in sorted(self.falls.items())},
        }


def habits_from(plain: Mapping[str, Any]) -> Habits:
    """Take ``to_plain``'s values back; an older netwatch kept none."""
    faded = plain.get("faded")
    rows = plain.get("falls", {})
    return Habits(
        falls={DeviceId(home): bytearray.fromhex(row) for home, row in rows.items()},
        faded=datetime.fromisoformat(faded) if faded else None,
    )


def learn(state: "State") -> None:
    """Keep which of the homes that have just come back had gone off by themselves."""
    e, rose = state.evidence, state.evidence.rose
    if not rose or len(rose) > CROWD:
        return
    crowds: dict[tuple[int, int], int] = {}
    mine = e.homes
    for source, fell in rose:
        if not mine[source]:
            continue
        reporter, moment = int(e.through[source]), fell // MOMENT_S
        if (reporter, moment) not in crowds:
            crowds[reporter, moment] = _crowd(e, reporter, moment)
        if crowds[reporter, moment] > FELLOWS or _blamed(state, source, fell):
            continue
        state.strolls.setdefault(fell // 3600, set()).add(_device(state, source))


def _device(state: "State", source: int) -> DeviceId:
    return DeviceId(state.index.names[int(state.evidence.pos[source])].partition(":")[2])


def _crowd(e: Evidence, reporter: int, moment: int) -> int:
    """Count the homes of a reporter that fell last about the same moment."""
    lay = e.layout
    first, end = (moment - 1) * MOMENT_S, (moment + 2) * MOMENT_S
    if reporter >= 0:
        rows = lay.told[lay.told_first[reporter] : lay.told_first[reporter + 1]]
        fell, mine = e.fell[rows], e.home[rows]
    else:
        fell, mine = e.fell[: lay.base], e.home[: lay.base] & (lay.through[: lay.base] < 0)
    return int(((fell > 0) & (fell >= first) & (fell < end) & mine).sum())


def _blamed(state: "State", source: int, fell: int) -> bool:
    """Say whether an incident that stood meanwhile took this home, or anything above it."""
    node = int(state.evidence.pos[source])
    own = set(state.index.people.get(node, ()))
    for held in state.decided.incidents.values():
        if held.kind is IncidentKind.LINE or held.mute:
            continue
        if held.kind is IncidentKind.BLIND or own & held.subscribers:
            return True
        roots = [state.index.node(name) for name in held.root_cause]
        below = any(n is not None and n <= node < state.index.last[n] for n in roots)
        if below and held.since.timestamp() <= fell + MOMENT_S:
            return True
    return False


def seen(state: "State", at: datetime) -> Iterator[HabitsSeen]:
    """Yield what was learnt in hours that are over."""
    this = int(at.timestamp()) // 3600
    for hour in sorted(h for h in state.strolls if h < this):
        start = datetime.fromtimestamp(hour * 3600, at.tzinfo)
        yield HabitsSeen(at=at, hour=start, homes=tuple(sorted(state.strolls[hour])))


def weigh(state: "State", second: int) -> None:
    """Let the words of homes that are usually off at this hour weigh nothing."""
    hour = second // 3600
    if state.weighed == (hour, len(state.decided.habits.falls)):
        return
    state.weighed = (hour, len(state.decided.habits.falls))
    e = state.evidence
    state.book.names.clear()
    e.news.weighing += 1
    e.weight[e.home] = e.usual[e.home]
    marks = [one.mark for one in state.pollers.stands.every] or [""]
    idle = list(_sources(e, state.decided.habits.usual(hour % HOURS), marks))
    e.weight[idle] = 0


def _sources(e: Evidence, homes: Iterable[DeviceId], marks: Sequence[str]) -> Iterator[int]:
    """Yield what tells of these homes, from whichever vantage."""
    for home, mark, check in product(homes, marks, (ONU_STATE, ICMP)):
        source = e.sources.get((DeviceId(home + mark), check, None))
        if source is not None and e.home[source]:
            yield source
