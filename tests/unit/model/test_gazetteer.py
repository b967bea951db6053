"""One street in many spellings is one street, shown as the operator usually writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.gazetteer import gazetteer
from netwatch.model.homes import Home, home_of
from netwatch.model.spelling import house_key, street_key

EVEN = " ".join(str(number) for number in range(2, 41, 2))


def homes(street: str, numbers: str, town: str = "Dolina") -> list[Home]:
    return [Home(street=street, house=number, town=town) for number in numbers.split()]


def test_spellings_of_one_street_are_one_shown_as_it_is_usual() -> None:
    known = gazetteer(
        [*homes("ul. Źródlana", EVEN), *homes("Ul Zrodlana", "3 5"), *homes("ŹRÓDLANA", "7")]
    )
    assert list(known.names.values()) == ["ul. Źródlana"]


def test_a_slip_in_a_street_is_that_street() -> None:
    known = gazetteer([*homes("Polna", EVEN), *homes("ul. Pollna", "9")])
    assert known.key_of(Home(street="Pollna", town="Dolina")) == ("dolina", "polna")


def test_two_slips_of_one_street_are_both_that_street() -> None:
    slips = [*homes("Łąkwoa", "2"), *homes("Łąkoa", "4")]
    known = gazetteer([*homes("Łąkowa", EVEN), *slips])
    assert {known.key_of(home) for home in slips} == {("dolina", "lakowa")}


def test_a_street_may_begin_with_a_number() -> None:
    assert street_key("ul. 1 Maja") == street_key("1-go Maja") == street_key("1 MAJA") == "1 maja"
    assert street_key("3 Maja") != street_key("1 Maja")


def test_house_numbers_in_all_their_spellings() -> None:
    assert house_key("12A") == house_key("12 a") == house_key("12A/4") == house_key("12a m. 4")
    assert house_key("3-5") == "3"
    assert house_key("nr 7") == house_key("7 lok. 2") == house_key("blok 7") == "7"
    assert house_key("") == ""


def test_an_address_is_read_into_street_house_and_town() -> None:
    read = {
        "ul. Polna 7/3, 30-001 Dolina": ("ul. Polna", "7/3", "Dolina"),
        "1 Maja 12A": ("1 Maja", "12A", ""),
        "1 Maja": ("1 Maja", "", ""),
        "Polna 12 m. 4": ("Polna", "12", ""),
        "Polna 3-5, lok. 7, Dolina": ("Polna", "3-5", "Dolina"),
        "Nám. Míru 1234/5, 460 01 Liberec": ("Nám. Míru", "1234/5", "Liberec"),
        "вул. Шевченка 12, кв. 4, Львів": ("вул. Шевченка", "12", "Львів"),
        "12 Mill Road, Leeds": ("Mill Road", "12", "Leeds"),
        "Dolina 17": ("Dolina", "17", ""),
        "Dolina, ul. Polna 7": ("ul. Polna", "7", "Dolina"),
        "30-001 Dolina, Polna 7 m. 2": ("Polna", "7", "Dolina"),
        "Polna, Dolina": ("Polna", "", "Dolina"),
        "Polna, 7, Dolina": ("Polna", "7", "Dolina"),
        ", ,": ("", "", ""),
        "Polna": ("Polna", "", ""),
        "": ("", "", ""),
    }
    assert {text: (h.street, h.house, h.town) for text in read if (h := home_of(text))} == read


@given(st.text(max_size=400))
def test_whatever_an_address_is_it_is_read(text: str) -> None:
    home = home_of(text)
    assert len(home.street) + len(home.house) + len(home.town) <= 256
    street_key(home.street)
    house_key(home.house)


@pytest.mark.parametrize("piece", ["1 - ", "1 ", "1-", "a1 ", "- 1", "1 a - ", "lok. 1 ", "nr 1 "])
def test_an_address_made_to_be_read_for_ever_is_read_at_once(piece: str) -> None:
    home_of(piece * 200 + "!")
    house_key(piece * 200 + "!")
