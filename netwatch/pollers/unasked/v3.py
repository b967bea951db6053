"""SNMPv3 notifications: opened, proved, and informs answered. Pure: time is an argument.

The envelope, digests and ciphers are those that polling uses. A trap is protected for the engine
that sends it, whose id is learnt by the first one that proves itself; an inform for ours.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from netwatch.pollers.snmp.lock import Lock
from netwatch.pollers.snmp.security import Security
from netwatch.pollers.unasked import engine as ours
from netwatch.pollers.unasked.engine import OurEngine, report_pdu
from netwatch.pollers.unasked.speakers import Speaker
from netwatch.wire.ber import (
    BerError,
    Message,
    Oid,
    Pdu,
    decode_pdu,
    encode_integer,
    tlv,
)
from netwatch.wire.scan import open_pdu
from netwatch.wire.v3 import (
    AUTH,
    LEAST_ENGINE_OCTETS,
    PRIV,
    REPORTABLE,
    Opened,
    open_scoped,
    open_v3,
    scoped,
)

_MOST_LOCKS: Final = 4096
_MOST_CLOCKS: Final = 100_000
_RESYNC_EVERY_S: Final = 60.0

Users = Mapping[str, Security]
"""Where in the settings a user stands, as in ``snmp.core`` -> who that is."""


class Heard(NamedTuple):
    """What became of a v3 datagram: the notification, what to send back, or why it was refused."""

    message: Message | None = None
    answer: bytes | None = None
    refused: str = ""
    """For a person: what is wrong and what to do about it."""
    outcome: str = ""
    """The count it falls under, where there is no message."""
    twin: str = ""
    """From where the same engine id was heard before, if from elsewhere."""


@dataclass(slots=True)
class _Clock:
    boots: int
    time_s: int
    at: float
    resynced_at: float = float("-inf")


@dataclass(slots=True, kw_only=True)
class Opener:
    """Opens what comes sealed. ``engine`` is who we are to those who inform us."""

    engine: OurEngine
    users: Users
    _locks: OrderedDict[tuple[str, bytes], Lock] = field(default_factory=OrderedDict)
    _clocks: dict[tuple[bytes, str], _Clock] = field(default_factory=dict)
    _engines: dict[bytes, str] = field(default_factory=dict)
    """Engine id -> from where it was first heard, proved."""
    _reported: Counter[Oid] = field(default_factory=Counter)

    @property
    def known_engines(self) -> int:
        """Return how many engines have proved themselves."""
        return len(self._engines)

    def hear(self, datagram: bytes, source: str, speaker: Speaker, now: float) -> Heard:
        """Open one datagram of a known device.

        Raises:
            BerError: it is broken, or no notification.
        """
        opened = open_v3(datagram)
        if len(opened.engine_id) < LEAST_ENGINE_OCTETS:
            return self._introduce(datagram, opened, now)
        users = list(self._who(speaker, opened.user))
        if not users:
            return self._refuse(datagram, opened, now, ours.UNKNOWN_USER, _nobody(opened))
        refused = Heard()
        for where, user in users:
            refused = self._open(datagram, opened, source, who=(where, user), now=now)
            if refused.outcome != "wrong_keys":
                return refused
        return refused

    def _who(self, speaker: Speaker, user: bytes) -> Iterator[tuple[str, Security]]:
        """Yield whose keys may fit: those of the device's own credential first."""
        own = f"snmp.{speaker.snmp}"
        for where in sorted(self.users, key=lambda where: where != own):
            if self.users[where].user.encode() == user:
                yield where, self.users[where]

    def _open(
        self,
        datagram: bytes,
        opened: Opened,
        source: str,
        *,
        who: tuple[str, Security],
        now: float,
    ) -> Heard:
        where, user = who
        lock = self._lock(where, user, opened.engine_id)
        doubt = self._doubt(datagram, opened, lock, who=who, now=now)
        if doubt is not None:
            return doubt
        try:
            data, inside = lock.show(datagram, opened)
        except BerError:
            if opened.flags & PRIV:
                return Heard(refused=_cipher(opened, user, where), outcome="wrong_keys")
            raise
        to_us = opened.engine_id == self.engine.engine_id
        if inside.tag not in (Pdu.TRAP_V2, Pdu.INFORM) or (inside.tag == Pdu.INFORM) is not to_us:
            raise BerError(f"PDU tag {inside.tag:#x} is no notification for this engine")
        message = decode_pdu(data, inside.tag, inside.at, inside.end)
        level = opened.flags & (AUTH | PRIV)
        if to_us:
            context = (inside.engine_id, inside.context)
            pdu = _response(data, inside.at, inside.end)
            content = scoped(*context, pdu)
            return Heard(message, self._closed(opened.msg_id, level, lock, content, now))
        if level & AUTH and not self._fresh(opened, source, now):
            return Heard(outcome="replayed")
        first = self._engines.get(opened.engine_id, source)
        return Heard(message, twin="" if first == source else first)

    def _doubt(
        self,
        datagram: bytes,
        opened: Opened,
        lock: Lock,
        *,
        who: tuple[str, Security],
        now: float,
    ) -> Heard | None:
        """Return why a datagram is not believed; None: it is."""
        where, user = who
        level = opened.flags & (AUTH | PRIV)
        if (level ^ user.flags) & AUTH or (level & PRIV and not user.priv):
            why = _level(opened, user, where)
            return self._refuse(datagram, opened, now, ours.UNSUPPORTED_LEVEL, why)
        if not level & AUTH:
            return None
        if not lock.proves(datagram, opened):
            why = _digest(opened, user, where)
            return self._refuse(datagram, opened, now, ours.WRONG_DIGEST, why)
        to_us = opened.engine_id == self.engine.engine_id
        if to_us and not self.engine.in_time(opened.boots, opened.time_s, now):
            answer = self._report(opened, 0, ours.NOT_IN_TIME, now=now, lock=lock)
            return Heard(answer=answer, outcome="v3_greetings")
        return None

    # --- engines, their clocks and their keys -----------------------------------------------------

    def _lock(self, where: str, user: Security, engine_id: bytes) -> Lock:
        lock = self._locks.pop((where, engine_id), None)
        if lock is None:
            lock = Lock(user, engine_id)
            if len(self._locks) >= _MOST_LOCKS:
                self._locks.popitem(last=False)
        self._locks[where, engine_id] = lock
        return lock

    def _fresh(self, opened: Opened, source: str, now: float) -> bool:
        """Say whether a proved trap is of now, and remember its engine's clock.

        A clock that goes back is an old message sent again, or a device that forgot its boots.
        Since a trap only makes us look, it is believed once a minute, and the new clock holds.
        """
        self._engines.setdefault(opened.engine_id, source)
        clock = self._clocks.get((opened.engine_id, source))
        if clock is None:
            if len(self._clocks) < _MOST_CLOCKS:
                at = (opened.engine_id, source)
                self._clocks[at] = _Clock(opened.boots, opened.time_s, now)
            return True
        due_s = clock.time_s + now - clock.at - ours.WINDOW_S
        if opened.boots < clock.boots or (opened.boots == clock.boots and opened.time_s < due_s):
            if now - clock.resynced_at < _RESYNC_EVERY_S:
                return False
            clock.resynced_at = now
        clock.boots, clock.time_s, clock.at = opened.boots, opened.time_s, now
        return True

    # --- what is sent back ------------------------------------------------------------------------

    def _introduce(self, datagram: bytes, opened: Opened, now: float) -> Heard:
        """Tell who we are to somebody who asks: the beginning of every inform."""
        if opened.flags & (AUTH | PRIV) or not opened.flags & REPORTABLE:
            raise BerError("an engine id that is none")
        request_id = _request_id(datagram, opened)
        answer = self._report(opened, request_id, ours.UNKNOWN_ENGINE, now=now)
        return Heard(answer=answer, outcome="v3_greetings")

    def _refuse(self, datagram: bytes, opened: Opened, now: float, counter: Oid, why: str) -> Heard:
        """Refuse a datagram; who waits for an answer is told what we mind."""
        answer: bytes | None = None
        if opened.flags & REPORTABLE and opened.engine_id == self.engine.engine_id:
            request_id = 0 if opened.flags & PRIV else _request_id(datagram, opened)
            answer = self._report(opened, request_id, counter, now=now)
        return Heard(answer=answer, refused=why, outcome="wrong_keys")

    def _report(
        self,
        opened: Opened,
        request_id: int,
        counter: Oid,
        *,
        now: float,
        lock: Lock | None = None,
    ) -> bytes:
        self._reported[counter] += 1
        pdu = report_pdu(request_id, counter, self._reported[counter])
        content = scoped(self.engine.engine_id, b"", pdu)
        level = AUTH if lock is not None else 0
        lock = lock or Lock(Security(), self.engine.engine_id)
        return self._closed(opened.msg_id, level, lock, content, now)

    def _closed(self, msg_id: int, level: int, lock: Lock, content: bytes, now: float) -> bytes:
        clock = (self.engine.boots, self.engine.time_s(now))
        return lock.close(msg_id, level, clock, content)


