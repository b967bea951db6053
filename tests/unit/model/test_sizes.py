"""Sizes as people write them, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.sizes import Octets, octets


@pytest.mark.parametrize(
    ("text", "size"),
    [("500MB", 500_000_000), ("20GB", 20_000_000_000), ("1.5 TB", 1_500_000_000_000)],
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert octets(text) == size


@given(st.integers(1, 999), st.sampled_from(["MB", "GB", "TB"]))
def test_a_size_is_written_as_it_was_read(number: int, unit: str) -> None:
    assert str(octets(f"{number}{unit}")) == f"{number}{unit}"
    assert octets(Octets(7)) == 7


@pytest.mark.parametrize("text", ["", "20", "GB", "-1GB", "20 gb", "1e9MB", 20, None, "99999999GB"])
def test_what_is_no_size_is_refused_with_examples(text: object) -> None:
    with pytest.raises(ValueError, match="write it like 500MB, 20GB or 1TB"):
        octets(text)
