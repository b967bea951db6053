"""What was heard is summed up alike: as it comes, looked up anywhere, or counted out by hand."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.correlation import scene
from netwatch.correlation.evidence import GONE, NEVER, OLD_S, Evidence, Word
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.scene import Scene, alone_by, alone_since
from netwatch.correlation.sources import listen
from netwatch.correlation.topology import Ints, build
from netwatch.model.arrivals import Outcome, Sample
from netwatch.model.names import CheckName, DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network

NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
RULES = CorrelationRules()
KINDS = (DeviceKind.SWITCH, DeviceKind.OLT, DeviceKind.SPLITTER, DeviceKind.ONU, DeviceKind.CPE)
WORDS = {"icmp": (1.0,), "if.oper": ("up", "down"), "onu.state": ("online", "los", "dying-gasp")}

Heard = tuple[str, str, str | None, str | float | None]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Draw a small network of any shape: trees, rings, islands, reporters that stand anywhere."""
    names = [DeviceId(f"d{n}") for n in range(draw(st.integers(1, 9)))]
    devices, links = {}, {}
    for n, name in enumerate(names):
        via = draw(st.sampled_from([None, *names[:n]]))
        devices[name] = Device(
            id=name,
            kind=DeviceKind.ROUTER if n == 0 else draw(st.sampled_from(KINDS)),
            address=IPv4Address(f"127.9.0.{n + 1}") if via is None else None,
            via=via,
        )
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names))
    for n, (one, two) in enumerate(draw(st.lists(pairs, max_size=12))):
        if one != two:
            ends = (End(device=one, port=f"p{n}"), End(device=two, port=f"q{n}"))
            links[LinkId(f"l{n}")] = Link(id=LinkId(f"l{n}"), ends=ends)
    return Network(vantage=names[0], gateways=(names[0],), devices=devices, links=links)


@st.composite
def nights(draw: st.DrawFn) -> tuple[Evidence, list[list[Heard]]]:
    """Draw a network, and what is heard of it second by second."""
    network = draw(networks())
    evidence = listen(network, build(network, RULES), RULES)
    lines = st.sampled_from(
        [(d, str(c), p) for d, c, p in evidence.sources] or [("?", "icmp", None)]
    )
    heard = []
    for _ in range(draw(st.integers(1, 14))):
        second = []
        for device, check, part in draw(st.lists(lines, max_size=6)):
            value = draw(st.sampled_from((*WORDS[check], None)))
            second.append((device, check, part, value))
        heard.append(second)
    return evidence, heard


def live(evidence: Evidence, heard: list[list[Heard]], step_s: int = 50) -> Ints:
    """Hear it all; return the naive score of every node beside: settled as documented."""
    naive = np.zeros(len(evidence.index), dtype=np.int64)
    for n, second in enumerate(heard):
        at = NIGHT + timedelta(seconds=n * step_s)
        hear(evidence, second, at)
        if not evidence.waiting:
            continue
        before = evidence.bad.copy(), evidence.slot.copy()
        sources = evidence.settle(int(at.timestamp()))
        naive += _changes(evidence, sources, before[1])
        naive = np.clip(naive, 0, evidence.full * np.maximum(evidence.count, 1))
    return naive


def hear(evidence: Evidence, second: list[Heard], at: datetime) -> None:
    """Hear what one second brings."""
    for device, check, part, value in second:
        outcome = Outcome.SILENT if value is None else Outcome.ANSWERED
        evidence.hear(
            Sample(
                at=at,
                device=DeviceId(device),
                check=CheckName(check),
                part=part,
                outcome=outcome,
                value=value,
            )
        )


def _changes(e: Evidence, sources: list[int], slots: Ints) -> Ints:
    """Count by hand what each node's score receives in a second."""
    change = np.zeros(len(e.index), dtype=np.int64)
    for source in sorted(set(sources)):
        for nth in range(int(slots[source]), int(e.slot[source])):
            bad = int(e.bad[source, nth % 8])
            if bad < 0 or e.run[source] >= -8:
                for node in range(len(e.index)):
                    change[node] += bad * int(e.weight[source]) * _bears(e, source, node)
    return change


