"""What is asked of a device, step by step, and what its answers mean. Pure.

A conversation is a generator: it yields a question, is sent what became of it, and returns the
arrivals it is worth. What it learns on the way it keeps in the device's `Acquaintance`.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from netwatch.model.arrivals import Readings, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.pollers.acquaintance import Acquaintance, configured_profile
from netwatch.pollers.asking import (
    OBJECTS_AT_ONCE,
    Arrivals,
    Heard,
    SilenceError,
    got,
    state_sample,
    walked,
)
from netwatch.pollers.columns import ReadingTable
from netwatch.pollers.gear.recognition import impression, wanted
from netwatch.pollers.loss import Quality
from netwatch.pollers.onu_talk import learn_onus, onu_readings, onu_states
from netwatch.pollers.pon_ports import pon_ports
from netwatch.pollers.port_names import PortNames
from netwatch.pollers.port_rows import octets_of, port_rows, port_states
from netwatch.pollers.profile import PortTable, Profile
from netwatch.pollers.questions import Question, Value
from netwatch.pollers.schedule import Kind
from netwatch.pollers.sensor_talk import sensor_readings
from netwatch.pollers.serial_talk import tell_serial
from netwatch.pollers.session_talk import session_objects, tell_sessions
from netwatch.pollers.uptime import SYS_UP_TIME, note_uptime

ICMP: Final = CheckName("icmp")
SNMP: Final = CheckName("snmp")
ONUS: Final = "onus"
SERIAL_AGAIN_S: Final = 24 * 3600.0
PORTS_OF_SLOW_EVERY: Final = 4
METRICS_OF_SLOW_EVERY: Final = 12
STATUS_OF_SLOW_EVERY: Final = 4
"""Of what a slow OLT is asked less often: every so many times."""
SYS_DESCR: Final = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID: Final = "1.3.6.1.2.1.1.2.0"
SYS_NAME: Final = "1.3.6.1.2.1.1.5.0"


Conversation = Generator[Question, Heard, Arrivals]


def conversation_of(kind: Kind, known: Acquaintance, now: float) -> Conversation:
    """Return what an errand of this kind asks."""
    match kind:
        case Kind.PON:
            return pon(known, now)
        case Kind.METRICS:
            return metrics(known, now)
        case Kind.INVENTORY:
            return inventory(known, now)
        case _:
            return status(known, now)


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


def quality_readings(device: DeviceId, at: datetime, quality: Quality) -> Readings:
    """Return loss and jitter of the last minutes: ``icmp.loss_percent``, ``icmp.jitter_ms``."""
    return Readings(
        at=at,
        device=device,
        check=ICMP,
        parts=("",),
        columns={"loss_percent": (quality.loss_percent,), "jitter_ms": (quality.jitter_ms,)},
    )


def status(known: Acquaintance, now: float) -> Conversation:
    """Ask for all that is a state, but not of ONUs and their ports: ports with links, mains.

    The last arrival is always the device's own ``snmp`` sample. A device that falls silent
    halfway has answered what came before; the rest is unknown and yields nothing.
    """
    arrivals: Arrivals = []
    if known.surely_slow and known.is_spared("status", STATUS_OF_SLOW_EVERY):
        return arrivals  # its ONUs say that it is there
    try:
        profile = yield from _introduced(known)
        heard = yield from _single_states(known, profile, arrivals)
        profile = yield from _introduced(known)  # it may have restarted as something else
        if known.wanted_ports and profile.ports is not None:
            yield from port_rows(known, profile.ports, now)
            heard = (yield from port_states(known, profile.ports, now, arrivals)) or heard
    except SilenceError as silence:
        heard = silence.heard
    arrivals.append(_snmp_sample(known, heard))
    return arrivals


def pon(known: Acquaintance, now: float) -> Conversation:
    """Ask an OLT how its PON ports stand, and for the ONUs of those where something moved.

    One that takes long over each answer is asked for its ports only now and then.

    The last arrival says whether it answered, as its ``snmp`` sample of the part ``onus``. An OLT
    that falls silent halfway has answered what came before; the rest is unknown.
    """
    arrivals: Arrivals = []
    moved: frozenset[str] | None = frozenset()
    heard: Heard | None = None
    try:
        profile = yield from _introduced(known)
        if not known.is_spared("pon", PORTS_OF_SLOW_EVERY) or not known.onu_lists:
            if known.wanted_ports and profile.ports is not None:
                yield from port_rows(known, profile.ports, now)
            moved, heard = yield from pon_ports(known, profile.ports, arrivals)
        if moved is not None and profile.onus:  # else it started anew, and its rows are learnt next
            yield from _learn_onus(known, profile, now)
            heard = (yield from onu_states(known, profile, arrivals, moved)) or heard
    except SilenceError as silence:
        heard = silence.heard
    if heard is not None:
        arrivals.append(_snmp_sample(known, heard, ONUS))
    return arrivals


def metrics(known: Acquaintance, now: float) -> Conversation:
    """Ask for all that is measured: octets of ports, optics of ONUs, batteries."""
    arrivals: Arrivals = []
    try:
        profile = yield from _introduced(known)
        if known.slow:
            if not known.is_spared("metrics", METRICS_OF_SLOW_EVERY):
                yield from onu_readings(known, arrivals)
            return arrivals
        heard = yield from got(known, [SYS_UP_TIME])
        if note_uptime(known, heard.answer.values[0], heard, arrivals):
            return arrivals  # its rows may have moved, and are learnt the next time
        for table in profile.readings:
            columns = [column.oid for column in table.columns.values()]
            heard = yield from got(known, columns)
            arrivals += _single_readings(known, table, heard)
        if profile.ports is not None and profile.ports.readings is not None:
            yield from _octets(known, profile.ports, now, arrivals)
        if known.onus and profile.onus:
            yield from _learn_onus(known, profile, now)
            yield from onu_readings(known, arrivals)
        yield from sensor_readings(known, profile, now, arrivals)
        if now >= known.serial_due_at:
            yield from tell_serial(known, profile, arrivals)
            known.serial_due_at = now + SERIAL_AGAIN_S
    except SilenceError:
        pass  # the status conversation tells that
    return arrivals


def inventory(known: Acquaintance, now: float) -> Conversation:
    """Learn anew what a device is and where its ports and ONUs stand: gear is swapped by night.

    What is known stays in force while this is asked, and where it goes unanswered.
    """
    again = replace(
        known, profile=configured_profile(known.device, known.library), uptime=None, crowded=False
    )
    again.session_objects = None
    again.ports_due_at = again.onus_due_at = float("-inf")
    try:
        profile = yield from _introduced(again)
        if profile.ports is not None:
            yield from port_rows(again, profile.ports, now, always=True)
        if again.onus and profile.onus:
            yield from _learn_onus(again, profile, now)
    except SilenceError:
        return []  # the status conversation tells that
    known.take_over(again)
    return []


def _introduced(known: Acquaintance) -> Generator[Question, Heard, Profile]:
    """Find out which family the device belongs to, unless that is known."""
    if known.profile is None:
        heard = yield from got(known, [SYS_OBJECT_ID, SYS_DESCR, SYS_NAME])
        seen = impression(*heard.answer.values)
        subtrees, objects = wanted(known.library.families(known.device.kind), seen)
        for subtree in subtrees:
            heard = yield from walked(known, (subtree,), 1)
            seen.has[subtree] = bool(heard.answer.rows)
        if objects:
            heard = yield from got(known, objects)
            said = zip(objects, heard.answer.values, strict=True)
            seen.said = {oid: text for oid, text in said if isinstance(text, str)}
        known.profile = known.library.recognise(seen, known.device.kind)
    return known.profile


def _single_states(
    known: Acquaintance, profile: Profile, arrivals: Arrivals
) -> Generator[Question, Heard, Heard]:
    counted = session_objects(known, profile)
    states = [one.oid for one in profile.states]
    heard = yield from got(known, [SYS_UP_TIME, *states, *counted])
    uptime, *values = heard.answer.values
    sessions = dict(zip(counted, values[len(states) :], strict=True))
    tell_sessions(known, profile, sessions, heard, arrivals)
    note_uptime(known, uptime, heard, arrivals)
    for one, value in zip(profile.states, values, strict=False):
        state = one.values.get(value) if isinstance(value, int) else None
        if state is not None:
            arrivals.append(state_sample(known.device.id, one.check, state, heard))
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


def _learn_onus(
    known: Acquaintance, profile: Profile, now: float
) -> Generator[Question, Heard, None]:
    """Learn which row is which ONU; again now and then, and when new rows have come."""
    if now < known.onus_due_at:
        return
    if profile.ports is not None and any(onu.serial is None for onu in known.onus):
        yield from port_rows(known, profile.ports, now)
    yield from learn_onus(known, profile, now)


def _octets(
    known: Acquaintance, ports: PortTable, now: float, arrivals: Arrivals
) -> Generator[Question, Heard, None]:
    """Read the counters of all ports, of 32 bits where a device has no others."""
    if known.port_names is None:
        yield from port_rows(known, ports, now, always=True)
    learnt = known.port_names or PortNames({})
    asked = known.ports if known.crowded else learnt
    if (table := octets_of(known, ports)) is None or not asked:
        return
    measured = yield from _counters(known, table, learnt, arrivals)
    if not measured and ports.narrow is not None and not known.narrow:
        known.narrow = True
        yield from _counters(known, ports.narrow, learnt, arrivals)


def _counters(
    known: Acquaintance, table: ReadingTable, learnt: PortNames, arrivals: Arrivals
) -> Generator[Question, Heard, bool]:
    """Read the measured columns of ports: of all, or where there are crowds of the watched ones."""
    if not known.crowded:
        return (yield from _table(known, table, learnt, arrivals))
    return (yield from _rows(known, table, _named(known.ports, learnt), arrivals))


def _named(ports: Mapping[str, str], learnt: PortNames) -> dict[str, str]:
    """Return row -> what the device calls it, else what the inventory does, of a few ports."""
    names = learnt.by_row()
    return {row: names.get(row, port) for port, row in ports.items()}


def _table(
    known: Acquaintance, table: ReadingTable, learnt: PortNames, arrivals: Arrivals
) -> Generator[Question, Heard, bool]:
    """Walk measured columns; keep the rows that have a name. Say whether there was any value."""
    heard = yield from walked(known, tuple(column.oid for column in table.columns.values()))
    names = learnt.by_row()  # only now: thousands wait for their answer at a time
    rows = [(names[index], row) for index, row in heard.answer.rows.items() if index in names]
    return _measured(known, table, rows, heard, arrivals)


def _rows(
    known: Acquaintance,
    table: ReadingTable,
    names: Mapping[str, str],
    arrivals: Arrivals,
) -> Generator[Question, Heard, bool]:
    """Get the measured columns of a few rows. Say whether there was any value."""
    width = len(table.columns)
    at_once = max(1, OBJECTS_AT_ONCE // width)
    rows: list[tuple[str, Sequence[Value]]] = []
    some = list(names.items())
    for start in range(0, len(some), at_once):
        asked = some[start : start + at_once]
        oids = [f"{column.oid}.{row}" for row, _ in asked for column in table.columns.values()]
        heard = yield from got(known, oids)
        values = heard.answer.values
        rows += [
            (name, values[nth * width : (nth + 1) * width]) for nth, (_, name) in enumerate(asked)
        ]
    return bool(rows) and _measured(known, table, rows, heard, arrivals)


def _measured(
    known: Acquaintance,
    table: ReadingTable,
    rows: Sequence[tuple[str, Sequence[Value]]],
    heard: Heard,
    arrivals: Arrivals,
) -> bool:
    """Tell what was measured; say whether there was any value."""
    columns = {
        name: column.values([row[place] for _, row in rows])
        for place, (name, column) in enumerate(table.columns.items())
    }
    if all(value is None for column in columns.values() for value in column):
        return False
    arrivals.append(
        Readings(
            at=heard.at,
            device=known.device.id,
            check=table.check,
            parts=tuple(part for part, _ in rows),
            columns=columns,
        )
    )
    return True


def _snmp_sample(known: Acquaintance, heard: Heard, part: str | None = None) -> Sample:
    return Sample(
        at=heard.at,
        device=known.device.id,
        check=SNMP,
        part=part,
        outcome=heard.answer.outcome,
        detail=heard.answer.detail or None,
    )
