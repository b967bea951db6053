"""Shapes: every set of names has a number of its own, in whatever order it comes."""

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netwatch.telemetry.history.shapes import Shapes, spelled

NAMES = st.lists(st.text(st.sampled_from("ab\x00\ud800日"), max_size=3), min_size=1, max_size=7)
SHAPES = st.lists(NAMES.map(lambda names: (tuple(names), tuple(reversed(names)))), max_size=20)


@given(SHAPES)
def test_shapes_with_the_same_number_have_the_same_names(
    shapes: list[tuple[tuple[str, ...], tuple[str, ...]]],
) -> None:
    known, told = Shapes(), {}
    for shape in shapes:
        number, names = known.number(*shape)
        if names is not None:
            assert number not in told
            told[number] = json.loads(spelled(names))
        kept = [[name.encode(errors="replace").decode() for name in row] for row in shape]
        assert told[number] == kept


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    shapes = Shapes(most_octets=1500)
    forgotten: list[int] = []
    for turn in range(20):
        for name in ("stays", f"comes-{turn}"):
            shapes.number((name,) * 9, tuple(str(place) for place in range(9)))
            forgotten += [number for number, _ in shapes.too_many()]

    assert forgotten
    assert 0 not in forgotten
    assert all(before < after for before, after in pairwise(forgotten))


def test_the_names_of_a_switch_of_48_ports_take_little() -> None:
    ports = tuple(f"GigabitEthernet1/0/{port}" for port in range(48))
    shapes = Shapes()

    _, names = shapes.number(
        ("port.octets.in_octets",) * 48 + ("port.octets.out_octets",) * 48, ports * 2
    )

    assert names is not None
    assert len(names) < 500
