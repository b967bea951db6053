"""What devices say unasked: datagram -> Trap, for known sources only, so many a second. Pure.

A trap is forgeable and proves nothing; it makes netwatch look. So everything doubtful is counted
and dropped, and an inform is answered only when it comes from a device of the inventory.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import IPv4Address
from typing import Final

from netwatch.model.arrivals import Trap
from netwatch.model.names import DeviceId
from netwatch.pollers.unasked.allowance import Allowance
from netwatch.pollers.unasked.complaints import Complaints
from netwatch.pollers.unasked.flood import Talkers
from netwatch.pollers.unasked.glance import quick_screen
from netwatch.pollers.unasked.speakers import Speaker, Speakers, plain_address
from netwatch.pollers.unasked.strangers import Strangers
from netwatch.pollers.unasked.trap_table import TrapTable, shipped_traps
from netwatch.pollers.unasked.unread import Unread
from netwatch.pollers.unasked.v3 import Opener
from netwatch.wire.ber import (
    BerError,
    Message,
    Oid,
    Pdu,
    Tag,
    TrapV1,
    Value,
    decode_trap,
    encode,
    oid_text,
    parse_oid,
)

SNMP_TRAP_OID: Final = parse_oid("1.3.6.1.6.3.1.1.4.1.0")
_STANDARD_TRAPS: Final = parse_oid("1.3.6.1.6.3.1.1.5")
_ENTERPRISE_SPECIFIC: Final = 6
_V3: Final = 3
_LONGEST_TEXT: Final = 1000


@dataclass(slots=True)
class TrapCounts:
    """What became of the datagrams so far. ``unknown``: from no device of the inventory."""

    received: int = 0
    accepted: int = 0
    unknown: int = 0
    limited: int = 0
    malformed: int = 0
    version_3: int = 0
    """Of those received; the following are among them."""
    wrong_keys: int = 0
    replayed: int = 0
    v3_greetings: int = 0
    """Devices that ask who we are, or what our clock says, before they inform."""
    trap_meaningless: int = 0
    """Accepted, and in no table of what traps mean."""


@dataclass(slots=True, kw_only=True)
class TrapDesk:
    """Takes datagrams; knows the devices and how much each may say."""

    speakers: Speakers
    opener: Opener
    complaints: Complaints = field(default_factory=Complaints)
    allowance: Allowance = field(default_factory=Allowance)
    strangers: Strangers = field(default_factory=Strangers)
    talkers: Talkers = field(default_factory=Talkers)
    screen: Callable[[bytes], int] = field(default_factory=quick_screen)
    counts: TrapCounts = field(default_factory=TrapCounts)
    table: TrapTable = field(default_factory=shipped_traps)
    unread: Unread = field(default_factory=Unread)

    def take(
        self, datagram: bytes, source: str, at: datetime, now: float
    ) -> tuple[Trap | None, bytes | None]:
        """Return the trap, if it is one that counts, and what to send back to an inform.

        Args:
            datagram: as it came.
            source: the address that the kernel names as its sender.
            at: when it came.
            now: the same on a monotonic clock.
        """
        counts = self.counts
        counts.received += 1
        source = plain_address(source)
        speaker = self.speakers.get(source)
        if speaker is None:
            counts.unknown += 1
            self._stranger(datagram, source, now)
            return None, None
        if not self.allowance.may_speak(source, now):
            counts.limited += 1
            self.talkers.note(f"{speaker.device} ({source})")
            return None, None
        try:
            if self.screen(datagram) == _V3:
                return self._sealed(datagram, source, speaker, at, now)
            message = decode_trap(datagram)
            trap = _trap(message, speaker.device, at)
        except BerError:
            counts.malformed += 1
            return None, None
        self._accept(trap)
        return trap, _thanks(message)

    def _accept(self, trap: Trap) -> None:
        """Count a trap that counts; one that no table knows makes netwatch look all the same."""
        self.counts.accepted += 1
        if self.table.find(trap.oid) is None:
            self.counts.trap_meaningless += 1
            self.unread.note(trap.oid, trap.device)

    def _sealed(
        self, datagram: bytes, source: str, speaker: Speaker, at: datetime, now: float
    ) -> tuple[Trap | None, bytes | None]:
        """Take what came by v3."""
        counts, who = self.counts, f"{speaker.device} ({source})"
        counts.version_3 += 1
        heard = self.opener.hear(datagram, source, speaker, now)
        if heard.refused:
            self.complaints.note(who, heard.refused, now)
        if heard.message is None:
            setattr(counts, heard.outcome, getattr(counts, heard.outcome) + 1)
            return None, heard.answer
        trap = _trap(heard.message, speaker.device, at)
        self._accept(trap)
        if heard.twin:
            self.complaints.note(who, _twins(heard.twin), now)
        else:
            self.complaints.mended(who)
        return trap, heard.answer

    @property
    def shed(self) -> int:
        """Return how many were dropped unread."""
        return self.counts.unknown + self.counts.limited

    def know(self, speakers: Speakers) -> None:
        """Go on with another inventory."""
        self.speakers = speakers
        self.allowance.keep_only(speakers.keys())
        self.strangers.forget(speakers)

    def _stranger(self, datagram: bytes, source: str, now: float) -> None:
        """Look at a few of those whom nobody knows, to be able to say who they are."""
        self.talkers.note(f"{source} (no device of the inventory)")
        if not self.allowance.may_knock(now):
            return
        try:
            version = self.screen(datagram)
            said = "v3" if version == _V3 else _name(decode_trap(datagram))
        except BerError:
            said = "malformed"
        self.strangers.note(source, said)


def _twins(other: str) -> str:
    return (
        f"has the same SNMP engine id as {other}: one is a copy of the other; give it an engine id "
        "of its own, or its SNMPv3 messages and those of the other get into each other's way"
    )


def _trap(message: Message | TrapV1, device: DeviceId, at: datetime) -> Trap:
    binds = tuple(
        (oid_text(bind.oid), int(bind.tag), _shown(bind.tag, bind.value))
        for bind in message.binds
        if bind.oid != SNMP_TRAP_OID
    )
    return Trap(at=at, device=device, oid=_name(message), varbinds=binds)


def _name(message: Message | TrapV1) -> str:
    """Return the name that a notification bears."""
    if isinstance(message, TrapV1):
        return oid_text(_v1_name(message))
    named = [bind.value for bind in message.binds if bind.oid == SNMP_TRAP_OID]
    if len(named) != 1 or not isinstance(named[0], tuple):
        raise BerError("a trap that does not say which")
    return oid_text(named[0])


def _v1_name(trap: TrapV1) -> Oid:
    """Return the name that a v1 trap bears in v2 (RFC 3584, 3.1)."""
    if trap.generic == _ENTERPRISE_SPECIFIC:
        return (*trap.enterprise, 0, trap.specific)
    return (*_STANDARD_TRAPS, trap.generic + 1)


def _shown(tag: int, value: Value) -> int | str:
    match value:
        case int():
            return value
        case bytes() if tag == Tag.IPADDRESS:
            return str(IPv4Address(value))
        case bytes():
            text = value.decode("utf-8", "backslashreplace")[:_LONGEST_TEXT]
            return text if text.isprintable() else "".join(map(_printable, text))
        case tuple():
            return oid_text(value)
        case None:
            return ""


def _printable(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")


def _thanks(message: Message | TrapV1) -> bytes | None:
    """Return the response that an inform waits for."""
    if isinstance(message, TrapV1) or message.pdu is not Pdu.INFORM:
        return None
    return encode(replace(message, pdu=Pdu.RESPONSE, error_status=0, error_index=0))
