"""One thing in many spellings is one thing, and another thing stays another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.places.circuits import Circuit, read_circuit
from netwatch.inventory.places.spelling import (
    Nearby,
    find_port,
    house_key,
    mac_key,
    one_slip,
    port_key,
    serial_key,
    split_onu,
    street_key,
)


@pytest.mark.parametrize(
    "text",
    ["HWTC1A2B3C4D", "hwtc1a2b3c4d", "485754431A2B3C4D", "HWTC-1A2B-3C4D", "0x485754431a2b3c4d"],
)
def test_a_serial_is_one_in_every_spelling(text: str) -> None:
    assert serial_key(text) == "HWTC1A2B3C4D"


def test_a_serial_of_nothing_is_none() -> None:
    assert serial_key("0000-0000") == serial_key(" - ") == ""


def test_a_mac_is_one_in_every_spelling_and_a_group_address_is_none() -> None:
    assert mac_key("02:1a:2b:3c:4d:5e") == mac_key("021A.2B3C.4D5E") == "021A2B3C4D5E"
    assert mac_key("01:00:5e:00:00:01") == mac_key("ff:ff:ff:ff:ff:ff") == mac_key("02:1a") == ""


def test_ports_are_found_by_their_numbers_where_that_is_clear() -> None:
    known = {port_key(port): port for port in ("0/1/3", "0/2/3", "0/2/4")}
    assert find_port("gpon-olt_0/1/3", known) == "0/1/3"
    assert find_port("4", known) == "0/2/4"
    assert find_port("3", known) == find_port("uplink", known) == ""
    assert split_onu("0/1/3:12.1") == ("0/1/3", "12")
    assert split_onu("ge-0/0/1") == ("ge-0/0/1", "")


def test_streets_and_houses_lose_what_people_write_or_not() -> None:
    assert street_key("ul. Źródlana") == street_key("ZRODLANA") == "zrodlana"
    assert street_key("Plac") == "plac"
    assert house_key("12A/3") == house_key("12 a m. 3") == "12a"


@pytest.mark.parametrize(
    ("text", "circuit"),
    [
        ("olt-1 xpon 0/1/3:12.1.2", Circuit(node="olt-1", port="0/1/3", onu="12")),
        ("OLT1 eth 0/1/3:12", Circuit(node="OLT1", port="0/1/3", onu="12")),
        ("gpon_onu-1/2/3:12", Circuit(port="1/2/3", onu="12")),
        ("epon0/3:12", Circuit(port="0/3", onu="12")),
        ("GPON0/1:5", Circuit(port="0/1", onu="5")),
        ("0/1/3:12", Circuit(port="0/1/3", onu="12")),
        (b"GPON0/1:5".hex(), Circuit(port="0/1", onu="5")),
        ("vlan", None),
        ("", None),
    ],
)
def test_circuit_ids_of_the_makers_are_read(text: str, circuit: Circuit | None) -> None:
    assert read_circuit(text) == circuit


@given(st.text(max_size=600))
def test_no_text_of_strangers_breaks_the_reading_of_it(text: str) -> None:
    read_circuit(text)
    for read in (serial_key, mac_key, port_key, split_onu, street_key, house_key):
        read(text)


WORD = st.text("abcde", min_size=6, max_size=9)


@given(WORD, st.integers(0, 5))
def test_a_letter_that_was_lost_is_found_again(word: str, at: int) -> None:
    slip = word[:at] + word[at + 1 :]
    assert one_slip(word, slip)
    assert Nearby([word], 4).of(slip) in (word, "")


def test_a_number_is_never_taken_for_its_neighbour() -> None:
    near = Nearby(["user00017", "kowalska5"], 6)
    assert near.of("user00018") == ""
    assert near.of("kowalksa5") == "kowalska5"
