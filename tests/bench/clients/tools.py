"""The tools of net-snmp: one process for each device, as scripts do it."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from netwatch.pollers.sweep import GET_OIDS, WALK_COLUMNS
from tests.bench import device
from tests.bench.clients.meter import Job, job, missing

_AT_ONCE = 4


def main() -> None:
    """Ask every device once."""
    todo = job()
    tool = shutil.which("snmpget" if todo.kind == "get" else "snmpbulkwalk")
    if tool is None:
        missing("net-snmp's tools are not installed")
    with todo.metered(), ThreadPoolExecutor(_AT_ONCE) as workers:
        for address in todo.addresses:
            workers.submit(_ask, todo, tool, address)
    todo.say(rss_mb=0)  # the kernel counts our own pages, inherited by the child, as its peak


def _ask(todo: Job, tool: str, address: str) -> None:
    """Ask one device: the objects in one process, or each column in one."""
    there = f"{address}:{todo.port}"
    options = [tool, "-v2c", "-cpublic", "-On", "-Oq", "-Ot", "-m", "", "-t1", "-r1"]
    if todo.kind == "get":
        asked = [[*options, there, *GET_OIDS]]
    else:
        asked = [[*options, "-Cr50", there, column] for column in WALK_COLUMNS]
    octets, count = None, 0
    for command in asked:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return
        for line in done.stdout.splitlines():
            name, _, value = line.partition(" ")
            count += 1
            if name == f".{device.IN_OCTETS}":
                octets = int(value)
    todo.answers[address] = octets, count


if __name__ == "__main__":
    main()
