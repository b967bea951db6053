"""One SNMPv3 user's keys for one engine: messages are closed, proved and shown with them. Pure."""

from hmac import compare_digest

from netwatch.pollers.snmp.ciphers import Prover, hider
from netwatch.pollers.snmp.security import Security
from netwatch.wire.ber import BerError, Tag, tlv
from netwatch.wire.v3 import AUTH, PRIV, Opened, Parameters, Scoped, close, open_scoped


class Lock:
    """What stands between a user and an engine. Without keys it closes messages that hide nothing.

    Raises:
        ValueError: this machine's cryptography refuses a protocol; so does `UnsupportedAlgorithm`.
    """

    __slots__ = ("_hider", "_prover", "_user", "engine_id")

    def __init__(self, security: Security, engine_id: bytes) -> None:
        self.engine_id = engine_id
        self._user = security.user.encode()
        self._prover = Prover(security, engine_id) if security.flags & AUTH else None
        self._hider = hider(security, engine_id) if security.flags & PRIV else None

    def close(self, msg_id: int, flags: int, clock: tuple[int, int], content: bytes) -> bytes:
        """Return the datagram that carries ``content``, a scoped PDU.

        Args:
            msg_id: the message's id.
            flags: `AUTH` and `PRIV` as far as there are keys, and `REPORTABLE`.
            clock: the engine's boots, and its seconds since.
            content: what it carries; hidden here if ``flags`` say so.
        """
        boots, time_s = clock
        salt = b""
        if flags & PRIV and self._hider is not None:
            hidden, salt = self._hider.hide(content, boots, time_s)
            content = tlv(Tag.OCTETS, hidden)
        prover = self._prover if flags & AUTH else None
        octets = 0 if prover is None else prover.octets
        parameters = Parameters(self.engine_id, boots, time_s, self._user, octets, salt)
        message, place = close(msg_id, flags, parameters, content)
        if prover is None:
            return message
        return b"%b%b%b" % (message[:place], prover.mark(message), message[place + octets :])

    def proves(self, datagram: bytes, opened: Opened) -> bool:
        """Say whether a message that bears a digest was closed with these keys, unchanged since."""
        if self._prover is None:
            return False
        at, octets = opened.digest_at, len(opened.digest)
        blank = b"%b%b%b" % (datagram[:at], bytes(octets), datagram[at + octets :])
        return compare_digest(opened.digest, self._prover.mark(blank))

    def show(self, datagram: bytes, opened: Opened) -> tuple[bytes, Scoped]:
        """Return the octets in which the scoped PDU lies open, and where in them.

        Raises:
            BerError: it is none; of a hidden one: it was hidden with other keys.
        """
        if not opened.flags & PRIV:
            return datagram, open_scoped(datagram, opened.at, opened.end)
        if self._hider is None:
            raise BerError("a message is hidden, and there is no key for it")
        hidden = datagram[opened.at : opened.end]
        shown = self._hider.show(hidden, opened.boots, opened.time_s, opened.salt)
        return shown, open_scoped(shown, 0, len(shown), self._hider.padding)
