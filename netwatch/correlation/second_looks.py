"""A source that fails, or is back -> whom to ask again at once."""

from itertools import islice

from netwatch.correlation.view import NEIGHBOURHOOD, State
from netwatch.model.names import DeviceId

HIGH = 12
"""So many steps up is looked for ancestors."""
KNOWN = 4096
"""So many neighbourhoods are remembered: the network decides them alone."""
PATIENCE_S = 8
"""A device is not asked again out of turn sooner than this."""


def provoke(state: State, source: int, second: int) -> tuple[DeviceId, ...]:
    """Return whom to ask again because this source has just failed to answer.

    The lowest ancestors with all that hangs on them, as far as they are not too many, and what
    stands beside it.
    """
    node = int(state.evidence.pos[source])
    if node < 0:
        return ()
    chosen, highest = node, node
    for ancestor in islice(state.index.above(node), HIGH):
        highest = ancestor
        if int(state.index.last[ancestor]) - ancestor <= NEIGHBOURHOOD:
            chosen = ancestor
    devices = [*_known(state, chosen, highest), *_fellows(state, node)]
    last = second - PATIENCE_S
    looked = state.looked
    return tuple(d for d in dict.fromkeys(devices) if looked.get(d, last) <= last)


def around(state: State, node: int) -> list[DeviceId]:
    """Return all that hangs on a node, and what it hangs on, as far as they are not too many."""
    return _known(state, node, min(islice(state.index.above(node), HIGH), default=node))


def _known(state: State, chosen: int, highest: int) -> list[DeviceId]:
    devices = state.around.get((chosen, highest))
    if devices is None:
        if len(state.around) >= KNOWN:
            state.around.clear()
        devices = state.around[chosen, highest] = _around(state, chosen, highest)
    return devices


def _around(state: State, chosen: int, highest: int) -> list[DeviceId]:
    wanted = set(range(chosen, int(state.index.last[chosen])))
    for ancestor in state.index.above(chosen):
        if ancestor < highest:
            break
        wanted.add(ancestor)
    for n in list(wanted)[:NEIGHBOURHOOD]:
        if n in state.index.block:
            wanted.update(state.index.near[n])
    return _devices(state, wanted)


def _fellows(state: State, node: int) -> list[DeviceId]:
    """Return what stands where a device stands, as far as that is not too much.

    It may have lost its mains in the same moment.
    """
    sites = state.court.sites
    beside = sites.every[sites.at[node][0]].devices if node in sites.at else ()
    return _devices(state, {*beside} - {node}) if len(beside) <= NEIGHBOURHOOD else []


def _devices(state: State, nodes: set[int]) -> list[DeviceId]:
    found = []
    for node in sorted(nodes):
        if node in state.index.kinds:
            device = DeviceId(state.index.names[node].partition(":")[2])
            found.append(device)
    return found[: NEIGHBOURHOOD + 16]
