"""A kept SNMPv3 session with one agent: its engine id, its clock, our keys for it. Pure.

Datagrams are opened and closed here; who sends them, and how patiently, is the asker's matter.
An agent that drops our questions without a word (a wrong privacy key, a context it has not) is told
from a dead one by its engine id: every agent tells that to everybody, so the last try asks for it.
"""

from collections import deque
from enum import Enum, auto
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm

from netwatch.pollers.snmp import reports
from netwatch.pollers.snmp.jobs import Asking, Wrong
from netwatch.pollers.snmp.known import Known, Next, Reply
from netwatch.pollers.snmp.lock import Lock
from netwatch.pollers.snmp.reports import REPORTS, Report
from netwatch.pollers.snmp.requests import pdu_request
from netwatch.pollers.snmp.security import Security
from netwatch.wire.ber import Pdu
from netwatch.wire.scan import RawBind, open_pdu, raw_binds
from netwatch.wire.v3 import (
    AUTH,
    LARGEST,
    LEAST_ENGINE_OCTETS,
    PRIV,
    REPORTABLE,
    Opened,
    scoped,
)

WINDOW_S: Final = 150
"""So far may our idea of an engine's clock be off (RFC 3414 section 2.2.3)."""
_RESYNCS_AT_MOST: Final = 4
_MOVES_AT_MOST: Final = 3
_MOVES_WITHIN_S: Final = 600.0
_NOT_ALLOWED: Final = 16
_EMPTY_GET: Final = pdu_request(Pdu.GET, ())
_OPEN: Final = Lock(Security(), b"")


class _Step(Enum):
    """How a question is put: as it is, or empty, to find out why it is left unanswered."""

    ASK = auto()
    NO_CONTEXT = auto()
    NO_PRIV = auto()


