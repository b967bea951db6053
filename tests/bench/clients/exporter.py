"""prometheus-snmp-exporter, asked over HTTP; only its own CPU time counts."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from tests.bench import device
from tests.bench.clients.meter import Job, cpu_s_of, job, missing, rss_mb_of, say

_AT_ONCE = 16
_NAMES = {8: "ifOperStatus", 3: "sysUpTime"}
_START_AT_MOST_S = 10.0


def main() -> None:
    """Ask every device once."""
    todo = job()
    program = shutil.which("prometheus-snmp-exporter") or shutil.which("snmp_exporter")
    if program is None:
        missing("prometheus-snmp-exporter is not installed")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "snmp.yml"
        config.write_text(yaml.safe_dump(_config()), encoding="utf-8")
        with socket.create_server(("127.0.0.1", 0)) as free:
            here = f"127.0.0.1:{free.getsockname()[1]}"
        process = subprocess.Popen(
            [program, f"--config.file={config}", f"--web.listen-address={here}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(here)
            before, started = cpu_s_of(process.pid), time.monotonic()
            with ThreadPoolExecutor(_AT_ONCE) as workers:
                for address in todo.addresses:
                    workers.submit(_ask, todo, here, address)
            cpu_s, seconds = cpu_s_of(process.pid) - before, time.monotonic() - started
            rss_mb = rss_mb_of(process.pid)
        finally:
            process.terminate()
            process.wait()
    wrong = sum(octets != device.in_octets(a) for a, (octets, _) in todo.answers.items())
    say(todo.devices, len(todo.answers), wrong, cpu_s, seconds, rss_mb=rss_mb)


def _ask(todo: Job, here: str, address: str) -> None:
    url = f"http://{here}/snmp?target={address}:{todo.port}&module={todo.kind}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            text = answer.read().decode()
    except (urllib.error.URLError, TimeoutError):
        return
    found = re.search(r'^in_octets\{ifIndex="1"\} (\S+)$', text, re.MULTILINE)
    if found is not None:
        todo.answers[address] = round(float(found[1])), 0


def _config() -> dict[str, object]:
    """Return the modules; a counter comes back as a float, which holds 53 bits: enough here."""
    entry = "1.3.6.1.2.1.31.1.1.1"
    columns = sorted({oid.rpartition(".")[0] for oid in GET_OIDS[1:]})
    return {
        "get": _module({"get": list(GET_OIDS)}, columns),
        "walk": _module(
            {"walk": list(WALK_COLUMNS)}, [c for c in WALK_COLUMNS if c != f"{entry}.1"]
        ),
    }


def _module(what: dict[str, object], columns: list[str]) -> dict[str, object]:
    metrics = [
        {
            "name": "in_octets"
            if column == device.IN_OCTETS.rpartition(".")[0]
            else f"column_{at}",
            "oid": column,
            "type": "counter",
            "help": "one column",
            "indexes": [{"labelname": "ifIndex", "type": "gauge"}],
        }
        for at, column in enumerate(columns)
    ]
    community = {"auth": {"community": "public"}}
    return {**what, "metrics": metrics, "version": 2, "max_repetitions": 50, **community}


def _wait(here: str) -> None:
    host, _, port = here.partition(":")
    give_up = time.monotonic() + _START_AT_MOST_S
    while time.monotonic() < give_up:
        try:
            with socket.create_connection((host, int(port)), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    sys.exit("prometheus-snmp-exporter did not start")


if __name__ == "__main__":
    main()
