"""How strong each radio is usually heard, and whether it sank before it fell silent.

Rain, ice, a tree and a turned dish take the signal and the modulation first; the silence comes
after. What is usual is the median of a day, and how far from it values usually are; what sank
becomes usual when it has lasted for half a day. Learnt is the day; decided is one fact an hour, so
that a restart forgets nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from netwatch.model.arrivals import Readings
from netwatch.model.facts import AirSeen
from netwatch.model.names import CheckName, DeviceId

if TYPE_CHECKING:
    from netwatch.correlation.view import State

STRENGTH: Final = {CheckName("signal"): 1.0, CheckName("snr"): 1.0, CheckName("noise"): -1.0}
"""What is measured in dB, and which way is better."""
MODULATION: Final = frozenset({CheckName("rate"), CheckName("quality")})
"""What is measured as a share of the best."""
SINKS_DB: Final = 6.0
"""A quarter of the power: antennas that sway and days that warm do less."""
SINKS_TO: Final = 0.6
DEVIATIONS: Final = 4.0
SPREAD_DB: Final = 1.0
"""No radio is steadier than this."""
EVERY_S: Final = 1200
KEPT: Final = 72
"""A day of them."""
ENOUGH: Final = 3
"""With fewer values nothing is known to be usual."""
LONG: Final = KEPT // 2
"""With fewer values what was decided to be usual counts, not an afternoon of rain."""
FRESH_S: Final = 1800
"""What was measured longer before a fault says nothing of it."""
MOVED: Final = 1.0
"""A usual strength that moved by less is not told anew."""
FINE: Final = 0.1
"""What was decided is kept no finer than this."""
SENSIBLE: Final = 1e12
"""No radio measures more than this, be it dBm or bit/s."""
RADIOS: Final = 20_000
A_FACT: Final = 500

RadioKey = tuple[DeviceId, CheckName]


@dataclass(frozen=True, slots=True)
class Usual:
    """What a measurement usually is, and by how much it usually differs from that."""

    middle: float
    spread: float


@dataclass(slots=True)
class Level:
    """One measurement of one radio."""

    day: list[float] = field(default_factory=list)
    taken_at: int = 0
    """The second in which the last value of the day was taken."""
    last: float = 0.0
    at: int = 0
    usual: Usual | None = None
    """Of the day; worked out when it changes, not whenever it is asked."""

    def take(self, second: int) -> None:
        """Make the last value one of the day."""
        self.taken_at = second
        self.day.append(self.last)
        del self.day[:-KEPT]
        middle = median(self.day)
        self.usual = Usual(middle, median(abs(v - middle) for v in self.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """How far one radio is below what is usual for it."""

    db: float
    share: float
    """Of its modulation."""
    deaf: bool
    """Its strength is not measured: then its modulation speaks alone."""

    @property
    def sank(self) -> bool:
        """Say whether it sank: a modulation that is low by itself may just be idle."""
        return self.db > 0 or (self.deaf and self.share > 0)


@dataclass(slots=True)
class Air:
    """What radios measure: a day of it each, and what was decided to be usual."""

    levels: dict[RadioKey, Level] = field(default_factory=dict)
    decided: dict[RadioKey, Usual] = field(default_factory=dict)
    told_hour: int = 0

    def hear(self, readings: Readings) -> bool:
        """Keep what a radio measured; say whether it sank or rose by that."""
        if readings.check not in STRENGTH and readings.check not in MODULATION:
            return False
        column = readings.columns.get("value", ())
        values = [v for v in column if v is not None and abs(v) <= SENSIBLE]
        key = (readings.device, readings.check)
        if not values or (key not in self.levels and len(self.levels) >= RADIOS):
            return False
        level = self.levels.setdefault(key, Level())
        second = int(readings.at.timestamp())
        before = level.at > 0 and self._low(key, level)
        level.last, level.at = median(values), second
        after = self._low(key, level)
        if second - level.taken_at >= EVERY_S:
            level.take(second)
        return before != after

    def usual(self, key: RadioKey) -> Usual | None:
        """Return what is usual: of this day, else as it was decided before."""
        level, decided = self.levels.get(key), self.decided.get(key)
        if level is None or len(level.day) < (LONG if decided else ENOUGH):
            return decided
        return level.usual

    def drop(self, device: DeviceId, since: int) -> Drop | None:
        """Return how far a radio had sunk when something fell; None: not measured lately."""
        found: dict[CheckName, float] = {}
        for check in (*STRENGTH, *MODULATION):
            key = (device, check)
            level = self.levels.get(key)
            if level is None or level.at < since - FRESH_S or (usual := self.usual(key)) is None:
                continue
            fell = usual.middle - level.last if self._low(key, level) else 0.0
            better = STRENGTH.get(check)
            found[check] = fell / (usual.middle or 1.0) if better is None else fell * better
        if not found:
            return None
        strength = [by for check, by in found.items() if check in STRENGTH]
        shares = [by for check, by in found.items() if check in MODULATION]
        return Drop(
            db=max(strength, default=0.0), share=max(shares, default=0.0), deaf=not strength
        )

    def _low(self, key: RadioKey, level: Level) -> bool:
        usual = self.usual(key)
        if usual is None:
            return False
        better = STRENGTH.get(key[1])
        if better is None and usual.middle <= 0:
            return False
        if better is None:
            usually = usual.middle - DEVIATIONS * usual.spread
            return level.last < min(usual.middle * SINKS_TO, usually)
        enough = max(SINKS_DB, DEVIATIONS * max(usual.spread, SPREAD_DB))
        return (usual.middle - level.last) * better >= enough

    def seen(self, at: datetime) -> Iterator[AirSeen]:
        """Yield once an hour what has become usual."""
        hour = int(at.timestamp()) // 3600
        if hour == self.told_hour:
            return
        first, self.told_hour = self.told_hour == 0, hour
        if first:
            return
        news = [
            (*key, round(usual.middle, 1), round(usual.spread, 1))
            for key, level in sorted(self.levels.items())
            if level.day and (usual := self.usual(key)) and self._moved(key, usual)
        ]
        for start in range(0, len(news), A_FACT):
            yield AirSeen(at=at, usual=tuple(news[start : start + A_FACT]))

    def _moved(self, key: RadioKey, usual: Usual) -> bool:
        told = self.decided.get(key)
        far = MOVED if key[1] in STRENGTH else max(abs(usual.middle) / 10, FINE)
        return told is None or abs(told.middle - usual.middle) >= far


def take(decided: dict[RadioKey, Usual], fact: AirSeen) -> None:
    """Remember what has become usual."""
    for device, check, middle, spread in fact.usual:
        if (device, check) in decided or len(decided) < RADIOS:
            decided[device, check] = Usual(middle, spread)


def to_plain(decided: Mapping[RadioKey, Usual]) -> list[list[Any]]:
    """Return what was decided as plain JSON values, in an order that depends on content."""
    return [[*key, one.middle, one.spread] for key, one in sorted(decided.items())]


def from_plain(plain: Iterable[Iterable[Any]]) -> dict[RadioKey, Usual]:
    """Take ``to_plain``'s values back; an older netwatch kept none."""
    return {
        (DeviceId(device), CheckName(check)): Usual(float(middle), float(spread))
        for device, check, middle, spread in plain
    }


def hear(state: "State", readings: Readings) -> None:
    """Keep what a device on the air measured; a radio that sank is news for what stands."""
    if readings.device in state.court.sectors.devices and state.court.air.hear(readings):
        state.steady.clear()
