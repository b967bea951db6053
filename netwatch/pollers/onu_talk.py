"""What is asked of an OLT about its ONUs, port first, and what its answers mean. Pure.

A cheap count by port says where something changed; the rows of those ports are read, two ports at
a time, and one more port each round in its turn. Optics are read slowly, some ports at a time.
"""

from collections.abc import Container, Generator, Iterator, Mapping, Sequence
from typing import Final

from netwatch.model.arrivals import Outcome, Readings
from netwatch.model.names import CheckName
from netwatch.pollers.acquaintance import LEARN_AGAIN_S, LEARN_SLOW_S, LEARN_SOON_S, Acquaintance
from netwatch.pollers.asking import (
    MOST_ROWS,
    OBJECTS_AT_ONCE,
    Arrivals,
    Heard,
    SilenceError,
    got,
    state_sample,
    target,
    walked,
)
from netwatch.pollers.columns import by_table
from netwatch.pollers.onu_list import OnuList, key_of, list_of, port_names
from netwatch.pollers.onu_table import (
    OnuTable,
    causes_of,
    learnt_columns,
    readings_of,
    states_of,
)
from netwatch.pollers.onus import place
from netwatch.pollers.ports import match_ports
from netwatch.pollers.profile import Profile
from netwatch.pollers.questions import Get, Question, Row, Value, Walk

ONU_STATE: Final = CheckName("onu.state")
PON_ONUS: Final = CheckName("pon.onus")
SMALL_AT_ONCE: Final = 45
"""So many numbers fit a datagram of the usual size."""
_MOST_ONUS: Final = 1024
"""No port of an OLT bears more: a count beyond is none."""
_PORTS_AT_ONCE: Final = 2
"""Walked side by side, so that a request asks for as much as a datagram bears."""
_TOLD_EVERY_S: Final = 25.0
"""Of ports that stand still, what was told is told again no more often."""
_WHOLE: Final = 200
"""Up to so many rows are read as one column."""
_ONE_BY_ONE: Final = 450
"""Of more rows than this a column is walked rather than got."""
_SERIALS_ONE_BY_ONE: Final = 100
_OPTICS_AT_ONCE: Final = 512

Told = dict[str, dict[str, Value]]


def learn_onus(
    known: Acquaintance, profile: Profile, now: float
) -> Generator[Question, Heard, None]:
    """Learn which row is which ONU."""
    before = {id(one.table): one for one in known.onu_lists}
    lists: list[OnuList] = []
    for table in profile.onus:
        told: Told = {}
        for columns in by_table(learnt_columns(table)):
            heard = yield from walked(known, columns)
            told |= _told(columns, heard.answer.rows)
        if (one := list_of(table, told)) is None:
            continue
        if (old := before.get(id(table))) is not None:
            one.words = dict(old.words)
            one.states = {i: state for i, state in old.states.items() if i in one.places}
            one.optics_turn = old.optics_turn
        lists.append(one)
    _placed(known, lists)
    known.onu_lists = tuple(lists)
    known.onus_due_at = now + (LEARN_SLOW_S if known.slow else LEARN_AGAIN_S)


def onu_states(
    known: Acquaintance,
    profile: Profile,
    arrivals: Arrivals,
    moved: Container[str] = (),
) -> Generator[Question, Heard, Heard | None]:
    """Ask for the state of every ONU of each port that may have changed, of ``moved`` anyway."""
    heard = None
    for table in profile.onus:
        if (one := _of(known, table)) is not None:
            heard = yield from _states(known, profile, one, arrivals, moved)
    return heard


def onu_readings(known: Acquaintance, arrivals: Arrivals) -> Generator[Question, Heard, None]:
    """Ask for levels and distances, of many ONUs some ports at a time."""
    for one in known.onu_lists:
        if one.table.readings is None or not one.devices:
            continue
        told: Told = {}
        for columns in by_table([c.oid for c in one.table.readings.columns.values()]):
            for ports in _in_turn(one):
                asked = [f"{oid}{port and '.' + port}" for oid in columns for port in ports]
                heard = yield from walked(known, asked)
                _taken(told, columns, ports, heard.answer.rows)
        one.optics_turn += 1
        at = one.measured
        measured = {
            name: {at.get(i, i): value for i, value in values.items() if not at or i in at}
            for name, values in readings_of(one.table, told).items()
        }
        rows = dict.fromkeys(index for values in measured.values() for index in values)
        parts = [(index, one.devices[index]) for index in rows if index in one.devices]
        if parts:
            arrivals.append(
                Readings(
                    at=heard.at,
                    device=known.device.id,
                    check=one.table.readings.check,
                    parts=tuple(onu for _, onu in parts),
                    columns={
                        name: tuple(values.get(index) for index, _ in parts)
                        for name, values in measured.items()
                    },
                )
            )


