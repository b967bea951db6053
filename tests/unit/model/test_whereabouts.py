"""Where it is out is said as people say it, and never so narrowly that one home is meant."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.gazetteer import FEWEST
from netwatch.model.homes import Home
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.model.network import Device, DeviceKind, Subscriber
from netwatch.model.street_map import NO_CELL, StreetMap, street_map
from netwatch.model.whereabouts import MOST_STRETCHES, Where, whereabouts
from netwatch.views.streets import listed
from tests.unit.model.streets_of import EVEN, ODD, TOWN, lives, network_of


def where(affected: list[Subscriber], everybody: list[Subscriber] = TOWN, *drawn: str) -> Where:
    return whereabouts(street_map(network_of(everybody, *drawn)), [one.id for one in affected])


def said(affected: list[Subscriber], everybody: list[Subscriber] = TOWN, *drawn: str) -> list[str]:
    return list(listed(where(affected, everybody, *drawn)))


def on(street: str, numbers: range | list[str], town: list[Subscriber] = TOWN) -> list[Subscriber]:
    wanted = {str(number) for number in numbers}
    return [one for one in town if one.lives.street == street and one.lives.house in wanted]


def test_a_whole_street_goes_by_its_name() -> None:
    assert said(on("Polna", [*ODD, *EVEN])) == ["Polna"]


def test_a_part_of_it_goes_by_its_numbers() -> None:
    assert said(on("Polna", range(1, 20))) == ["Polna 1-20"]


def test_one_side_of_the_street_is_told_apart() -> None:
    assert said(on("Polna", ["1", "3", "5", "7", "9"])) == ["Polna 1-9 (odd)"]
    assert said(on("Długa", ["2", "4", "6", "8", "10"])) == ["Długa 2-10"]


def test_one_home_is_told_with_enough_of_its_neighbours() -> None:
    assert said(on("Polna", ["7"])) == ["Polna 1-9 (odd)"]


def test_streets_of_few_are_told_as_the_rest_of_their_town() -> None:
    (rest,) = where(on("Krótka", ["1"])).stretches
    assert (rest.town, rest.street, rest.rest) == ("Dolina", "", True)


def test_nobody_is_named_where_too_few_live() -> None:
    lonely = lives("Leśna", ["1"], town="Pustki")
    assert said(lonely, [*TOWN, *lonely]) == []


def test_the_operators_own_spelling_and_letters_are_shown() -> None:
    blocks = [*lives("ul. 1 Maja", ["12A", "12A", "12A/4", "12a", "12A"]), *lives("1 maja", EVEN)]
    assert said(on("ul. 1 Maja", ["12A"], blocks), blocks) == ["1 maja 12, 12A"]


def test_a_village_without_streets_goes_by_its_numbers() -> None:
    village = lives("", [str(n) for n in range(1, 30)], town="Wola")
    (only,) = where(village[:10], village).stretches
    assert (only.town, only.street, [(s.first, s.last) for s in only.spans]) == (
        "Wola", "", [("1", "10")],
    )  # fmt: skip


def test_all_of_a_town_is_said_in_one_word() -> None:
    streets = [one for name in ["Lipowa", "Sosnowa", "Leśna", "Polna"] for one in lives(name, ODD)]
    assert said(streets, streets) == ["Dolina"]
    assert len(said(streets[1:30], streets)) == 2


def test_people_in_drawn_areas_are_marked_so_and_mixed_networks_work() -> None:
    town = [*lives("Polna", ODD, area="polna"), *lives("Długa", EVEN)]
    told = {one.street: one.drawn for one in where(town, town, "polna").stretches}
    assert told == {"Polna": True, "Długa": False}


def test_those_who_hang_on_nobody_knows_what_are_counted_and_their_street_is_said() -> None:
    town = [*TOWN, *lives("Polna", ["5", "7", "33"], placed=False)]
    found = where(on("Polna", ["1", "3"], town), town)
    assert list(listed(found)) == ["Polna 1-7 (odd)"]
    assert found.possibly == 2
    numberless = [*town, *lives("Polna", [""], placed=False)]
    assert where(on("Polna", ["1"], numberless), numberless).possibly == 3


def test_where_nobody_of_a_stretch_is_placed_it_is_said_with_the_street() -> None:
    town = [*lives("Polna", ODD[:10]), *lives("Polna", ODD[10:], placed=False)]
    found = where(town[:10], town)
    assert list(listed(found)) == ["Polna"]
    assert found.possibly == 10


def test_many_streets_are_counted() -> None:
    town = [one for number in range(200) for one in lives(f"Ulica{number}x", ODD[:5])]
    found = where(town[:-5], [*town, *lives("Inna", ODD)])
    assert (len(found.stretches), found.others) == (MOST_STRETCHES, 199 - MOST_STRETCHES)


def test_several_lines_of_one_customer_are_one_home() -> None:
    office = [
        Subscriber(id=SubscriberId(name), home=Home(street="Boczna", house="1", town="Dolina"))
        for name in ("B", "B.1", "B.2", "B.3", "B.4")
    ]
    found = where(office, [*TOWN, *office])
    assert [one.street for one in found.stretches] == [""]


def test_when_the_streets_are_cut_anew_meanwhile_no_numbers_are_said() -> None:
    before = where(on("Polna", range(1, 20)))
    grown = [*TOWN, *lives("Polna", ["1a", "3a"])]
    known = street_map(network_of(grown))
    cuts = {one.key: one.grid for one in before.stretches}
    out = [one.id for one in [*on("Polna", range(1, 10)), *on("Długa", range(1, 11))]]
    after = whereabouts(known, out, (), cuts)
    assert list(listed(after)) == ["Polna", "Długa 2-10"]
    cuts |= {one.key: one.grid for one in after.stretches}
    assert list(listed(whereabouts(known, out, (), cuts))) == ["Polna", "Długa 2-10"]


def test_cells_end_where_a_line_ends_so_that_its_outage_fills_them() -> None:
    onus = [
        Device(
            id=DeviceId(f"onu-{n}"), kind=DeviceKind.ONU, via=DeviceId("olt"), port=f"0/{n > 20}"
        )
        for n in range(1, 41)
    ]
    homes = [
        replace(one, device=onu.id)
        for onu, one in zip(onus, lives("Polna", [str(n) for n in range(1, 41)]), strict=True)
    ]
    homes += lives("Polna", ["4", "6", "12"], placed=False)
    network = replace(network_of(homes), devices={one.id: one for one in onus})
    found = whereabouts(street_map(network), [one.id for one in homes[:20]])
    assert list(listed(found)) == ["Polna 1-20"]


STREETS = st.dictionaries(
    st.sampled_from(["Polna", "Krótka", "Długa", "1 Maja"]),
    st.lists(
        st.tuples(
            st.sampled_from(["", "7/1", "3-5", "12A", "dz. 4", *map(str, range(1, 30))]),
            st.booleans(),
        ),
        max_size=60,
    ),
    max_size=4,
)


def _town(streets: dict[str, list[tuple[str, bool]]]) -> list[Subscriber]:
    return [
        replace(one, id=SubscriberId(f"S-{street}-{at}"))
        for street, doors in streets.items()
        for at, (house, placed) in enumerate(doors)
        for one in lives(street, [house], placed=placed)
    ]


def _cells(known: StreetMap) -> dict[object, list[SubscriberId]]:
    """Return who can be told of together: those of one cell, or of a town outside all cells."""
    found: dict[object, list[SubscriberId]] = {}
    for one, (street, cell) in known.spots.items():
        town = known.streets[street].key[0]
        found.setdefault(town if cell == NO_CELL else (street, cell), []).append(one)
    return found


def _public(found: Where) -> Where:
    """Return what is published; how many are possibly affected is told to the staff alone."""
    return replace(found, possibly=0)


@given(STREETS, st.lists(st.sets(st.integers(0, 239)), min_size=1, max_size=4), st.randoms())
@settings(max_examples=150, deadline=None)
def test_no_comparison_of_any_lists_tells_one_home_from_its_neighbours(
    streets: dict[str, list[tuple[str, bool]]], outages: list[set[int]], chance: Random
) -> None:
    """Swap homes with others of their cell in all outages at once: not one list changes.

    So whoever holds all lists together cannot tell which of at least FEWEST homes was out. Of
    people outside all cells who are fewer, the lists do not depend at all.
    """
    town = _town(streets)
    known = street_map(network_of(town))
    swapped: dict[SubscriberId, SubscriberId] = {}
    silent: set[SubscriberId] = set()
    for told_of, together in _cells(known).items():
        mixed = list(together)
        chance.shuffle(mixed)
        swapped.update(zip(together, mixed, strict=True))
        if isinstance(told_of, tuple):
            assert len(together) >= FEWEST
        elif len(together) < FEWEST:
            silent.update(together)
    for outage in outages:
        out = [one.id for number, one in enumerate(town) if number in outage]
        told = _public(whereabouts(known, out))
        assert _public(whereabouts(known, [swapped[one] for one in out if one in swapped])) == told
        assert _public(whereabouts(known, [one for one in out if one not in silent])) == told


@given(STREETS, st.sets(st.integers(0, 239)))
@settings(max_examples=150, deadline=None)
def test_everybody_whose_street_has_enough_people_finds_it_named(
    streets: dict[str, list[tuple[str, bool]]], outage: set[int]
) -> None:
    town = _town(streets)
    known = street_map(network_of(town))
    out = [one.id for number, one in enumerate(town) if number in outage]
    found = whereabouts(known, out)
    told = {(one.town, one.street) for one in found.stretches}
    for one in out:
        street, cell = known.spots.get(one, (0, NO_CELL))
        if cell != NO_CELL:
            here = known.streets[street]
            assert {("Dolina", here.name), ("Dolina", "")} & told