def _bears(e: Evidence, source: int, node: int) -> int:
    """Say how often a source's word counts for the failure of a node."""
    end = e.index.last[node]
    below = node <= e.pos[source] < end
    told = node <= e.through[source] < end
    return int(below) - int(told) + int(e.link[source] == node) + int(e.far[source] == node)


def _said(e: Evidence, source: int, since: int) -> int:
    if e.run[source] < 0 and e.fell[source] < since - OLD_S:
        return 0
    signs = [int(b) for a, b in zip(e.at[source], e.bad[source], strict=True) if a >= since]
    return sum(signs) * int(e.weight[source])


@given(nights())
@settings(max_examples=60, deadline=None)
def test_scores_follow_what_is_heard_as_if_each_node_were_counted_anew(
    night: tuple[Evidence, list[list[Heard]]],
) -> None:
    evidence, heard = night

    naive = live(evidence, heard)

    assert evidence.score.tolist() == naive.tolist()
    hot = naive + evidence.index.prior > 0
    assert evidence.hot.tolist() == hot.tolist()
    assert evidence.down == set(np.flatnonzero(evidence.run < 0).tolist())


@given(nights())
@settings(max_examples=60, deadline=None)
def test_a_scene_tells_the_same_wherever_one_looks_and_however_often(
    night: tuple[Evidence, list[list[Heard]]],
) -> None:
    evidence, heard = night
    live(evidence, heard)
    nodes = np.arange(len(evidence.index))
    start = int(NIGHT.timestamp())
    for since in (NEVER, start, start + 120, start + 300, start + 10_000):
        by_hand = [
            sum(
                _said(evidence, s, since) * _bears(evidence, s, node)
                for s in range(len(evidence.pos))
            )
            for node in nodes.tolist()
        ]
        one_by_one, whole = Scene(evidence, since), Scene(evidence, since)
        for _ in range(3):
            whole.alone_each(nodes)
        scattered = alone_since(evidence, nodes, np.full(len(nodes), since))

        assert [int(one_by_one.alone_each(nodes[n : n + 1])[0]) for n in nodes] == by_hand
        assert whole.alone_each(nodes).tolist() == by_hand
        assert scattered.tolist() == by_hand
        assert alone_by(evidence, nodes, whole._weigh).tolist() == by_hand
        assert [whole.weight(s) for s in range(len(evidence.pos))] == [
            one_by_one.weight(s) for s in range(len(evidence.pos))
        ]


@given(nights())
@settings(max_examples=50, deadline=None)
def test_who_is_gone_below_a_node_is_counted_by_their_last_word(
    night: tuple[Evidence, list[list[Heard]]],
) -> None:
    evidence, heard = night
    live(evidence, heard)
    onus = np.flatnonzero(evidence.through[: evidence.layout.base] >= 0)
    for word in GONE:
        for node in range(len(evidence.index)):
            below = (evidence.pos[onus] >= node) & (evidence.pos[onus] < evidence.index.last[node])
            counted = int((below & (evidence.said[onus] == word)).sum())
            assert int(evidence.gone[word][node]) == counted
    assert Word.UP not in evidence.gone


def test_looking_often_enough_makes_a_scene_whole() -> None:
    network = Network(
        vantage=DeviceId("a"),
        devices={
            DeviceId("a"): Device(
                id=DeviceId("a"), kind=DeviceKind.ROUTER, address=IPv4Address("127.9.0.1")
            )
        },
    )
    evidence = listen(network, build(network, RULES), RULES)
    seen = Scene(evidence, 0)

    seen.below(0)

    assert seen.whole
    assert scene.narrow(evidence, np.array([0])).all()
