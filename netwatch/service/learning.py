"""Incidents of the journal -> suspicions against records of who hangs where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.place import Place
from netwatch.inventory.places.spelling import serial_key
from netwatch.inventory.places.suspicions import Docket, Suspicion
from netwatch.model.facts import Fact, IncidentOpened, IncidentRevised
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.model.network import Network

DEVICE = "device:"


def learn(
    docket: Docket,
    facts: Iterable[tuple[int, Fact]],
    *,
    written: Network,
    network: Network,
    places: Iterable[Place],
) -> Docket:
    """Return the docket with what further facts say against records.

    Args:
        docket: what is known.
        facts: what was decided since it was read, with sequence numbers.
        written: the operator's inventory, without places.
        network: the one in force, with them.
        places: those in force.
    """
    records = _Records(written, network, places)
    found: list[Suspicion] = []
    read = docket.read
    for seq, fact in facts:
        read = max(read, seq)
        if isinstance(fact, IncidentOpened | IncidentRevised):
            found += records.suspicions(fact)
    return docket.plus(found, read)


class _Records:
    """Knows which line a device of the network is."""

    def __init__(self, written: Network, network: Network, places: Iterable[Place]) -> None:
        self._written, self._network = written, network
        self._lines: dict[tuple[DeviceId, str], list[str]] = defaultdict(list)
        for place in places:
            if place.spot is not None and place.spot.serial:
                at = (place.spot.device, place.spot.serial)
                self._lines[at].append(f"{place.source}/{place.line}")
        self._people: Mapping[DeviceId, list[SubscriberId]] = _people(network)

    def suspicions(self, fact: IncidentOpened | IncidentRevised) -> Iterator[Suspicion]:
        proof = fact.diagnosis.proof
        down = frozenset(fact.diagnosis.subscribers) if proof.suspects else frozenset()
        for name in proof.suspects:
            device = DeviceId(name.removeprefix(DEVICE))
            if not name.startswith(DEVICE) or device not in self._network.devices:
                continue
            for about in self._about(device):
                yield Suspicion(
                    incident=fact.incident,
                    at=fact.at,
                    about=about,
                    fell=any(one in down for one in self._people.get(device, ())),
                    root=tuple(fact.diagnosis.root_cause),
                    silent=proof.silent,
                    asked=proof.asked,
                )

    def _about(self, device: DeviceId) -> list[str]:
        """Return the lines behind a device that was derived; one that was written is itself."""
        if device in self._written.devices:
            return [f"{DEVICE}{device}"]
        known = self._network.devices[device]
        spot = Spot(known.via or device, serial=serial_key(known.serial or ""))
        return self._lines.get((spot.device, spot.serial), [])


def _people(network: Network) -> dict[DeviceId, list[SubscriberId]]:
    found: dict[DeviceId, list[SubscriberId]] = defaultdict(list)
    for one in network.subscribers.values():
        if one.device is not None:
            found[one.device].append(one.id)
    return found
