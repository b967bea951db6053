"""Which rule of which profile gave each line of an answer. Pure."""

from collections.abc import Iterator
from typing import Any, Final

from netwatch.pollers.gear.recognition import fitting
from netwatch.pollers.gear.rules import Gear, Recognise, SensorRule, Source
from netwatch.pollers.gear.sensing import Sensor, readable, sense
from netwatch.pollers.gear.survey import Survey
from netwatch.pollers.gear.telling import told
from netwatch.pollers.questions import Value

_SHOWN: Final = 60


def explained(survey: Survey, document: dict[str, Any]) -> dict[str, Any]:
    """Add to an answer where its lines come from: ``explained``, and ``rule`` of each sensor."""
    owners = {id(rule): one.id for one in survey.layers for rule in one.sensors}
    sensors = [
        row | {"rule": _rule(sensor, owners)}
        for row, sensor in zip(
            document["sensors"], sense(survey.rules, survey.answers), strict=True
        )
    ]
    found = {id(one.rule) for one in sense(survey.rules, survey.answers)}
    idle = [] if survey.own is None else list(_idle(survey, survey.layers[0], found))
    return document | {"sensors": sensors, "explained": dict(_reasons(survey)), "idle": idle}


def _idle(survey: Survey, own: Gear, found: set[int]) -> Iterator[dict[str, str]]:
    """Yield the family's own rules that found no sensor, and why."""
    read: set[str] = set()
    for rule in own.sensors:
        oid = rule.object or rule.column
        if id(rule) not in found:
            why = "an earlier rule reads it" if oid in read else _nothing_of(survey, rule)
            yield {"rule": f"{rule.check or 'check_by'} {oid}", "why": why}
        read.add(oid)


def _nothing_of(survey: Survey, rule: SensorRule) -> str:
    if rule.object:
        raw = survey.answers.objects.get(rule.object)
        hint = "" if rule.object.endswith(".0") else "; a single object ends with .0, as a rule"
        return f"not answered{hint}" if raw is None else f"answered {_shown(raw)}: no reading"
    rows = survey.answers.column(rule.column)
    if not rows:
        return "no rows answered"
    some = ", ".join(dict.fromkeys(map(_shown, rows.values())))
    if len(some) > _SHOWN:
        some = f"{some[:_SHOWN]}..."
    rest = ", or `where` leaves them out" if rule.where else ""
    return f"{len(rows)} rows answered {some}: no readings{rest}"


def _shown(raw: Value) -> str:
    return readable(raw) if isinstance(raw, str) else str(raw)


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
