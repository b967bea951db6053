"""One visit: log in, say what is allowed, hear the answers, leave. Blocking; the only netmiko."""

import base64
import binascii
import logging
import re
import time
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any, Final

import paramiko
from netmiko import ssh_dispatcher
from netmiko.exceptions import NetmikoBaseException, ReadException
from paramiko.ssh_exception import AuthenticationException, IncompatiblePeer, SSHException

from netwatch.model.arrivals import Outcome
from netwatch.pollers.ssh.allowing import NotAllowedError, allowed
from netwatch.pollers.ssh.faults import (
    CannotAskError,
    ChangedKeyError,
    NoAnswerError,
    UnknownKeyError,
    VisitError,
)
from netwatch.pollers.ssh.files import platforms
from netwatch.pollers.ssh.keys import fingerprint
from netwatch.pollers.ssh.pagers import Pager
from netwatch.pollers.ssh.readable import readable
from netwatch.pollers.ssh.rules import Platform
from netwatch.pollers.ssh.sockets import BoundedSocket, reach
from netwatch.pollers.ssh.visits import Visit, Visited

SESSION_WORDS: Final = re.compile(
    r"|y|n|N|no|yes|\x03|cli|su|enable(?: 15)?|disable|quit|exit(?: all)?|return|logout"
    r"|terminal (?:width|length) \d+|terminal datadump|set terminal (?:width|length) \d+"
    r"|no page|no paging|screen-length (?:0 temporary|disable)|undo smart|scroll(?: \d+)?"
    r"|infoswitch cli OFF|set cli (?:screen-width 511|screen-length 0|complete-on-space off)"
    r"|environment console width 512|/{0,2}environment (?:no more|more false)"
    r"|system shell session set more off|(?:dis|en)able clipaging|disable cli prompting"
)
"""What netmiko may say by itself to make a session readable and to end it; nothing else, whatever
a device asks."""
STUMBLES: Final = (LookupError, AttributeError, TypeError, AssertionError, RuntimeError, re.error)
"""What netmiko's classes raise where a device says what nobody thought of: the matter of that one
device, and no reason to end the visits to others."""
_LOGIN_AT_MOST_S: Final = 15.0
_UNKNOWN: Final = re.compile(
    r"^\s*(?:% ?(?:Invalid|Unknown|Incomplete|Ambiguous|Unrecognized)|\^\s*$"
    r"|(?:error: ?)?(?:unknown|unrecognized|invalid|bad) (?:command|input|token)"
    r"|bad command name|expected (?:end of command|command name)|syntax error"
    r"|Error: ?(?:Unrecognized|Wrong|Incomplete|Too many|Bad) |MINOR: CLI |SHELL PARSER FAILURE"
    r"|-?(?:sh|bash): |command not found)",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST_WORDS: Final = 600
Hear = Callable[[str, str | None, str], None]
"""Takes a command, the text of its answer (None: the device does not know it), and what is wrong
with it."""

for name in ("paramiko", "netmiko"):  # what devices say is no matter for a log
    logging.getLogger(name).addHandler(logging.NullHandler())
    logging.getLogger(name).propagate = False


def visit(wanted: Visit, hear: Hear) -> Visited:
    """Visit a device; answers go to ``hear`` as they come. Never raises for what a device does."""
    begun = time.monotonic()
    shown: list[paramiko.PKey] = []
    trouble, detail, outcome = "", "", Outcome.ANSWERED
    try:
        _visit(wanted, hear, shown)
    except CannotAskError as fault:
        outcome, detail = Outcome.BLIND, str(fault)
        trouble = {UnknownKeyError: "unknown", ChangedKeyError: "changed"}.get(type(fault), "")
    except VisitError as fault:
        outcome, detail = Outcome.SILENT, str(fault)
    key = (shown[0].get_name(), shown[0].get_base64()) if shown else None
    return Visited(
        outcome=outcome,
        detail=detail,
        key=key,
        key_trouble=trouble,
        seconds=round(time.monotonic() - begun, 3),
    )


def _visit(wanted: Visit, hear: Hear, shown: list[paramiko.PKey]) -> None:
    platform = platforms().get(wanted.platform)
    login_s = min(wanted.timeout_s, _LOGIN_AT_MOST_S)
    whole_s = 2 * wanted.timeout_s + wanted.timeout_s * len(wanted.say)
    sock = BoundedSocket(reach(wanted.host, wanted.port, login_s), whole_s)
    try:
        with _explained(sock, wanted, shown):
            if platform is None:
                _look(sock, login_s, shown)
            else:
                _talk(platform, wanted, hear, sock, shown)
    finally:
        sock.close()


def _look(sock: BoundedSocket, login_s: float, shown: list[paramiko.PKey]) -> None:
    """Let the device show its host key, and leave."""
    transport = paramiko.Transport(sock)
    try:
        transport.start_client(timeout=login_s)
        shown.append(transport.get_remote_server_key())
    finally:
        transport.close()


def _talk(
    platform: Platform, wanted: Visit, hear: Hear, sock: BoundedSocket, shown: list[paramiko.PKey]
) -> None:
    words = list(_allowed(platform, wanted.say))
    session = _opened(platform, wanted, sock, shown, frozenset(words))
    try:
        if platform.privileged or wanted.enable:
            session.enable()
        for said in words:
            try:
                answer = session.send_command(said, read_timeout=wanted.timeout_s)
            except ReadException as fault:
                what = sock.why or f"it stopped within its answer to {said!r}"
                raise NoAnswerError(what) from fault
            _heard(hear, said, answer)
    except BaseException:
        session.paramiko_cleanup()  # to take leave of one that does not answer takes long
        raise
    session.disconnect()


def _heard(hear: Hear, said: str, answer: str) -> None:
    head = readable(answer[:_FIRST_WORDS])
    unknown = _UNKNOWN.search(head) if answer.count("\n") <= _FIRST_WORDS // 40 else None
    hear(said, None if unknown else answer, head.strip() if unknown else "")


def _allowed(platform: Platform, say: tuple[str, ...]) -> Iterator[str]:
    """Yield what may be sent: looked up once more here, where it leaves."""
    for said in say:
        try:
            yield allowed(platform, said)[1]
        except NotAllowedError as fault:
            raise CannotAskError(str(fault)) from None


def _opened(
    platform: Platform,
    wanted: Visit,
    sock: BoundedSocket,
    shown: list[paramiko.PKey],
    may_say: frozenset[str],
) -> Any:
    """Log in, by netmiko's class for the platform, with our own guards round it."""
    base: Any = ssh_dispatcher(platform.netmiko)
    secrets = {wanted.enable, wanted.password} - {""}
    pager = Pager()

    class Guarded(base):  # type: ignore[misc]  # netmiko chooses the class while we run
        def _build_ssh_client(self) -> paramiko.SSHClient:
            client: paramiko.SSHClient = super()._build_ssh_client()
            for kind, body in wanted.pins:
                client.get_host_keys().add(_name(wanted), kind, _public(kind, body))
            client.set_missing_host_key_policy(_Pinned(wanted, shown))
            return client

        def read_channel(self) -> str:
            came: str = super().read_channel()
            if sock.why or (not came and self.remote_conn.closed):
                raise NoAnswerError(sock.why or "it closed the session")
            came, waits = pager.take(came)
            if waits:
                super().write_channel(" ")
            return came

        def write_channel(self, out_data: str) -> None:
            for line in re.split(r"[\r\n]+", out_data):
                said = line.strip()
                if said not in may_say | secrets and not SESSION_WORDS.fullmatch(said):
                    raise CannotAskError(
                        f"to log in there {said[:80]!r} would have to be said, which may change "
                        "it: log in by hand once and answer what it asks"
                    )
            super().write_channel(out_data)

    return Guarded(
        device_type=platform.netmiko,
        host=wanted.host,
        port=wanted.port,
        username=wanted.user,
        password=wanted.password or None,
        secret=wanted.enable,
        pkey=_private(wanted) if wanted.key else None,
        use_keys=False,
        allow_agent=False,
        sock=sock,
        conn_timeout=min(wanted.timeout_s, _LOGIN_AT_MOST_S),
        auth_timeout=wanted.timeout_s,
        banner_timeout=min(wanted.timeout_s, _LOGIN_AT_MOST_S),
        blocking_timeout=wanted.timeout_s,
    )


class _Pinned(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # paramiko is not typed
    """Refuses every host key that is not pinned."""

    def __init__(self, wanted: Visit, shown: list[paramiko.PKey]) -> None:
        self._wanted, self._shown = wanted, shown

    def missing_host_key(
        self,
        client: paramiko.SSHClient,  # noqa: ARG002 - paramiko calls it so
        hostname: str,  # noqa: ARG002
        key: paramiko.PKey,
    ) -> None:
        self._shown.append(key)
        raise _key_fault(self._wanted, key)


def _key_fault(wanted: Visit, key: paramiko.PKey) -> CannotAskError:
    seen = f"{key.get_name()} {fingerprint(key.get_base64())}"
    if not wanted.pins:
        return UnknownKeyError(
            f"its host key is not known yet: {seen}; compare it with the device's own, then: "
            "netwatch cli trust DEVICE"
        )
    pinned = ", ".join(f"{kind} {fingerprint(body)}" for kind, body in wanted.pins)
    return ChangedKeyError(
        f"its host key has CHANGED: now {seen}, pinned {pinned}; nothing was said to it. If the "
        "device was replaced, netwatch cli trust --replace DEVICE; else somebody stands between"
    )


class _explained:  # noqa: N801 - a context manager, used like a function
    """Turn what paramiko and netmiko raise into what it says of the device."""

    def __init__(self, sock: BoundedSocket, wanted: Visit, shown: list[paramiko.PKey]) -> None:
        self._sock, self._wanted, self._shown = sock, wanted, shown

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        if fault is None or isinstance(fault, VisitError):
            return
        for one in _chain(fault):
            if isinstance(one, VisitError):
                raise one from None
        if isinstance(fault, SSHException | NetmikoBaseException | OSError | EOFError | ValueError):
            raise self._told(fault) from None
        if isinstance(fault, STUMBLES):
            what = f"{type(fault).__name__}: {_one_line(fault)}"
            raise CannotAskError(f"netmiko cannot cope with what it says ({what})") from None

    def _told(self, fault: BaseException) -> VisitError:
        chain = list(_chain(fault))
        for one in chain:
            if isinstance(one, paramiko.BadHostKeyException):
                self._shown.append(one.key)
                return _key_fault(self._wanted, one.key)
            if isinstance(one, IncompatiblePeer):
                return CannotAskError(OLD.format(what=_one_line(one)))
            if isinstance(one, AuthenticationException):
                what = "the key" if self._wanted.key else "the password"
                return CannotAskError(
                    f"it refuses {self._wanted.user!r} or {what}: mend user, password or key in "
                    f"[ssh.NAME] ({_one_line(chain[-1])})"
                )
        if self._sock.why:
            return NoAnswerError(self._sock.why)
        if isinstance(fault, ReadException):
            return NoAnswerError(
                f"logged in, but no prompt came that {self._wanted.platform} would give; is it one?"
            )
        return NoAnswerError(f"SSH broke off: {_one_line(chain[-1])}")


OLD: Final = (
    "it speaks only an SSH that is no longer safe ({what}): ask it from a process with an older "
    "library. python3 -m venv /opt/netwatch-legacy; /opt/netwatch-legacy/bin/pip install "
    '"netwatch[legacy-ssh]"; then in [ssh.NAME] legacy_python = "/opt/netwatch-legacy/bin/python"'
)


def _chain(fault: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = fault
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__


def _one_line(fault: BaseException) -> str:
    text = " ".join(str(fault).split())
    return "".join(c for c in text if c.isprintable())[:200]


def _name(wanted: Visit) -> str:
    return wanted.host if wanted.port == paramiko.config.SSH_PORT else _with_port(wanted)


def _with_port(wanted: Visit) -> str:
    return f"[{wanted.host}]:{wanted.port}"


def _public(kind: str, body: str) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_type_string(kind, base64.b64decode(body))
    except (SSHException, binascii.Error, ValueError, paramiko.pkey.UnknownKeyType) as fault:
        raise CannotAskError(f"its pinned host key {kind} cannot be read: {fault}") from None


def _private(wanted: Visit) -> paramiko.PKey:
    faults = []
    for cls in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return cls.from_private_key(StringIO(wanted.key), wanted.passphrase or None)
        except (SSHException, ValueError, IndexError) as fault:
            faults.append(_one_line(fault))
    raise CannotAskError(
        f"the key in [ssh.NAME] is no private key that can be used ({faults[0]}): an OpenSSH or "
        "PEM file of ed25519, ECDSA or RSA, with its passphrase in key_passphrase if it has one"
    )
