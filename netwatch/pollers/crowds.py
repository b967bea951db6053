"""Devices that have an interface for each session, and how many sessions they have. Pure.

Ten thousand sessions are ten thousand interfaces: such a table is never walked. Ports stand at its
beginning, sessions behind them; how many sessions there are, one object says.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from netwatch.pollers.questions import Value

CROWD: Final = 2000
"""With so many interfaces a device has one for each session: ports that matter are asked for."""
CROWD_ROWS: Final = 500
"""So many rows of it are read: the ports, which have the lowest indexes."""
MOST_SESSIONS: Final = 10_000_000
"""More than any device holds: a number above it is none."""
IF_NUMBER: Final = "1.3.6.1.2.1.2.1.0"
INTERFACES: Final = ("1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1.", "1.3.6.1.2.1.10.7.")

Ways = Sequence[tuple[str, ...]]
"""Ways to count sessions, the best first: objects whose numbers are to be added."""


def objects_of(ways: Ways) -> list[str]:
    """Return every object that may be asked for."""
    return list(dict.fromkeys(oid for way in ways for oid in way))


def sessions(ways: Ways, values: Mapping[str, Value]) -> tuple[tuple[str, ...], int] | None:
    """Return the objects of the first way that is answered, and their sum; None: none is."""
    for way in ways:
        said = {oid: value for oid in way if (value := _count(values.get(oid))) is not None}
        if said:
            return tuple(said), sum(said.values())
    return None


def is_crowd(numbers: Iterable[Value]) -> bool:
    """Say whether one of these numbers, of interfaces or sessions, makes a crowd."""
    return any((_count(number) or 0) >= CROWD for number in numbers)


def _count(value: Value) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= MOST_SESSIONS else None
