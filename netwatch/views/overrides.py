"""Facts -> who took which duty for a while, by command."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from netwatch.model.duty_facts import DutyOverridden, DutyOverrideEnded
from netwatch.model.facts import Fact
from netwatch.model.names import OverrideId
from netwatch.model.plain import from_plain
from netwatch.views.proof import stamp

Overrides = dict[OverrideId, DutyOverridden]
MOST: Final = 1000
"""So many are kept to be looked back at."""


def take(overrides: Overrides, fact: Fact) -> None:
    """Let one more fact change who took what; later ones hold over those before."""
    match fact:
        case DutyOverridden():
            overrides[fact.override] = fact
            if len(overrides) > MOST:
                del overrides[next(iter(overrides))]
        case DutyOverrideEnded(override=name) if name in overrides:
            held = overrides[name]
            if held.starts < fact.at:
                overrides[name] = replace(held, ends=min(held.ends, fact.at))
            else:
                del overrides[name]
        case _:
            return


def overrides_answer(overrides: Iterable[DutyOverridden]) -> list[dict[str, Any]]:
    """Return them as plain values, in the order in which they were said."""
    return [
        {
            "override": one.override,
            "role": one.role,
            "person": one.person,
            "from": stamp(one.starts),
            "until": stamp(one.ends),
            "by": one.by,
            "why": one.why,
            "said_at": stamp(one.at),
        }
        for one in overrides
    ]


def overrides_of(rows: Iterable[dict[str, Any]]) -> tuple[DutyOverridden, ...]:
    """Return what ``overrides_answer`` was made of."""
    names = {"starts": "from", "ends": "until", "at": "said_at"}
    plain = (
        {name: row[names.get(name, name)] for name in DutyOverridden.__dataclass_fields__}
        for row in rows
    )
    return tuple(from_plain(one, DutyOverridden) for one in plain)
