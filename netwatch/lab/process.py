"""The lab's own process: builds the field, plays the scenario, answers its door."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from netwatch.lab.brief import CONTROL_SOCKET, LAB_FILE, Brief, LabFile, write_lab_file
from netwatch.lab.cable import NOC_ADDRESS, NOC_ADDRESS6, Cable, lay
from netwatch.lab.control import listen
from netwatch.lab.faults import OPTIONS, Fault, LabError, fault_of
from netwatch.lab.field import DEFAULT_COMMUNITY, field_of, fit
from netwatch.lab.namespaces import enter_new
from netwatch.lab.packets import Datagram, udp_frame
from netwatch.lab.plan import plan_of
from netwatch.lab.recording import read_recording
from netwatch.lab.report import report
from netwatch.lab.responder import Responder, packed
from netwatch.lab.scenario import Step
from netwatch.lab.traps import traps
from netwatch.lab.world import World

TRAP_SOURCE_PORT = 50_162
TRAP_PACE = 200
"""Traps sent before the loop may do something else."""


class Running:
    """A lab that runs: the world, the wire and the clock between them."""

    def __init__(self, brief: Brief, cable: Cable, loop: asyncio.AbstractEventLoop) -> None:
        self._brief, self._cable, self._loop = brief, cable, loop
        self._began = loop.time()
        self._world = World(plan_of(brief.network, brief.terminals))
        recordings = {a: read_recording(path) for a, path in brief.recordings.items()}
        hosts = field_of(self._world, self.now, brief.communities, recordings)
        self._responder = Responder(cable.socket, hosts, loop)
        self._alarm: asyncio.TimerHandle | None = None
        self._plugged = True

    def now(self) -> float:
        """Return the lab's own seconds."""
        return self._loop.time() - self._began

    def start(self) -> None:
        """Begin to answer, and set the scenario's alarms."""
        self._settle()
        self._responder.start()
        for step in self._brief.steps:
            self._loop.call_at(self._began + step.at_s, self._play, step)

    def _play(self, step: Step) -> None:
        if step.fault is not None:
            self._break(step.fault)
        elif step.mend is not None:
            with contextlib.suppress(LabError):  # a person may have mended it by hand before
                self._world.mend(step.mend)
            self._settle()

    def _break(self, fault: Fault) -> None:
        if not self._world.faults:
            self._responder.lost = None
        self._world.break_(fault, self.now())
        self._settle()

    def handle(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Do what is asked at the door.

        Raises:
            LabError: it cannot be done; the message says why.
        """
        match question:
            case {"ask": "break", "element": str(element), **said}:
                kind = said.get("kind")
                options = {name: float(said[name]) for name in OPTIONS if name in said}
                elements = self._world.plan.elements
                fault = fault_of(element, None if kind is None else str(kind), elements, options)
                self._break(fault)
                return {"element": element, "kind": fault.kind}
            case {"ask": "mend", "element": str(element)}:
                mended = self._world.mend(element)
                self._settle()
                return {"element": element, "mended": mended}
            case {"ask": "status"}:
                return report(self._world, self._responder.traffic, self.now()) | self._lost()
            case _:
                raise LabError("the lab knows: break ELEMENT KIND, mend ELEMENT, status")

    def _lost(self) -> dict[str, Any]:
        """Say which ping was the first that a fault swallowed, and how long ago."""
        if self._responder.lost is None:
            return {"lost_ping": None}
        address, at = self._responder.lost
        ago_s = round(self._loop.time() - at, 3)
        return {"lost_ping": {"address": str(ip_address(address)), "ago_s": ago_s}}

    def _settle(self) -> None:
        """Let all follow from what is broken, and come back when it changes by itself."""
        now = self.now()
        happened = self._world.settle(now)
        fit(self._world, self._responder.hosts)
        plugged = self._world.standing.damage.plugged
        if plugged is not self._plugged:
            self._cable.plug(plugged)
            self._plugged = plugged
        community = self._brief.communities.get("traps", DEFAULT_COMMUNITY).encode()
        self._say(list(traps(self._world, happened, now, community)))
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._world.next_change != float("inf"):
            self._alarm = self._loop.call_at(self._began + self._world.next_change, self._settle)

    def _say(self, waiting: list[tuple[Any, bytes]]) -> None:
        for device, payload in waiting[:TRAP_PACE]:
            address = self._brief.network.devices[device].address
            if address is None or not self._plugged:
                continue
            noc = NOC_ADDRESS if address.version == 4 else NOC_ADDRESS6  # noqa: PLR2004
            message = Datagram(TRAP_SOURCE_PORT, self._brief.trap_port, payload)
            self._responder.send(udp_frame(address.packed, packed(noc), message))
            self._responder.traffic.traps += 1
        if len(waiting) > TRAP_PACE:
            self._loop.call_soon(self._say, waiting[TRAP_PACE:])


def run(brief: Brief) -> None:
    """Run a lab in this process until SIGTERM, or until stdin ends: whoever started it is gone.

    Must be called before any thread was started. Writes ``lab.json`` and then one line to stdout
    when devices answer.

    Raises:
        LabRefusedError: the kernel does not allow it.
        LabError: a recording cannot be read.
    """
    namespaces = enter_new()
    cable = lay(namespaces)
    try:
        asyncio.run(_live(brief, cable, own_user=namespaces.own_user))
    finally:
        for name in (LAB_FILE, CONTROL_SOCKET):
            (brief.state / name).unlink(missing_ok=True)
        cable.close()


async def _live(brief: Brief, cable: Cable, *, own_user: bool) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    loop.add_reader(sys.stdin.fileno(), _until_end, loop, ended)
    running = Running(brief, cable, loop)
    running.start()
    control = brief.state / CONTROL_SOCKET
    server = await listen(control, running.handle)
    pid = os.getpid()
    lab = LabFile(
        pid=pid,
        user_ns=f"/proc/{pid}/ns/user" if own_user else None,
        net_ns=f"/proc/{pid}/ns/net",
        control=str(control),
        noc=NOC_ADDRESS,
    )
    write_lab_file(brief.state, lab)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await ended.wait()
    server.close()


def _until_end(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        loop.remove_reader(sys.stdin.fileno())
        ended.set()
