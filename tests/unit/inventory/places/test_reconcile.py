"""Ordinary nights are taken, large or doubtful ones are asked, and nothing is lost by darkness."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.inventory.places.evidence import Spot
from netwatch.inventory.places.join import join
from netwatch.inventory.places.place import Doubt, Place
from netwatch.inventory.places.reconcile import ChangeKind, Reconciled, reconcile
from netwatch.inventory.places.records import LineRecord, Sightings, suspended_in
from netwatch.inventory.places.spread import spread
from tests.unit.inventory.places.town import (
    NETWORK,
    OLT,
    heard,
    line,
    onu,
    said,
    serial,
    session,
    shown,
)

MANY = 400


def run(
    old: Sequence[Place],
    lines: Sequence[LineRecord],
    sightings: Sightings,
    answers: dict[str, str] | None = None,
    read: tuple[str, ...] = ("billing",),
) -> Reconciled:
    extracts = [said(*lines)] if "billing" in read else []
    joined = join(extracts, sightings, NETWORK)
    return reconcile(old, joined, read, answers or {}, suspended=suspended_in(extracts))


def network(homes: Sequence[int], **seen: str) -> Sightings:
    return shown(
        *(onu(number, **seen) for number in homes),
        macs=tuple(map(heard, homes)),
        sessions=tuple(map(session, homes)),
    )


LINES = [line(number) for number in range(MANY)]
FIRST = run((), LINES, network(range(MANY)))


def test_the_first_run_takes_all_and_the_second_proposes_nothing() -> None:
    again = run(FIRST.places, LINES, network(range(MANY)))

    assert len(FIRST.changes) == MANY
    assert {change.kind for change in FIRST.changes} == {ChangeKind.NEW}
    assert (again.changes, again.questions) == ((), ())
    assert again.places == FIRST.places


def test_a_new_customer_a_cancelled_one_a_swap_and_a_move_are_followed() -> None:
    lines = [one for one in LINES if one.key != "N9"] + [line(MANY)]
    lines[3] = line(3, onu_serial="HWTCFFFF0003")
    homes = [number for number in range(MANY + 1) if number not in (3, 6, 9)]
    seen = shown(
        *map(onu, homes),
        onu(3, serial="HWTCFFFF0003"),
        onu(6, port="0/1/1", onu="900"),
        macs=(*map(heard, homes), heard(3), heard(6, "0/1/1:900")),
        sessions=tuple(map(session, (*homes, 3, 6))),
    )

    night = run(FIRST.places, lines, seen)

    assert {change.line: change.kind for change in night.changes} == {
        f"N{MANY}": ChangeKind.NEW,
        "N9": ChangeKind.GONE,
        "N3": ChangeKind.SWAPPED,
        "N6": ChangeKind.MOVED,
    }
    assert night.questions == ()
    placed = {place.line: place.spot for place in night.places}
    assert "N9" not in placed
    assert placed["N6"] == Spot(OLT, "0/1/1", "HWTC00000007", "900")
    assert run(night.places, lines, seen).changes == ()


def test_an_onu_swapped_behind_the_records_back_is_found_in_its_slot() -> None:
    homes = [number for number in range(MANY) if number != 3]

    night = run(FIRST.places, LINES, shown(*map(onu, homes), onu(3, serial="ZTEGAAAA0001")))

    assert [(one.line, one.kind) for one in night.changes] == [("N3", ChangeKind.SWAPPED)]
    (place,) = (place for place in night.places if place.line == "N3")
    assert place.spot == Spot(OLT, "0/1/3", "ZTEGAAAA0001", "3")
    assert place.doubts


def test_more_than_a_few_in_a_hundred_are_never_forgotten_without_a_person() -> None:
    fewer = LINES[:-6]

    night = run(FIRST.places, fewer, network(range(MANY)))

    assert len(night.places) == MANY
    (asked,) = night.questions
    assert asked.lines == 6
    yes = run(FIRST.places, fewer, network(range(MANY)), {asked.id: "yes"})
    assert len(yes.places) == MANY - 6
    no = run(FIRST.places, fewer, network(range(MANY)), {asked.id: "no"})
    assert (len(no.places), no.questions) == (MANY, ())


@pytest.mark.parametrize(("lines", "gone"), [(400, 5), (50, 5), (20, 2), (5, 1)])
def test_a_small_operator_is_not_asked_about_an_ordinary_cancellation(
    lines: int, gone: int
) -> None:
    before = run((), LINES[:lines], network(range(lines)))

    night = run(before.places, LINES[: lines - gone], network(range(lines)))
    more = run(before.places, LINES[: lines - gone - 1], network(range(lines)))

    assert (len(night.places), night.questions) == (lines - gone, ())
    assert (len(more.places), len(more.questions)) == (lines, 1)


def suspended(*numbers: int) -> list[LineRecord]:
    return [replace(one, active=i not in numbers) for i, one in enumerate(LINES)]


def test_a_suspended_line_keeps_its_place_is_told_nothing_and_comes_back_unasked() -> None:
    held = {place.key: place.spot for place in FIRST.places}
    many = range(30)  # more than may go in one night

    off = run(FIRST.places, suspended(*many), network(range(MANY)))
    still = run(off.places, suspended(*many), network(range(MANY)))
    on = run(still.places, LINES, network(range(MANY)))

    assert {one.kind for one in off.changes} == {ChangeKind.SUSPENDED}
    assert off.questions == still.questions == on.questions == ()
    assert len(spread(NETWORK, off.places).network.subscribers) == MANY - len(many)
    assert {place.key: place.spot for place in still.places} == held
    assert still.changes == ()
    assert {one.kind for one in on.changes} == {ChangeKind.RESUMED}
    assert on.places == FIRST.places


def test_a_suspended_line_that_is_cancelled_is_gone() -> None:
    off = run(FIRST.places, suspended(7), network(range(MANY)))

    night = run(off.places, LINES[:7] + LINES[8:], network(range(MANY)))

    assert [(one.line, one.kind) for one in night.changes] == [("N7", ChangeKind.GONE)]
    assert len(night.places) == MANY - 1


def test_a_source_that_calls_half_its_lines_suspended_is_not_believed_without_a_person() -> None:
    half = suspended(*range(200))

    night = run(FIRST.places, half, network(range(MANY)))

    assert not any(place.suspended for place in night.places)
    (asked,) = night.questions
    assert "200 of 400 lines of billing are suspended" in asked.text
    yes = run(night.places, half, network(range(MANY)), {asked.id: "yes"})
    assert sum(place.suspended for place in yes.places) == 200


def test_a_suspended_line_lets_its_onu_go_to_the_household_that_is_seen_there() -> None:
    off = run(FIRST.places, suspended(7), network(range(MANY)))
    lines = [*suspended(7), line(MANY, onu_serial=serial(7))]

    night = run(off.places, lines, network(range(MANY)))

    placed = {place.line: place.spot for place in night.places}
    assert placed[f"N{MANY}"] == Spot(OLT, "0/1/3", serial(7), "7")
    assert placed["N7"] == Spot(OLT, "0/1/3")


def test_a_port_that_was_renumbered_is_one_question() -> None:
    homes = [number for number in range(MANY) if number % 4]
    moved = [number for number in range(MANY) if not number % 4]
    seen = shown(*map(onu, homes), *(onu(number, port="0/2/0") for number in moved))

    night = run(FIRST.places, LINES, seen)

    assert night.changes == ()
    (asked,) = night.questions
    assert asked.lines == len(moved)
    assert "0/1/0" in asked.text
    taken = run(FIRST.places, LINES, seen, {asked.id: "yes"})
    assert len(taken.changes) == len(moved)


def test_an_olt_that_shows_nothing_tonight_moves_nobody() -> None:
    night = run(FIRST.places, LINES, shown())

    assert (night.changes, night.questions) == ((), ())
    assert [place.spot for place in night.places] == [place.spot for place in FIRST.places]
    assert all(Doubt.KEPT in place.doubts for place in night.places)


def test_a_source_that_could_not_be_read_loses_nobody() -> None:
    night = run(FIRST.places, (), network(range(MANY)), read=())

    assert (night.changes, night.questions) == ((), ())
    assert night.places == FIRST.places


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 39)), st.sets(st.integers(0, 39)), st.integers(0, 3))
def test_no_line_is_ever_lost_or_invented(dark: set[int], unsaid: set[int], shift: int) -> None:
    before = run((), LINES[:40], network(range(40)))
    lines = [line(number, port=f"0/1/{(number + shift) % 4}") for number in range(40)]
    lines = [
        line(number, onu_serial="") if number in unsaid else one for number, one in enumerate(lines)
    ]
    lit = [number for number in range(40) if number not in dark]

    night = run(before.places, lines, network(lit))

    assert [place.key for place in night.places] == [place.key for place in before.places]
    onus = [place.spot.serial for place in night.places if place.spot and place.spot.serial]
    assert len(onus) == len(set(onus))
    settled = run(night.places, lines, network(lit))
    assert settled.changes == ()
