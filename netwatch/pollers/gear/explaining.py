"""Which rule of which profile gave each line of an answer. Pure."""

from collections.abc import Iterator
from typing import Any

from netwatch.pollers.gear.recognition import fitting
from netwatch.pollers.gear.rules import Gear, Recognise, Source
from netwatch.pollers.gear.sensing import Sensor, sense
from netwatch.pollers.gear.survey import Survey
from netwatch.pollers.gear.telling import told


def explained(survey: Survey, document: dict[str, Any]) -> dict[str, Any]:
    """Add to an answer where its lines come from: ``explained``, and ``rule`` of each sensor."""
    owners = {id(rule): one.id for one in survey.layers for rule in one.sensors}
    sensors = [
        row | {"rule": _rule(sensor, owners)}
        for row, sensor in zip(
            document["sensors"], sense(survey.rules, survey.answers), strict=True
        )
    ]
    return document | {"sensors": sensors, "explained": dict(_reasons(survey))}


def _rule(sensor: Sensor, owners: dict[int, str]) -> str:
    rule = sensor.rule
    if rule is None:
        return ""
    place = f"object {rule.object}" if rule.object else f"column {rule.column}"
    return f"{owners.get(id(rule), '')}: {place}"


def _reasons(survey: Survey) -> Iterator[tuple[str, str]]:
    if survey.chosen is not None:
        yield "profile", "named by you"
    elif survey.own is not None:
        yield "profile", " or ".join(map(_way, fitting(survey.own, survey.seen)))
    for key in ("vendor", "model", "os", "version", "serial"):
        for one, source in _sources(survey, key):
            if told(source, survey.answers):
                where = source.object or source.column
                yield key, f"{one.id}: {where or 'all of this family'}"
                break
    for table in survey.onu_tables:
        if survey.answers.columns.get(table.status):
            yield "onus", f"status {table.status}, serial {table.serial or 'in the index'}"


def _sources(survey: Survey, key: str) -> Iterator[tuple[Gear, Source]]:
    for one in survey.layers:
        sources: tuple[Source, ...] = getattr(one.identity, key)
        yield from ((one, source) for source in sources)


def _way(way: Recognise) -> str:
    words = [f"sysObjectID {' or '.join(way.object_id)}" if way.object_id else ""]
    words += [f"sysDescr like {way.descr}" if way.descr else ""]
    words += [f"sysName like {way.name}" if way.name else ""]
    words += [f"has {oid}" for oid in way.has]
    words += [f"{oid} says {like}" for oid, like in way.says.items()]
    return " and ".join(word for word in words if word)
