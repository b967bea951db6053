"""A device that sends SNMPv3 notifications, for tests: it seals what `Opener` opens."""

from dataclasses import dataclass

from netwatch.pollers.snmp.lock import Lock
from netwatch.pollers.snmp.security import Security
from netwatch.wire.ber import Message, Pdu, Tag, VarBind, encode, parse_oid, tlv
from netwatch.wire.scan import open_message
from netwatch.wire.v3 import REPORTABLE, scoped

ENGINE = bytes.fromhex("80000000010203aa")
LINK_DOWN = parse_oid("1.3.6.1.6.3.1.1.5.3")
BINDS = (
    VarBind(parse_oid("1.3.6.1.6.3.1.1.4.1.0"), Tag.OID, LINK_DOWN),
    VarBind(parse_oid("1.3.6.1.2.1.2.2.1.2.7"), Tag.OCTETS, b"ge-0/0/7"),
)


def notification(kind: Pdu = Pdu.TRAP_V2, binds: tuple[VarBind, ...] = BINDS) -> bytes:
    """Return the PDU of a notification."""
    message = Message(version=1, community=b"", pdu=kind, request_id=77, binds=binds)
    datagram = encode(message)
    _, _, tag, at, end = open_message(datagram)
    return tlv(tag, datagram[at:end])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """A device's engine, as far as sending goes."""

    security: Security
    engine_id: bytes = ENGINE
    boots: int = 5
    msg_id: int = 4711

    def seal(
        self, pdu: bytes, time_s: int = 100, *, level: int | None = None, boots: int | None = None
    ) -> bytes:
        """Return the datagram that carries a PDU, as protected as its user is."""
        user = self.security
        level = user.flags if level is None else level
        boots = self.boots if boots is None else boots
        lock = Lock(user, self.engine_id)
        content = scoped(self.engine_id, b"", pdu)
        return lock.close(self.msg_id, level | REPORTABLE, (boots, time_s), content)
