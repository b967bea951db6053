"""What is asked of a device, step by step, and what its answers mean. Pure.

A conversation is a generator: it yields a question, is sent what became of it, and returns the
arrivals it is worth. What it learns on the way it keeps in the device's `Acquaintance`.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from netwatch.model.arrivals import Outcome, Readings, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.pollers.acquaintance import LEARN_AGAIN_S, LEARN_SOON_S, Acquaintance
from netwatch.pollers.gear.recognition import impression, wanted
from netwatch.pollers.onus import place
from netwatch.pollers.ports import match_ports
from netwatch.pollers.profile import OnuTable, PortTable, Profile, ReadingTable, families, recognise
from netwatch.pollers.questions import Answer, Get, Question, Row, Target, Value, Walk

ICMP: Final = CheckName("icmp")
SNMP: Final = CheckName("snmp")
IF_OPER: Final = CheckName("if.oper")
ONU_STATE: Final = CheckName("onu.state")
SYS_DESCR: Final = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID: Final = "1.3.6.1.2.1.1.2.0"
SYS_NAME: Final = "1.3.6.1.2.1.1.5.0"
SYS_UP_TIME: Final = "1.3.6.1.2.1.1.3.0"
_OBJECTS_AT_ONCE: Final = 20
_MOST_ROWS: Final = 20_000
_SERIALS_ONE_BY_ONE: Final = 100
"""Of more rows than this the serials are walked rather than got."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer and when it came, in UTC and on the monotonic clock."""

    answer: Answer
    at: datetime
    now: float


Arrivals = list[Sample | Readings]
Conversation = Generator[Question, Heard, Arrivals]


