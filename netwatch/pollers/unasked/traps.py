"""What devices say unasked: datagram -> Trap, for known sources only, so many a second. Pure.

A trap is forgeable and proves nothing; it makes netwatch look. So everything doubtful is counted
and dropped, and an inform is answered only when it comes from a device of the inventory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import IPv4Address
from typing import Final

from netwatch.model.arrivals import Trap
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
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
from netwatch.wire.screen import screen

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
    undelivered: int = 0
    """Accepted, but the service could not be reached or had no room."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(slots=True, kw_only=True)
class TrapDesk:
    """Takes datagrams; knows the devices and how much each may say."""

    devices: Mapping[str, DeviceId]
    """Source address -> device."""
    per_second: float = 10.0
    burst: float = 50.0
    counts: TrapCounts = field(default_factory=TrapCounts)
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

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
        source = _plain_address(source)
        device = self.devices.get(source)
        if device is None:
            counts.unknown += 1
            return None, None
        if not self._may_speak(source, now):
            counts.limited += 1
            return None, None
        try:
            if screen(datagram) == _V3:
                counts.version_3 += 1
                return None, None
            message = decode_trap(datagram)
            trap = _trap(message, device, at)
        except BerError:
            counts.malformed += 1
            return None, None
        counts.accepted += 1
        return trap, _thanks(message)

    def _may_speak(self, source: str, now: float) -> bool:
        bucket = self._buckets.get(source)
        if bucket is None:
            bucket = self._buckets[source] = _Bucket(self.burst, now)
        bucket.tokens = min(self.burst, bucket.tokens + (now - bucket.at) * self.per_second)
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


def sources(network: Network) -> dict[str, DeviceId]:
    """Return from which address each device speaks; an address of two devices is nobody's."""
    devices: dict[str, DeviceId] = {}
    shared: set[str] = set()
    for device in network.devices.values():
        if device.address is not None:
            address = str(device.address)
            if address in devices:
                shared.add(address)
            devices[address] = device.id
    return {address: device for address, device in devices.items() if address not in shared}


def _plain_address(source: str) -> str:
    return source.removeprefix("::ffff:").partition("%")[0]


def _trap(message: Message | TrapV1, device: DeviceId, at: datetime) -> Trap:
    if isinstance(message, TrapV1):
        oid = _v1_name(message)
    else:
        named = [bind.value for bind in message.binds if bind.oid == SNMP_TRAP_OID]
        if len(named) != 1 or not isinstance(named[0], tuple):
            raise BerError("a trap that does not say which")
        oid = named[0]
    binds = tuple(
        (oid_text(bind.oid), int(bind.tag), _shown(bind.tag, bind.value))
        for bind in message.binds
        if bind.oid != SNMP_TRAP_OID
    )
    return Trap(at=at, device=device, oid=oid_text(oid), varbinds=binds)


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
            return "".join(
                c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
            )
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
