"""netwatch's own vital signs, each declared here once: in `/metrics`, in `status`, in the docs."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """The units that vital signs have; a name ends with its unit, as Prometheus wants it."""

    SECONDS = "seconds"
    OCTETS = "bytes"
    RATIO = "ratio"
    COUNT = ""


class Kind(StrEnum):
    """How a number moves: up and down, or only up until netwatch starts again."""

    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSign:
    """One number about netwatch: its name, its unit, what it means and what to do about it."""

    stem: str
    """The name without its unit."""
    unit: Unit = Unit.COUNT
    kind: Kind = Kind.GAUGE
    means: str
    remedy: str = ""
    """When it is bad, and what to do then; empty: no value is bad by itself."""
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name that people see: with its unit, and ``_total`` if it counts."""
        total = "total" if self.kind is Kind.COUNTER else ""
        return "_".join(filter(None, (self.stem, self.unit, total)))


# --- the promise ------------------------------------------------------------------------------

TIME_TO_NOTICE: Final = VitalSign(
    stem="netwatch_time_to_notice",
    unit=Unit.SECONDS,
    tags=("audience", "channel"),
    means="From the first sign of the last outage to its notice accepted by the channel.",
    remedy="The promise to customers is 60 s (class A). Above it see poll lag, thinking behind and"
    " notices owed: one of them says where the time went.",
)
INCIDENTS_OPEN: Final = VitalSign(
    stem="netwatch_incidents_open",
    tags=("kind",),
    means="Incidents that people still wait for.",
    remedy="Each has an owner or needs one: `netwatch incident list`.",
)
NOTICES_OWED: Final = VitalSign(
    stem="netwatch_notices_owed",
    means="Notices due and not yet accepted by a channel.",
    remedy="Steady growth: a channel is sick. `netwatch doctor` and the channel's own trouble say"
    " which.",
)
NOTICES_SETTLED: Final = VitalSign(
    stem="netwatch_notices_settled",
    kind=Kind.COUNTER,
    tags=("result",),
    means="Notices by what became of them: accepted (and later delivered or undelivered, where the"
    " gateway says so), withheld, refused, expired.",
    remedy="Refused or expired ones reached nobody: see the incident's notices for the channel's"
    " words.",
)
CHANNEL_SICK: Final = VitalSign(
    stem="netwatch_channel_sick",
    tags=("channel",),
    means="1 while a channel does not take notices.",
    remedy="Look at its last failure in `netwatch incident show` or the log; other channels go on.",
)

# --- watching -----------------------------------------------------------------------------------

DEVICES_WATCHED: Final = VitalSign(
    stem="netwatch_devices",
    means="Devices in the inventory that is in force.",
    remedy="Fewer than you have: see `netwatch check`.",
)
SUBSCRIBERS: Final = VitalSign(
    stem="netwatch_subscribers",
    tags=("how",),
    means="Subscribers by how they are told of an outage: placed, by area alone, not placed.",
    remedy="Not placed are told of nothing, by area not of faults of their own: `netwatch places"
    " coverage` says which record is missing.",
)
SUBSCRIBERS_MISSED: Final = VitalSign(
    stem="netwatch_subscribers_missed",
    tags=("lack",),
    means="Subscribers who are told less, or nothing, for want of a record: the parent of their"
    " gear, gear that nothing asks, an area's name, an area, an address.",
    remedy="Above 0: `netwatch places coverage` names the records, what costs most first.",
)
POLL_LAG: Final = VitalSign(
    stem="netwatch_poll_lag",
    unit=Unit.SECONDS,
    means="How late the most overdue probe is.",
    remedy="Above one interval we watch less than we claim: poll less often, or use a larger"
    " machine.",
)
POLL_LAG_TAIL: Final = VitalSign(
    stem="netwatch_poll_lag_tail",
    unit=Unit.SECONDS,
    means="Within so many seconds of their time 99 of 100 probes of the last minutes began.",
    remedy="Above 1 s the machine is too small, or shared with too many: give it more cores and"
    " netwatch more `[polling] processes`.",
)
POLLS_SKIPPED: Final = VitalSign(
    stem="netwatch_polls_skipped",
    kind=Kind.COUNTER,
    means="Polls that were due while the one before was still under way.",
    remedy="Steady growth: some devices take longer than an interval to answer; poll them less"
    " often.",
)
POLLS_LEFT_OUT: Final = VitalSign(
    stem="netwatch_polls_left_out",
    kind=Kind.COUNTER,
    tags=("kind",),
    means="Polls that were due and not begun, because there was too much to do: metrics first, then"
    " inventory, then status and icmp of devices at customers' homes.",
    remedy="Any growth: the machine is too small. The staff was told when it began.",
)
SAMPLES: Final = VitalSign(
    stem="netwatch_samples",
    kind=Kind.COUNTER,
    tags=("outcome",),
    means="Status questions by outcome: answered, silent, blind.",
    remedy="Blind ones mean that netwatch could not ask: `netwatch doctor` says what it lacks.",
)
ENGINE_RESTARTS: Final = VitalSign(
    stem="netwatch_engine_restarts",
    kind=Kind.COUNTER,
    means="How often the polling engine died and was started again.",
    remedy="More than one a week should be reported to us, with the log.",
)

# --- thinking -----------------------------------------------------------------------------------

