"""An afternoon from a billing system to coverage, and the night after: nothing is handed over.

LMS and RADIUS lie in a real PostgreSQL; OLTs of three makers and the switches answer by SNMP.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("psycopg")

from netwatch.lab.control import call
from tests.operator.afternoon import Afternoon, places_of, spend
from tests.operator.homes import Size, make_operator
from tests.operator.office import office
from tests.operator.records import right, truth

pytestmark = pytest.mark.needs("postgresql", "namespaces")

SIZE = Size(olts=6, devices=60, lines=1500)
CHANGES = 24


@pytest.fixture(scope="module")
def afternoon() -> Iterator[Afternoon]:
    folder = Path(tempfile.mkdtemp(prefix="nw-"))
    operator = make_operator(SIZE)
    try:
        with office(folder, operator) as here:
            yield spend(here, operator, CHANGES)
    finally:
        shutil.rmtree(folder)


def test_nearly_all_are_placed_after_few_answers_and_what_is_wrong_is_doubted(
    afternoon: Afternoon,
) -> None:
    for run in (afternoon.first, afternoon.second, afternoon.night):
        assert run.score.placed >= 0.95 * run.score.lines
        assert run.score.wrong <= 0.01 * run.score.lines
        assert run.score.undoubted == 0
    assert afternoon.first.questions <= afternoon.answered <= 30


def test_a_second_look_at_the_same_gear_proposes_nothing(afternoon: Afternoon) -> None:
    assert (list(afternoon.second.changes), afternoon.second.questions) == ([], 0)


def test_the_changes_of_a_night_are_followed_none_lost_none_invented(afternoon: Afternoon) -> None:
    assert len(afternoon.unfollowed) <= afternoon.visited <= 12
    assert afternoon.lost == []
    assert afternoon.invented == []
    gone = {one.line for one in afternoon.happened if one.after is None}
    new = {one.line for one in afternoon.happened if one.before is None}
    before, after = (
        {place.line for place in run.places} for run in (afternoon.second, afternoon.morning)
    )
    assert after == before - gone | new


def test_the_gear_is_asked_for_little(afternoon: Afternoon) -> None:
    """The tables of an OLT with 250 ONUs take about a hundred questions, and a switch's few."""
    gear = 2 * SIZE.olts
    assert 0 < afternoon.first.said.requests <= 120 * gear
    assert afternoon.night.said.requests <= 120 * gear


def test_an_onu_is_found_on_each_maker(afternoon: Afternoon) -> None:
    true = truth(make_operator(SIZE))
    exact = [p for p in afternoon.second.places if p.spot is not None and p.spot.serial]
    assert {p.spot.serial[:4] for p in exact if p.spot} == {"HWTC", "VSOL", "BDCM"}
    assert sum(right(place, true[place.line]) for place in exact) >= 0.99 * len(exact)


def test_an_olt_that_does_not_answer_puts_nobody_on_the_switch_above_it() -> None:
    folder = Path(tempfile.mkdtemp(prefix="nw-"))
    operator = make_operator(Size(olts=3, devices=10, lines=150))
    own = {home.key for home in operator.homes if home.gear == "olt-03"}
    try:
        with office(folder, operator) as here, here.gear_of(operator) as lab:
            call(lab.file.control, "break", element="device:olt-03", kind="hang")
            here.netwatch("places", "reconcile", "--json")
            without = {one.line: one for one in places_of(here)}
            call(lab.file.control, "mend", element="device:olt-03")
            here.netwatch("places", "reconcile", "--json")
            with_it = {one.line: one for one in places_of(here)}
    finally:
        shutil.rmtree(folder)

    spots = [place.spot for line, place in without.items() if line in own]
    assert {spot.device for spot in spots if spot is not None} == {"olt-03"}
    exact = [place.spot for line, place in with_it.items() if line in own]
    assert sum(bool(spot and spot.serial) for spot in exact) >= 0.9 * len(own)
