"""Alarms of silence -> when each device, and each port, fell and rose: bounded, oldest let go."""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from netwatch.model.evidence import Said, Silence
from netwatch.model.facts import AlarmCleared, AlarmRaised, Fact
from netwatch.model.names import DeviceId

MOST_EACH: Final = 24
"""So many falls of one device or port are kept, the newest."""
MOST_KEPT: Final = 20_000
"""So many devices and ports are, those that fell last."""
DOWN: Final = "down"
_SILENCE: Final = "icmp"
_PORT: Final = "if.oper"

Spell = tuple[int, int]
"""When it fell and when it rose, in seconds since 1970; 0: it has not risen yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Falls:
    """All falls that count, and how far the journal was read for them."""

    read: int = 0
    of: Mapping[str, tuple[Spell, ...]] = field(default_factory=dict)
    """By device, or by ``device:port``; oldest first."""
    since: Mapping[str, int] = field(default_factory=dict)
    """Since when gear that hangs nowhere is known, in seconds since 1970."""

    def watched_since(self, device: DeviceId) -> int:
        """Return since when it would be known that a device fell."""
        spells = self.of.get(device, ())
        return min(self.since.get(device, sys.maxsize), spells[0][0] if spells else sys.maxsize)

    def knowing(self, devices: Iterable[DeviceId], at_s: int) -> "Falls":
        """Return the falls with these devices known from now on, if they were not before."""
        return replace(self, since={str(one): self.since.get(one, at_s) for one in devices})


def fallen(
    falls: Falls, facts: Iterable[tuple[int, Fact]], known: Callable[[DeviceId], bool]
) -> Falls:
    """Return the falls with what further facts tell of known devices.

    A device fell when it was first not heard, not when that was decided.
    """
    of = {name: list(spells) for name, spells in falls.of.items() if known(device_of(name))}
    read = falls.read
    for seq, fact in facts:
        read = max(read, seq)
        if not isinstance(fact, AlarmRaised | AlarmCleared) or not known(fact.device):
            continue
        name = _name(fact)
        if name is None:
            continue
        spells = of.setdefault(name, [])
        if isinstance(fact, AlarmCleared):
            if spells and not spells[-1][1]:
                spells[-1] = (spells[-1][0], max(_second(fact.at), spells[-1][0] + 1))
        elif not spells or spells[-1][1]:
            spells.append((_began(fact), 0))
            del spells[:-MOST_EACH]
    newest = sorted(of.items(), key=lambda one: (one[1][-1][0] if one[1] else 0, one[0]))
    kept = {name: tuple(spells) for name, spells in newest[-MOST_KEPT:] if spells}
    return replace(falls, read=read, of=kept)


def device_of(name: str) -> DeviceId:
    """Return whose fall it is."""
    return DeviceId(name.partition(":")[0])


def port_of(name: str) -> str:
    """Return the port that fell; empty: all of the device."""
    return name.partition(":")[2]


def _name(fact: AlarmRaised | AlarmCleared) -> str | None:
    """Return what fell or rose by a fact; None where it tells of neither."""
    because = fact.because if isinstance(fact, AlarmRaised) else None
    if fact.check == _SILENCE and fact.part is None:
        return str(fact.device) if because is None or isinstance(because, Silence) else None
    if fact.check == _PORT and fact.part:
        down = because is None or (isinstance(because, Said) and because.value == DOWN)
        return f"{fact.device}:{fact.part}" if down else None
    return None


def _began(fact: AlarmRaised) -> int:
    over = fact.because.over.total_seconds() if isinstance(fact.because, Silence) else 0
    return _second(fact.at) - int(over)


def _second(at: datetime) -> int:
    return int(at.timestamp())
