"""What netwatch would be told of the provider's gear while it breaks: answers without packets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from netwatch.lab.faults import Fault, Kind
from netwatch.lab.plan import Port, plan_of
from netwatch.lab.world import World
from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import DeviceKind, Network
from tests.operator.field import SWITCHED_OFF, wired
from tests.operator.homes import Operator

ROUND: Final = timedelta(seconds=10)
ICMP, ONU_STATE, IF_OPER = CheckName("icmp"), CheckName("onu.state"), CheckName("if.oper")


@dataclass(slots=True)
class Watching:
    """The provider's gear as it is, asked for what netwatch's own network holds of it."""

    operator: Operator
    network: Network
    """As netwatch has it: the inventory with the places in it."""
    world: World = field(init=False)
    _by_serial: Mapping[str, DeviceId] = field(init=False)
    _ports: list[Port] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with everything whole, and some homes switched off."""
        truth, _ = wired(self.operator)
        self.world = World(plan_of(truth))
        assert SWITCHED_OFF.fault is not None
        self.breaks(SWITCHED_OFF.fault.element, SWITCHED_OFF.fault.kind)
        self._by_serial = {one.serial: one.id for one in truth.devices.values() if one.serial}
        ends = {end for link in self.network.links.values() for end in link.ends if end.port}
        olts = {one.id for one in self.network.devices.values() if one.kind is DeviceKind.OLT}
        self._ports = sorted(
            {Port(end.device, end.port) for end in ends if end.port and end.device in olts}
        )

    def breaks(self, element: str, kind: Kind) -> None:
        """Break something."""
        self.world.break_(Fault(element=element, kind=kind), 0.0)
        self.world.settle(0.0)

    def mends(self, element: str) -> None:
        """Mend it."""
        self.world.mend(element)
        self.world.settle(0.0)

    def round(self, at: datetime) -> Iterator[Sample]:
        """Yield what one round of questions brings, spread over less than a round."""
        asked = list(self._answers())
        for place, (device, check, part, value) in enumerate(asked):
            yield Sample(
                at=at + ROUND * 0.8 * place / len(asked),
                device=device,
                check=check,
                part=part,
                outcome=Outcome.SILENT if value is None else Outcome.ANSWERED,
                value=value,
            )

    def _answers(self) -> Iterator[tuple[DeviceId, CheckName, str, float | str | None]]:
        standing = self.world.standing
        for device in self.network.devices.values():
            known = self._by_serial.get(device.serial or "")
            if device.address is not None:
                yield device.id, ICMP, "", 1.5 if standing.hears(device.id) else None
            elif device.via is not None and known and standing.hears(device.via):
                yield device.id, ONU_STATE, "", standing.onus[known].state.value
        for port in self._ports:
            if standing.hears(port.device):
                state = "down" if port in standing.dark_pon else "up"
                yield port.device, IF_OPER, port.name, state