class Session:
    """One user's session with the engine at one address."""

    def __init__(self, security: Security, known: Known | None = None) -> None:
        self.security = security
        self._user = security.user.encode()
        self._context = security.context.encode()
        self._flags = security.flags
        self._lock = _OPEN
        self.known = Known(b"")
        self.told = True
        """Whether what is known of the engine was told on since it last changed."""
        self._moves: deque[tuple[float, bytes]] = deque(maxlen=_MOVES_AT_MOST)
        self._asking: Asking | None = None
        self._step = _Step.ASK
        self._steps: list[_Step] = []
        self._resyncs = 0
        self._msg_id = 0
        self._there = False
        self._worked = False
        """Whether this user was answered, and not left unanswered since."""
        self.cannot = _cannot(security)
        """Why this machine cannot speak as this user; empty as a rule."""
        if self.cannot:
            return
        if security.engine_id and (known is None or known.engine_id != security.engine_id):
            known = Known(security.engine_id)
        if known is not None and known.engine_id:
            self._meet(known)
            self.told = True

    # --- what is sent -----------------------------------------------------------------------------

    def datagrams(self, asking: Asking, pdu: bytes, msg_id: int, now: float) -> list[bytes]:
        """Return what to send so that this question is asked, or can be asked next."""
        if asking is not self._asking:
            self._asking, self._step, self._resyncs = asking, _Step.ASK, 0
        if msg_id != self._msg_id:
            self._msg_id, self._there = msg_id, False
        if not self.known.engine_id:
            return [self._who_are_you(msg_id)]
        match self._step:
            case _Step.ASK:
                asked = self._closed(pdu, msg_id, self._flags, self._context, now)
            case _Step.NO_CONTEXT:
                asked = self._closed(_EMPTY_GET.numbered(msg_id), msg_id, self._flags, b"", now)
            case _Step.NO_PRIV:
                asked = self._closed(_EMPTY_GET.numbered(msg_id), msg_id, AUTH, b"", now)
        return [asked] if asking.left or self._there else [asked, self._who_are_you(msg_id)]

    def _who_are_you(self, msg_id: int) -> bytes:
        content = scoped(b"", b"", _EMPTY_GET.numbered(msg_id))
        return _OPEN.close(msg_id, REPORTABLE, (0, 0), content)

    def _closed(self, pdu: bytes, msg_id: int, flags: int, context: bytes, now: float) -> bytes:
        engine_id, boots, time_s, at = self.known
        if boots or time_s:
            time_s = min(LARGEST, time_s + max(0, int(now - at)))
        content = scoped(engine_id, context, pdu)
        return self._lock.close(msg_id, flags | REPORTABLE, (boots, time_s), content)

    # --- what is heard ----------------------------------------------------------------------------

    def hear(self, asking: Asking, datagram: bytes, opened: Opened, now: float) -> Reply | Next:
        """Take in a datagram that bears the id of the question under way.

        Raises:
            Wrong: it proves nothing, or is not what was asked for.
            BerError: it is broken.
        """
        if asking is not self._asking:
            raise Wrong("it answers another question")
        proved = self._proved(datagram, opened)
        data, (_, context, tag, at, end) = self._lock.show(datagram, opened)
        request_id, status, index, at = open_pdu(data, at, end)
        if tag == Pdu.REPORT:
            return self._report(asking, opened, proved, raw_binds(data, at, end), now)
        if tag != Pdu.RESPONSE or request_id != opened.msg_id:
            raise Wrong("it is no response")
        flags = AUTH if self._step is _Step.NO_PRIV else self._flags
        if opened.flags & (AUTH | PRIV) != flags or opened.engine_id != self.known.engine_id:
            raise Wrong("it is not protected as the question was")
        if opened.user != self._user:
            raise Wrong("it is for another user")
        if proved:
            self._set_clock(opened, now)
        if self._step is not _Step.ASK:
            return self._found_out(asking)
        if context != self._context:
            raise Wrong("it is from another context")
        self._worked = True
        if status == _NOT_ALLOWED:
            return self._blind(asking, reports.not_allowed(self.security))
        return Reply(status, index, raw_binds(data, at, end))

    def overdue(self, asking: Asking) -> bool:
        """Say whether to go on with a question whose last try went unanswered.

        True: the agent is there; find out what it minds. False: ``asking.detail`` says what was
        found out, and `there` whether the agent is.
        """
        if not self.there(asking):
            return False
        if self._step is _Step.ASK and self._worked:
            self._worked = False  # it was right before: so much got lost, or it was changed there
            return True
        if self._step is _Step.ASK:
            self._steps = [_Step.NO_CONTEXT] if self.security.context else []
            self._steps += [_Step.NO_PRIV] if self._flags & PRIV else []
        if not self._steps:
            asking.detail = reports.unheard(self.security)
            return False
        self._step = self._steps.pop(0)
        return True

    def there(self, asking: Asking) -> bool:
        """Say whether the agent gave a sign of life to the request that waits for its answer."""
        return asking is self._asking and self._there

    def _proved(self, datagram: bytes, opened: Opened) -> bool:
        """Return whether its digest is right; raise where it has one and that is wrong."""
        if not opened.flags & AUTH:
            return False
        if opened.engine_id != self.known.engine_id or not self._lock.proves(datagram, opened):
            raise Wrong("its digest is wrong")
        return True

    def _report(
        self, asking: Asking, opened: Opened, proved: bool, binds: list[RawBind], now: float
    ) -> Next:
        report = REPORTS.get(binds[0][0]) if binds else None
        if report is Report.USER and not opened.user and self._user:
            report = Report.ENGINE  # it minds that our asking who it is bore no user, and tells
        match report:
            case None | Report.INVALID:
                raise Wrong("it reports nothing that is known")
            case Report.ENGINE:
                return self._introduced(asking, opened, now)
            case Report.TIME_WINDOW:
                if opened.engine_id != self.known.engine_id or (self._flags & AUTH and not proved):
                    raise Wrong("it reports a time that it does not prove")
                return self._again(asking, self._clock(opened, now))
            case _ if self._step is _Step.NO_PRIV:
                self._steps = []
                return self._blind(asking, reports.unheard(self.security))
            case _:
                return self._blind(asking, reports.remedy(report, self.security))

    def _introduced(self, asking: Asking, opened: Opened, now: float) -> Next:
        """Hear who the engine is: for the first time, as a sign of life, or as another one."""
        engine_id, ours = opened.engine_id, self.known.engine_id
        if len(engine_id) < LEAST_ENGINE_OCTETS:
            raise Wrong("it gives no engine id")
        self._there = True
        heard = self._clock(opened, now)
        if engine_id == ours:
            off = abs(heard.time_s - self.known.time_s - int(now - self.known.at)) > WINDOW_S
            if self._flags & AUTH and (heard.boots != self.known.boots or off):
                return self._again(asking, heard)
            return Next.WAIT
        if self.security.engine_id:
            return self._blind(asking, reports.other_engine(self.security, engine_id))
        if ours:
            self._moves.append((now, ours))
            if self._moves[0][0] > now - _MOVES_WITHIN_S and len(self._moves) == _MOVES_AT_MOST:
                return self._blind(asking, reports.conflict(self.security, ours, engine_id))
        return self._again(asking, heard)

    def _found_out(self, asking: Asking) -> Next:
        why = reports.wrong_priv if self._step is _Step.NO_PRIV else reports.wrong_context
        return self._blind(asking, why(self.security))

    def _again(self, asking: Asking, heard: Known) -> Next:
        self._meet(heard)
        self._resyncs += 1
        if self._resyncs > _RESYNCS_AT_MOST:
            return self._blind(asking, reports.no_common_time(self.security))
        return Next.AGAIN

    def _blind(self, asking: Asking, why: str) -> Next:
        asking.detail = why
        return Next.BLIND

    # --- what is kept -----------------------------------------------------------------------------

    def _meet(self, known: Known) -> None:
        """Go on with this engine and clock; new keys for a new engine."""
        if known.engine_id != self.known.engine_id:
            self._lock = Lock(self.security, known.engine_id)
        if known[:2] != self.known[:2]:
            self.told = False
        self.known = known

    def _clock(self, opened: Opened, now: float) -> Known:
        return Known(opened.engine_id, opened.boots, opened.time_s, now)

    def _set_clock(self, opened: Opened, now: float) -> None:
        """Set the clock by a proved message.

        RFC 3414 section 3.2 step 7b would have a clock that goes back ignored. Agents that forget
        their boots do go back, and would be silent to us for ever; what such an old message would
        be good for, a replay, is ruled out by the message's random id, which the digest covers.
        """
        _, boots, time_s, at = self.known
        if opened.boots != boots:
            self.told = False
        elif -1 <= opened.time_s - time_s - int(now - at) <= 1:
            return
        self.known = self._clock(opened, now)


def _cannot(security: Security) -> str:
    """Return why this machine's cryptography does not serve this user, if it does not."""
    try:
        Lock(security, bytes(LEAST_ENGINE_OCTETS)).close(0, security.flags, (0, 0), b"")
    except (ValueError, UnsupportedAlgorithm) as fault:
        return f"{security.where} cannot be used on this machine: {fault}"
    return ""
