"""A night with Debian's own snmpd: every way of falling silent is told apart."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from netwatch.model.arrivals import Outcome, Readings, Sample, Trouble
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network
from netwatch.pollers.gathering import Bringable
from netwatch.pollers.polling import Polling, PollingSettings
from netwatch.pollers.questions import Credential
from tests.edges.engine_house import Machine, Space, eventually, singly, space

pytestmark = pytest.mark.needs("root", "namespaces", "raw-sockets", "snmpd")
BOX = DeviceId("box")
ADDRESS = "198.18.7.2"
SETTINGS = PollingSettings(
    icmp=timedelta(seconds=0.5),
    status=timedelta(seconds=1),
    metrics=timedelta(seconds=2),
    timeout=timedelta(seconds=0.4),
)
NETWORK = Network(
    devices={
        BOX: Device(id=BOX, kind=DeviceKind.SERVER, address=ip_address(ADDRESS), snmp="public")
    },
    links={
        LinkId("l"): Link(
            id=LinkId("l"),
            ends=(End(device=DeviceId("far")), End(device=BOX, port="port7")),
        )
    },
)


@contextmanager
def wired() -> Iterator[tuple[Space, Space]]:
    """Two namespaces with a cable between them: ours, and the field with a box in it."""
    with space() as here, space() as field:
        far = str(field.pid)
        here.run("ip", "link", "add", "noc0", "type", "veth", "peer", "name", "up0", "netns", far)
        here.run("ip", "addr", "add", "198.18.7.1/24", "dev", "noc0")
        here.run("ip", "link", "set", "noc0", "up")
        field.run("ip", "addr", "add", f"{ADDRESS}/24", "dev", "up0")
        field.run("ip", "link", "set", "up0", "up")
        field.run("ip", "link", "add", "port7", "type", "veth", "peer", "name", "cable7")
        field.run("ip", "link", "set", "port7", "up")
        field.run("ip", "link", "set", "cable7", "up")
        yield here, field


@contextmanager
def snmpd(field: Space, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    (folder / "snmpd.conf").write_text("rocommunity public\n")
    (folder / "state").mkdir(exist_ok=True)
    settings = ["-f", "-Lf", str(folder / "snmpd.log"), "-C", "-c", str(folder / "snmpd.conf")]
    where = ["-p", str(folder / "snmpd.pid"), f"udp:{ADDRESS}:161"]
    quiet = ["env", "MIBS=", f"SNMP_PERSISTENT_DIR={folder}/state"]
    process = subprocess.Popen(field.enter(*quiet, "/usr/sbin/snmpd", *settings, *where))
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Night:
    """What polling says, newest last."""

    def __init__(self) -> None:
        self.said: list[Sample | Readings | Trouble] = []

    def bring(self, batch: Sequence[Bringable]) -> None:
        self.said.extend(singly(batch))

    def last(self, check: str) -> tuple[Outcome, object] | None:
        for one in reversed(self.said):
            if isinstance(one, Sample) and one.check == check:
                return one.outcome, None if check in ("icmp", "snmp") else one.value
        return None

    async def until(self, check: str, outcome: Outcome, value: object = None) -> None:
        await eventually(lambda: self.last(check) == (outcome, value), 60)


def watch(here: Space, during: Callable[[Night], Awaitable[None]]) -> Night:
    night = Night()

    async def live() -> None:
        polling = Polling(
            NETWORK,
            SETTINGS,
            {"public": Credential()},
            clock=Machine(),
            bring=night.bring,
            namespace=here.namespace,
        )
        work = asyncio.create_task(polling.run())
        try:
            await during(night)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    asyncio.run(live())
    return night


def test_a_port_an_agent_and_a_cable_fail_one_after_the_other(tmp_path: Path) -> None:
    with wired() as (here, field), snmpd(field, tmp_path) as agent:

        async def told(night: Night) -> None:
            await night.until("icmp", Outcome.ANSWERED)
            await night.until("snmp", Outcome.ANSWERED)
            await night.until("if.oper", Outcome.ANSWERED, "up")

            field.run("ip", "link", "set", "cable7", "down")
            await night.until("if.oper", Outcome.ANSWERED, "down")

            agent.kill()
            await night.until("snmp", Outcome.SILENT)
            assert night.last("icmp") == (Outcome.ANSWERED, None)

            field.run("ip", "addr", "del", f"{ADDRESS}/24", "dev", "up0")
            await night.until("icmp", Outcome.SILENT)

            here.run("ip", "link", "set", "noc0", "down")
            await night.until("icmp", Outcome.BLIND)
            await night.until("snmp", Outcome.BLIND)

        night = watch(here, told)

    readings = (one for one in night.said if isinstance(one, Readings))
    octets = next(one for one in readings if one.check == "port.octets")
    assert {"up0", "port7"} <= set(octets.parts)
    assert octets.columns["in_octets"][octets.parts.index("up0")]
