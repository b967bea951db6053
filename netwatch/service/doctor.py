"""What this machine lacks, and how to mend it: one finding a question."""

import ctypes
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from netwatch.model.faults import Level
from netwatch.pollers.snmp import library
from netwatch.pollers.snmp.book import FILE as ENGINES
from netwatch.pollers.snmp.book import EngineBook
from netwatch.service.channel_verdicts import channels
from netwatch.service.check import check_files
from netwatch.service.clock import machine_time
from netwatch.service.drill.reminder import last_drill
from netwatch.service.measures import measures
from netwatch.service.paths import SYSTEM_RUN, somebody_at
from netwatch.service.rehearsals import rehearsals
from netwatch.service.settings import DEFAULT_PATH, Settings, read_settings
from netwatch.service.verdicts import State, Verdict
from netwatch.service.verdicts import fail as _fail
from netwatch.service.verdicts import ok as _ok
from netwatch.service.verdicts import warn as _warn

__all__ = ["State", "Verdict", "as_plain", "examine"]

OLDEST_PYTHON: Final = (3, 11)
WANTED_BUFFER: Final = 4 * 1024 * 1024
"""What holds 5,000 echoes."""
MOST_PLACES: Final = 5
LOW_DISK: Final = 5.0
EARLIEST_YEAR: Final = 2025
"""Before this no netwatch was built: a machine that says so has no clock."""
TIMESYNC: Final = Path("/run/systemd/timesync")
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000


def examine(config: Path | None) -> list[Verdict]:
    """Return a verdict for each thing that netwatch needs; nothing is changed."""
    path = config or (DEFAULT_PATH if DEFAULT_PATH.is_file() else None)
    settings = read_settings(path)[0] if path is not None else None
    return [
        python(sys.version_info[:2]),
        probes(_can_probe, Path("/proc/sys/net/ipv4/ping_group_range")),
        receive_buffer(_number(Path("/proc/sys/net/core/rmem_max"))),
        asker(library.standing()),
        configuration(path),
        *state_directory(settings),
        door(settings),
        snmp_engines(settings),
        namespaces(_can_unshare),
        clock(machine_time().year),
        *channels(settings),
        *rehearsals(settings, machine_time()),
        *last_drill(settings, machine_time()),
        *measures(settings),
        *tools(shutil.which),
    ]


def asker(standing: str) -> Verdict:
    """Say which of the two askers is used; ``standing``: why not the compiled one."""
    if not standing:
        return _ok("snmp", "SNMP is asked by the compiled core")
    remedy = "install a C compiler (Debian: gcc libc6-dev), then netwatch anew"
    if standing.startswith(library.PURE):
        remedy = f"unset {library.PURE}"
    text = f"SNMP is asked in pure Python, at several times the cost: {standing}"
    return Verdict(
        name="snmp", state=State.OK, text=text, remedy=f"for the compiled core: {remedy}"
    )


def python(version: tuple[int, ...]) -> Verdict:
    """Say whether this Python is new enough."""
    text = ".".join(str(part) for part in version)
    if version >= OLDEST_PYTHON:
        return _ok("python", f"Python {text}")
    return _fail("python", f"Python {text} is too old", "install Python 3.11 or later")


def probes(can_probe: Callable[[], str], group_range: Path) -> Verdict:
    """Say whether echo requests can be sent: by raw socket, or by datagram socket."""
    kind = can_probe()
    if kind == "raw":
        return _ok("icmp", "raw ICMP sockets may be opened")
    if kind == "datagram":
        return _warn(
            "icmp",
            "only datagram ICMP sockets may be opened: it works, more slowly",
            "give the service CAP_NET_RAW, as systemd/netwatch.service does",
        )
    allowed = group_range.read_text().split() if group_range.exists() else ["1", "0"]
    return _fail(
        "icmp",
        f"no ICMP socket may be opened (net.ipv4.ping_group_range is {' '.join(allowed)})",
        "run as root, give CAP_NET_RAW (systemd/netwatch.service does), or:"
        " sysctl -w net.ipv4.ping_group_range='0 2147483647'",
    )


def receive_buffer(octets: int | None) -> Verdict:
    """Say whether a second's echoes fit into a socket's buffer."""
    if octets is None:
        return _warn(
            "receive-buffer", "net.core.rmem_max cannot be read", "look at it as root: sysctl -a"
        )
    if octets >= WANTED_BUFFER:
        return _ok("receive-buffer", f"net.core.rmem_max is {octets}")
    return _warn(
        "receive-buffer",
        f"net.core.rmem_max is {octets}: a burst of answers may be lost and asked for again",
        f"sysctl -w net.core.rmem_max={WANTED_BUFFER}, or install systemd/sysctl.d/",
    )


