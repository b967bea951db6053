"""A real engine waits for a real slow agent: its homes are told of, and none is called dark."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

import pytest

from netwatch.model.arrivals import Sample
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pollers.plan import PollingSettings
from netwatch.pollers.polling import Polling
from netwatch.pollers.questions import Credential
from netwatch.wire.ber import Tag
from tests.edges.engine_house import Agent, Machine, eventually, objects, serving, singly
from tests.unit.pollers.test_conversation import HUAWEI, PORT

pytestmark = pytest.mark.needs("raw-sockets")
ADDRESS = "127.11.5.1"
TABLE: dict[str, tuple[Tag, object]] = {
    "1.3.6.1.2.1.1.2.0": (Tag.OID, (1, 3, 6, 1, 4, 1, 2011, 2, 123)),
    "1.3.6.1.2.1.1.3.0": (Tag.TIMETICKS, 5000),
    **{f"{HUAWEI}.43.1.3.{PORT}.{n}": (Tag.OCTETS, b"HWTC\0\0\0" + bytes([n])) for n in range(4)},
    **{f"{HUAWEI}.46.1.15.{PORT}.{n}": (Tag.INTEGER, 1) for n in range(4)},
}
SETTINGS = PollingSettings(
    icmp=timedelta(seconds=0.5),
    status=timedelta(seconds=1),
    pon=timedelta(seconds=1),
    metrics=timedelta(hours=1),
    timeout=timedelta(seconds=0.2),
    retries=0,
)


@dataclass
class Busy(Agent):
    """It takes longer over each answer than anybody usually waits."""

    delay_s: float = 0.6


def network() -> Network:
    olt = Device(
        id=DeviceId("olt-1"), kind=DeviceKind.OLT, address=ip_address(ADDRESS), snmp="access"
    )
    onus = [
        Device(
            id=DeviceId(f"onu-{n}"), kind=DeviceKind.ONU, via=olt.id, serial=f"HWTC000000{n:02X}"
        )
        for n in range(4)
    ]
    return Network(devices={one.id: one for one in (olt, *onus)})


def test_the_homes_of_a_slow_olt_are_told_of_and_it_is_never_pressed() -> None:
    agent = Busy(objects(TABLE), address=ADDRESS)
    taken: list[Sample] = []

    def told() -> set[str]:
        return {one.device for one in taken if one.check == "onu.state"}

    async def watch(port: int) -> None:
        polling = Polling(
            network(),
            SETTINGS,
            {"access": Credential(port=port)},
            clock=Machine(),
            bring=lambda batch: taken.extend(
                one for one in singly(batch) if isinstance(one, Sample)
            ),
        )
        life = asyncio.create_task(polling.run())
        try:
            await eventually(lambda: len(told()) == 4, 60.0)
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    with serving(agent):
        asyncio.run(watch(agent.port))

    assert {one.value for one in taken if one.check == "onu.state"} == {"online"}