def _states(
    known: Acquaintance,
    profile: Profile,
    one: OnuList,
    arrivals: Arrivals,
    moved: Container[str],
) -> Generator[Question, Heard, Heard]:
    counts, counted = dict[str, int](), None
    if not known.slow or len(one.serials) > _WHOLE:
        counts, counted = yield from _counts(known, one, arrivals)
    ports, stirred = one.ports, set[str]()
    if counts and len(one.serials) > _WHOLE:
        stirred = {index for index, port in _wanted(known, one).items() if port in moved}
        ports = one.due(counts, stirred)
    rows, heard = yield from _rows(known, one, ports)
    causes: dict[str, Value] = {}
    if heard.answer.outcome is Outcome.ANSWERED:
        causes = yield from _still_the_same(known, profile, one, heard.now, rows)
        one = _of(known, one.table) or one
    one.note(rows, counts)
    told = {i: state for i, word in rows.items() if (state := one.table.state(word, None))}
    _tell(one, {i: s for i, s in told.items() if s != "offline"}, heard, arrivals)
    offline = [index for index, state in told.items() if state == "offline"]
    if heard.answer.outcome is Outcome.ANSWERED:
        more = yield from _causes(known, one, [i for i in offline if i not in causes])
        causes |= more
    why = {index: one.table.state(rows[index], causes.get(index)) or "" for index in offline}
    _tell(one, why, heard, arrivals)
    if len(ports) == len(one.ports):
        if heard.answer.outcome is Outcome.ANSWERED:
            one.told_at = heard.now
    elif counted and (stirred or one.doubted or heard.now - one.told_at >= _TOLD_EVERY_S):
        one.told_at = heard.now
        read = set(ports)
        kept = {i: s for i, s in one.states.items() if one.places[i].index not in read}
        _tell(one, kept, counted, arrivals)
    if not one.serials.keys() >= rows.keys():
        known.onus_due_at = min(known.onus_due_at, heard.now + LEARN_SOON_S)
    if heard.answer.outcome is not Outcome.ANSWERED:
        raise SilenceError(heard)
    return heard


def _counts(
    known: Acquaintance, one: OnuList, arrivals: Arrivals
) -> Generator[Question, Heard, tuple[dict[str, int], Heard | None]]:
    """Ask how many ONUs each port has online, and tell what changed; empty: it does not say."""
    if not one.table.online:
        return {}, None
    heard = yield from walked(known, (one.table.online,))
    counts = {
        index: row[0]
        for index, row in heard.answer.rows.items()
        if isinstance(row[0], int) and 0 <= row[0] <= _MOST_ONUS
    }
    names = _wanted(known, one)
    for index, count in counts.items():
        if one.trusted and one.counts.get(index) != count and index in names:
            arrivals.append(
                state_sample(known.device.id, PON_ONUS, float(count), heard, part=names[index])
            )
    return counts if one.by_port else {}, heard if counts and one.by_port else None


def _wanted(known: Acquaintance, one: OnuList) -> dict[str, str]:
    """Return the ports that the inventory names: index -> name."""
    ports = known.ports
    if one.table.place.port:
        own = {place.index: (place.port,) for place in one.places.values()}
        ports = match_ports(known.wanted_ports, own)
    return {index: port for port, index in ports.items()}


def _rows(
    known: Acquaintance, one: OnuList, ports: Sequence[str]
) -> Generator[Question, Heard, tuple[dict[str, Value], Heard]]:
    """Read the status of these ports' rows; of all where rows do not tell their port."""
    table, rows = one.table, dict[str, Value]()
    known_rows = list(one.serials)
    if one.by_port and len(known_rows) > _WHOLE:
        for some in _chunks(ports, _PORTS_AT_ONCE):
            columns = [f"{table.status}.{port}" for port in some]
            heard = yield Walk(target(known), tuple(columns), MOST_ROWS)
            for number, row in heard.answer.rows.items():
                rows |= {
                    f"{port}.{number}": word
                    for port, word in zip(some, row, strict=True)
                    if word is not None
                }
            if heard.answer.outcome is not Outcome.ANSWERED:
                break
        return rows, heard
    if table.by_serial or (len(known_rows) > _WHOLE and not table.packed):
        for some in _chunks(known_rows, SMALL_AT_ONCE):
            oids = tuple(f"{table.status}.{index}" for index in some)
            heard = yield Get(target(known), oids)
            words = zip(some, heard.answer.values, strict=False)
            rows |= {index: word for index, word in words if word is not None}
            if heard.answer.outcome is not Outcome.ANSWERED:
                break
        return rows, heard
    heard = yield Walk(target(known), (table.status,), MOST_ROWS)
    came = {index: row[0] for index, row in heard.answer.rows.items()}
    return states_of(table, came), heard


