"""What is kept from one second to the next is what would be counted anew."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.correlation.evidence import NEVER, Evidence
from netwatch.correlation.memo import Memo
from netwatch.correlation.scene import alone_by, alone_since
from netwatch.correlation.topology import Ints
from tests.unit.correlation.test_evidence import NIGHT, Heard, hear, nights

STEP_S = 60


def _alone(evidence: Evidence, nodes: Ints, since: Ints) -> Ints:
    return alone_since(evidence, nodes, since)


def _bad(evidence: Evidence, nodes: Ints, _since: Ints) -> Ints:
    return alone_by(evidence, nodes, lambda rows, _: (evidence.run[rows] < 0).astype(np.int64))


@given(nights(), st.lists(st.integers(1, 12), min_size=1, max_size=14), st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_kept_is_what_would_be_counted_anew(
    night: tuple[Evidence, list[list[Heard]]], often: list[int], data: st.DataObject
) -> None:
    evidence, heard = night
    every, size = np.arange(len(evidence.index)), len(evidence.index)
    start = int(NIGHT.timestamp())
    seconds = [s for s, n in zip(heard, often, strict=False) for _ in range(n)]
    alone, bad = Memo(), Memo()
    since = np.full(size, start)
    for n, second in enumerate(seconds):
        at = NIGHT + timedelta(seconds=n * STEP_S)
        hear(evidence, second, at)
        if evidence.waiting:
            evidence.settle(int(at.timestamp()))
        else:
            evidence.news.rest()
        if data.draw(st.integers(0, 9)) == 0:
            since = start + np.array(data.draw(st.lists(st.integers(0, n * STEP_S), min_size=size,
                                                        max_size=size)))  # fmt: skip
        if data.draw(st.integers(0, 9)) == 0:
            continue  # a second of which nobody asks
        some = every[: data.draw(st.integers(1, size))]

        kept = alone.ask(evidence, some, since[some], lambda a, b: _alone(evidence, a, b))
        counted = bad.ask(evidence, some, np.full(len(some), NEVER + 1),
                          lambda a, b: _bad(evidence, a, b))  # fmt: skip

        assert kept.tolist() == _alone(evidence, some, since[some]).tolist()
        assert counted.tolist() == _bad(evidence, some, since[some]).tolist()


@given(nights())
@settings(max_examples=30, deadline=None)
def test_nothing_is_kept_of_what_was_weighed_otherwise(
    night: tuple[Evidence, list[list[Heard]]],
) -> None:
    evidence, heard = night
    nodes = np.arange(len(evidence.index))
    since, memo = np.full(len(nodes), int(NIGHT.timestamp())), Memo()
    for n, second in enumerate(heard):
        hear(evidence, second, NIGHT + timedelta(seconds=n * STEP_S))
        if evidence.waiting:
            evidence.settle(int(NIGHT.timestamp()) + n * STEP_S)
    memo.ask(evidence, nodes, since, lambda a, b: _alone(evidence, a, b))

    evidence.forget()

    kept = memo.ask(evidence, nodes, since, lambda a, b: _alone(evidence, a, b))
    assert kept.tolist() == _alone(evidence, nodes, since).tolist()
