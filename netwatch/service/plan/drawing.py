"""Devices and wires -> where each is drawn: a tree from left to right, or rings around a centre."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import cos, log1p, pi, sin
from typing import Final

from netwatch.model.names import DeviceId
from netwatch.service.plan.atlas import Atlas, Wire
from netwatch.service.plan.defects import Defect

FINE: Final = "fine"
WITHIN: Final = "within"
"""Something that is not drawn, behind this, is wrong."""
WRONG: Final = "wrong"
MOST: Final = 260
"""So many devices are drawn; what lies behind them is counted."""
LABELLED: Final = 70
"""So few devices are drawn as a tree with all their names."""
MOST_LABELS: Final = 30
AROUND: Final = 22
"""So many devices are drawn around a defect."""
CHILDREN: Final = 5
NAME_ROOM: Final = (90, 13)
"""Pixels that a name takes, across and down."""

Parents = Mapping[DeviceId, DeviceId | None]


@dataclass(slots=True)
class Spot:
    """A device where it is drawn."""

    name: str
    x: float
    y: float
    r: float = 5.0
    state: str = FINE
    label: str = ""
    anchor: str = "start"
    note: str = ""


@dataclass(slots=True)
class Line:
    """A wire where it is drawn."""

    x1: float
    y1: float
    x2: float
    y2: float
    state: str = FINE


@dataclass(slots=True)
class Drawing:
    """A picture, in pixels."""

    width: float
    height: float
    spots: list[Spot] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    hidden: int = 0
    """How many devices stand behind those drawn."""


def overview(atlas: Atlas, defects: Sequence[Defect]) -> Drawing:
    """Draw the network: all of a small one, of a large one what carries the rest."""
    wrong = {d for defect in defects for d in _meant(atlas, defect)}
    kept, hidden = _kept(atlas)
    state = dict.fromkeys(kept, FINE)
    for device in wrong:
        here = _shown(atlas, device, kept)
        if here is not None and state[here] != WRONG:
            state[here] = WRONG if here == device else WITHIN
    people, behind = _counted(atlas, kept)
    at = _tree(atlas, kept) if len(kept) <= LABELLED else _rings(atlas, kept)
    left, right = (20, 200) if len(kept) <= LABELLED else (150, 150)
    drawing = _sized(at, left, right)
    wires = {w for d in defects for n in (d.element, *d.near) if (w := atlas.wire_of(n))}
    _wire_up(drawing, atlas, at, wires)
    loud = sorted((d for d in kept if state[d] != FINE), key=lambda d: -people[d])[:MOST_LABELS]
    first = [atlas.start] if atlas.start in at else []
    named = set(kept) if len(kept) <= LABELLED else _apart([*first, *loud], at)
    centre = drawing.width / 2
    for device in kept:
        x, y = at[device]
        right = len(kept) <= LABELLED or x >= centre
        drawing.spots.append(
            Spot(
                name=device,
                x=x,
                y=y,
                r=3.5 + log1p(people[device]) * 0.8,
                state=state[device],
                label=device if device in named else "",
                anchor="start" if right else "end",
                note=_note(device, people[device], behind[device]),
            )
        )
    drawing.hidden = hidden
    return drawing


def _apart(
    devices: Sequence[DeviceId], at: Mapping[DeviceId, tuple[float, float]]
) -> set[DeviceId]:
    """Return those whose names can be read beside the names of the ones before."""
    named: dict[DeviceId, tuple[float, float]] = {}
    for device in devices:
        x, y = at[device]
        wide, high = NAME_ROOM
        if all(abs(x - a) > wide or abs(y - b) > high for a, b in named.values()):
            named[device] = (x, y)
    return set(named)


def around(atlas: Atlas, defect: Defect) -> Drawing | None:
    """Draw what lies around a defect: what it means, the way up, some of what hangs below."""
    meant = _meant(atlas, defect)[:AROUND]
    if not meant:
        return None
    kept = _neighbourhood(atlas, meant)
    at = _tree(atlas, kept, step=(150, 26))
    drawing = _sized(at, left=60, right=140)
    wires = {w for n in (defect.element, *defect.near) if (w := atlas.wire_of(n))}
    _wire_up(drawing, atlas, at, wires)
    for device in kept:
        x, y = at[device]
        drawing.spots.append(
            Spot(
                name=device,
                x=x,
                y=y,
                state=WRONG if device in meant and not wires else FINE,
                label=device,
                note=_note(device, atlas.people[device], 0),
            )
        )
    return drawing


def _meant(atlas: Atlas, defect: Defect) -> list[DeviceId]:
    names = (defect.element, *defect.elements[:AROUND], *defect.near)
    return list(dict.fromkeys(d for name in names for d in atlas.devices_of(name)))


def _note(device: str, people: int, behind: int) -> str:
    said = [device]
    if behind:
        said.append(f"{behind} devices behind it")
    if people:
        said.append(f"{people} subscribers")
    return ", ".join(said)


def _kept(atlas: Atlas) -> tuple[list[DeviceId], int]:
    """Return the devices to draw: homes never, of the others the nearest to the start."""
    tree = atlas.tree
    depth: dict[DeviceId, int] = {}
    for device, above in tree.items():
        depth[device] = 0 if above is None else depth[above] + 1
    gear = [d for d in tree if not atlas.is_home(d)]
    left = set(gear)
    children: dict[DeviceId, int] = defaultdict(int)
    for device in gear:
        if (above := tree[device]) is not None:
            children[above] += 1
    leaves = [(-depth[d], d) for d in gear if not children[d]]
    heapify(leaves)
    while len(left) > MOST and leaves:
        _, device = heappop(leaves)
        left.discard(device)
        above = tree[device]
        if above is not None:
            children[above] -= 1
            if not children[above]:
                heappush(leaves, (-depth[above], above))
    return [d for d in gear if d in left], len(tree) - len(left)


def _shown(atlas: Atlas, device: DeviceId, kept: Sequence[DeviceId]) -> DeviceId | None:
    """Return the drawn device behind which another one stands."""
    inside = set(kept)
    here: DeviceId | None = device
    while here is not None and here not in inside:
        here = atlas.tree.get(here)
    return here


def _counted(
    atlas: Atlas, kept: Sequence[DeviceId]
) -> tuple[dict[DeviceId, int], dict[DeviceId, int]]:
    """Return per drawn device the subscribers and the devices that are not drawn behind it."""
    inside = set(kept)
    people: dict[DeviceId, int] = defaultdict(int)
    behind: dict[DeviceId, int] = defaultdict(int)
    for device in reversed(list(atlas.tree)):
        people[device] += atlas.people[device]
        above = atlas.tree[device]
        if device not in inside and above is not None:
            people[above] += people[device]
            behind[above] += behind[device] + 1
    return people, behind


def _neighbourhood(atlas: Atlas, meant: Sequence[DeviceId]) -> list[DeviceId]:
    """Return what to draw around these devices, in the order of the tree."""
    found = dict.fromkeys(meant)
    for device in meant:
        above = atlas.tree.get(device)
        while above is not None and len(found) < AROUND:
            found.setdefault(above)
            above = atlas.tree.get(above)
    for device in meant:
        below = [d for d in sorted(atlas.near.get(device, ())) if d not in found][:CHILDREN]
        found.update(dict.fromkeys(below[: max(0, AROUND - len(found))]))
    return [d for d in atlas.tree if d in found]


def _branches(
    atlas: Atlas, kept: Sequence[DeviceId]
) -> tuple[list[DeviceId], dict[DeviceId, list[DeviceId]], dict[DeviceId, int]]:
    """Return roots, children and depths among the drawn devices."""
    inside = set(kept)
    children: dict[DeviceId, list[DeviceId]] = defaultdict(list)
    roots, depth = [], dict[DeviceId, int]()
    for device in kept:
        above = atlas.tree[device]
        while above is not None and above not in inside:
            above = atlas.tree[above]
        if above is None:
            roots.append(device)
            depth[device] = 0
        else:
            children[above].append(device)
            depth[device] = depth[above] + 1
    return roots, children, depth


def _rows(
    atlas: Atlas, kept: Sequence[DeviceId]
) -> tuple[dict[DeviceId, float], dict[DeviceId, int], int]:
    """Return a row for each device, leaves one after the other, and how many rows there are."""
    roots, children, depth = _branches(atlas, kept)
    row: dict[DeviceId, float] = {}
    count = 0
    stack = [(device, False) for device in reversed(roots)]
    while stack:
        device, done = stack.pop()
        below = children.get(device, [])
        if done:
            row[device] = (row[below[0]] + row[below[-1]]) / 2
        elif below:
            stack.append((device, True))
            stack += [(d, False) for d in reversed(below)]
        else:
            row[device] = count
            count += 1
    return row, depth, max(1, count)


def _tree(
    atlas: Atlas, kept: Sequence[DeviceId], step: tuple[float, float] = (190, 25)
) -> dict[DeviceId, tuple[float, float]]:
    row, depth, _ = _rows(atlas, kept)
    return {d: (depth[d] * step[0], row[d] * step[1]) for d in kept}


def _rings(atlas: Atlas, kept: Sequence[DeviceId]) -> dict[DeviceId, tuple[float, float]]:
    row, depth, count = _rows(atlas, kept)
    deepest = max(depth.values(), default=1) or 1
    radius = max(420.0, count * 2.4)
    at = {}
    for device in kept:
        angle, far = 2 * pi * row[device] / count, radius * depth[device] / deepest
        at[device] = (far * cos(angle), far * sin(angle))
    return at


def _sized(at: dict[DeviceId, tuple[float, float]], left: float, right: float) -> Drawing:
    """Move all into the picture, with room for names beside it, and return it still empty."""
    west = min((x for x, _ in at.values()), default=0)
    north = min((y for _, y in at.values()), default=0)
    for device, (x, y) in at.items():
        at[device] = (round(x - west + left, 1), round(y - north + 20, 1))
    east = max((x for x, _ in at.values()), default=0)
    south = max((y for _, y in at.values()), default=0)
    return Drawing(width=round(east + right, 1), height=round(south + 20, 1))


def _wire_up(
    drawing: Drawing, atlas: Atlas, at: Mapping[DeviceId, tuple[float, float]], wrong: set[Wire]
) -> None:
    for one, other in sorted(atlas.wires(at)):
        state = WRONG if (one, other) in wrong else FINE
        drawing.lines.append(Line(*at[one], *at[other], state))