def _causes(
    known: Acquaintance, one: OnuList, rows: Sequence[str]
) -> Generator[Question, Heard, Mapping[str, Value]]:
    """Ask why these are offline."""
    table = one.table
    rows = [index for index in rows if index in one.devices]
    if not rows or not table.cause:
        return {}
    if table.cause_serial or len(rows) > _ONE_BY_ONE:
        columns = [oid for oid in (table.cause, table.cause_serial) if oid]
        heard = yield from walked(known, columns)
        return causes_of(table, _told(columns, heard.answer.rows), one.serials)
    causes: dict[str, Value] = {}
    for some in _chunks(rows, SMALL_AT_ONCE):
        heard = yield from got(known, [f"{table.cause}.{index}" for index in some])
        causes.update(zip(some, heard.answer.values, strict=True))
    return causes


def _still_the_same(
    known: Acquaintance, profile: Profile, one: OnuList, now: float, rows: Mapping[str, Value]
) -> Generator[Question, Heard, dict[str, Value]]:
    """Make sure that an ONU whose row changed was not swapped for another one meanwhile.

    Returns:
        Why these went down, where it stands in the same table: that costs nothing more.
    """
    turned = [i for i, word in rows.items() if i in one.devices and one.words.get(i, word) != word]
    if not turned or not one.table.serial:
        return {}
    swapped, causes = len(turned) > _SERIALS_ONE_BY_ONE, dict[str, Value]()
    columns = [one.table.serial]
    if one.table.cause and not one.table.cause_serial:
        columns.append(one.table.cause)
    if not swapped:
        for some in _chunks(turned, OBJECTS_AT_ONCE // len(columns)):
            oids = [f"{column}.{index}" for column in columns for index in some]
            values = (yield from got(known, oids)).answer.values
            for index, serial in zip(some, values, strict=False):
                swapped = swapped or serial != one.serials.get(index)
            causes.update(zip(some, values[len(some) :], strict=False))
    if swapped:
        known.onus_due_at = float("-inf")
        yield from learn_onus(known, profile, now)
        return {}
    return causes


def _tell(one: OnuList, states: Mapping[str, str], heard: Heard, arrivals: Arrivals) -> None:
    for index, state in states.items():
        onu = one.devices.get(index)
        if onu is not None and state:
            one.states[index] = state
            arrivals.append(state_sample(onu, ONU_STATE, state, heard))


def _placed(known: Acquaintance, lists: Sequence[OnuList]) -> None:
    """Find the inventory's ONU of each row of all tables together."""
    rows = {f"{n} {index}": (n, index) for n, one in enumerate(lists) for index in one.serials}
    places = {row: key_of(lists[n].places[index]) for row, (n, index) in rows.items()}
    serials = {row: lists[n].serials[index] for row, (n, index) in rows.items()}
    names = port_names(lists, known.port_rows)
    placing = place(known.onus, serials, names, lambda row: places[row])
    known.unknown_rows, known.missing = placing.unknown_rows, placing.missing
    for n, one in enumerate(lists):
        one.devices = {
            index: placing.devices[f"{n} {index}"]
            for index in one.serials
            if f"{n} {index}" in placing.devices
        }


def _of(known: Acquaintance, table: OnuTable) -> OnuList | None:
    return next((one for one in known.onu_lists if one.table is table), None)


def _in_turn(one: OnuList) -> Iterator[list[str]]:
    """Yield the ports to be measured now, one at a time; an empty name: all together."""
    ports, rows = one.ports, len(one.serials)
    if not one.by_port or rows <= _OPTICS_AT_ONCE or not ports:
        yield [""]
        return
    turns = -(-rows // _OPTICS_AT_ONCE)
    yield from ([port] for port in ports[one.optics_turn % turns :: turns])


def _taken(
    told: Told, columns: Sequence[str], ports: Sequence[str], rows: Mapping[str, Row]
) -> None:
    (port,) = ports
    for place_, oid in enumerate(columns):
        values = told.setdefault(oid, {})
        for index, row in rows.items():
            if row[place_] is not None:
                values[f"{port}.{index}" if port else index] = row[place_]


def _told(columns: Sequence[str], rows: Mapping[str, Row]) -> Told:
    return {
        oid: {index: row[place_] for index, row in rows.items() if row[place_] is not None}
        for place_, oid in enumerate(columns)
    }


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
