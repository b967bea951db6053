"""collectd with its snmp plugin: a whole daemon, metered while it polls round after round."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from tests.bench import device
from tests.bench.clients.meter import Job, cpu_s_of, job, missing, rss_mb_of, say

_INTERVAL_S: Final = 5
_ROUNDS: Final = 2
_START_AT_MOST_S: Final = 30.0
_THREADS: Final = 5
_BULK: Final = 50
_EXACT: Final = 1e-6
"""collectd tells values to seven digits."""
_NAMES: Final = "abcdefghij"


def main() -> None:
    """Let it poll every device for some rounds, once it knows them all."""
    todo = job()
    program = shutil.which("collectd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        missing("collectd is not installed (Debian: collectd-core)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, todo)
        process = subprocess.Popen(
            [program, "-f", "-C", str(folder / "collectd.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(folder, todo.devices, process)
            before, started = cpu_s_of(process.pid), time.monotonic()
            time.sleep(_INTERVAL_S * _ROUNDS)
            cpu_s, seconds = cpu_s_of(process.pid) - before, time.monotonic() - started
            rss_mb = rss_mb_of(process.pid)
            late = time.time() - 2 * _INTERVAL_S
            fresh = {host for at, host in _listed(folder) if at > late}
            wrong = sum(not _fits(folder, todo, host) for host in fresh)
        finally:
            process.terminate()
            process.wait()
    asked, answered = todo.devices * _ROUNDS, len(fresh) * _ROUNDS
    say(asked, answered, wrong, cpu_s, seconds, rss_mb=rss_mb)


def _write(folder: Path, todo: Job) -> None:
    """Write one type that holds all ten values, so that they are asked together."""
    walk = todo.kind == "walk"
    oids = WALK_COLUMNS[1:] if walk else GET_OIDS
    sources = ", ".join(f"{name}:GAUGE:U:U" for name in _NAMES[: len(oids)])
    (folder / "types.db").write_text(f"bench {sources}\n", encoding="utf-8")
    named = f'TypeInstanceOID "{WALK_COLUMNS[0]}"' if walk else 'TypeInstance "x"'
    lines = [
        f'BaseDir "{folder}"',
        f'PIDFile "{folder}/pid"',
        f'TypesDB "{folder}/types.db"',
        f"Interval {_INTERVAL_S}",
        f"ReadThreads {_THREADS}",
        "LoadPlugin snmp",
        "LoadPlugin unixsock",
        f'<Plugin unixsock>\nSocketFile "{folder}/door"\n</Plugin>',
        "<Plugin snmp>",
        f'<Data "bench">\nTable {str(walk).lower()}\nType "bench"\n{named}',
        "Values " + " ".join(f'"{oid}"' for oid in oids),
        "</Data>",
    ]
    lines.extend(
        (
            f'<Host "{address}">\nAddress "{address}:{todo.port}"\nVersion 2\nCommunity "public"\n'
            f'Collect "bench"\nInterval {_INTERVAL_S}\nTimeout 1\nRetries 1\n'
            f"BulkSize {_BULK if walk else 0}\n</Host>"
        )
        for address in todo.addresses
    )
    lines.append("</Plugin>")
    (folder / "collectd.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _wait(folder: Path, devices: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until every device was polled."""
    give_up = time.monotonic() + _START_AT_MOST_S
    while time.monotonic() < give_up and process.poll() is None:
        if (folder / "door").exists() and len({host for _, host in _listed(folder)}) >= devices:
            return
        time.sleep(0.5)
    sys.exit("collectd did not get to know all devices")


def _listed(folder: Path) -> list[tuple[float, str]]:
    rows = (line.partition(" ") for line in _told(folder, "LISTVAL"))
    return [(float(at), name.partition("/")[0]) for at, _, name in rows]


def _fits(folder: Path, todo: Job, host: str) -> bool:
    """Say whether ifHCInOctets of port 1 is that of this device."""
    if todo.kind == "walk":
        name, place = f"{host}/snmp/bench-{_port_name(host)}", WALK_COLUMNS[1:].index(_IN_COLUMN)
    else:
        name, place = f"{host}/snmp/bench-x", GET_OIDS.index(device.IN_OCTETS)
    told = _told(folder, f"GETVAL {shlex.quote(name)}".replace("'", '"'))
    if len(told) <= place:
        return False
    value, expected = float(told[place].partition("=")[2]), device.in_octets(host)
    return abs(value - expected) <= expected * _EXACT


_IN_COLUMN: Final = device.IN_OCTETS.rpartition(".")[0]


def _port_name(address: str) -> str:
    return device.port_name(address, 1)


def _told(folder: Path, command: str) -> list[str]:
    """Ask the daemon; return the lines of its answer."""
    with socket.socket(socket.AF_UNIX) as sock, sock.makefile("rw", encoding="utf-8") as stream:
        sock.connect(str(folder / "door"))
        stream.write(command + "\n")
        stream.flush()
        count, _, _ = stream.readline().partition(" ")
        return [stream.readline().rstrip("\n") for _ in range(max(0, int(count or 0)))]


if __name__ == "__main__":
    main()
