"""A survey -> the answer of ``netwatch probe`` (contract section 6). Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from netwatch.pollers.gear.enterprises import maker
from netwatch.pollers.gear.interfaces import interfaces
from netwatch.pollers.gear.neighbours import neighbours
from netwatch.pollers.gear.numerals import whole_number
from netwatch.pollers.gear.sensing import IF_NAME, Sensor, readable, sense
from netwatch.pollers.gear.survey import SYS_UP_TIME, Survey
from netwatch.pollers.gear.telling import told
from netwatch.pollers.onu_table import (
    OnuTable,
    Told,
    causes_of,
    measured_at,
    place_of,
    readings_of,
    rows_of,
    serial_at,
    states_of,
)
from netwatch.pollers.onus import serial_of
from netwatch.pollers.questions import Value

_TICKS_A_SECOND: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a survey took."""

    requests: int
    varbinds: int
    seconds: float


def document(
    survey: Survey, *, address: str, rtt_ms: float | None, reachable: bool, cost: Cost
) -> dict[str, Any]:
    """Return the answer as plain values."""
    said = survey.answers
    return {
        "address": address,
        "reachable": reachable,
        "rtt_ms": None if rtt_ms is None else round(rtt_ms, 3),
        "profile": survey.own.id if survey.own else None,
        "kind": survey.own.kind.value if survey.own and survey.own.kind else None,
        **identity(survey),
        "name": readable(survey.seen.name),
        "descr": readable(survey.seen.descr),
        "object_id": survey.seen.object_id,
        "uptime_s": _uptime_s(said.objects.get(SYS_UP_TIME)),
        "interfaces": [
            {
                "part": one.part,
                "index": one.index,
                "alias": one.alias,
                "oper": one.oper,
                "admin": one.admin,
                "speed_bps": one.speed_bps,
            }
            for one in interfaces(said, survey.ports)
        ],
        "interfaces_left_out": survey.crowded,
        "sessions": survey.sessions,
        "sensors": [_sensor(one) for one in sense(survey.rules, said)],
        "onus": onus(survey),
        "neighbours": [
            {"part": one.part, "device": one.device, "port": one.port, "by": one.by}
            for one in neighbours(said)
        ],
        "not_understood": survey.not_understood,
        "whole": survey.whole,
        "asked": {
            "requests": cost.requests,
            "varbinds": cost.varbinds,
            "seconds": round(cost.seconds, 3),
        },
    }


def identity(survey: Survey) -> dict[str, str | None]:
    """Return vendor, model, os, version and serial, each from the first source that tells it."""
    said: dict[str, str | None] = {}
    for key in ("vendor", "model", "os", "version", "serial"):
        sources = [source for one in survey.layers for source in getattr(one.identity, key)]
        said[key] = next(filter(None, (told(source, survey.answers) for source in sources)), None)
    if said["vendor"] is None:
        said["vendor"] = maker(survey.seen.object_id)
    return said


def onus(survey: Survey) -> list[dict[str, Any]]:
    """Return an OLT's ONUs, those of one port together."""
    told = survey.answers.columns
    return [one for table in survey.onu_tables for one in _onus(table, told)]


def _onus(table: OnuTable, told: Told) -> Iterator[dict[str, Any]]:
    states = states_of(table, told.get(table.status, {}))
    rows = rows_of(table, told)
    serials = {index: serial_at(table, told, index) for index in rows}
    causes = causes_of(table, told, serials)
    readings = readings_of(table, told)
    for index in rows:
        place = place_of(table, told, index)
        name = None if table.place.port else told.get(IF_NAME, {}).get(place.index)
        port = (readable(name) if isinstance(name, str) else "") or place.port
        at = measured_at(table, told, index)
        measured = {check: values.get(at) for check, values in readings.items()}
        yield {
            "part": f"{port}:{place.number}" if port else place.number,
            "serial": serial_of(serials[index]),
            "state": table.state(states.get(index), causes.get(index)),
            "rx_dbm": measured.pop("rx_dbm", None),
            "distance_m": measured.pop("distance_m", None),
            **measured,
            "last_down": table.last_down(causes.get(index)),
            **_described([told.get(column, {}).get(index) for column in table.description]),
        }


def _described(texts: Sequence[Value | None]) -> dict[str, str]:
    """Return an ONU's description, where it was asked for: only to place lines."""
    said = dict.fromkeys(readable(text) for text in texts if isinstance(text, str))
    return {"description": " ".join(filter(None, said))} if said else {}


def _sensor(one: Sensor) -> dict[str, Any]:
    said: dict[str, Any] = {"check": one.check, "part": one.part}
    if one.state is None:
        said |= {"value": one.value, "unit": one.unit}
    else:
        said |= {"state": one.state.value}
    return said | {"oid": one.oid}


def _uptime_s(raw: Value) -> int | None:
    if isinstance(raw, str):
        raw = whole_number(raw)
    return raw // _TICKS_A_SECOND if isinstance(raw, int) and raw >= 0 else None


def sensors_by_check(sensors: Iterable[Sensor]) -> dict[str, list[Sensor]]:
    """Return sensors grouped as people look for them."""
    groups: dict[str, list[Sensor]] = {}
    for one in sensors:
        groups.setdefault(one.check, []).append(one)
    return groups
