"""Whom many elements' answers say to have fallen and risen: told together as one by one."""

from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.correlation.courses import course, together, turns
from netwatch.correlation.evidence import Evidence
from tests.unit.correlation.test_evidence import NIGHT, Heard, hear, nights

START = int(NIGHT.timestamp())


def _lived(
    night: tuple[Evidence, list[list[Heard]]], often: list[int], apart: int
) -> tuple[Evidence, int]:
    """Hear every second of a night as often as said; return the evidence, and the last moment."""
    evidence, heard = night
    seconds = [s for s, n in zip(heard, often, strict=False) for _ in range(n)]
    for n, second in enumerate(seconds):
        at = NIGHT + timedelta(seconds=n * apart)
        hear(evidence, second, at)
        evidence.settle(int(at.timestamp()))
    return evidence, START + len(seconds) * apart


@given(
    nights(), st.lists(st.integers(1, 12), min_size=1, max_size=14), st.integers(1, 60), st.data()
)
@settings(max_examples=60, deadline=None)
def test_the_courses_of_many_are_those_of_each(
    night: tuple[Evidence, list[list[Heard]]], often: list[int], apart: int, data: st.DataObject
) -> None:
    evidence, end = _lived(night, often, apart)
    size = evidence.layout.base
    count = data.draw(st.integers(1, 3))
    lines = st.lists(st.integers(0, size - 1), min_size=count, max_size=count)
    rows = np.array(data.draw(st.lists(lines, min_size=1, max_size=9)), dtype=np.int64)
    since = data.draw(st.integers(START - 10, end))

    assert together(evidence, rows, since) == [course(evidence, line, since) for line in rows]


@given(nights(), st.lists(st.integers(1, 6), min_size=1, max_size=14))
@settings(max_examples=60, deadline=None)
def test_an_element_turns_alike_in_whatever_company_it_is_asked_of(
    night: tuple[Evidence, list[list[Heard]]], often: list[int]
) -> None:
    evidence, _ = _lived(night, often, 10)
    every = range(1, len(evidence.index))

    alone = {node: turns(evidence, [node], START)[node] for node in every}

    assert turns(evidence, [*every], START) == alone
