"""Zino, the whole process: a poll of its is the states of all ports, not ten columns of them.

It wants another pysnmp than ours, so it is looked for in a virtual environment of its own, which
``make bench`` makes, or on the path.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.bench.clients.meter import Job, cpu_s_of, job, missing, rss_mb_of, say

_START_S: Final = 6.0
_METERED_S: Final = 40.0
_INTERVAL_S: Final = 60.0


def main() -> None:
    """Let it poll its devices, spread over a minute as it does, and meter a part of that minute."""
    todo = job()
    program = shutil.which("zino", path=str(Path(sys.prefix) / "zino" / "bin")) or shutil.which(
        "zino"
    )
    if program is None:
        missing("zino is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, todo)
        process = subprocess.Popen(
            [program, "--trap-port", "0", "--stop-in", str(round(_INTERVAL_S + _START_S))],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            time.sleep(_START_S)
            before, started = cpu_s_of(process.pid), time.monotonic()
            time.sleep(_METERED_S)
            cpu_s, seconds = cpu_s_of(process.pid) - before, time.monotonic() - started
            rss_mb = rss_mb_of(process.pid)
            process.wait(_INTERVAL_S)
        finally:
            process.kill()
            process.wait()
        known = _known(folder / "zino-state.json")
    asked = round(todo.devices * seconds / _INTERVAL_S)
    say(asked, round(asked * known / todo.devices), 0, cpu_s, seconds, rss_mb=rss_mb)


def _write(folder: Path, todo: Job) -> None:
    (folder / "secrets").write_text("bench bench\n", encoding="utf-8")
    (folder / "zino.toml").write_text("[snmp.agent]\nenabled = false\n", encoding="utf-8")
    blocks = [f"default interval: 1\ndefault community: public\ndefault port: {todo.port}"]
    blocks += [
        f"name: d{number}\naddress: {address}" for number, address in enumerate(todo.addresses)
    ]
    (folder / "polldevs.cf").write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _known(state: Path) -> int:
    """Return of how many devices it knows the ports."""
    try:
        devices = json.loads(state.read_text(encoding="utf-8"))["devices"]["devices"]
    except (OSError, ValueError, KeyError):
        return 0
    return sum(bool(one.get("ports")) for one in devices.values())


if __name__ == "__main__":
    main()
