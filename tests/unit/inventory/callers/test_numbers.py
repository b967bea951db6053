"""A number is one number, however somebody writes it down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.callers.numbers import number_of

COUNTRIES = ("48", "420", "421", "380", "49", "1", "7")
NATIONAL = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)
GAPS = st.sampled_from([" ", "-", ".", "\u00a0", " - ", ""])


def written(national: str, gap: str) -> str:
    """Return the digits in groups of three, as people write them."""
    return gap.join(national[at : at + 3] for at in range(0, len(national), 3))


@given(NATIONAL, st.sampled_from(COUNTRIES), GAPS)
def test_all_ways_to_write_a_number_with_its_country_are_one(
    national: str, country: str, gap: str
) -> None:
    ways = {
        number_of(way)
        for way in (
            f"+{country}{national}",
            f"+{country} {written(national, gap)}",
            f"00{country}{gap}{written(national, gap)}",
            f"+{country} (0) {written(national, gap)}",
            f"tel:+{country}{national}",
            f"sip:+{country}{national}@pbx.example;user=phone",
            f"  (+{country}) {written(national, gap)} ".replace("(+", "+").replace(")", ""),
        )
    }
    assert len(ways) == 1
    assert None not in ways


@given(NATIONAL, st.sampled_from(COUNTRIES), GAPS)
def test_a_number_without_its_country_may_be_the_one_with_it(
    national: str, country: str, gap: str
) -> None:
    kept = number_of(f"+{country}{national}")
    assert kept is not None
    for way in (written(national, gap), f"0{national}", f"(0) {national}", f"{country}{national}"):
        asked = number_of(way)
        assert asked is not None
        assert asked.key == kept.key
        assert asked.may_be(kept)
        assert kept.may_be(asked)


@given(NATIONAL, NATIONAL, st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES))
def test_two_numbers_with_their_countries_are_one_only_if_all_digits_are(
    one: str, other: str, here: str, there: str
) -> None:
    first, second = number_of(f"+{here}{one}"), number_of(f"+{there}{other}")
    assert first is not None
    assert second is not None
    assert first.may_be(second) is (here + one == there + other)


def test_a_russian_number_dialled_at_home_begins_with_an_eight() -> None:
    home, abroad = number_of("8 (912) 345-67-89"), number_of("+7 912 345 67 89")
    assert home is not None
    assert abroad is not None
    assert home.may_be(abroad)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "997",
        "Polna 7",
        "S-1042",
        "+",
        "anonymous",
        "1" * 16,
        "5" * 10_000,
        "+48 555 O10 100",
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_of(text) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    found = number_of(text)
    assert found is None or found.digits.isascii()
