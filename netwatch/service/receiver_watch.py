"""The receiver of traps is a process of its own: whether it lives, and what it says of itself."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from netwatch.intake.receiver import ReceiverReport
from netwatch.model.clock import Clock
from netwatch.telemetry.vital_signs import TRAPS_UNREAD, UNASKED, Vitals

RECEIVER: Final = "trap receiver"
INTAKE: Final = "trap intake"
KEYS: Final = "trap keys"
_ABOUT_IT: Final = (RECEIVER, INTAKE, KEYS)
_SILENT_S: Final = 30.0
"""It reports every 5 s; systemd starts a dead one again within 2 s."""
_FIRST_WORD_S: Final = 60.0
"""So long after our own start it may take until it is heard for the first time."""
_TOLD_S: Final = 20.0
"""A death that is over stays told so long, so that it is told at all."""
_SHOWN: Final = (
    ("engine_id", ""), ("engines", 0), ("complaints", ()), ("strangers", ()), ("meaningless", ()),
    ("unread", ()),
)  # fmt: skip
_TOLD_APART: Final = 100
_START_IT: Final = "see: systemctl status netwatch-traps"


@dataclass(slots=True)
class ReceiverWatch:
    """Hears the reports; yields what is wrong as housekeeping looks round.

    ``expected``: the settings want a receiver, so that its silence from the start is a trouble.
    """

    clock: Clock
    vitals: Vitals
    expected: bool = False
    last: ReceiverReport | None = None
    deaths: int = 0
    _started_at: float = 0.0
    _heard_at: float = float("-inf")
    _died_at: float = float("-inf")
    _unread: set[tuple[str, str]] = field(default_factory=set)
    """Which traps nobody knows have a number of their own: as many as may have."""

    def __post_init__(self) -> None:
        """Begin to wait for its first word."""
        self._started_at = self.clock.monotonic()

    @staticmethod
    def minds(where: str) -> bool:
        """Say whether this trouble is one that is looked for here."""
        return where in _ABOUT_IT

    def heard(self, report: ReceiverReport) -> None:
        """Take a word of it about itself."""
        now, last = self.clock.monotonic(), self.last
        if last is not None and last.pid != report.pid and not last.leaving:
            self.deaths += 1
            self._died_at = now
        self.last, self._heard_at = report, now
        for what, number in report.counts.items():
            self.vitals.set(UNASKED, number, what)
        for oid, device, count in _unread(report):
            if len(self._unread) < _TOLD_APART:
                self._unread.add((oid, device))
            if (oid, device) in self._unread:
                self.vitals.set(TRAPS_UNREAD, count, oid, device)

    def found(self, told: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield where something is wrong, and what; ``told`` is where something was."""
        now = self.clock.monotonic()
        silent_s = now - max(self._heard_at, self._started_at)
        if self.last is None:
            if silent_s < _FIRST_WORD_S:
                yield from ((where, "") for where in _ABOUT_IT if where in told)
            elif self.expected:
                yield RECEIVER, f"nobody receives traps and syslog lines; {_START_IT}"
            return
        if silent_s >= _SILENT_S:
            went = "was stopped" if self.last.leaving else "does not go on"
            yield RECEIVER, f"{went}: traps and syslog lines are not received; {_START_IT}"
        elif now - self._died_at < _TOLD_S:
            yield RECEIVER, "died and was started again; why: journalctl -u netwatch-traps"
        yield from self.last.troubles.items()

    def ending(self, where: str) -> str:
        """Return how the trouble there ended, where that is news; else nothing."""
        return "" if self.last is None else self.last.endings.get(where, "")

    def plain(self) -> dict[str, Any]:
        """Return what it last said of itself."""
        now, last = self.clock.monotonic(), self.last
        if last is None:
            return {"heard": False, "deaths": self.deaths}
        return {
            "heard": True,
            **{name: last.shown.get(name, empty) for name, empty in _SHOWN},
            "seconds_ago": round(now - self._heard_at, 1),
            "deaths": self.deaths,
            "pid": last.pid,
            "leaving": last.leaving,
            "counts": dict(last.counts),
            "troubles": dict(last.troubles),
        }


def _unread(report: ReceiverReport) -> Iterator[tuple[str, str, int]]:
    """Yield what it says of traps that no table knows, as far as it has the shape."""
    rows = report.shown.get("unread", ())
    for row in rows if isinstance(rows, list) else ():
        match row:
            case {"oid": str(oid), "device": str(device), "count": int(count)}:
                yield oid, device, count
            case _:
                pass
