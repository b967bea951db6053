"""Who is found by what somebody types at the desk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.callers.amended import Amended
from netwatch.inventory.callers.directory import MOST, Directory, Found
from netwatch.model.contacts import Contact
from netwatch.model.homes import Home
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.model.network import Network, Subscriber
from tests.unit.delivery.page.hostile import HOSTILE


def person(line: str, **more: object) -> Subscriber:
    return Subscriber(id=SubscriberId(line), device=DeviceId("olt-1"), **more)  # type: ignore[arg-type]


PEOPLE = [
    person("S-1", name="Jan Nowák", phone="+48555010100", address="ul. Polna 7/3, 30-001 Dolina"),
    person("S-2", name="Jan Nowak", phone="+48555010101", address="ul. Polna 7/4, 30-001 Dolina"),
    person("S-3", name="Jörg Müller", phone="+420555010100", address="os. 3 Maja 12A, Dolina"),
    person("S-4", name="Łucja Żółw", phone="+48 555 010 102", address="Źródlana 71, Górka",
           login="zolw@pppoe"),
    person("S-5", name="Олена Шевченко", phone="+380671234567", customer="K-77",
           home=Home(street="Polní", house="12", town="Dubrava")),
    person("S-6", name="Олена Шевченко", phone="+380671234567", customer="K-77",
           home=Home(street="Krátká", house="1", town="Dubrava")),
]  # fmt: skip
TOWN = Network(subscribers={one.id: one for one in PEOPLE})
DESK = Directory(TOWN)


@pytest.mark.parametrize(
    ("typed", "by", "lines"),
    [
        ("S-1", "id", "S-1"),
        ("s-1 ", "id", "S-1"),
        ("K-77", "id", "S-5 S-6"),
        ("ZOLW@pppoe", "login", "S-4"),
        ("+48 555 010 100", "phone", "S-1"),
        ("0048555010100", "phone", "S-1"),
        ("555-010-100", "phone", "S-1"),
        ("+420 555 010 100", "phone", "S-3"),
        ("067 123 45 67", "phone", "S-5 S-6"),
        ("nowak", "name", "S-2 S-1"),
        ("Nowák Jan", "name", "S-2 S-1"),
        ("jan now", "name", "S-1 S-2"),
        ("mueller", "name", "S-3"),
        ("zolw lucja", "name", "S-4"),
        ("шевч", "name", "S-5 S-6"),
        ("Polna 7", "address", "S-1 S-2"),
        ("ul. Polna 7/4", "address", "S-2"),
        ("Polna 7 m. 3, Dolina", "address", "S-1"),
        ("dolina polna 7", "address", "S-1 S-2"),
        ("3 maja 12 a", "address", "S-3"),
        ("os. 3 Maja 12A", "address", "S-3"),
        ("Zrodlana 71", "address", "S-4"),
        ("Polni č.p. 12", "address", "S-5"),
        ("nowak polna 7", "address", "S-1 S-2"),
        ("pol 7", "address", "S-1 S-2"),
    ],
)
def test_a_line_is_found_in_the_ways_people_say_it(typed: str, by: str, lines: str) -> None:
    found = DESK.find(typed)
    assert (found.by, sorted(found.lines)) == (by, sorted(lines.split()))
    assert found.more == 0


@pytest.mark.parametrize(
    "typed", ["Polna 71", "Źródlana 7", "novotny", "7", "j", "555 010 199", " "]
)
def test_nobody_is_found_where_nobody_is_meant(typed: str) -> None:
    assert DESK.find(typed).lines == ()


def test_a_house_of_nobody_says_how_many_live_in_the_street() -> None:
    assert DESK.find("Polna 99") == Found(in_street=2)


def test_names_spelt_whole_come_first_and_of_too_many_the_number_is_told() -> None:
    many = [person(f"S-{n}", name=f"Anna Nowakowska{n}") for n in range(60)]
    exact = person("S-99", name="Anna Nowak")
    found = Directory(Network(subscribers={one.id: one for one in (*many, exact)})).find("nowak")

    assert found.lines[0] == "S-99"
    assert (len(found.lines), found.more) == (MOST, 61 - MOST)


def test_a_number_without_country_is_of_the_country_of_most() -> None:
    at_home = [person(f"S-{n}", phone=f"+48555020{n:03}") for n in range(20)]
    two = [person("S-98", phone="+48555010100"), person("S-99", phone="+420555010100")]
    desk = Directory(Network(subscribers={one.id: one for one in (*at_home, *two)}))

    assert desk.by_phone("555 010 100") == ("S-98",)
    assert desk.by_phone("+420 555 010 100") == ("S-99",)


def test_the_contact_store_goes_before_the_inventory_and_who_asked_to_be_forgotten_is() -> None:
    contacts = {"S-1": Contact(subscriber="S-1", name="Ewa Lis", phone="+48555999000")}
    desk = Directory(TOWN, contacts, {"S-2"})

    assert desk.find("lis").lines == ("S-1",)
    assert desk.by_phone("555 999 000") == ("S-1",)
    assert desk.find("nowak").lines == ()
    assert desk.find("555 010 101").lines == ()
    assert desk.find("S-2").lines == ("S-2",)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_find_nobody_and_break_nothing(text: str) -> None:
    assert DESK.find(text).more == 0


@given(st.text(max_size=400))
def test_no_question_breaks_it(text: str) -> None:
    assert len(DESK.find(text).lines) <= MOST


@given(st.sampled_from(PEOPLE), st.randoms())
def test_words_of_a_line_find_it_in_any_order_and_cut_short(
    one: Subscriber, chance: object
) -> None:
    words = f"{one.name} {one.lives.street.removeprefix('os. ')}".split()
    chance.shuffle(words)  # type: ignore[attr-defined]
    typed = " ".join(word[: max(3, len(word) - 1)] for word in words)
    assert one.id in DESK.find(typed).lines


def test_lines_whose_contacts_changed_are_found_by_what_is_known_now_alone() -> None:
    contacts = {"S-1": Contact(subscriber="S-1", name="Ewa Lis", phone="+48555999000")}
    desk = Amended(DESK, TOWN, {SubscriberId("S-1"), SubscriberId("S-2")}, contacts, {"S-2"})

    assert desk.find("lis").lines == ("S-1",)
    assert desk.find("nowak").lines == ()
    assert desk.find("555 010 101").lines == ()
    assert desk.by_phone("555 999 000") == ("S-1",)
    assert desk.by_phone("067 123 45 67") == ("S-5", "S-6")
    assert sorted(desk.find("dolina").lines) == ["S-1", "S-2", "S-3"]
    assert desk.find("mueller").lines == ("S-3",)
    assert desk.find("Polna 99").in_street == 2


@given(st.sets(st.sampled_from([one.id for one in PEOPLE])), st.sampled_from(PEOPLE))
def test_a_directory_amended_finds_all_that_one_made_anew_does(
    changed: set[SubscriberId], one: Subscriber
) -> None:
    contacts = {
        name: Contact(subscriber=name, name=f"Nowy {name}", phone=f"+4866600{n:04}")
        for n, name in enumerate(sorted(changed))
    }
    amended, anew = Amended(DESK, TOWN, changed, contacts, ()), Directory(TOWN, contacts)
    for text in (one.id, one.phone, one.name, "dolina", "nowy", "+48666000000"):
        assert set(amended.find(text).lines) == set(anew.find(text).lines)
    assert set(amended.find(one.address).lines) >= set(anew.find(one.address).lines)
