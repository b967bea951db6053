"""The whole road with Debian's own snmpd: from what a box answers to what is decided about it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_interface
from pathlib import Path

import pytest

from netwatch.correlation import ending
from netwatch.correlation.rules import CorrelationRules
from netwatch.model.arrivals import Readings, Sample, Tick, Trouble
from netwatch.model.asks import SecondLook
from netwatch.model.facts import (
    AlarmRaised,
    Diagnosis,
    Fact,
    IncidentKind,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
)
from netwatch.model.names import AreaId, DeviceId, LinkId, SubscriberId
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    End,
    Link,
    LocalName,
    Network,
    Subscriber,
)
from netwatch.pipeline import Pipeline, StageRules
from netwatch.pollers.gathering import Bringable
from netwatch.pollers.polling import Polling, PollingSettings
from netwatch.pollers.questions import Credential
from tests.edges.engine_house import Machine, Space, eventually, singly
from tests.edges.test_poll_snmpd import snmpd, wired

pytestmark = pytest.mark.needs("root", "namespaces", "raw-sockets", "snmpd")
CORE, BOX, HOME = DeviceId("core"), DeviceId("box"), DeviceId("home")
BOX_ADDRESS, HOME_ADDRESS = "198.18.7.2/24", "198.18.7.3/32"
BEHIND_HOME = {SubscriberId(f"S-{number}") for number in range(8)}
BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
PEOPLE = {SubscriberId("S-box"): BOX, **dict.fromkeys(BEHIND_HOME, HOME)}
SETTINGS = PollingSettings(
    icmp=timedelta(seconds=0.5),
    status=timedelta(seconds=1),
    metrics=timedelta(seconds=5),
    timeout=timedelta(seconds=0.3),
)
QUICK = StageRules(
    correlation=CorrelationRules(
        settle=timedelta(seconds=2),
        confirm_over=timedelta(seconds=2),
        confirm_over_few=timedelta(seconds=4),
    )
)


def network() -> Network:
    """Return core (ourselves), a box with an agent on it, and a block of homes on its port7."""
    return Network(
        vantage=CORE,
        gateways=(CORE,),
        areas={AreaId("polna"): Area(id=AreaId("polna"), name=LocalName("Polna"))},
        devices={
            CORE: Device(id=CORE, kind=DeviceKind.ROUTER, address=ip_address("198.18.7.1")),
            BOX: Device(
                id=BOX, kind=DeviceKind.SWITCH, address=ip_interface(BOX_ADDRESS).ip, snmp="public"
            ),
            HOME: Device(id=HOME, kind=DeviceKind.SWITCH, address=ip_interface(HOME_ADDRESS).ip),
        },
        links={
            LinkId("feed"): Link(id=LinkId("feed"), ends=(End(device=CORE), End(device=BOX))),
            LinkId("drop"): Link(
                id=LinkId("drop"), ends=(End(device=BOX, port="port7"), End(device=HOME))
            ),
        },
        subscribers={
            person: Subscriber(id=person, device=device, area=AreaId("polna"))
            for person, device in PEOPLE.items()
        },
    )


@dataclass
class Road:
    """Polling, and the pipeline behind it."""

    polling: Polling | None = None
    pipeline: Pipeline = field(default_factory=lambda: Pipeline(network(), QUICK))
    facts: list[Fact] = field(default_factory=list)
    tick: datetime = BEFORE

    def bring(self, batch: Sequence[Bringable]) -> None:
        for arrival in singly(batch):
            late = isinstance(arrival, Sample) and arrival.at < self.tick
            self._advance(_at(arrival, self.tick) if late else arrival)

    async def keep_time(self) -> None:
        while True:
            self.tick = datetime.fromtimestamp(int(time.time()), UTC)
            self._advance(Tick(at=self.tick))
            await asyncio.sleep(1 - time.time() % 1)

    def _advance(self, arrival: Sample | Readings | Trouble | Tick) -> None:
        decision = self.pipeline.advance(arrival)
        self.facts += decision.facts
        for ask in decision.asks:
            assert isinstance(ask, SecondLook)
            assert self.polling is not None
            self.polling.look(ask)

    def diagnoses(self) -> list[Diagnosis]:
        """Return what was thought of each outage when it began, or came back."""
        thought = [
            fact.diagnosis
            for fact in self.facts
            if isinstance(fact, IncidentOpened | IncidentRevised)
        ]
        return [one for one in thought if one.kind is IncidentKind.OUTAGE]

    def begun(self) -> int:
        return sum(isinstance(fact, IncidentOpened | IncidentRelapsed) for fact in self.facts)

    def feeling(self) -> set[str]:
        """Return who has felt the last outage."""
        return set(self.diagnoses()[-1].subscribers) if self.diagnoses() else set()

    def restored(self) -> int:
        return sum(isinstance(fact, IncidentRestored) for fact in self.facts)

    def alarmed(self, device: DeviceId, check: str) -> bool:
        return any(
            isinstance(fact, AlarmRaised) and (fact.device, fact.check) == (device, check)
            for fact in self.facts
        )


def _at(sample: Sample | Readings | Trouble, at: datetime) -> Sample:
    assert isinstance(sample, Sample)
    return Sample(
        at=at,
        device=sample.device,
        check=sample.check,
        outcome=sample.outcome,
        part=sample.part,
        value=sample.value,
        detail=sample.detail,
    )


def live(here: Space, night: Callable[[Road], Awaitable[None]]) -> None:
    road = Road()

    async def run() -> None:
        road.polling = Polling(
            network(),
            SETTINGS,
            {"public": Credential()},
            clock=Machine(),
            bring=road.bring,
            namespace=here.namespace,
        )
        work = [asyncio.create_task(road.polling.run()), asyncio.create_task(road.keep_time())]
        try:
            await night(road)
        except AssertionError:
            raise AssertionError("\n".join(map(str, road.facts))) from None
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    asyncio.run(run())


def test_an_agent_a_port_and_a_box_fail_and_only_what_customers_feel_is_an_outage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what came back once and fell again is believed after two calm minutes, here after two seconds
    monkeypatch.setattr(ending, "ONCE_BITTEN_S", 2)

    def address(field: Space, verb: str, *addresses: str) -> None:
        for one in addresses:
            field.run("ip", "addr", verb, one, "dev", "up0")

    with wired() as (here, field):
        address(field, "add", HOME_ADDRESS)
        with snmpd(field, tmp_path) as agent:

            async def night(road: Road) -> None:
                polling = road.polling
                assert polling is not None
                await eventually(lambda: polling.counts.answered > 20)
                assert road.begun() == 0

                # a digger cuts the drop cable: the port says so, the home is silent
                field.run("ip", "link", "set", "cable7", "down")
                address(field, "del", HOME_ADDRESS)
                await eventually(lambda: road.begun() == 1)
                assert road.feeling() == BEHIND_HOME
                field.run("ip", "link", "set", "cable7", "up")
                address(field, "add", HOME_ADDRESS)
                await eventually(lambda: road.restored() == 1)

                # the agent dies, the box still carries everything
                agent.kill()
                await eventually(lambda: road.alarmed(BOX, "snmp"))
                await asyncio.sleep(3)
                assert road.begun() == 1

                # the box is gone, and with it what hangs on it
                address(field, "del", BOX_ADDRESS, HOME_ADDRESS)
                await eventually(lambda: road.feeling() == set(PEOPLE))
                assert road.restored() == 1
                address(field, "add", BOX_ADDRESS, HOME_ADDRESS)
                await eventually(lambda: road.restored() == 2)

            live(here, night)