def configuration(path: Path | None) -> Verdict:
    """Say whether settings, inventory and rules can be used."""
    if path is None:
        return _warn(
            "configuration",
            f"there is no {DEFAULT_PATH}; defaults hold",
            "copy systemd/netwatch.toml there, or name yours with --config FILE",
        )
    checked = check_files(None, None, path)
    errors = [finding for finding in checked.findings if finding.level is Level.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        remedy = f"see all with: netwatch check --config {path}"
        return _fail("configuration", f"{errors[0].place}: {errors[0].wrong}{more}", remedy)
    if checked.findings:
        return _warn(
            "configuration",
            f"{path} can be used; {len(checked.findings)} warnings",
            f"see them with: netwatch check --config {path}",
        )
    return _ok("configuration", f"{path} and what it names can be used")


def state_directory(settings: Settings | None) -> Iterator[Verdict]:
    """Say whether the state can be written, and for how long."""
    if settings is None:
        yield _warn("state", "not looked at: there are no settings", "mend the configuration first")
        return
    state = settings.state
    there = next(folder for folder in (state, *state.parents) if folder.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        yield _fail(
            "state",
            f"{state} cannot be written by this user",
            "run this as the service's user (sudo -u netwatch), or give it the directory",
        )
    else:
        yield _ok("state", f"{state} can be written")
    usage = shutil.disk_usage(there)
    free = 100.0 * usage.free / usage.total
    text = f"{free:.0f} % of the disk under {there} are free"
    if free < LOW_DISK:
        yield _fail("disk", text, "make room: a full disk means that nothing is remembered")
    else:
        yield _ok("disk", text)


def door(settings: Settings | None) -> Verdict:
    """Say whether a service answers."""
    folders = [SYSTEM_RUN, *([] if settings is None else [settings.state / "run"])]
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if runtime:
        folders.insert(0, Path(runtime))
    for folder in folders:
        if somebody_at(folder / "door.sock"):
            return _ok("service", f"a service answers at {folder / 'door.sock'}")
    return _warn(
        "service",
        "no service answers",
        "start it with: systemctl start netwatch   (or: netwatch run --config FILE)",
    )


def snmp_engines(settings: Settings | None) -> Verdict:
    """Say whether each SNMPv3 engine has an id of its own."""
    name = "snmp-engines"
    if settings is None:
        return _warn(name, "not looked at: there are no settings", "mend the configuration first")
    book = EngineBook(settings.state / ENGINES)
    trouble = book.read(machine_time(), 0.0)
    if trouble:
        return _warn(name, trouble, "run this as the service's user, or remove the file")
    shared = book.shared()
    for engine_id, places in shared.items():
        more = f"; and {len(shared) - 1} more such ids" if len(shared) > 1 else ""
        where = ", ".join(f"{address} port {port}" for address, port in places[:MOST_PLACES])
        return _warn(
            name,
            f"the SNMP engine id {engine_id.hex()} is borne by {where}{more}",
            "where these are two devices: give each an engine id of its own, and its users anew",
        )
    return _ok(name, f"{len(book)} SNMPv3 engines are known, each by an id of its own")


def namespaces(can_unshare: Callable[[], str]) -> Verdict:
    """Say whether the lab can make its own network."""
    why_not = can_unshare()
    if not why_not:
        return _ok("namespaces", "the lab may make its own network")
    return _warn(
        "namespaces",
        f"the lab and the demo cannot make their own network: {why_not}",
        "run them as root, or: sysctl -w kernel.unprivileged_userns_clone=1"
        " (on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0)",
    )


def clock(year: int) -> Verdict:
    """Say whether the machine knows what time it is."""
    if year < EARLIEST_YEAR:
        return _fail(
            "clock", f"the machine's clock says {year}", "set it: timedatectl set-ntp true"
        )
    if TIMESYNC.is_dir() and not (TIMESYNC / "synchronized").exists():
        return _warn(
            "clock", "the machine's clock is not synchronised yet", "see: timedatectl status"
        )
    return _ok("clock", "the machine's clock is sane")


def tools(which: Callable[[str], str | None]) -> Iterator[Verdict]:
    """Say which programs that help, and are not needed, are here."""
    for program, use, package in (
        ("snmpd", "the tests against a real agent", "snmpd"),
        ("git", "warnings of contacts in version control", "git"),
        ("systemctl", "running as a service", "systemd"),
    ):
        if which(program):
            yield _ok(f"tool-{program}", f"{program} is here, for {use}")
        else:
            yield _warn(
                f"tool-{program}",
                f"{program} is not here: no {use}",
                f"apt install {package}, if you want it",
            )


def as_plain(verdicts: list[Verdict]) -> list[dict[str, Any]]:
    """Return verdicts as JSON values."""
    return [
        {"name": one.name, "state": str(one.state), "text": one.text, "remedy": one.remedy}
        for one in verdicts
    ]


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _can_probe() -> str:
    for kind, name in ((socket.SOCK_RAW, "raw"), (socket.SOCK_DGRAM, "datagram")):
        try:
            socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP).close()
        except OSError:
            continue
        return name
    return ""


def _can_unshare() -> str:
    """Try it in a child that ends at once; return why it failed, empty when it did not."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        flags = CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET
        failed = libc.unshare(flags) != 0
        os.write(writer, os.strerror(ctypes.get_errno()).encode() if failed else b"")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        why_not = pipe.read()
    os.waitpid(child, 0)
    return why_not
