"""One device, asked for everything that netwatch understands: yields questions, takes answers.

The survey fills up as it goes, so that one cut short by the clock still says what it found.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from netwatch.model.arrivals import Outcome
from netwatch.pollers.crowds import (
    CROWD_ROWS,
    IF_NUMBER,
    INTERFACES,
    is_crowd,
    objects_of,
    sessions,
)
from netwatch.pollers.gear.based import based
from netwatch.pollers.gear.interfaces import IF_COLUMNS, rule_columns
from netwatch.pollers.gear.neighbours import NEIGHBOUR_COLUMNS
from netwatch.pollers.gear.recognition import Impression, family, impression, layered, wanted
from netwatch.pollers.gear.rules import Gear, InterfaceRule, SensorRule, Source
from netwatch.pollers.gear.sensing import Answers, columns_of
from netwatch.pollers.gear.unknown import hops
from netwatch.pollers.onu_table import OnuTable, all_columns
from netwatch.pollers.profile import Profile
from netwatch.pollers.questions import Answer, Get, Next, Target, Walk

SYSTEM: Final = "1.3.6.1.2.1.1"
SYS_DESCR: Final = f"{SYSTEM}.1.0"
SYS_OBJECT_ID: Final = f"{SYSTEM}.2.0"
SYS_UP_TIME: Final = f"{SYSTEM}.3.0"
SYS_NAME: Final = f"{SYSTEM}.5.0"
_INTRODUCTION: Final = (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_NAME)
_OBJECTS_AT_ONCE: Final = 20
_SUBTREES_AT_ONCE: Final = 16
_COLUMNS_AT_ONCE: Final = 8
MOST_ROWS: Final = 8000
"""So many of a table are read, and no more."""
_CROWDED: Final = tuple(oid.removesuffix(".") for oid in INTERFACES)

Asked = Get | Walk | Next
Steps = Generator[Asked, Answer, None]


@dataclass(slots=True)
class Survey:
    """What was found out of one device so far."""

    target: Target
    gear: Mapping[str, Gear]
    profiles: Mapping[str, Profile]
    chosen: str | None = None
    """The profile that a person named."""
    answers: Answers = field(default_factory=Answers)
    seen: Impression = field(default_factory=Impression)
    answered: bool = False
    whole: bool = False
    """Whether it came to its end."""
    broken: bool = False
    """Whether something that was begun went unanswered."""
    own: Gear | None = None
    layers: Sequence[Gear] = ()
    not_understood: list[str] = field(default_factory=list)

    @property
    def rules(self) -> list[SensorRule]:
        """Return the sensor rules that hold for this device, its own family's first."""
        return [rule for one in self.layers for rule in one.sensors]

    @property
    def polling(self) -> Profile | None:
        """Return how such a device is polled for outages."""
        return None if self.own is None else self.profiles.get(self.own.id)

    @property
    def onu_tables(self) -> tuple[OnuTable, ...]:
        """Return the tables in which such a device may list ONUs."""
        return () if self.polling is None else self.polling.onus

    @property
    def sessions(self) -> int | None:
        """Return how many sessions a BNG says it has."""
        ways = () if self.polling is None else self.polling.sessions
        found = sessions(ways, self.answers.objects)
        return None if found is None else found[1]

    @property
    def crowded(self) -> bool:
        """Say whether it has an interface for each of its sessions: they are not read."""
        return is_crowd([self.answers.objects.get(IF_NUMBER), self.sessions])

    @property
    def ports(self) -> list[InterfaceRule]:
        """Return the maker's own tables of ports."""
        return [rule for one in self.layers for rule in one.interfaces]


def introduced(survey: Survey) -> Steps:
    """Ask who it is, what interfaces it has and whom it hears on them."""
    survey.answered = yield from asked_objects(survey, _INTRODUCTION)
    if survey.answered:
        yield from _recognised(survey)
        ways = () if survey.polling is None else survey.polling.sessions
        yield from asked_objects(survey, [IF_NUMBER, *objects_of(ways)])
        yield from asked_columns(survey, [*IF_COLUMNS, *rule_columns(survey.ports)])
        yield from _identified(survey)
        yield from asked_columns(survey, NEIGHBOUR_COLUMNS)


def surveying(survey: Survey) -> Steps:
    """Ask for everything, the most telling things first."""
    yield from introduced(survey)
    if not survey.answered:
        return
    yield from _sensed(survey)
    for table in survey.onu_tables:
        yield from asked_columns(survey, all_columns(table))
    yield from hops(survey.target, known_subtrees(survey), survey.not_understood)
    survey.whole = True