ARRIVALS_WAITING: Final = VitalSign(
    stem="netwatch_arrivals_waiting",
    tags=("queue",),
    means="Arrivals not yet thought about, of people and of devices.",
    remedy="Steady growth: the machine is too small, or shared with too many.",
)
ARRIVALS_TAKEN: Final = VitalSign(
    stem="netwatch_arrivals_taken",
    kind=Kind.COUNTER,
    means="Arrivals thought about since the start.",
    remedy="No growth: nothing is watched. Restart netwatch and report the log to us.",
)
ARRIVALS_DROPPED: Final = VitalSign(
    stem="netwatch_arrivals_dropped",
    kind=Kind.COUNTER,
    means="Traps, log lines and reports that found no room.",
    remedy="Growth: a flood, or a small machine. Polling goes on without them.",
)
UNASKED: Final = VitalSign(
    stem="netwatch_unasked",
    kind=Kind.COUNTER,
    tags=("outcome",),
    means="Traps and log lines since the receiver started, by what became of them.",
    remedy="Growth of `limited`, `unknown` or `kernel`: a flood, or devices that are in no"
    " inventory; of `wrong_keys`: a device whose SNMPv3 keys differ.",
)
TRAPS_UNREAD: Final = VitalSign(
    stem="netwatch_traps_meaningless",
    kind=Kind.COUNTER,
    tags=("oid", "device"),
    means="Traps that no table knows, since the receiver started; the first 100 kinds.",
    remedy="netwatch looks at the device all the same. `netwatch traps unknown` lists them all; a"
    " row in `netwatch/pollers/unasked/notifications` says what they mean.",
)
ARRIVALS_QUARANTINED: Final = VitalSign(
    stem="netwatch_arrivals_quarantined",
    kind=Kind.COUNTER,
    means="Arrivals that met a bug and were put aside.",
    remedy="Anything above 0 should be reported to us: `netwatch facts` has the words.",
)
THINKING_BEHIND: Final = VitalSign(
    stem="netwatch_thinking_behind",
    unit=Unit.SECONDS,
    means="How old the last arrival was when it was thought about.",
    remedy="Above 1 s we are late: look at processor and disk.",
)
PART_IDLE: Final = VitalSign(
    stem="netwatch_part_idle",
    unit=Unit.SECONDS,
    tags=("part",),
    means="How long ago polling, correlation and outbox last moved.",
    remedy="Above 20 s it hangs; the watchdog restarts netwatch after 60 s.",
)
STARTED_AT: Final = VitalSign(
    stem="netwatch_start_time",
    unit=Unit.SECONDS,
    means="When netwatch started, in seconds since 1970.",
    remedy="It changes though nobody restarted it: `journalctl -u netwatch` says why it ended.",
)

# --- remembering --------------------------------------------------------------------------------

FACTS_COMMITTED: Final = VitalSign(
    stem="netwatch_facts_committed",
    kind=Kind.COUNTER,
    means="The number of the last fact in the journal.",
)
FACTS_UNWRITTEN: Final = VitalSign(
    stem="netwatch_facts_unwritten",
    means="Facts that found no room in the journal.",
    remedy="Above 0: the disk is full, and a crash loses them. Make room; nothing else is needed.",
)
COMMIT_TIME: Final = VitalSign(
    stem="netwatch_commit_time",
    unit=Unit.SECONDS,
    means="How long the last commit took.",
    remedy="Above 0.1 s the disk is sick or shared with too many.",
)
DISK_FREE: Final = VitalSign(
    stem="netwatch_disk_free",
    unit=Unit.RATIO,
    means="Share of the disk that is free where the journal lies.",
    remedy="Below 0.05 people are told; at 0 nothing is kept. Make room.",
)

# --- measurements that leave --------------------------------------------------------------------

MEASURED: Final = VitalSign(
    stem="netwatch_telemetry_values",
    kind=Kind.COUNTER,
    means="Values measured and handed to the history and to other systems.",
)
UNTAKEN: Final = VitalSign(
    stem="netwatch_telemetry_dropped",
    kind=Kind.COUNTER,
    tags=("sink",),
    means="Values that a sink did not take, or lost for want of room.",
    remedy="Growth: curves have gaps, decisions none. The log says once what was lost and why.",
)
SPOOL_VALUES: Final = VitalSign(
    stem="netwatch_telemetry_spool_values",
    tags=("sink",),
    means="Values on disk that the other system has not taken yet.",
    remedy="Steady growth: it does not answer, refuses us or is too slow; `netwatch doctor` asks"
    " it.",
)
SPOOL_OCTETS: Final = VitalSign(
    stem="netwatch_telemetry_spool",
    unit=Unit.OCTETS,
    tags=("sink",),
    means="Room that those values take. At 256 MB the oldest are given up.",
    remedy="Above half of that: get the other system to work again before the oldest are lost.",
)
SPOOL_AGE: Final = VitalSign(
    stem="netwatch_telemetry_spool_age",
    unit=Unit.SECONDS,
    tags=("sink",),
    means="How long the oldest of those values has waited.",
    remedy="Above a minute the other system does not take them, or not as fast as they come.",
)
DELIVERED: Final = VitalSign(
    stem="netwatch_telemetry_delivered",
    kind=Kind.COUNTER,
    tags=("sink",),
    means="Values that the other system said it has taken.",
)
REFUSED: Final = VitalSign(
    stem="netwatch_telemetry_refused",
    kind=Kind.COUNTER,
    tags=("sink",),
    means="Values that the other system refused for good.",
    remedy="They are kept beside the spool, in `refused/`, with its words: mend what it says.",
)
HISTORY_OCTETS: Final = VitalSign(
    stem="netwatch_history",
    unit=Unit.OCTETS,
    means="Room that the embedded history takes, of `[history] disk_budget` at most.",
    remedy="At the budget the oldest goes before its days are over: give it more, or keep fewer"
    " days.",
)
HISTORY_WAITING: Final = VitalSign(
    stem="netwatch_history_waiting",
    means="Values not yet on the disk, of the embedded history.",
    remedy="Above those of ten seconds the disk is too slow; when no more can wait, they are lost.",
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
