"""The rows of an answer + a platform's rules -> what they say of a device. Pure."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from netwatch.pollers.gear.plausible import MEASURES
from netwatch.pollers.gear.rules import State
from netwatch.pollers.gear.sensing import Sensor
from netwatch.pollers.onus import serial_of
from netwatch.pollers.ssh.rules import (
    Command,
    CountRule,
    NeighbourRule,
    OnuRule,
    PortRule,
    Row,
    SensorRule,
    Where,
)

_NUMBER: Final = re.compile(r"(?<![\d.])[-+]?\d+(?:[.,]\d+)?(?![\d.])")
_GROUPS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_FIELD: Final = re.compile(r"\{([a-z0-9_]+)\}")
_NOTHING: Final = frozenset({"", "-", "--", "n/a", "na", "none", "null", "unknown"})
_LONGEST: Final = 256
_LEAST_DBM, _MOST_DBM = MEASURES["dbm"].least, MEASURES["dbm"].most


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port, in the words of IF-MIB; None: not told."""

    part: str
    oper: str
    admin: str | None = None
    alias: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onu:
    """An ONU as its OLT lists it."""

    port: str
    number: str
    state: str
    serial: str | None = None
    readings: Mapping[str, float] = field(default_factory=dict)

    @property
    def part(self) -> str:
        """Return port and number: ``0/1/3:12``."""
        return f"{self.port}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A device beyond one of the ports."""

    part: str
    device: str
    port: str
    by: str


@dataclass(slots=True, kw_only=True)
class Understood:
    """What the answers of one device say, command by command."""

    identity: dict[str, str] = field(default_factory=dict)
    ports: list[Port] = field(default_factory=list)
    sensors: list[Sensor] = field(default_factory=list)
    onus: list[Onu] = field(default_factory=list)
    neighbours: list[Neighbour] = field(default_factory=list)
    counts: dict[str, float] = field(default_factory=dict)

    def add(self, other: "Understood") -> None:
        """Take in what another answer of the same device says; what was there first stays."""
        self.identity = {**other.identity, **self.identity}
        self.counts = {**other.counts, **self.counts}
        for name in ("ports", "sensors", "onus", "neighbours"):
            getattr(self, name).extend(getattr(other, name))

    def plain(self) -> dict[str, Any]:
        """Return it in the words of `netwatch probe --json`."""
        return {
            **self.identity,
            "interfaces": [
                {"part": p.part, "alias": p.alias, "oper": p.oper, "admin": p.admin}
                for p in self.ports
            ],
            "sensors": [_sensor_plain(one) for one in self.sensors],
            "onus": [
                {"part": o.part, "serial": o.serial, "state": o.state, **o.readings}
                for o in self.onus
            ],
            "neighbours": [
                {"part": n.part, "device": n.device, "port": n.port, "by": n.by}
                for n in self.neighbours
            ],
            "counts": self.counts,
        }


def understand(command: Command, rows: Sequence[Row]) -> Understood:
    """Return what the rows of a command's answer say."""
    return Understood(
        identity=_identity(command.identity or {}, rows),
        ports=list(_ports(command.ports, rows)) if command.ports else [],
        sensors=list(_told_apart(_sensors(command.sensors, rows))),
        onus=list(_onus(command.onus, rows)) if command.onus else [],
        neighbours=list(_neighbours(command.neighbours, rows)) if command.neighbours else [],
        counts=dict(_counts(command.counts, rows)),
    )


def number_in(text: str) -> float | None:
    """Return the first number in a text, thousands set apart by commas or not; None: none."""
    if text.strip().casefold() in _NOTHING:
        return None
    found = _NUMBER.search(_GROUPS.sub("", text[:_LONGEST]))
    if found is None:
        return None
    number = float(found[0].replace(",", "."))
    return number if math.isfinite(number) else None


