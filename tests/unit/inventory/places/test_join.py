"""A line hangs where most that is said of it agrees, and nobody is forced where another lives."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.inventory.places.evidence import Spot, Witness
from netwatch.inventory.places.join import Joined, Trust, join
from netwatch.inventory.places.place import Doubt, Place
from netwatch.inventory.places.questions import questions_of, trust_in
from tests.unit.inventory.places.town import (
    NETWORK,
    NIGHT,
    OLT,
    heard,
    line,
    onu,
    said,
    serial,
    session,
    shown,
)


def by_line(joined: Joined) -> dict[str, Place]:
    return {place.line: place for place in joined.places}


def spot(number: int) -> Spot:
    return Spot(OLT, f"0/1/{number % 4}", serial(number), str(number))


@given(st.integers(1, 60))
def test_a_clean_operator_is_placed_exactly_and_beyond_doubt(homes: int) -> None:
    joined = join([said(*map(line, range(homes)))], shown(*map(onu, range(homes))), NETWORK)

    assert {place.line: place.spot for place in joined.places} == {
        f"N{number}": spot(number) for number in range(homes)
    }
    assert not any(place.doubts for place in joined.places)
    assert not questions_of(joined, joined.places, NETWORK)


@settings(max_examples=25)
@given(st.integers(0, 1_000_000))
def test_the_order_of_words_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    lines = [line(number) for number in range(30)]
    lines[3] = line(3, onu_serial=serial(4))
    lines[5] = line(5, onu_serial="", logins=("user0006",))
    lines[7] = line(7, port="0/1/0")
    onus = [onu(number, description=f"user{number:04d}") for number in range(28)]
    macs = [heard(number) for number in range(0, 30, 2)]
    sessions = [session(number) for number in range(0, 30, 3)]
    first = join([said(*lines)], shown(*onus, macs=tuple(macs), sessions=tuple(sessions)), NETWORK)
    for words in (lines, onus, macs, sessions):
        chance.shuffle(words)

    again = join([said(*lines)], shown(*onus, macs=tuple(macs), sessions=tuple(sessions)), NETWORK)

    assert again == first


def test_a_wrong_port_in_the_records_is_outvoted_and_both_words_are_kept() -> None:
    lines = [line(number) for number in range(20)]
    lines[5] = line(5, port="0/1/3")
    macs = tuple(map(heard, range(20)))
    sessions = tuple(map(session, range(20)))

    placed = by_line(
        join([said(*lines)], shown(*map(onu, range(20)), macs=macs, sessions=sessions), NETWORK)
    )["N5"]

    assert placed.spot == spot(5)
    assert Doubt.CONTRADICTED in placed.doubts
    assert [(word.witness, word.spot.port) for word in placed.against] == [
        (Witness.RECORD, "0/1/3")
    ]


def test_two_households_never_get_one_onu() -> None:
    thief = line(1, onu_serial=serial(0), port="", gear="")

    joined = join([said(line(0), thief)], shown(onu(0)), NETWORK)

    placed = by_line(joined)
    assert placed["N0"].spot == spot(0)
    assert placed["N1"].spot is None
    assert Doubt.CONTESTED in placed["N1"].doubts


def test_who_claims_an_onu_by_the_same_right_gets_its_port_and_a_question() -> None:
    lines = (line(0), line(4, onu_serial=serial(0)))

    joined = join([said(*lines)], shown(onu(0)), NETWORK)

    assert {place.spot for place in joined.places} == {Spot(OLT, "0/1/0")}
    assert joined.tied == {spot(0): (("billing", "N0"), ("billing", "N4"))}
    assert questions_of(joined, joined.places, NETWORK)[0].id.startswith("tied|")


def test_one_customer_may_have_several_lines_on_an_onu() -> None:
    second = line(1, subscriber="S0", onu_serial=serial(0), port="0/1/0")

    joined = join([said(line(0), second)], shown(onu(0)), NETWORK)

    assert {place.spot for place in joined.places} == {spot(0)}


def test_a_login_leads_by_its_session_and_mac_to_the_onu() -> None:
    unknown = line(0, gear="", port="", onu_serial="")

    joined = join(
        [said(unknown)], shown(onu(0), onu(4), macs=(heard(0),), sessions=(session(0),)), NETWORK
    )

    assert joined.places[0].spot == spot(0)
    assert joined.places[0].witnesses == (Witness.MAC,)
    assert Doubt.ONE_WITNESS in joined.places[0].doubts


def test_a_mac_that_runs_by_many_ports_is_where_the_fewest_are() -> None:
    trunk = tuple(replace(heard(n), device="sw-1", port="24") for n in range(9))
    unknown = line(0, gear="", port="", onu_serial="")

    joined = join(
        [said(unknown)],
        shown(*map(onu, range(9)), macs=(*trunk, *map(heard, range(9))), sessions=(session(0),)),
        NETWORK,
    )

    assert joined.places[0].spot == spot(0)


def test_a_description_names_a_line_by_login_number_or_address() -> None:
    lines = (
        line(0, gear="", port="", onu_serial=""),
        line(1, gear="", port="", onu_serial="", subscriber="51042"),
        line(2, gear="", port="", onu_serial="", house="12"),
        line(3, gear="", port="", onu_serial="", logins=("kowalska",)),
    )
    onus = (
        onu(0, description="user0000 od 2024"),
        onu(1, description="ID51042"),
        onu(2, description="POLNA 12/3"),
        onu(3, description="kowalksa"),
    )

    placed = by_line(join([said(*lines)], shown(*onus), NETWORK))

    assert {key: place.spot for key, place in placed.items()} == {
        f"N{number}": spot(number) for number in range(4)
    }


def test_a_port_by_another_name_is_learnt_from_the_lines_on_it() -> None:
    lines = [line(4 * number, port="P-A") for number in range(6)]
    lines[5] = line(20, port="P-A", onu_serial="")

    joined = join([said(*lines)], shown(*(onu(4 * number) for number in range(5))), NETWORK)

    assert by_line(joined)["N20"].spot == Spot(OLT, "0/1/0")
    assert joined.renamed == {("billing", OLT, "P-A"): ("0/1/0", 6)}
    asked = questions_of(joined, joined.places, NETWORK)
    assert asked[0].answers == ("yes", "no")
    refused = join(
        [said(*lines)],
        shown(*(onu(4 * number) for number in range(5))),
        NETWORK,
        trust_in({asked[0].id: "no"}),
    )
    assert by_line(refused)["N20"].spot == Spot(OLT)


def test_unknown_gear_is_asked_for_once_and_one_answer_settles_its_lines() -> None:
    lines = [line(number, gear="99", onu_serial="") for number in range(5)]
    joined = join([said(*lines)], shown(*map(onu, range(5))), NETWORK)
    (asked,) = questions_of(joined, joined.places, NETWORK)
    assert (asked.id, asked.lines) == ("gear|billing|99", 5)
    assert all(place.spot is None for place in joined.places)

    settled = join(
        [said(*lines)], shown(*map(onu, range(5))), NETWORK, trust_in({asked.id: "olt-1"})
    )

    assert {place.spot for place in settled.places} == {
        Spot(OLT, f"0/1/{port}") for port in range(4)
    }


def test_who_is_to_be_believed_settles_every_line_on_which_two_differ() -> None:
    lines = [line(n, onu_serial=serial(n + 4), gear="", port="") for n in range(4)]
    onus = [onu(n, description=f"user{n:04d}") for n in range(4)] + [onu(n + 4) for n in range(4)]
    joined = join([said(*lines)], shown(*onus), NETWORK)
    (asked,) = questions_of(joined, joined.places, NETWORK)
    assert (asked.id, asked.lines) == ("differ|description|serial", 4)

    settled = join([said(*lines)], shown(*onus), NETWORK, trust_in({asked.id: Witness.DESCRIPTION}))

    assert [place.spot for place in settled.places] == [spot(n) for n in range(4)]
    assert not questions_of(settled, settled.places, NETWORK)


def test_a_line_that_is_not_active_hangs_nowhere() -> None:
    joined = join([said(line(0, active=False))], shown(onu(0)), NETWORK, Trust())
    assert joined.places == ()


@given(st.lists(st.text(max_size=40), max_size=12))
def test_what_strangers_write_into_descriptions_breaks_nothing(texts: list[str]) -> None:
    onus = tuple(onu(number, description=text) for number, text in enumerate(texts))
    joined = join([said(*map(line, range(len(texts))))], shown(*onus), NETWORK)
    assert [place.spot for place in joined.places] == sorted(
        (spot(number) for number in range(len(texts))),
        key=lambda one: f"N{int(one.serial[4:], 16) - 1}",
    )
    assert NIGHT.tzinfo is not None


def test_what_hangs_on_a_login_that_two_lines_bear_is_doubted() -> None:
    twins = [line(0, onu_serial=""), line(1, onu_serial="", logins=("user0000",), port="0/1/0")]
    seen = shown(onu(0, description="user0000"), *map(onu, range(2, 9)))
    others = [line(number) for number in range(2, 9)]
    places = by_line(join([said(*twins[1:], *others)], seen, NETWORK))
    assert places["N1"].doubts == ()  # nobody else bears it

    both = by_line(join([said(*twins, *others)], seen, NETWORK))
    assert both["N0"].doubts
    assert both["N1"].doubts


def test_gear_and_ports_are_settled_whatever_stands_in_their_names() -> None:
    trust = trust_in({
        "gear|lms|a|b": "olt-1",
        "gear|lms|a||": "none",
        "port|lms|olt-1|0|1": "no",
    })  # fmt: skip

    assert trust.gear == {("lms", "a|b"): "olt-1"}
    assert trust.ignored == {("lms", "a||")}
    assert trust.not_renamed == {("lms", "olt-1", "0|1")}
