"""Links -> what hangs below each device: numbered, so that one comparison tells."""

from collections import defaultdict
from collections.abc import Collection
from itertools import accumulate

from netwatch.model.names import DeviceId
from netwatch.model.network import Network


class Tree:
    """What hangs below what, by the shortest way to the vantage.

    ``number`` counts devices so that those below one follow it; ``below`` says from which number to
    which.
    """

    def __init__(self, network: Network, adrift: Collection[DeviceId]) -> None:
        """Number all that the vantage leads to, ``adrift`` left out."""
        near: dict[DeviceId, list[DeviceId]] = defaultdict(list)
        for link in network.links.values():
            one, other = (end.device for end in link.ends)
            near[one].append(other)
            near[other].append(one)
        self.number: dict[DeviceId, int] = {}
        self.below: dict[DeviceId, tuple[int, int]] = {}
        above: dict[DeviceId, DeviceId | None] = {}
        order: list[DeviceId] = []
        start = network.vantage
        rows = [start] if start is not None else []
        above.update(dict.fromkeys(rows))
        for here in rows:  # by distance from the vantage: the list grows as it is walked
            for other in sorted(near[here]):
                if other not in above and other not in adrift:
                    above[other] = here
                    rows.append(other)
        children: dict[DeviceId, list[DeviceId]] = defaultdict(list)
        for one, upper in above.items():
            if upper is not None:
                children[upper].append(one)
        waiting = rows[:1]
        while waiting:
            here = waiting.pop()
            self.number[here] = len(order)
            order.append(here)
            waiting += children[here]
        sizes: dict[DeviceId, int] = dict.fromkeys(order, 1)
        for one in reversed(order):
            upper = above[one]
            if upper is not None:
                sizes[upper] += sizes[one]
        self.below = {one: (at, at + sizes[one]) for one, at in self.number.items()}
        known = network.devices
        answers = (one in known and known[one].address is not None for one in order)
        self.asked = [0, *accumulate(map(int, answers))]
        """How many before each number can be asked themselves; the last: all."""
