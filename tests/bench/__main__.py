"""Measure netwatch beside its peers: ``python -m tests.bench [icmp snmp walk ...] [--quick]``."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from tests.bench import page
from tests.bench.agent import NoAgentError
from tests.bench.ask import ask
from tests.bench.correlate import correlate
from tests.bench.cut_off import cut_off
from tests.bench.edition import edition
from tests.bench.flood import flood
from tests.bench.fuzz import fuzz
from tests.bench.history import history
from tests.bench.icmp import icmp
from tests.bench.journal import journal
from tests.bench.live import live
from tests.bench.measure import NotMeasuredError
from tests.bench.measurements import measurements
from tests.bench.noise import noise
from tests.bench.places import places
from tests.bench.plan import plan
from tests.bench.public import public
from tests.bench.report import Table
from tests.bench.rivals.contest import rivals
from tests.bench.run import run
from tests.bench.secured import secured
from tests.bench.snmp import snmp, walk
from tests.bench.told import told
from tests.bench.web import web
from tests.bench.week import week

JOBS: Final[dict[str, Callable[..., Iterator[Table]]]] = {
    "snmp": snmp,
    "walk": walk,
    "v3": secured,
    "icmp": icmp,
    "run": run,
    "flood": flood,
    "fuzz": fuzz,
    "correlate": correlate,
    "rivals": rivals,
    "week": week,
    "noise": noise,
    "live": live,
    "cut-off": cut_off,
    "public": public,
    "plan": plan,
    "journal": journal,
    "measurements": measurements,
    "history": history,
    "places": places,
    "told": told,
    "web": web,
    "ask": ask,
    "edition": edition,
}


def main() -> int:
    """Measure what was asked for and print it; with --write, into the documentation."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=f"of {', '.join(JOBS)}; else all")
    parser.add_argument("--quick", action="store_true", help="fewer devices and rounds")
    parser.add_argument("--write", action="store_true", help=f"into {page.PAGE.name}")
    options = parser.parse_args()
    unknown = [job for job in options.jobs if job not in JOBS]
    if unknown:
        parser.error(f"no job {unknown[0]}: there are {', '.join(JOBS)}")
    if options.write and options.quick:
        parser.error("--write wants whole measurements: no --quick")
    started = time.monotonic()
    _print(", ".join(page.versions()))
    tables: list[Table] = []
    for job in options.jobs or JOBS:
        try:
            for table in JOBS[job](quick=options.quick):
                _print(table.text())
                tables.append(table)
        except (NotMeasuredError, NoAgentError) as why:
            _print(f"\n{job}: not measured, {why}")
    seconds = time.monotonic() - started
    _print(f"\n{seconds:.0f} s in all; compare only within one run")
    if options.write:
        write = page.rewrite if options.jobs else page.write
        _print(f"written: {write(tables, seconds)}")
    return 0 if tables else 1


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
