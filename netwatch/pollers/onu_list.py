"""What is known of the ONUs behind one OLT: rows, states, which port changed. Pure."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from netwatch.model.names import DeviceId
from netwatch.pollers.onu_table import (
    OnuTable,
    Place,
    Told,
    measured_at,
    place_of,
    rows_of,
    serial_at,
)
from netwatch.pollers.questions import Value


@dataclass(slots=True, kw_only=True)
class OnuList:
    """One table of ONUs, as it was learnt and as it was read the last time."""

    table: OnuTable
    serials: Mapping[str, Value]
    """Row index -> serial as the OLT sent it."""
    places: Mapping[str, Place]
    measured: Mapping[str, str] = field(default_factory=dict)
    """Index under which an ONU's measurements stand -> row index, where they differ."""
    devices: Mapping[str, DeviceId] = field(default_factory=dict)
    """Row index -> ONU of the inventory."""
    words: dict[str, Value] = field(default_factory=dict)
    """Row index -> the status that the OLT gave the last time."""
    states: dict[str, str] = field(default_factory=dict)
    """Row index -> what was told of the ONU the last time."""
    counts: dict[str, int] = field(default_factory=dict)
    """Port index -> how many were online there, by the OLT's own count, when its rows were read."""
    trusted: bool = False
    """Whether that count was seen to leave out an ONU that is offline: some OLTs count all."""
    doubted: frozenset[str] = frozenset()
    """Ports where something moved when they were read: they are read once more."""
    told_at: float = float("-inf")
    """When states that did not change were told the last time."""
    turn: int = 0
    optics_turn: int = 0

    @property
    def by_port(self) -> bool:
        """Say whether the rows of one port can be asked for alone."""
        return self.table.by_port and all(place.index for place in self.places.values())

    @property
    def ports(self) -> list[str]:
        """Return the indexes of the ports on which ONUs stand."""
        return list(dict.fromkeys(place.index for place in self.places.values()))

    def due(self, counts: Mapping[str, int], moved: Container[str] = ()) -> list[str]:
        """Return the ports whose rows must be read, and one in its turn.

        Those are the ports whose count moved, that ``moved`` otherwise, or did so when they were
        read the last time. Without a count to be trusted these are all.
        """
        ports = self.ports
        if not self.trusted or not self.words:
            return ports
        self.turn = (self.turn + 1) % max(1, len(ports))
        return [
            port
            for place, port in enumerate(ports)
            if place == self.turn
            or port in moved
            or port in self.doubted
            or counts.get(port, -1) != self.counts.get(port)
        ]

    def note(self, rows: Mapping[str, Value], counts: Mapping[str, int]) -> None:
        """Take the rows read now; a port's count stands only while it agrees with its rows."""
        turned = (index for index, word in rows.items() if self.words.get(index, word) != word)
        self.doubted = frozenset(index.rpartition(".")[0] for index in turned)
        self.words.update(rows)
        on, of = Counter[str](), Counter[str]()
        for index, word in rows.items():
            port = index.rpartition(".")[0]
            of[port] += 1
            on[port] += self.table.state(word, None) == "online"
        for port in of:
            if counts.get(port) == on[port]:
                self.counts[port] = on[port]
                self.trusted = self.trusted or on[port] < of[port]
            else:
                self.counts.pop(port, None)
                self.trusted = self.trusted and counts.get(port) != of[port]


def list_of(table: OnuTable, told: Told) -> OnuList | None:
    """Return the ONUs of a table as just learnt; None where the OLT has no such table."""
    rows = rows_of(table, told)
    if not rows:
        return None
    return OnuList(
        table=table,
        serials={index: serial_at(table, told, index) for index in rows},
        places={index: place_of(table, told, index) for index in rows},
        measured={measured_at(table, told, i): i for i in rows} if table.read_at else {},
    )


def port_names(
    lists: Iterable[OnuList], names: Mapping[str, Iterable[object]]
) -> dict[str, tuple[object, ...]]:
    """Return what each port is called: by IF-MIB where it has that index, and by its own table."""
    return {
        key_of(place): (*(() if one.table.place.port else names.get(place.index, ())), place.port)
        for one in lists
        for place in one.places.values()
    }


def key_of(place: Place) -> str:
    """Return what tells one port from the others."""
    return place.index or place.port
