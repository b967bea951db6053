"""What is asked of a device about the sensors of its family, and what its answers mean. Pure.

Once all that the family may have is tried; after that only the rules that found something are
asked, the columns of a table together.
"""

from collections.abc import Generator, Iterable
from functools import lru_cache
from typing import Final

from netwatch.model.arrivals import Readings
from netwatch.model.names import CheckName
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.asking import OBJECTS_AT_ONCE, Arrivals, Heard, got, walked
from netwatch.pollers.columns import by_table
from netwatch.pollers.crowds import INTERFACES
from netwatch.pollers.gear.based import based
from netwatch.pollers.gear.recognition import impression, layered
from netwatch.pollers.gear.rules import SensorRule, State
from netwatch.pollers.gear.sensing import IF_DESCR, IF_NAME, Answers, Sensor, columns_of, sense
from netwatch.pollers.library import Library
from netwatch.pollers.onu_table import all_columns
from netwatch.pollers.profile import Profile
from netwatch.pollers.questions import Question

SYS_OBJECT_ID: Final = "1.3.6.1.2.1.1.2.0"
STATE: Final = CheckName("state")
NUMBERS: Final = {State.OK: 2.0, State.WARNING: 1.0, State.CRITICAL: 0.0}
"""What stands for a state in ``state.value``: above 0 it works."""
TRY_AGAIN_S: Final = 6 * 3600.0
_MOST_ROWS: Final = 4000


def sensor_readings(
    known: Acquaintance, profile: Profile, now: float, arrivals: Arrivals
) -> Generator[Question, Heard, None]:
    """Ask for every sensor; tell each check's values with their parts."""
    tried = now < known.sensors_due_at
    if tried and not known.sensor_rules:
        return
    rules = known.sensor_rules if tried else (yield from _rules(known, profile))
    answers, heard = yield from _answers(known, rules)
    sensors = sense(rules, answers)
    if not tried and known.profile is profile:  # nobody told us meanwhile to learn it anew
        found = {id(one.rule) for one in sensors}
        known.sensor_rules = tuple(rule for rule in rules if id(rule) in found)
        known.sensors_due_at = now + TRY_AGAIN_S
    if heard is not None:
        arrivals += _told(known, sensors, heard)


def _rules(
    known: Acquaintance, profile: Profile
) -> Generator[Question, Heard, tuple[SensorRule, ...]]:
    """Return all rules that may hold for the device."""
    heard = yield from got(known, [SYS_OBJECT_ID])
    seen = impression(heard.answer.values[0], "", "")
    left_out = _onu_tables(profile) + (INTERFACES if known.crowded else ())
    rules = _rules_of(known.library, profile.id, seen.object_id)
    return tuple(r for r in rules if not (left_out and r.column.startswith(left_out)))


def _onu_tables(profile: Profile) -> tuple[str, ...]:
    """Return the tables with a row an ONU: thousands of rows, which are read slowly and in turn."""
    columns = (oid for table in profile.onus for oid in all_columns(table))
    return tuple(dict.fromkeys(f"{oid.rpartition('.')[0]}." for oid in columns))


@lru_cache(maxsize=512)
def _rules_of(library: Library, family: str, object_id: str) -> tuple[SensorRule, ...]:
    """Return a family's rules, one and the same for all devices of a model."""
    gear = library.gear
    layers = [based(one, object_id) for one in layered(gear, gear.get(family))]
    return tuple(r for one in layers for r in one.sensors if r.object or r.column)


def _answers(
    known: Acquaintance, rules: Iterable[SensorRule]
) -> Generator[Question, Heard, tuple[Answers, Heard | None]]:
    answers, heard = Answers(), None
    rules = tuple(rules)
    objects = list(dict.fromkeys(rule.object for rule in rules if rule.object))
    for start in range(0, len(objects), OBJECTS_AT_ONCE):
        some = objects[start : start + OBJECTS_AT_ONCE]
        heard = yield from got(known, some)
        answers.objects.update(zip(some, heard.answer.values, strict=True))
    learnt = known.port_names  # thousands of sessions are never walked for their names
    given = () if learnt is None else (IF_NAME, IF_DESCR)
    wanted = [oid for rule in rules for oid in columns_of(rule) if oid not in given]
    for columns in by_table(wanted):
        heard = yield from walked(known, columns, _MOST_ROWS)
        for place, oid in enumerate(columns):
            answers.columns[oid] = {
                index: row[place]
                for index, row in heard.answer.rows.items()
                if row[place] is not None
            }
    if learnt is not None:
        answers.columns[IF_NAME] = answers.columns[IF_DESCR] = learnt.by_row()
    return answers, heard


def _told(known: Acquaintance, sensors: Iterable[Sensor], heard: Heard) -> Arrivals:
    checks: dict[CheckName, list[tuple[str, float]]] = {}
    for one in sensors:
        check = CheckName(one.check) if one.state is None else STATE
        value = one.value if one.state is None else NUMBERS.get(one.state)
        if value is not None:
            checks.setdefault(check, []).append((one.part, value))
    return [
        Readings(
            at=heard.at,
            device=known.device.id,
            check=check,
            parts=tuple(part for part, _ in values),
            columns={"value": tuple(value for _, value in values)},
        )
        for check, values in checks.items()
    ]
