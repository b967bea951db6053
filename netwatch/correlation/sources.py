"""Network -> the sources that can be seen again and again, laid out in the order of the index."""

from math import log

import numpy as np

from netwatch.correlation.evidence import (
    ELSEWHERE,
    HOMES,
    ICMP,
    IF_OPER,
    KEPT,
    NEVER,
    ONU_STATE,
    VOICE,
    Evidence,
    Row,
    SourceName,
)
from netwatch.correlation.layout import lay_out
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.topology import UNIT, Index
from netwatch.model.network import Network


def listen(network: Network, index: Index, rules: CorrelationRules) -> Evidence:
    """Lay out the sources that a network has, those of one branch side by side."""
    names, rows = _sources(network, index)
    base, n = len(rows), len(index)
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    order = np.argsort(np.where(table[:, 0] < 0, n, table[:, 0]), kind="stable")
    voices = np.full((n, 5), -1, dtype=np.int64)
    voices[:, 0] = voices[:, 4] = np.arange(n)
    table = np.concatenate((table[order], voices))
    weigh = round(log((1 - rules.lost) / rules.spurious) * UNIT)
    evidence = Evidence(index, lay_out(index, table, base), 6 * weigh, weigh)
    evidence.weight = np.full(base + n, weigh, dtype=np.int64)
    evidence.usual = evidence.weight.copy()
    evidence.ever = np.zeros(base + n, dtype=bool)
    evidence.words = np.zeros(base + n, dtype=np.int64)
    evidence.losses = np.zeros(base + n, dtype=np.int64)
    evidence.spells = np.zeros(base + n, dtype=np.int64)
    evidence.spell_ms = np.zeros(base + n, dtype=np.int64)
    evidence.weight[base:] = VOICE
    evidence.weight[:base][(evidence.link[:base] >= 0) & (evidence.far[:base] < 0)] = VOICE
    evidence.at = np.full((base + n, KEPT), NEVER, dtype=np.int64)
    evidence.bad = np.zeros((base + n, KEPT), dtype=np.int8)
    for name in ("slot", "said", "run"):
        setattr(evidence, name, np.zeros(base + n, dtype=np.int64))
    evidence.fell = np.full(base + n, NEVER, dtype=np.int64)
    named = list(names)
    evidence.sources = {named[at]: row for row, at in enumerate(order.tolist())}
    evidence.voices = {device: base + node for device, node in index.device.items()}
    return evidence


def _sources(network: Network, index: Index) -> tuple[dict[SourceName, int], list[Row]]:
    rows: list[Row] = []
    names: dict[SourceName, int] = {}

    def add(name: SourceName, row: Row) -> None:
        if name not in names:
            names[name] = len(rows)
            rows.append(row)

    for device in network.devices.values():
        node = index.device.get(device.id)
        if node is None:
            continue
        if device.address is not None:
            add((device.id, ICMP, None), (node, -1, -1, -1, node))
        if device.via is not None and device.via in index.device:
            olt = index.device[device.via]
            add((device.id, ONU_STATE, None), (node, olt, -1, -1, olt))
    for (owner, port), node in index.port.items():
        olt = index.device[owner]
        add((owner, IF_OPER, port), (_light(index, node), olt, -1, -1, olt))
    for link_id, node in index.link.items():
        near, far = network.links[link_id].ends
        for own, other in ((near, far), (far, near)):
            if own.port and own.device in index.device and other.device in index.device:
                behind = index.device[other.device]
                add(
                    (own.device, IF_OPER, own.port),
                    (-1, -1, node, behind, index.device[own.device]),
                )
    for device in network.devices.values() if index.stands else ():
        if device.address is not None and (node := index.device.get(device.id)) is not None:
            add((device.id, ELSEWHERE, None), (-1, -1, node, -1, 0))
    return names, rows


def _light(index: Index, port: int) -> int:
    """Return the node whose light a PON port sees: what lies behind its one fibre, else itself.

    A port goes down with its card, its feeder or its first splitter alike.
    """
    node = port
    while index.last[node] > node + 1 and index.last[node + 1] == index.last[node]:
        if index.kinds.get(node + 1) in HOMES:
            break
        node += 1
    return node
