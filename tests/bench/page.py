"""The page in the documentation: what was measured, on what, with which versions."""

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tests.bench.report import Table

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "performance.md"
_LIBRARIES: Final = ("gufo-snmp", "pysnmp", "pyasn1", "icmplib", "influxdb-client")
_PROGRAMS: Final = {
    "fping": ("fping", "--version"),
    "net-snmp": ("snmpget", "--version"),
    "prometheus-snmp-exporter": ("prometheus-snmp-exporter", "--version"),
    "collectd": ("/usr/sbin/collectd", "-h"),
    "Zino": (str(Path(sys.prefix) / "zino" / "bin" / "zino"), "--version"),
    "gcc": ("gcc", "-dumpfullversion"),
}
_INTRO: Final = """\
# Performance

<!-- Written by `make bench ARGS="--write"`: measure again rather than edit. -->

What polling, correlation and the journal cost, beside others who do the same, in one run on one
machine. `make bench` measures it on yours; `make bench ARGS="snmp --quick"` does part of it.
Compare figures only within one run: absolute rates move with the machine and its neighbours.

"""
_METHOD: Final = """\
## Method

- What counts is CPU time, user and system, of the asking process and its children; for
  prometheus-snmp-exporter, of the exporter alone, without whoever asks it over HTTP. Starting and
  importing are left out. Rates are devices for each CPU second. "netwatch is 5x": the first row
  does five times as many for the same CPU time; below 1x it does fewer.
- All take part in turns, each round begun by another; medians. Slow ones get fewer devices, which
  is kind to those whose cost grows with them.
- The devices are a C program on the loopback (`tests/bench/agent.c`), a device for each 127.x.y.z,
  48 ports each; it runs on a core of its own where there are two. snmpbulkwalk reads a whole device
  in the same run, and every name and value must be as expected. Of every answer of every client,
  ifHCInOctets of port 1 must fit the device's own address, and the count of values must be full;
  of prometheus-snmp-exporter, only the former.
- "netwatch, engine" is the code of the polling process without the service around it, with the
  compiled core unless it says pure Python; its answers end as Python's values, as those of the
  other libraries do. "Agents kept" were asked something before, as all are but once. The command
  `netwatch poll --once` is measured whole, from its first request on, by its own account: both its
  processes summed.
- gufo-snmp asks 64 at once, with a session for each poll as its documentation shows, and once more
  with sessions kept; it walks column by column, as it has no other way. pysnmp asks 16 (v1arch) or
  4 (v3arch) at once, net-snmp's tools run 4 at once, prometheus-snmp-exporter is asked 16 at once.
- collectd and Zino are daemons: each gets to know its devices first and is then metered while it
  polls them at its own pace. collectd is given one type for all ten values, so that it asks for
  them together, and bulks of 50; it tells values to seven digits, and they are judged by those. A
  poll of Zino's is its whole look at a device: other objects, 300 of them, and events made of them.
- The flood comes from a C program (`tests/bench/flood.c`) to a `netwatch traps` beside a `netwatch
  run`; hostile datagrams are read one at a time in a process of their own, and timed one at a time.
- Echoes at 20 ms come from a responder on a TUN device in a network namespace of its own.
- Made-up outages are played to everybody by the same tool, through the same interface. The parents
  rule is what Nagios, Icinga, LibreNMS and Zabbix do, with all that an operator can add: parents
  that are always right and may be several, soft and hard states (so many bad checks of the last
  few), Nagios's flap detection, a delay before anybody is told, ports held back by the host behind
  them, one problem for a PON port with many dark homes, lone homes that wake nobody, the gateway as
  a sign of our own blindness. Splitters, ducts and feeds cannot be checked: it has no names for
  them, which is why they stand apart. The greedy cover is after SCORE (Kompella et al., NSDI 2005):
  risk groups of every device, link, port and risk, taken from netwatch's own index, the widest
  first of those of which enough is bad, at the best of several thresholds; it gets the same states,
  flap detection and delay, and what is read through a silent device is left out. Both are judged at
  the end of a round, which is kind, and with the settings that did best on other networks at that
  share of wrong observations (`tests/bench/rivals/settle.py`); netwatch has one setting for all.
- On the loopback who sends also pays for the receiving side of the kernel; with a real network card
  absolute figures differ.
"""


def write(tables: Sequence[Table], seconds: float) -> Path:
    """Write the page; return where it is."""
    parts = [_INTRO + _circumstances(seconds), *(t.markdown() for t in tables), _METHOD]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    return PAGE


def rewrite(tables: Sequence[Table], seconds: float) -> Path:
    """Write some chapters anew, each with a note of when; the others stay; return where it is."""
    head, *chapters = PAGE.read_text(encoding="utf-8").split("\n## ")
    *chapters, method = chapters
    known = {chapter.partition("\n")[0]: chapter for chapter in chapters}
    when = f"measured by itself, {_day()} in {seconds:.0f} s, load {_load()} at the end"
    for table in tables:
        text = replace(table, notes=(*table.notes, when)).markdown()
        known[table.title] = text.removeprefix("## ")
    PAGE.write_text("\n## ".join([head, *known.values(), method]), encoding="utf-8")
    return PAGE


def _circumstances(seconds: float) -> str:
    cores = len(os.sched_getaffinity(0))
    lines = [
        f"- Measured {_day()} in {seconds:.0f} s.",
        f"- {_processor()}, {cores} cores.",
        f"- Linux {platform.release()}, Python {platform.python_version()}.",
        f"- Load {_load()} at the end of the run; the machine was shared with other work.",
        "- " + ", ".join(versions()) + ".",
    ]
    return "\n".join(lines) + "\n"


def _day() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


def _load() -> str:
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


def versions() -> list[str]:
    """Return the name and version of everybody measured who is installed."""
    found = [f"netwatch {version('netwatch')}"]
    for library in _LIBRARIES:
        try:
            found.append(f"{library} {version(library)}")
        except PackageNotFoundError:
            continue
    for name, command in _PROGRAMS.items():
        if shutil.which(command[0]) is not None:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            number = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
            found.append(f"{name} {number[0] if number else 'of unknown version'}")
    return found


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    name = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return name[1] if name is not None else platform.machine()