def known_subtrees(survey: Survey) -> set[str]:
    """Return the subtrees of which something is understood: a column counts for its table."""
    known = {oid for one in survey.layers for oid in one.knows}
    for rule in survey.rules:
        known.update(_parent(oid) for oid in columns_of(rule))
        if rule.object:
            known.add(_parent(rule.object.removesuffix(".0")))
    for source in _sources(survey.layers):
        if source.object:
            known.add(_parent(source.object.removesuffix(".0")))
        if source.column:
            known.add(_parent(source.column))
    for table in survey.onu_tables:
        known.update(map(_parent, all_columns(table)))
    ways = () if survey.polling is None else survey.polling.sessions
    known.update(_parent(oid.removesuffix(".0")) for oid in objects_of(ways))
    known.update(map(_parent, rule_columns(survey.ports)))
    known.update(map(_parent, NEIGHBOUR_COLUMNS))
    return known - {""}  # of identifiers that this device's sysObjectID is too short for


def _recognised(survey: Survey) -> Steps:
    said = survey.answers.objects
    survey.seen = seen = impression(
        said.get(SYS_OBJECT_ID), said.get(SYS_DESCR), said.get(SYS_NAME)
    )
    if survey.chosen is not None:
        survey.own = survey.gear[survey.chosen]
    else:
        subtrees, objects = wanted(survey.gear, seen)
        yield from _looked(survey, subtrees)
        yield from asked_objects(survey, objects)
        seen.said = {oid: _text(survey.answers.objects.get(oid)) for oid in objects}
        survey.own = family(survey.gear, seen)
    survey.layers = [based(one, seen.object_id) for one in layered(survey.gear, survey.own)]


def _identified(survey: Survey) -> Steps:
    sources = list(_sources(survey.layers))
    yield from asked_objects(survey, [source.object for source in sources if source.object])
    columns = [source.column for source in sources if source.column]
    columns += [where.column for source in sources for where in source.where if where.column]
    yield from asked_columns(survey, columns)


def _sensed(survey: Survey) -> Steps:
    rules = survey.rules
    yield from asked_objects(survey, [rule.object for rule in rules if rule.object])
    yield from asked_columns(survey, [oid for rule in rules for oid in columns_of(rule)])


def _sources(layers: Iterable[Gear]) -> Iterable[Source]:
    for one in layers:
        said = one.identity
        for sources in (said.vendor, said.model, said.os, said.version, said.serial):
            yield from sources


def asked_objects(survey: Survey, oids: Sequence[str]) -> Generator[Asked, Answer, bool]:
    """Ask for objects not asked yet; say whether the device answered."""
    objects = survey.answers.objects
    new = [oid for oid in dict.fromkeys(oids) if oid and oid not in objects]
    answered = True
    for start in range(0, len(new), _OBJECTS_AT_ONCE):
        some = tuple(new[start : start + _OBJECTS_AT_ONCE])
        answer = yield Get(survey.target, some)
        answered = answer.outcome is Outcome.ANSWERED
        survey.broken = survey.broken or not answered
        values = answer.values if len(answer.values) == len(some) else (None,) * len(some)
        objects.update(zip(some, values, strict=True))
    return answered


def _looked(survey: Survey, subtrees: Iterable[str]) -> Steps:
    """Find out which subtrees hold anything."""
    new = [oid for oid in dict.fromkeys(subtrees) if oid not in survey.seen.has]
    for start in range(0, len(new), _SUBTREES_AT_ONCE):
        some = tuple(new[start : start + _SUBTREES_AT_ONCE])
        answer = yield Next(survey.target, some)
        came = answer.binds if len(answer.binds) == len(some) else (None,) * len(some)
        for oid, bind in zip(some, came, strict=True):
            there = bind is not None and (bind[0] == oid or bind[0].startswith(oid + "."))
            survey.seen.has[oid] = there


def asked_columns(survey: Survey, oids: Iterable[str]) -> Steps:
    """Walk columns not walked yet, those of one table together; absent tables cost no walk."""
    columns = survey.answers.columns
    tables: dict[str, list[str]] = {}
    for oid in dict.fromkeys(oids):
        if oid and oid not in columns:
            tables.setdefault(_parent(oid), []).append(oid)
    yield from _looked(survey, tables)
    for table, wanted_columns in tables.items():
        if not survey.seen.has.get(table, False):
            columns.update((oid, {}) for oid in wanted_columns)
            continue
        for start in range(0, len(wanted_columns), _COLUMNS_AT_ONCE):
            some = tuple(wanted_columns[start : start + _COLUMNS_AT_ONCE])
            crowd = survey.crowded and table.startswith(_CROWDED)
            answer = yield Walk(survey.target, some, CROWD_ROWS if crowd else MOST_ROWS)
            for place, oid in enumerate(some):
                columns[oid] = {
                    index: row[place]
                    for index, row in answer.rows.items()
                    if row[place] is not None
                }


def _parent(oid: str) -> str:
    return oid.rpartition(".")[0]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
