"""After a restart rows stand elsewhere: the port that is asked is that of the same name."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_address

import pytest

from netwatch.model.arrivals import Readings, Sample, Trouble
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network
from netwatch.pollers.plan import PollingSettings
from netwatch.pollers.polling import Polling
from netwatch.pollers.questions import Credential
from netwatch.wire.ber import Tag
from tests.edges.engine_house import Agent, Machine, eventually, objects, serving, singly

pytestmark = pytest.mark.needs("raw-sockets")
ADDRESS = "127.11.6.1"
IF_NAME, OPER, IN = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.2.2.1.8", "1.3.6.1.2.1.31.1.1.1.6"
SETTINGS = PollingSettings(
    icmp=timedelta(seconds=5),
    status=timedelta(seconds=0.4),
    metrics=timedelta(seconds=0.4),
    timeout=timedelta(seconds=1),
)


def switch(*, up_time: int, uplink: int, spare: int) -> dict[str, tuple[Tag, object]]:
    """Return a switch whose uplink is up and counts from 7,000, and whose spare port is down."""
    return {
        "1.3.6.1.2.1.1.2.0": (Tag.OID, (1, 3, 6, 1, 4, 1, 9, 1, 1208)),
        "1.3.6.1.2.1.1.3.0": (Tag.TIMETICKS, up_time),
        f"{IF_NAME}.{uplink}": (Tag.OCTETS, b"ge-0/0/1"),
        f"{IF_NAME}.{spare}": (Tag.OCTETS, b"ge-0/0/2"),
        f"{OPER}.{uplink}": (Tag.INTEGER, 1),
        f"{OPER}.{spare}": (Tag.INTEGER, 2),
        f"{IN}.{uplink}": (Tag.COUNTER64, 7_000 + up_time),
        f"{IN}.{spare}": (Tag.COUNTER64, 0),
    }


def network() -> Network:
    core = Device(id=DeviceId("core"), kind=DeviceKind.ROUTER)
    box = Device(
        id=DeviceId("sw-1"), kind=DeviceKind.SWITCH, address=ip_address(ADDRESS), snmp="access"
    )
    ends = (End(device=core.id), End(device=box.id, port="ge-0/0/1"))
    link = Link(id=LinkId("l-1"), ends=ends)
    return Network(devices={core.id: core, box.id: box}, links={link.id: link})


def test_the_port_of_the_same_name_is_asked_after_a_restart_and_no_other_ever() -> None:
    agent = Agent(objects(switch(up_time=90_000, uplink=1, spare=2)), address=ADDRESS)
    taken: list[Sample | Readings | Trouble] = []

    def states() -> list[object]:
        samples = (one for one in taken if isinstance(one, Sample))
        return [one.value for one in samples if one.check == "if.oper"]

    def counted() -> list[float | None]:
        readings = [one for one in taken if isinstance(one, Readings)]
        ports = [one for one in readings if one.check == "port.octets"]
        return [one.columns["in_octets"][one.parts.index("ge-0/0/1")] for one in ports]

    async def watch(restarts: Callable[[], None]) -> None:
        polling = Polling(
            network(),
            SETTINGS,
            {"access": Credential(port=agent.port)},
            clock=Machine(),
            bring=lambda batch: taken.extend(singly(batch)),
        )
        life = asyncio.create_task(polling.run())
        try:
            await eventually(lambda: len(states()) >= 3 and counted())
            restarts()
            before = len(states())
            await eventually(lambda: len(states()) >= before + 6)
            await eventually(lambda: counted()[-1] == 7_100)
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    def restarts() -> None:
        agent.objects = objects(switch(up_time=100, uplink=10_102, spare=1))

    with serving(agent):
        asyncio.run(watch(restarts))

    assert set(states()) == {"up"}
    assert set(counted()) == {97_000, 7_100}
