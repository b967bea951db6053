"""What one night changes: ONUs swapped, homes moved, lines cancelled, new ones lit."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from netwatch.inventory.places.place import Place
from netwatch.inventory.places.questions import NONE, Question
from netwatch.inventory.places.reconcile import Change as Taken
from tests.operator.homes import Home, Operator, home_at, mac_of, serial_of
from tests.operator.records import Truth, right


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that really happened; ``before`` or ``after`` is None where there is none."""

    kind: str
    """swap, move, cancel or new."""
    before: Home | None = None
    after: Home | None = None

    @property
    def line(self) -> str:
        home = self.after or self.before
        return home.key if home else ""


def pass_night(
    operator: Operator, changes: int = 200, seed: int = 2
) -> tuple[Operator, list[Change]]:
    """Return the provider in the morning, and what happened: a quarter of each kind."""
    dice = random.Random(f"{operator.seed}/{seed}/night")  # noqa: S311 - no secret
    quarter = changes // 4
    on_fibre = [home for home in operator.homes if home.serial]
    chosen = dice.sample(on_fibre, 3 * quarter)
    happened = [
        *(_swapped(operator, home, at) for at, home in enumerate(chosen[:quarter])),
        *(_moved(operator, home) for home in chosen[quarter : 2 * quarter]),
        *(Change(kind="cancel", before=home) for home in chosen[2 * quarter :]),
        *_new(operator, changes - 3 * quarter),
    ]
    by_line = {change.line: change for change in happened}
    kept = [by_line[home.key].after if home.key in by_line else home for home in operator.homes]
    lit = [change.after for change in happened if change.kind == "new"]
    homes = tuple(home for home in (*kept, *lit) if home is not None)
    return replace(operator, homes=homes), happened


def not_followed(
    happened: Iterable[Change],
    taken: Iterable[Taken],
    places: Iterable[Place],
    true: dict[str, Truth],
) -> list[Change]:
    """Return what happened and was not taken, or left its line at a wrong place."""
    changed = {one.line for one in taken}
    held = {place.line: place for place in places}
    return [
        one
        for one in happened
        if one.line not in changed
        or (one.after is None) != (one.line not in held)
        or (one.after is not None and not right(held[one.line], true[one.line]))
    ]


def knows(question: Question, true: dict[str, Truth]) -> str:
    """Return what somebody who went there answers to: which line hangs on this ONU?"""
    serial = question.id.partition("|")[2]
    owner = next((key for key, one in true.items() if one.serial == serial), "")
    said = f"lms/{owner}"
    return said if said in question.answers else NONE


def _swapped(operator: Operator, home: Home, at: int) -> Change:
    """An ONU died; the new one took its place, and the records hear of it in half of the cases."""
    olt = operator.olt(home.gear)
    assert olt is not None
    after = replace(
        home,
        serial=serial_of(olt.make, int(home.key) + 2_000_001),
        was_serial=home.serial if at % 2 else "",
        mac=mac_of(int(home.key) + 3_000_001) if at % 3 == 0 else home.mac,
    )
    return Change(kind="swap", before=home, after=after)


def _moved(operator: Operator, home: Home) -> Change:
    """A cable was plugged in elsewhere: same ONU, the next port with room."""
    olt = operator.olt(home.gear)
    assert olt is not None
    port = olt.ports[(olt.ports.index(home.port) + 1) % len(olt.ports)]
    taken = [
        int(other.onu) for other in operator.homes if (other.gear, other.port) == (olt.id, port)
    ]
    number = max(taken, default=0) + 1 + int(home.key)  # of all that move there, none shares one
    after = replace(home, port=port, onu=str(number), was_port=home.port)
    return Change(kind="move", before=home, after=after)


def _new(operator: Operator, count: int) -> list[Change]:
    switches = [box for box in operator.boxes if box.kind == "switch"]
    first = 1 + max(int(home.key) for home in operator.homes) - 20_000
    used: dict[tuple[str, str], int] = {}
    for home in operator.homes:
        at = (home.gear, home.port if home.onu else "")
        used[at] = max(used.get(at, 0), int(home.onu or home.port))
    return [
        Change(
            kind="new",
            after=home_at(
                operator.seed, number, olt := operator.olts[number % len(operator.olts)],
                olt.ports[number % len(olt.ports)], number, used, switches,
            ),
        )
        for number in range(first, first + count)
    ]  # fmt: skip
