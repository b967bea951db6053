"""netwatch's own vital signs, each declared here once."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """The units that vital signs have."""

    SECONDS = "s"
    COUNT = "1"
    OCTETS = "By"
    SHARE = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSign:
    """One number about netwatch: its name, its unit and what a bad value means."""

    name: str
    unit: Unit
    means: str
    tags: tuple[str, ...] = ()


TIME_TO_NOTICE: Final = VitalSign(
    name="netwatch_time_to_notice",
    unit=Unit.SECONDS,
    tags=("audience", "channel"),
    means="From the first sign of an outage to its notice accepted by the channel. "
    "The promise to customers is 60 s (class A).",
)
POLL_LAG: Final = VitalSign(
    name="netwatch_poll_lag",
    unit=Unit.SECONDS,
    means="How late the most overdue probe is. Above one interval, we watch less than we claim.",
)
ARRIVALS_WAITING: Final = VitalSign(
    name="netwatch_arrivals_waiting",
    unit=Unit.COUNT,
    tags=("queue",),
    means="Arrivals not yet thought about. Steady growth: the machine is too small.",
)
ARRIVALS_TAKEN: Final = VitalSign(
    name="netwatch_arrivals_taken",
    unit=Unit.COUNT,
    means="Arrivals thought about since the start. No growth: nothing is watched.",
)
ARRIVALS_DROPPED: Final = VitalSign(
    name="netwatch_arrivals_dropped",
    unit=Unit.COUNT,
    means="Traps, log lines and reports that found no room. Growth: a flood, or a small machine.",
)
ARRIVALS_QUARANTINED: Final = VitalSign(
    name="netwatch_arrivals_quarantined",
    unit=Unit.COUNT,
    means="Arrivals that met a bug and were put aside. Anything above 0 should be reported to us.",
)
THINKING_BEHIND: Final = VitalSign(
    name="netwatch_thinking_behind",
    unit=Unit.SECONDS,
    means="How old the last arrival was when it was thought about. Above 1 s we are late.",
)
FACTS_COMMITTED: Final = VitalSign(
    name="netwatch_facts_committed",
    unit=Unit.COUNT,
    means="The number of the last fact in the journal.",
)
FACTS_UNWRITTEN: Final = VitalSign(
    name="netwatch_facts_unwritten",
    unit=Unit.COUNT,
    means="Facts that found no room in the journal. Above 0: the disk is full; a crash loses them.",
)
COMMIT_TIME: Final = VitalSign(
    name="netwatch_commit_time",
    unit=Unit.SECONDS,
    means="How long the last commit took. Above 0.1 s the disk is sick or shared with too many.",
)
NOTICES_OWED: Final = VitalSign(
    name="netwatch_notices_owed",
    unit=Unit.COUNT,
    means="Notices due and not yet accepted by a channel. Steady growth: a channel is sick.",
)
DISK_FREE: Final = VitalSign(
    name="netwatch_disk_free",
    unit=Unit.SHARE,
    means="Room left where the journal lies. Below 5 % people are told; at 0 nothing is kept.",
)

DECLARED: Final[tuple[VitalSign, ...]] = tuple(
    sign for sign in tuple(globals().values()) if isinstance(sign, VitalSign)
)

Tags = tuple[str, ...]


@dataclass(slots=True)
class Vitals:
    """The last value of each vital sign. Only what is declared above can be written."""

    values: dict[tuple[VitalSign, Tags], float] = field(default_factory=dict)

    def set(self, sign: VitalSign, value: float, *tags: str) -> None:
        """Note the value of a sign, with one text for each of its tags."""
        if len(tags) != len(sign.tags):
            raise ValueError(f"{sign.name} bears the tags {sign.tags}, not {tags}")
        self.values[sign, tags] = value

    def add(self, sign: VitalSign, value: float = 1, *tags: str) -> None:
        """Raise a count."""
        self.set(sign, self.values.get((sign, tags), 0) + value, *tags)

    def plain(self) -> dict[str, float]:
        """Return name (with tags) -> value, sorted by name."""
        written = ((_written(sign, tags), value) for (sign, tags), value in self.values.items())
        return dict(sorted(written))


def _written(sign: VitalSign, tags: Tags) -> str:
    pairs = ",".join(f'{key}="{text}"' for key, text in zip(sign.tags, tags, strict=True))
    return f"{sign.name}{{{pairs}}}" if pairs else sign.name