def _request_id(datagram: bytes, opened: Opened) -> int:
    inside = open_scoped(datagram, opened.at, opened.end)
    return open_pdu(datagram, inside.at, inside.end)[0]


def _response(data: bytes, at: int, end: int) -> bytes:
    """Return the response to an inform: its own words again (RFC 3416 section 4.2.7)."""
    request_id, _, _, binds_at = open_pdu(data, at, end)
    fine = encode_integer(request_id) + encode_integer(0) * 2
    return tlv(Pdu.RESPONSE, fine + data[binds_at:end])


def _nobody(opened: Opened) -> str:
    return (
        f"sends as SNMPv3 user {_named(opened)}, whom neither [snmp.NAME] nor [traps.users.NAME] "
        "of the settings names: add that user, or mend it on the device"
    )


def _level(opened: Opened, user: Security, where: str) -> str:
    has = ("noAuthNoPriv", "authNoPriv", "", "authPriv")[opened.flags & (AUTH | PRIV)]
    return (
        f"sends at {has} as SNMPv3 user {_named(opened)}, who stands at {user.level} in [{where}]: "
        f"set the trap host on the device to {user.level}"
    )


def _digest(opened: Opened, user: Security, where: str) -> str:
    return (
        f"proves itself as SNMPv3 user {_named(opened)} with another key than [{where}] has: "
        f"compare auth ({user.auth}) and auth_key with the device's"
    )


def _cipher(opened: Opened, user: Security, where: str) -> str:
    return (
        f"hides what it says as SNMPv3 user {_named(opened)} with another key than [{where}] has: "
        f"compare priv ({user.priv}) and priv_key with the device's"
    )


def _named(opened: Opened) -> str:
    return repr(opened.user.decode("utf-8", "backslashreplace"))
