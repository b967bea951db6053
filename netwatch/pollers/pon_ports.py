"""How an OLT's PON ports stand: state and octets, in a few requests, and where something moved."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from netwatch.model.arrivals import Readings
from netwatch.pollers.acquaintance import Acquaintance, PortFlow
from netwatch.pollers.asking import Arrivals, Heard, got, state_sample
from netwatch.pollers.columns import ReadingTable
from netwatch.pollers.port_rows import IF_OPER, octets_of
from netwatch.pollers.profile import PortTable
from netwatch.pollers.questions import Question, Value
from netwatch.pollers.uptime import SYS_UP_TIME, note_uptime

_OBJECTS_AT_ONCE: Final = 40
"""Counters of 64 bits among them: so many fit a datagram of the usual size."""
_TOWARDS_US: Final = "in_octets"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What an OLT said of its PON ports."""

    table: PortTable
    octets: ReadingTable | None
    rows: Mapping[str, str]
    """Port -> its row."""
    values: Mapping[str, Value]
    heard: Heard

    def state(self, port: str) -> str | None:
        value = self.values[f"{self.table.oper}.{self.rows[port]}"]
        return self.table.states.get(value) if isinstance(value, int) else None


def pon_ports(
    known: Acquaintance, table: PortTable | None, arrivals: Arrivals
) -> Generator[Question, Heard, tuple[frozenset[str] | None, Heard]]:
    """Ask how long the OLT has run and how its PON ports stand.

    Returns:
        The names of the ports that went up or down, or where traffic ceased or came back, since
        the last time: their ONUs may have changed. None: the OLT started anew since then. And what
        was heard last.
    """
    rows = {port: known.ports[port] for port in known.pon_ports if port in known.ports}
    octets = None if table is None else octets_of(known, table)
    columns = _columns(table, octets)
    values: dict[str, Value] = {}
    oids = [SYS_UP_TIME, *(f"{oid}.{row}" for row in rows.values() for oid in columns)]
    for start in range(0, len(oids), _OBJECTS_AT_ONCE):
        some = oids[start : start + _OBJECTS_AT_ONCE]
        heard = yield from got(known, some)
        values.update(zip(some, heard.answer.values, strict=True))
        if not start and note_uptime(known, values[SYS_UP_TIME], heard, arrivals):
            return None, heard
    if table is None or not rows:
        return frozenset(), heard
    seen = _Seen(table, octets, rows, values, heard)
    _tell_states(known, seen, arrivals)
    _tell_octets(known, seen, arrivals)
    return frozenset(_moved(known, seen)), heard


def _columns(table: PortTable | None, octets: ReadingTable | None) -> list[str]:
    if table is None:
        return []
    measured = octets.columns.values() if octets is not None else ()
    return [table.oper, *(column.oid for column in measured)]


def _tell_states(known: Acquaintance, seen: _Seen, arrivals: Arrivals) -> None:
    for port in seen.rows:
        state = seen.state(port)
        if state is not None:
            arrivals.append(state_sample(known.device.id, IF_OPER, state, seen.heard, part=port))
        else:
            known.look_for_ports_soon(seen.heard.now)


def _tell_octets(known: Acquaintance, seen: _Seen, arrivals: Arrivals) -> None:
    readings = seen.octets
    if readings is None:
        return
    names = known.port_names.by_row() if known.port_names is not None else {}
    columns = {
        name: column.values([seen.values[f"{column.oid}.{row}"] for row in seen.rows.values()])
        for name, column in readings.columns.items()
    }
    if any(value is not None for column in columns.values() for value in column):
        arrivals.append(
            Readings(
                at=seen.heard.at,
                device=known.device.id,
                check=readings.check,
                parts=tuple(names.get(row, port) for port, row in seen.rows.items()),
                columns=columns,
            )
        )


def _moved(known: Acquaintance, seen: _Seen) -> Iterator[str]:
    """Yield the ports that stand otherwise than before; one that is first seen does not."""
    readings = seen.octets
    counter = readings.columns.get(_TOWARDS_US) if readings is not None else None
    for port, row in seen.rows.items():
        state = seen.state(port)
        raw = seen.values[f"{counter.oid}.{row}"] if counter is not None else None
        octets = raw if isinstance(raw, int) else None
        before = known.pon_flows.get(port)
        flows = None if before is None else _differ(octets, before.octets)
        now = PortFlow(None if state is None else state == "up", octets, flows)
        known.pon_flows[port] = now
        if before and (_differ(before.up, now.up) or _differ(before.flows, now.flows)):
            yield port


def _differ(one: int | None, other: int | None) -> bool | None:
    """Say whether two numbers differ; None where one of them is not known."""
    return None if one is None or other is None else one != other
