"""What came of a visit -> arrivals, in the words that SNMP's have. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from netwatch.model.arrivals import Change, Outcome, Readings, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.pollers.gear.rules import State
from netwatch.pollers.onu_talk import ONU_STATE
from netwatch.pollers.onus import place
from netwatch.pollers.port_rows import IF_OPER
from netwatch.pollers.ports import match_ports
from netwatch.pollers.sensor_talk import NUMBERS, STATE
from netwatch.pollers.ssh.accounts import Assignment
from netwatch.pollers.ssh.visits import Visited

SSH: Final = CheckName("ssh")
OPTICS: Final = CheckName("onu.optics")
_NOT_MEASURED: Final = frozenset({"part", "serial", "state"})
_WHO: Final = ("serial", "model", "version")

Told = Sample | Readings | Change


def told(one: Assignment, came: Visited, at: datetime) -> Iterator[Told]:
    """Yield what a visit says of a device; last, how the visit itself went.

    Ports and ONUs are told where the inventory names them. A device that falls silent halfway has
    answered what came before.
    """
    for said in came.said:
        if said.reading is not None:
            yield from _told(one, said.reading, at)
    yield Sample(
        at=at,
        device=one.device.id,
        check=SSH,
        outcome=came.outcome,
        detail=came.detail or None,
    )


def changed(
    device: DeviceId, before: Mapping[str, str], now: Mapping[str, str], at: datetime
) -> Iterator[Change]:
    """Yield a change where the device is no longer who it was: swapped, or with other software."""
    news = [
        f"{name} {before[name]} -> {now[name]}"
        for name in _WHO
        if name in before and name in now and before[name] != now[name]
    ]
    if news:
        yield Change(at=at, device=device, what=", ".join(news))


def identity(came: Visited) -> dict[str, str]:
    """Return who the device said it is."""
    found: dict[str, str] = {}
    for said in came.said:
        reading = said.reading or {}
        found = {**{name: reading[name] for name in _WHO if name in reading}, **found}
    return found


def _told(one: Assignment, reading: Mapping[str, Any], at: datetime) -> Iterator[Told]:
    device = one.device.id
    yield from _ports(one, reading["interfaces"], at)
    yield from _onus(one, reading["onus"], at)
    yield from _sensors(device, reading["sensors"], at)
    for check, value in reading["counts"].items():
        yield _answer(device, CheckName(check), float(value), at)


def _ports(one: Assignment, rows: Sequence[Mapping[str, Any]], at: datetime) -> Iterator[Sample]:
    by_part = {row["part"]: row["oper"] for row in rows}
    names = {row["part"]: (row["part"], row["alias"]) for row in rows}
    for port, part in match_ports(one.wanted_ports, names).items():
        state = "up" if by_part[part] == "up" else "down"
        yield _answer(one.device.id, IF_OPER, state, at, part=port)


def _onus(one: Assignment, rows: Sequence[Mapping[str, Any]], at: datetime) -> Iterator[Told]:
    if not rows:
        return
    by_part = {row["part"]: row for row in rows}
    port_of = {part: part.rpartition(":")[0] for part in by_part}
    placing = place(
        one.onus,
        {part: row["serial"] for part, row in by_part.items()},
        {port: (port,) for port in port_of.values()},
        port_of.__getitem__,
    )
    for part, onu in placing.devices.items():
        yield _answer(onu, ONU_STATE, by_part[part]["state"], at)
    columns = {name for row in rows for name in row.keys() - _NOT_MEASURED}
    measured = [
        (by_part[part], onu)
        for part, onu in placing.devices.items()
        if by_part[part].keys() & columns
    ]
    if measured:
        yield Readings(
            at=at,
            device=one.device.id,
            check=OPTICS,
            parts=tuple(onu for _, onu in measured),
            columns={name: tuple(row.get(name) for row, _ in measured) for name in sorted(columns)},
        )


def _sensors(
    device: DeviceId, rows: Sequence[Mapping[str, Any]], at: datetime
) -> Iterator[Readings]:
    checks: dict[CheckName, dict[str, float]] = {}
    for row in rows:
        if "state" in row:
            number = NUMBERS.get(State(row["state"]))
            if number is not None:
                checks.setdefault(STATE, {}).setdefault(row["part"], number)
        else:
            checks.setdefault(CheckName(row["check"]), {}).setdefault(row["part"], row["value"])
    for check, values in checks.items():
        yield Readings(
            at=at,
            device=device,
            check=check,
            parts=tuple(values),
            columns={"value": tuple(values.values())},
        )


def _answer(
    device: DeviceId, check: CheckName, value: float | str, at: datetime, part: str | None = None
) -> Sample:
    return Sample(
        at=at, device=device, check=check, outcome=Outcome.ANSWERED, part=part, value=value
    )
