"""An afternoon from a billing system to coverage: few answers, and every wrong place is doubted."""

from pathlib import Path

import pytest

from netwatch.inventory.places.join import join
from netwatch.inventory.places.place import Place
from netwatch.inventory.places.questions import questions_of
from netwatch.inventory.places.reconcile import ChangeKind, Reconciled, reconcile
from netwatch.inventory.places.spread import spread
from netwatch.inventory.reader import read_inventory
from netwatch.model.network import Network
from tests.operator.homes import FULL, Operator, make_operator
from tests.operator.night import pass_night
from tests.operator.records import Truth, extract, inventory_text, sightings, truth

KINDS = {
    "swap": ChangeKind.SWAPPED,
    "move": ChangeKind.MOVED,
    "cancel": ChangeKind.GONE,
    "new": ChangeKind.NEW,
}


class Afternoon:
    """The full provider, joined once for all tests here."""

    def __init__(self, folder: Path) -> None:
        self.operator = make_operator(FULL)
        (folder / "inventory.yaml").write_text(inventory_text(self.operator))
        network = read_inventory(folder).network
        assert network is not None
        self.network: Network = network
        self.first = self.run((), self.operator)

    def run(self, old: tuple[Place, ...], operator: Operator) -> Reconciled:
        self.joined = join([extract(operator)], sightings(operator), self.network)
        return reconcile(old, self.joined, ["lms"], {})


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> Afternoon:
    return Afternoon(tmp_path_factory.mktemp("inventory"))


def right(place: Place, true: Truth) -> bool:
    spot = place.spot
    return spot is not None and (
        spot.device == true.gear
        and spot.port in ("", true.port)
        and spot.serial in ("", true.serial)
    )


def test_nearly_all_are_placed_and_every_wrong_one_is_among_the_doubts(
    afternoon: Afternoon,
) -> None:
    true = truth(afternoon.operator)
    places = afternoon.first.places
    placed = [place for place in places if place.spot is not None]
    wrong = [place for place in placed if not right(place, true[place.line])]
    asked = questions_of(afternoon.joined, places, afternoon.network)

    assert len(placed) >= 0.95 * len(true)
    assert len(wrong) <= 0.01 * len(true)
    assert all(place.doubts for place in wrong)
    assert sum(bool(place.doubts) for place in places) <= 0.2 * len(true)
    assert len(asked) + len(afternoon.first.questions) <= 30


def test_a_second_run_proposes_nothing(afternoon: Afternoon) -> None:
    again = afternoon.run(afternoon.first.places, afternoon.operator)
    assert (again.changes, again.questions) == ((), ())
    assert again.places == afternoon.first.places


def test_two_hundred_changes_of_a_night_are_followed_none_lost_none_invented(
    afternoon: Afternoon,
) -> None:
    morning, happened = pass_night(afternoon.operator)
    before = {place.line: place for place in afternoon.first.places}
    known = truth(afternoon.operator)

    night = afternoon.run(afternoon.first.places, morning)

    true = truth(morning)
    after = {place.line: place for place in night.places}
    assert set(after) == set(true)
    exact = [
        change
        for change in happened
        if change.kind in ("cancel", "new")
        or (
            (spot := before[change.line].spot) is not None
            and spot.serial == known[change.line].serial
        )
    ]
    followed = {(change.line, change.kind) for change in night.changes}
    waiting = sum(question.lines for question in night.questions)
    missed = [one for one in exact if (one.line, KINDS[one.kind]) not in followed]
    assert len(missed) <= waiting
    assert {line for line, _ in followed} <= {change.line for change in happened}
    for line, kind in followed:
        if kind is not ChangeKind.GONE:
            assert right(after[line], true[line]) or after[line].doubts


def test_the_places_make_a_network_in_which_everybody_is_found(afternoon: Afternoon) -> None:
    network = spread(afternoon.network, afternoon.first.places).network

    assert len(network.subscribers) == FULL.lines
    assert all(one.device in network.devices for one in network.subscribers.values())
    assert all(one.area in network.areas for one in network.subscribers.values())
