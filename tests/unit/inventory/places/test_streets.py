"""Areas are said as people say them, and never so narrowly that one home is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.places.place import Home
from netwatch.inventory.places.streets import FEWEST_HOMES, gazetteer, in_words, whereabouts


def homes(street: str, numbers: str, town: str = "Dolina") -> list[Home]:
    return [Home(street=street, house=number, town=town) for number in numbers.split()]


ODD = " ".join(str(number) for number in range(1, 40, 2))
EVEN = " ".join(str(number) for number in range(2, 41, 2))
TOWN = homes("Polna", f"{ODD} {EVEN}") + homes("Krótka", "1 2 3") + homes("Długa", EVEN)


def said(affected: list[Home]) -> list[str]:
    return [one.words() for one in whereabouts(affected, gazetteer(TOWN))]


def test_a_whole_street_goes_by_its_name() -> None:
    assert said(homes("Polna", f"{ODD} {EVEN}")) == ["Polna"]


def test_a_part_of_it_goes_by_its_numbers() -> None:
    low = " ".join(str(number) for number in range(1, 20))
    assert said(homes("Polna", f"{low} 21 23")) == ["Polna 1-19, 21, 23"]


def test_one_side_of_the_street_is_told_apart() -> None:
    assert said(homes("Polna", "1 3 5 7 9 11")) == ["Polna 1-11 (odd)"]


def test_a_few_homes_go_by_the_street_and_a_small_street_by_its_town() -> None:
    assert said(homes("Polna", "7")) == ["Polna"]
    assert said(homes("Krótka", "1 2 3")) == ["Dolina"]


def test_nobody_is_named_in_a_town_of_few() -> None:
    assert said(homes("Leśna", "1", town="Pustki")) == []


def test_a_slip_in_a_street_is_that_street() -> None:
    known = gazetteer([*TOWN, *homes("Ploná", "8"), *homes("ul. Pollna", "9")])
    assert [one.words() for one in whereabouts(homes("Pollna", "1 2 3 4 5"), known)] == [
        "Polna 1-5"
    ]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ("5 5a 5b 6", "5-6"),
        ("1 2", "1, 2"),
        ("3", "3"),
        ("1 3 5", "1-5"),
    ],
)
def test_ranges_are_said_as_on_a_door(numbers: str, words: str) -> None:
    assert in_words(numbers.split()) == words


@given(st.lists(st.integers(1, 60), min_size=1, max_size=60, unique=True), st.randoms())
def test_words_never_stand_for_fewer_homes_than_is_decent(
    affected: list[int], chance: object
) -> None:
    everyone = gazetteer(TOWN)
    numbers = " ".join(map(str, affected))
    for one in whereabouts(homes("Polna", numbers), everyone):
        if one.numbers:
            assert len([n for n in affected if n <= 40]) >= FEWEST_HOMES
        else:
            assert one.street in ("Polna", "")


def test_two_slips_of_one_street_are_both_that_street() -> None:
    slips = [*homes("Dugla", "2"), *homes("Duga", "4")]
    known = gazetteer(
        [*TOWN, *slips, *homes("Łąkowa", EVEN), *homes("Łąkwoa", "2"), *homes("Łąkoa", "4")]
    )
    affected = [*homes("Łąkwoa", "2"), *homes("Łąkoa", "4"), *homes("Łąkowa", EVEN)]
    assert [one.words() for one in whereabouts(affected, known)] == ["Łąkowa"]
