"""Under which row a device keeps each port, and how those ports stand. Parts of conversations."""

from collections.abc import Generator, Mapping
from typing import Final

from netwatch.model.names import CheckName
from netwatch.pollers.acquaintance import LEARN_AGAIN_S, Acquaintance
from netwatch.pollers.asking import OBJECTS_AT_ONCE, Arrivals, Heard, got, state_sample, walked
from netwatch.pollers.columns import ReadingTable
from netwatch.pollers.crowds import CROWD, CROWD_ROWS, IF_NUMBER, is_crowd
from netwatch.pollers.port_names import PortNames, first_name
from netwatch.pollers.ports import match_ports
from netwatch.pollers.profile import PortTable
from netwatch.pollers.questions import Question, Row

IF_OPER: Final = CheckName("if.oper")


def port_rows(
    known: Acquaintance, table: PortTable, now: float, *, always: bool = False
) -> Generator[Question, Heard, None]:
    """Learn under which index each port stands; again now and then, for rows move."""
    if now < known.ports_due_at and not always:
        return
    if not always and (yield from _ports_stand_still(known, table)):
        known.ports_due_at = now + LEARN_AGAIN_S
        return
    rows = yield from _names(known, table)
    known.port_names = PortNames(rows)
    known.port_rows = rows if any(onu.serial is None for onu in known.onus) else {}
    known.ports = match_ports(known.wanted_ports, rows)
    known.ports_due_at = now + LEARN_AGAIN_S


def _names(known: Acquaintance, table: PortTable) -> Generator[Question, Heard, Mapping[str, Row]]:
    """Read what the device calls its ports; of one with a crowd of sessions the first rows only."""
    heard = yield from got(known, [IF_NUMBER])
    crowd = is_crowd(heard.answer.values)
    serving = is_crowd([known.sessions]) or (crowd and known.serves and not known.session_objects)
    heard = yield from walked(known, table.names, CROWD_ROWS if serving else CROWD)
    rows = heard.answer.rows
    known.crowded = crowd or serving or len(rows) >= CROWD
    found = match_ports(known.wanted_ports, rows)
    if known.crowded and not serving and len(found) < len(known.wanted_ports):
        heard = yield from walked(known, table.names)
    return heard.answer.rows


def _ports_stand_still(known: Acquaintance, table: PortTable) -> Generator[Question, Heard, bool]:
    """Say whether all ports that matter still stand where they stood: much less to ask."""
    if known.port_names is None or known.port_rows or len(known.ports) < len(known.wanted_ports):
        return False
    names, width = known.port_names.by_row(), len(table.names)
    rows = sorted(known.ports.values())
    at_once = max(1, OBJECTS_AT_ONCE // width)
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        heard = yield from got(known, [f"{oid}.{row}" for row in some for oid in table.names])
        values = heard.answer.values
        for nth, row in enumerate(some):
            if first_name(values[nth * width : (nth + 1) * width], row) != names.get(row):
                return False
    return True


def octets_of(known: Acquaintance, table: PortTable) -> ReadingTable | None:
    """Return the counters of its ports that a device has."""
    return table.narrow if known.narrow and table.narrow is not None else table.readings


def port_states(
    known: Acquaintance, table: PortTable, now: float, arrivals: Arrivals
) -> Generator[Question, Heard, Heard | None]:
    """Ask how the ports with links stand; those with ONUs behind them have a turn of their own."""
    heard = None
    ports = tuple(one for one in known.ports.items() if one[0] not in known.pon_ports)
    for start in range(0, len(ports), OBJECTS_AT_ONCE):
        some = ports[start : start + OBJECTS_AT_ONCE]
        heard = yield from got(known, [f"{table.oper}.{index}" for _, index in some])
        for (port, _), value in zip(some, heard.answer.values, strict=True):
            state = table.states.get(value) if isinstance(value, int) else None
            if state is not None:
                arrivals.append(state_sample(known.device.id, IF_OPER, state, heard, part=port))
            else:
                known.look_for_ports_soon(now)
    return heard