class _SilenceError(Exception):
    """The device did not answer, or could not be asked: the conversation ends."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard


def echo_sample(device: DeviceId, heard: Heard) -> Sample:
    """Return what an echo round says of a device."""
    answer = heard.answer
    return Sample(
        at=heard.at,
        device=device,
        check=ICMP,
        outcome=answer.outcome,
        value=answer.rtt_ms,
        detail=answer.detail or None,
    )


def status(known: Acquaintance, now: float) -> Conversation:
    """Ask for all that is a state: ports with links, ONUs behind an OLT, mains.

    The last arrival is always the device's own ``snmp`` sample. A device that falls silent
    halfway has answered what came before; the rest is unknown and yields nothing.
    """
    arrivals: Arrivals = []
    try:
        profile = yield from _introduced(known)
        heard = yield from _single_states(known, profile, arrivals)
        profile = yield from _introduced(known)  # it may have restarted as something else
        if known.wanted_ports and profile.ports is not None:
            yield from _port_rows(known, profile.ports, now)
            heard = (yield from _port_states(known, profile.ports, now, arrivals)) or heard
        if known.onus and profile.onus is not None:
            yield from _onu_rows(known, profile, profile.onus, now)
            heard = yield from _onu_states(known, profile, profile.onus, now, arrivals)
    except _SilenceError as silence:
        heard = silence.heard
    arrivals.append(_snmp_sample(known, heard))
    return arrivals


def metrics(known: Acquaintance, now: float) -> Conversation:
    """Ask for all that is measured: octets of ports, optics of ONUs, batteries."""
    arrivals: Arrivals = []
    try:
        profile = yield from _introduced(known)
        for table in profile.readings:
            columns = [column.oid for column in table.columns.values()]
            heard = yield from _got(known, columns)
            arrivals += _single_readings(known, table, heard)
        if profile.ports is not None and profile.ports.readings is not None:
            if not known.port_names:
                yield from _port_rows(known, profile.ports, now, always=True)
            names = {index: _first_name(row, index) for index, row in known.port_names.items()}
            yield from _table(known, profile.ports.readings, names, arrivals)
        if known.onus and profile.onus is not None and profile.onus.readings is not None:
            yield from _onu_rows(known, profile, profile.onus, now)
            yield from _table(known, profile.onus.readings, known.onu_rows, arrivals)
    except _SilenceError:
        pass  # the status conversation tells that
    return arrivals


def _introduced(known: Acquaintance) -> Generator[Question, Heard, Profile]:
    """Find out which family the device belongs to, unless that is known."""
    if known.profile is None:
        heard = yield from _got(known, [SYS_OBJECT_ID, SYS_DESCR, SYS_NAME])
        seen = impression(*heard.answer.values)
        subtrees, objects = wanted(families(known.device.kind), seen)
        for subtree in subtrees:
            heard = yield from _walked(known, (subtree,), 1)
            seen.has[subtree] = bool(heard.answer.rows)
        if objects:
            heard = yield from _got(known, objects)
            said = zip(objects, heard.answer.values, strict=True)
            seen.said = {oid: text for oid, text in said if isinstance(text, str)}
        known.profile = recognise(seen, known.device.kind)
    return known.profile


def _single_states(
    known: Acquaintance, profile: Profile, arrivals: Arrivals
) -> Generator[Question, Heard, Heard]:
    heard = yield from _got(known, [SYS_UP_TIME, *(one.oid for one in profile.states)])
    uptime, *values = heard.answer.values
    if isinstance(uptime, int):
        if known.uptime is not None and uptime < known.uptime:
            known.forget_rows()
        known.uptime = uptime
    for one, value in zip(profile.states, values, strict=True):
        state = one.values.get(value) if isinstance(value, int) else None
        if state is not None:
            arrivals.append(_state(known.device.id, one.check, state, heard))
    return heard


def _single_readings(known: Acquaintance, table: ReadingTable, heard: Heard) -> Arrivals:
    columns = {
        name: (column.value(raw),)
        for (name, column), raw in zip(table.columns.items(), heard.answer.values, strict=True)
    }
    if all(value is None for (value,) in columns.values()):
        return []
    return [
        Readings(
            at=heard.at,
            device=known.device.id,
            check=table.check,
            parts=(table.part,),
            columns=columns,
        )
    ]


def _port_rows(
    known: Acquaintance, table: PortTable, now: float, *, always: bool = False
) -> Generator[Question, Heard, None]:
    """Learn under which index each port stands; again now and then, for rows move."""
    if now < known.ports_due_at and not always:
        return
    heard = yield from _walked(known, table.names)
    known.port_names = heard.answer.rows
    known.ports = match_ports(known.wanted_ports, heard.answer.rows)
    known.ports_due_at = now + LEARN_AGAIN_S


def _port_states(
    known: Acquaintance, table: PortTable, now: float, arrivals: Arrivals
) -> Generator[Question, Heard, Heard | None]:
    heard = None
    ports = tuple(known.ports.items())
    for start in range(0, len(ports), _OBJECTS_AT_ONCE):
        some = ports[start : start + _OBJECTS_AT_ONCE]
        heard = yield from _got(known, [f"{table.oper}.{index}" for _, index in some])
        for (port, _), value in zip(some, heard.answer.values, strict=True):
            state = table.states.get(value) if isinstance(value, int) else None
            if state is not None:
                arrivals.append(_state(known.device.id, IF_OPER, state, heard, part=port))
            else:
                known.ports_due_at = min(known.ports_due_at, now + LEARN_SOON_S)
    return heard


def _onu_rows(
    known: Acquaintance, profile: Profile, table: OnuTable, now: float
) -> Generator[Question, Heard, None]:
    """Learn which row is which ONU; again now and then, and when new rows have come."""
    if now < known.onus_due_at:
        return
    if profile.ports is not None and any(onu.serial is None for onu in known.onus):
        yield from _port_rows(known, profile.ports, now)
    heard = yield from _walked(known, (table.serial,))
    serials = {index: row[0] for index, row in heard.answer.rows.items()}
    placing = place(known.onus, serials, known.port_names)
    known.onu_rows, known.serials = placing.devices, serials
    known.unknown_rows, known.missing = placing.unknown_rows, placing.missing
    known.onus_due_at = now + LEARN_AGAIN_S


def _onu_states(
    known: Acquaintance, profile: Profile, table: OnuTable, now: float, arrivals: Arrivals
) -> Generator[Question, Heard, Heard]:
    columns = (table.status,) if table.cause is None else (table.status, table.cause)
    heard = yield Walk(_target(known), columns, _MOST_ROWS)
    if heard.answer.outcome is Outcome.ANSWERED:
        yield from _still_the_same(known, profile, table, now, heard.answer.rows)
        known.onu_words = heard.answer.rows
    for index, row in heard.answer.rows.items():
        onu = known.onu_rows.get(index)
        state = table.state(row[0], row[1] if len(row) > 1 else None)
        if onu is not None and state is not None:
            arrivals.append(_state(onu, ONU_STATE, state, heard))
    if not known.serials.keys() >= heard.answer.rows.keys():
        known.onus_due_at = min(known.onus_due_at, now + LEARN_SOON_S)
    if heard.answer.outcome is not Outcome.ANSWERED:
        raise _SilenceError(heard)
    return heard


def _still_the_same(
    known: Acquaintance,
    profile: Profile,
    table: OnuTable,
    now: float,
    rows: Mapping[str, Row],
) -> Generator[Question, Heard, None]:
    """Make sure that an ONU whose row changed was not swapped for another one meanwhile."""
    turned = [
        index
        for index, row in rows.items()
        if index in known.onu_rows and known.onu_words.get(index, row) != row
    ]
    swapped = len(turned) > _SERIALS_ONE_BY_ONE
    if not swapped:
        for start in range(0, len(turned), _OBJECTS_AT_ONCE):
            some = turned[start : start + _OBJECTS_AT_ONCE]
            heard = yield from _got(known, [f"{table.serial}.{index}" for index in some])
            for index, serial in zip(some, heard.answer.values, strict=True):
                swapped = swapped or serial != known.serials.get(index)
    if swapped:
        known.onus_due_at = float("-inf")
        yield from _onu_rows(known, profile, table, now)


def _table(
    known: Acquaintance,
    table: ReadingTable,
    names: Mapping[str, str],
    arrivals: Arrivals,
) -> Generator[Question, Heard, None]:
    """Walk measured columns; keep the rows that have a name."""
    heard = yield from _walked(known, tuple(column.oid for column in table.columns.values()))
    rows = [(names[index], row) for index, row in heard.answer.rows.items() if index in names]
    if not rows:
        return
    columns = {
        name: tuple(column.value(row[place]) for _, row in rows)
        for place, (name, column) in enumerate(table.columns.items())
    }
    arrivals.append(
        Readings(
            at=heard.at,
            device=known.device.id,
            check=table.check,
            parts=tuple(part for part, _ in rows),
            columns=columns,
        )
    )


def _got(known: Acquaintance, oids: Sequence[str]) -> Generator[Question, Heard, Heard]:
    heard = yield Get(_target(known), tuple(oids))
    if heard.answer.outcome is not Outcome.ANSWERED:
        raise _SilenceError(heard)
    if len(heard.answer.values) != len(oids):
        answer = replace(heard.answer, values=(None,) * len(oids))
        return replace(heard, answer=answer)
    return heard


def _walked(
    known: Acquaintance, columns: Sequence[str], rows: int = _MOST_ROWS
) -> Generator[Question, Heard, Heard]:
    heard = yield Walk(_target(known), tuple(columns), rows)
    if heard.answer.outcome is not Outcome.ANSWERED:
        raise _SilenceError(heard)
    return heard


def _target(known: Acquaintance) -> Target:
    if known.target is None:
        raise ValueError(f"{known.device.id} cannot be asked: {known.cannot}")
    return known.target


def _state(
    device: DeviceId, check: CheckName, state: str, heard: Heard, part: str | None = None
) -> Sample:
    return Sample(
        at=heard.at,
        device=device,
        check=check,
        outcome=Outcome.ANSWERED,
        part=part,
        value=state,
    )


def _snmp_sample(known: Acquaintance, heard: Heard) -> Sample:
    return Sample(
        at=heard.at,
        device=known.device.id,
        check=SNMP,
        outcome=heard.answer.outcome,
        detail=heard.answer.detail or None,
    )


def _first_name(row: Iterable[Value], index: str) -> str:
    return next((name.strip() for name in row if isinstance(name, str) and name.strip()), index)
