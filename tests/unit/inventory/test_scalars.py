"""YAML 1.2: words stay words."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.scalars import Scalar, resolve


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30:00", "12:30:00"),
        ("2026-11-14", "2026-11-14"),
        ("1_000", "1_000"),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("007", 7),
        ("+12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b1", "0b1"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e", "1e"),
        ("-.inf", -math.inf),
        ("192.0.2.1", "192.0.2.1"),
        ("0/1/3", "0/1/3"),
        ("٣", "٣"),
        ("-", "-"),
    ],
)
def test_a_word_means_what_yaml_1_2_says(word: str, value: Scalar) -> None:
    found = resolve(word)

    assert found == value
    assert type(found) is type(value)


def test_not_a_number_is_one_of_the_words() -> None:
    found = resolve(".NaN")

    assert isinstance(found, float)
    assert math.isnan(found)


def test_a_number_of_ten_thousand_digits_stays_text() -> None:
    assert resolve("9" * 10_000) == "9" * 10_000


@given(st.text())
def test_any_word_has_a_value(word: str) -> None:
    resolve(word)
