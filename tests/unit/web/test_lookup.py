"""What a visitor hears of an address or a number, and what nobody can learn by asking."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.contact_store.store import ContactStore
from netwatch.model.arrivals import Report
from netwatch.model.facts import IncidentKind, Phase
from netwatch.model.names import SubscriberId
from netwatch.model.voices import Voice
from netwatch.response.rules import Mode
from netwatch.web.lookup import Found, known_from
from tests.unit.views.tales import MINUTE, NIGHT, confirmed, due, opened, restored
from tests.unit.web.asked import OUT, PEOPLE, Town

TOWN = Town().outage()
KNOWN = TOWN.known()


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("ul. Polna 7, Dolina", "down"),
        ("polna 7/3", "down"),
        ("POLNA 39, 00-001 Dolina", "down"),
        ("ul. Polna 8, Dolina", "near"),
        ("ul. Polna", "near"),
        ("Polna 7, Wieś", "unknown"),
        ("Leśna 4A, Dolina", "unknown"),
        ("No Such Street 4, Nowhere", "unknown"),
        ("", "unknown"),
        ("x" * 5000, "unknown"),
        ("<script>alert(1)</script>", "unknown"),
    ],
)
def test_an_address_is_held_against_what_is_announced(address: str, state: str) -> None:
    assert KNOWN.of_address(address).state == state


@pytest.mark.parametrize(
    ("number", "proof", "state"),
    [
        ("S-1007", "7", "down"),
        (" s-1007 ", "7/12", "down"),
        ("S-1007", "8", "unknown"),
        ("S-1008", "8", "unknown"),
        ("S-9999", "7", "unknown"),
        ("", "7", "unknown"),
    ],
)
def test_a_customer_number_is_told_of_only_with_its_proof(
    number: str, proof: str, state: str
) -> None:
    assert KNOWN.of_number(number, proof).state == state


def test_the_last_digits_of_a_phone_number_prove_as_much_as_a_house() -> None:
    known = Town().outage(tuple(one.id for one in PEOPLE if one.phone)).known()
    assert known.of_number("S-2004", "0123").state == "down"
    assert known.of_number("S-2004", "4A").state == "down"
    assert known.of_number("S-2004", "1234").state == "unknown"


def test_the_page_is_never_told_who_is_a_customer() -> None:
    """Two towns with the same outage, one with more customers who have service: nothing differs."""
    few = Town(people=PEOPLE[: len(OUT)]).outage().ask("known")
    many = TOWN.ask("known")
    for answer in (few, many):
        del answer["key"]
        for row in answer["told"]:
            row["lines"] = len(row["lines"])
    assert [row["lines"] for row in few["told"]] == [row["lines"] for row in many["told"]]
    assert "S-10" not in str(many)
    assert few.keys() == many.keys()


@given(st.text(max_size=80), st.text(max_size=20))
def test_whatever_is_typed_is_answered(number: str, proof: str) -> None:
    assert KNOWN.of_number(number, proof).state in ("unknown", "down")
    assert KNOWN.of_address(f"{number} {proof}").state in ("unknown", "down", "near")


def test_nothing_is_told_in_shadow_and_nothing_is_called_well_when_nothing_is_seen() -> None:
    shadow = Town(mode=Mode.SHADOW).outage()
    assert shadow.ask("known")["told"] == []
    assert shadow.known().of_number("S-1007", "7") == Found(state="shut")
    standing = Town(goes_on=False)
    assert standing.known().of_address("Leśna 4A, Dolina") == Found(state="blind")
    blind = Town().happens(opened(subscribers=(), root=("self",), kind=IncidentKind.BLIND))
    assert blind.known().of_address("Leśna 4A, Dolina") == Found(state="blind")


def test_what_too_few_have_is_told_to_them_and_to_nobody_by_address() -> None:
    one = (SubscriberId("S-1007"),)
    town = Town().happens(opened(subscribers=one), confirmed())
    assert town.known().of_number("S-1007", "7").state == "down"
    assert town.known().of_address("ul. Polna 7, Dolina").state == "unknown"


def test_a_line_that_came_back_is_told_so_for_some_hours() -> None:
    town = Town().outage().happens(restored(at=NIGHT + MINUTE), due(Phase.RESTORED))
    found = town.known().of_number("S-1007", "7")
    assert found.state == "restored"
    assert found.told is not None
    assert found.told.since == NIGHT + MINUTE


def test_a_suspicion_is_told_as_one() -> None:
    town = Town().happens(opened(subscribers=OUT))
    assert town.known().of_number("S-1007", "7").state == "checking"


def test_a_report_reaches_the_line_it_names_and_no_other() -> None:
    town = Town()
    told = [
        town.ask("visitor", kind="report", number=number, proof=proof, text="nie działa")
        for number, proof in (("S-1007", "7"), ("S-1007", "9"), ("S-77", "7"), ("", ""))
    ]
    assert told == [{"taken": True}] * 4
    assert [getattr(one, "subscriber", None) for one in town.tray.said] == ["S-1007"]


def test_a_report_by_address_counts_where_one_line_ends_there() -> None:
    town = Town(people=(*PEOPLE, replace(PEOPLE[0], id=SubscriberId("S-2"))))
    for address in ("ul. Polna 8, Dolina", "Polna 10", "Polna 1", "Polna 99", "Polna 12, Wieś", ""):
        town.ask("visitor", kind="report", address=address)
    reports = [one for one in town.tray.said if isinstance(one, Report)]
    voices = [one for one in town.tray.said if isinstance(one, Voice)]
    assert [one.subscriber for one in reports] == ["S-1008", "S-1010"]
    assert {one.source for one in reports} == {"web"}
    assert [(one.street, one.subscriber) for one in voices] == [("dolina|polna", None)] * 2


def test_where_a_form_came_from_is_told_of_who_proves_nothing_alone() -> None:
    town = Town()
    town.ask("visitor", kind="report", number="S-1008", proof="8", source="abc")
    town.ask("visitor", kind="report", address="Polna 10", source="abc")

    assert [getattr(one, "source", None) for one in town.tray.said] == ["", "abc"]


def test_several_lines_of_one_customer_go_by_one_number() -> None:
    first = replace(PEOPLE[0], id=SubscriberId("S-1.a"), customer="C-1")
    second = replace(PEOPLE[1], id=SubscriberId("S-1.b"), customer="C-1")
    town = Town(people=(first, second)).happens(opened(subscribers=(second.id,)), confirmed())
    assert town.known().of_number("C-1", second.lives.house).state == "down"
    assert town.known().of_number("C-1", first.lives.house).state == "unknown"


def test_who_leaves_a_number_is_kept_in_the_contact_store_alone(tmp_path: Path) -> None:
    store = ContactStore(tmp_path, lambda: "a key of more than twenty characters")
    town = Town(store=store)
    asked = {"kind": "report", "number": "S-1007", "proof": "7", "phone": "555 010 100"}
    assert town.ask("known")["callbacks"] is True
    assert town.ask("visitor", **asked, language="uk") == {"taken": True}
    assert town.ask("visitor", address="Nowhere 1", phone="555 010 111") == {"taken": True}
    assert town.ask("visitor", address="Nowhere 1", phone="abc") == {"taken": True}
    wishes = list(store.read().wishes.values())
    assert [(one.subscriber, one.phone, one.language) for one in wishes] == [
        ("S-1007", "555 010 100", "uk"), ("", "555 010 111", ""),
    ]  # fmt: skip
    assert b"555" not in store.path.read_bytes()


def test_without_a_store_nobody_is_asked_for_a_number() -> None:
    town = Town()
    assert town.ask("known")["callbacks"] is False
    assert town.ask("visitor", number="S-1007", proof="7", phone="555 010 100") == {"taken": True}
    assert len(town.tray.said) == 1


def test_what_the_service_says_again_is_not_made_ready_again() -> None:
    town = Town().outage()
    before = known_from(town.ask("known"))
    again = known_from(town.ask("known") | {"as_of": "2026-11-14T20:00:00Z"}, before)
    other = known_from(Town().outage().ask("known"), before)

    assert again.lines is before.lines
    assert again.streets is before.streets
    assert again.areas is before.areas
    assert again.as_of != before.as_of
    assert other.lines != before.lines
