"""A source that fails, or is back -> whom to ask again at once."""

from netwatch.correlation.view import NEIGHBOURHOOD, State
from netwatch.model.names import DeviceId

PATIENCE_S = 8
"""A device is not asked again out of turn sooner than this."""


def provoke(state: State, source: int, second: int) -> tuple[DeviceId, ...]:
    """Return whom to ask again because this source has just failed to answer.

    The lowest ancestors with all that hangs on them, as far as they are not too many.
    """
    node = int(state.evidence.pos[source])
    if node < 0:
        return ()
    chosen = node
    chain = []
    for ancestor in list(state.index.above(node))[:12]:
        chain.append(ancestor)
        if int(state.index.last[ancestor]) - ancestor <= NEIGHBOURHOOD:
            chosen = ancestor
    wanted = {*range(chosen, int(state.index.last[chosen])), *chain}
    for n in list(wanted)[:NEIGHBOURHOOD]:
        if n in state.index.block:
            wanted.update(state.index.near[n])
    devices = _devices(state, wanted)
    return tuple(d for d in devices if state.looked.get(d, -PATIENCE_S) + PATIENCE_S <= second)


def _devices(state: State, nodes: set[int]) -> list[DeviceId]:
    found = []
    for node in sorted(nodes):
        if node in state.index.kinds:
            device = DeviceId(state.index.names[node].partition(":")[2])
            found.append(device)
    return found[: NEIGHBOURHOOD + 16]
