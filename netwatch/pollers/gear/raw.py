"""Everything that tells what a device is, as it is: what a new family is taught from."""

from collections.abc import Generator, Iterable

from netwatch.pollers.questions import Answer, Target, Value, Walk
from netwatch.wire.oid import parse_oid

_MIB_2 = "1.3.6.1.2.1"
_STANDARD = (1, 2, 31, 33, 47, 99, 105)
"""SNMPv2, IF, UPS, ENTITY, ENTITY-SENSOR and POWER-ETHERNET-MIB."""
_ENTERPRISE_ARCS = 7
MOST_ROWS = 50_000


def roots(object_id: str, not_understood: Iterable[str]) -> list[str]:
    """Return the subtrees that tell: those of every device, and its maker's."""
    makers = [".".join(oid.split(".")[:_ENTERPRISE_ARCS]) for oid in (object_id, *not_understood)]
    standard = [f"{_MIB_2}.{arc}" for arc in _STANDARD]
    return list(dict.fromkeys([*standard, *filter(None, makers)]))


def walking(
    target: Target, subtrees: Iterable[str], found: dict[str, Value]
) -> Generator[Walk, Answer, None]:
    """Put into ``found`` all objects below these subtrees, by full name."""
    for root in subtrees:
        answer = yield Walk(target, (root,), MOST_ROWS)
        found.update(
            (f"{root}.{index}", row[0]) for index, row in answer.rows.items() if row[0] is not None
        )


def in_order(found: dict[str, Value]) -> list[tuple[str, Value]]:
    """Return objects as an agent would tell them."""
    return sorted(found.items(), key=lambda one: parse_oid(one[0]))