def _identity(columns: Mapping[str, str], rows: Iterable[Row]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        for name, column in columns.items():
            text = _text(row, column)
            if name not in found and text.casefold() not in _NOTHING:
                found[name] = text
    return found


def _ports(rule: PortRule, rows: Iterable[Row]) -> Iterator[Port]:
    for row in rows:
        part = _compact(_text(row, rule.name))
        oper = _worded(rule.states, _text(row, rule.oper))
        if part and oper is not None and _counted(rule.where, row):
            admin = _worded(rule.admin_states or {}, _text(row, rule.admin)) if rule.admin else None
            alias = _text(row, rule.alias) if rule.alias else ""
            yield Port(part=part, oper=oper, admin=admin, alias=alias)


def _sensors(rules: Iterable[SensorRule], rows: Sequence[Row]) -> Iterator[Sensor]:
    """Yield a sensor for each row, and for each place in lists that stand side by side."""
    for rule in rules:
        for row in rows:
            if not _counted(rule.where, row):
                continue
            for at in range(_length(row, rule.value)):
                sensor = _sensor(rule, row, at)
                if sensor is not None:
                    yield sensor


def _told_apart(sensors: Iterable[Sensor]) -> Iterator[Sensor]:
    """Number the sensors whose rows tell no difference between them: ``board``, ``board #2``."""
    seen: Counter[tuple[str, str, bool]] = Counter()
    for one in sensors:
        key = (one.check, one.part, one.state is not None)
        seen[key] += 1
        yield one if seen[key] == 1 else replace(one, part=f"{one.part} #{seen[key]}".strip())


def _sensor(rule: SensorRule, row: Row, at: int) -> Sensor | None:
    said = _text(row, rule.value, at)
    part = " ".join(_FIELD.sub(lambda found: _text(row, found[1], at), rule.part).split())
    if rule.states is not None or rule.otherwise is not None:
        state = _worded(rule.states or {}, said)
        state = rule.otherwise if state is None and said.casefold() not in _NOTHING else state
        return None if state is None else Sensor(check=rule.check, part=part, state=State(state))
    value, measure = _value(rule, said), MEASURES[rule.check]
    if value is None or not measure.least <= value <= measure.most:
        return None
    return Sensor(check=rule.check, part=part, value=value, unit=measure.unit)


def _value(rule: SensorRule, said: str) -> float | None:
    number = number_in(said)
    if number is None or (number == 0 and not rule.zero):
        return None
    number *= rule.scale
    if rule.milliwatts:
        if number <= 0:
            return None
        number = 10 * math.log10(number)
    return float(f"{number:.9g}")


def _onus(rule: OnuRule, rows: Iterable[Row]) -> Iterator[Onu]:
    for row in rows:
        port, number = _compact(_text(row, rule.port)), _text(row, rule.number)
        state = _worded(rule.states, _text(row, rule.state))
        if not port or not number or state is None:
            continue
        if state == "offline" and rule.cause:
            state = _cause(rule.causes or {}, _text(row, rule.cause))
        serial = serial_of(_serial(_text(row, rule.serial))) if rule.serial else None
        readings = dict(_onu_readings(rule.readings or {}, row))
        yield Onu(port=port, number=number, state=state, serial=serial, readings=readings)


def _onu_readings(columns: Mapping[str, str], row: Row) -> Iterator[tuple[str, float]]:
    for name, column in columns.items():
        value = number_in(_text(row, column))
        if value is None or (name.endswith("_dbm") and not _LEAST_DBM <= value <= _MOST_DBM):
            continue
        yield name, value


def _serial(text: str) -> str:
    """Return the serial as text: ``485754431A2B3C4D (HWTC-1A2B3C4D)`` is what stands first."""
    return text.split("(", maxsplit=1)[0].strip()


def _cause(causes: Mapping[str, str], said: str) -> str:
    folded = said.casefold()
    return next((state for word, state in causes.items() if word.casefold() in folded), "offline")


def _neighbours(rule: NeighbourRule, rows: Iterable[Row]) -> Iterator[Neighbour]:
    for row in rows:
        part = _text(row, rule.part)
        device, port = _first(row, rule.device), _first(row, rule.port)
        if part and (device or port):
            yield Neighbour(part=part, device=device, port=port, by=rule.by)


def _counts(rules: Iterable[CountRule], rows: Sequence[Row]) -> Iterator[tuple[str, float]]:
    for rule in rules:
        for row in rows[:1]:
            value = number_in(_text(row, rule.value))
            if value is not None and value >= 0:
                yield rule.check, value


def _first(row: Row, columns: Iterable[str]) -> str:
    return next(filter(None, (_text(row, column) for column in columns)), "")


def _counted(where: Iterable[Where], row: Row) -> bool:
    for one in where:
        said = _text(row, one.column).casefold()
        if one.is_ and said not in {word.casefold() for word in one.is_}:
            return False
        if said in {word.casefold() for word in one.not_}:
            return False
    return True


def _worded(words: Mapping[str, Any], said: str) -> Any:
    folded = said.casefold().rstrip(":*").strip()
    for word, meaning in words.items():
        if word.casefold() == folded:
            return meaning
    return None


def _length(row: Row, column: str) -> int:
    told = row.get(column, "")
    return len(told) if isinstance(told, list) else 1


def _text(row: Row, column: str, at: int = 0) -> str:
    """Return what stands in a column, as one line that a screen can show."""
    told = row.get(column, "")
    if isinstance(told, list):
        told = told[at] if at < len(told) else ""
    if not isinstance(told, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in told[:_LONGEST]).split())


def _compact(port: str) -> str:
    """Return a port's name without the blanks of a table: ``0/ 0/0`` is ``0/0/0``."""
    return re.sub(r"\s*/\s*", "/", port)


def _sensor_plain(one: Sensor) -> dict[str, Any]:
    told: dict[str, Any] = {"check": one.check, "part": one.part}
    if one.state is not None:
        return {**told, "state": one.state}
    return {**told, "value": one.value, "unit": one.unit}
