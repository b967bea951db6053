"""What single subscribers are told of planned works, as it stands in the detail of a notice.

``remind again M-1 2026-12-01T01:00:00+00:00 2026-12-01T03:00:00+00:00``: the stage, whether its
reader heard of these works by this channel before, and of each of the works when they go on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from netwatch.model.names import MaintenanceId

AGAIN: Final = "again"
_OF_ONE: Final = 3
"""Words that tell of one of the works: its name, its begin, its end."""


class Told(StrEnum):
    """What is told of works."""

    ANNOUNCED = "announced"
    REMIND = "remind"
    START = "start"
    END = "end"
    CANCELLED = "cancelled"
    MOVED = "moved"


_ALL: Final = frozenset(told.value for told in Told)
BEFOREHAND: Final = (Told.ANNOUNCED, Told.REMIND)
"""What is of no use once they have begun."""
LAST_WORDS: Final = (Told.END, Told.CANCELLED, Told.MOVED)
"""What is only for those who were told of them before."""


class Time(NamedTuple):
    """Some of the works, and when they go on, UTC."""

    works: MaintenanceId
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What one notice tells."""

    told: Told
    times: tuple[Time, ...]
    """At least one; of works that were moved the old time, then the new one."""
    again: bool = False
    """Its readers heard of these works by this channel before."""

    def __str__(self) -> str:
        again = (AGAIN,) if self.again else ()
        return " ".join((self.told, *again, *(_plain(time) for time in self.times)))


def saying(detail: str) -> Saying | None:
    """Read the detail of a notice; None when it tells single readers of no works."""
    words = detail.split()
    if not words or words[0] not in _ALL:
        return None
    again = AGAIN in words[1:2]
    try:
        times = tuple(_times(words[1 + again :]))
    except ValueError:
        return None
    return Saying(told=Told(words[0]), times=times, again=again) if times else None


def _plain(time: Time) -> str:
    starts, ends = (at.astimezone(UTC).isoformat() for at in (time.starts, time.ends))
    return f"{time.works} {starts} {ends}"


def _times(words: Sequence[str]) -> Iterator[Time]:
    for n in range(0, len(words), _OF_ONE):
        name, starts, ends = words[n : n + _OF_ONE]
        yield Time(
            MaintenanceId(name), datetime.fromisoformat(starts), datetime.fromisoformat(ends)
        )
