"""What devices write into their logs: message -> Syslog or Change, if it means something. Pure.

Under the same rules as traps: known sources only, so many a second from each, quiet ones first. A
line proves nothing; it makes netwatch look. What means nothing yet is counted by its shape, so that
somebody can see what the tables lack.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from netwatch.model.arrivals import Change, Syslog
from netwatch.model.names import DeviceId
from netwatch.pollers.unasked.allowance import Allowance
from netwatch.pollers.unasked.flood import Talkers
from netwatch.pollers.unasked.lines import Line, read_line
from netwatch.pollers.unasked.meanings import Meaning, Table, Understood, shipped_table
from netwatch.pollers.unasked.speakers import Speakers, plain_address
from netwatch.pollers.unasked.strangers import Strangers

_MOST_SHAPES: Final = 500
_LONGEST_SHAPE: Final = 80
_LONGEST_WORD: Final = 200
_LONGEST_NAME: Final = 64
_MNEMONIC: Final = re.compile(r"%{1,2}\w{2,40}(?:[-/]\w{1,40}){0,4}")
_NUMBER: Final = re.compile(r"[0-9a-fA-F]*\d[0-9a-fA-F]*")


@dataclass(slots=True)
class LogCounts:
    """What became of the messages so far."""

    syslog_received: int = 0
    syslog_accepted: int = 0
    syslog_unknown: int = 0
    """From no device of the inventory."""
    syslog_limited: int = 0
    syslog_empty: int = 0
    syslog_meaningless: int = 0
    """Of known devices, and no table knows what they mean."""
    syslog_broken: int = 0
    """Streams that were no syslog, hung in the middle, or one too many."""


@dataclass(slots=True)
class Shapes:
    """Lines that mean nothing yet, by their shape: numbers do not count. It cannot grow."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)

    def note(self, device: DeviceId, text: str) -> None:
        """Count a line by its shape."""
        found = _MNEMONIC.search(text)
        shape = found[0] if found is not None else _NUMBER.sub("#", text[:_LONGEST_SHAPE])
        if shape not in self.counts:
            if len(self.counts) >= _MOST_SHAPES:
                rarest = min(self.counts, key=lambda one: self.counts[one])
                del self.counts[rarest], self.examples[rarest]
            self.examples[shape] = (device, text[:_LONGEST_WORD])
        self.counts[shape] += 1

    def plain(self, most: int = 20) -> list[dict[str, Any]]:
        """Return the most frequent ones: shape, count, who wrote it first, and what."""
        return [
            {"shape": shape, "count": count, "device": device, "example": example}
            for shape, count in self.counts.most_common(most)
            for device, example in [self.examples[shape]]
        ]


@dataclass(slots=True, kw_only=True)
class LogDesk:
    """Takes messages; knows the devices, and what their words mean."""

    speakers: Speakers
    relays: frozenset[str] = frozenset()
    """Addresses that pass on what others wrote: there the line's own header says who."""
    table: Table = field(default_factory=shipped_table)
    allowance: Allowance = field(default_factory=lambda: Allowance(per_second=20, burst=100))
    strangers: Strangers = field(default_factory=Strangers)
    talkers: Talkers = field(default_factory=Talkers)
    counts: LogCounts = field(default_factory=LogCounts)
    shapes: Shapes = field(default_factory=Shapes)
    _names: dict[str, str] = field(default_factory=dict)
    """The devices' ids, in small letters -> their addresses."""

    def __post_init__(self) -> None:
        """Learn the devices' names."""
        self._names = _by_name(self.speakers)

    def hears(self, source: str) -> bool:
        """Say whether anything from this address may count."""
        return source in self.speakers or source in self.relays

    def take(self, octets: bytes, source: str, at: datetime, now: float) -> Syslog | Change | None:
        """Return what a message leads to; None: nothing.

        Args:
            octets: as they came, without any framing.
            source: the address that the kernel names as its sender.
            at: when it came; what the device says of the time is not believed.
            now: the same on a monotonic clock.
        """
        counts = self.counts
        counts.syslog_received += 1
        source = plain_address(source)
        if source in self.relays:
            source = self._behind(octets, source)
        speaker = self.speakers.get(source)
        if speaker is None:
            counts.syslog_unknown += 1
            self.talkers.note(f"{source} (no device of the inventory)")
            if self.allowance.may_knock(now) and (stranger := read_line(octets)) is not None:
                self.strangers.note(source, stranger.text[:_LONGEST_WORD])
            return None
        if not self.allowance.may_speak(source, now):
            counts.syslog_limited += 1
            self.talkers.note(f"{speaker.device} ({source})")
            return None
        line = read_line(octets)
        if line is None:
            counts.syslog_empty += 1
            return None
        understood = self.table.read(line.text)
        if understood is None:
            counts.syslog_meaningless += 1
            self.shapes.note(speaker.device, line.text)
            return None
        counts.syslog_accepted += 1
        return _arrival(line, understood, speaker.device, at)

    @property
    def shed(self) -> int:
        """Return how many were dropped unread."""
        return self.counts.syslog_unknown + self.counts.syslog_limited

    def know(self, speakers: Speakers) -> None:
        """Go on with another inventory."""
        self.speakers, self._names = speakers, _by_name(speakers)
        self.allowance.keep_only(speakers.keys())
        self.strangers.forget(speakers)

    def _behind(self, octets: bytes, relay: str) -> str:
        """Return the address of whoever a relayed line names; nobody known: who it says, and how.

        A name may be the device's id or address, or its id with a domain behind it.
        """
        line = read_line(octets)
        host = line.host if line is not None else ""
        if host in self.speakers:
            return host
        low = host.lower()
        address = self._names.get(low) or self._names.get(low.partition(".")[0])
        return address or f"{host[:_LONGEST_NAME] or 'nobody'} by {relay}"


def _by_name(speakers: Speakers) -> dict[str, str]:
    return {who.device.lower(): address for address, who in speakers.items()}


def _arrival(line: Line, understood: Understood, device: DeviceId, at: datetime) -> Syslog | Change:
    if understood.means is Meaning.CHANGED:
        what = understood.what.strip() or line.text
        by = understood.by.strip(".,;:")[:_LONGEST_WORD]
        return Change(at=at, device=device, by=by, what=what[:_LONGEST_WORD])
    return Syslog(at=at, device=device, severity=line.severity, text=line.text)
