"""An afternoon from a billing system to coverage: few answers, and every wrong place is doubted."""

from pathlib import Path

import pytest

from netwatch.inventory.places.join import join
from netwatch.inventory.places.questions import questions_of, trust_in
from netwatch.inventory.places.reconcile import ChangeKind, Reconciled, reconcile
from netwatch.inventory.places.spread import spread
from netwatch.inventory.reader import read_inventory
from netwatch.model.network import Network
from tests.operator.homes import FULL, Operator, make_operator
from tests.operator.night import knows, not_followed, pass_night
from tests.operator.records import extract, inventory_text, right, sightings, truth

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
        self.first = self.run(Reconciled(places=(), changes=(), questions=()), self.operator)

    def run(
        self, old: Reconciled, operator: Operator, answers: dict[str, str] | None = None
    ) -> Reconciled:
        said = answers or {}
        self.joined = join([extract(operator)], sightings(operator), self.network, trust_in(said))
        return reconcile(old.places, self.joined, ["lms"], said, old.strays)


@pytest.fixture(scope="module")
def afternoon(tmp_path_factory: pytest.TempPathFactory) -> Afternoon:
    return Afternoon(tmp_path_factory.mktemp("inventory"))


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
    again = afternoon.run(afternoon.first, afternoon.operator)
    assert (again.changes, again.questions) == ((), ())
    assert again.places == afternoon.first.places


@pytest.mark.parametrize("seed", [2, 5])
def test_two_hundred_changes_of_a_night_are_followed_none_lost_none_invented(
    afternoon: Afternoon, seed: int
) -> None:
    morning, happened = pass_night(afternoon.operator, seed=seed)
    true = truth(morning)

    night = afternoon.run(afternoon.first, morning)
    asked = [one for one in night.questions if one.id.startswith("onu|")]
    answers = {one.id: knows(one, true) for one in asked}
    answered = afternoon.run(night, morning, answers)

    alone = not_followed(happened, night.changes, night.places, true)
    assert len(alone) <= len(asked) <= 12
    taken = (*night.changes, *answered.changes)
    assert not_followed(happened, taken, answered.places, true) == []
    assert {place.line for place in answered.places} == set(true)
    assert all(right(one, true[one.line]) or one.doubts for one in answered.places)
    kinds = {one.line: KINDS[one.kind] for one in happened}
    for one in taken:  # a neighbour's ONU that went elsewhere shows that it was a neighbour's
        assert one.line in kinds or one.kind is ChangeKind.DISPLACED
        assert one.kind in (kinds.get(one.line), ChangeKind.DISPLACED, ChangeKind.FOUND)
    again = afternoon.run(night, morning)
    assert (again.changes, again.questions, again.strays) == ((), night.questions, night.strays)


def test_the_places_make_a_network_in_which_everybody_is_found(afternoon: Afternoon) -> None:
    network = spread(afternoon.network, afternoon.first.places).network

    assert len(network.subscribers) == FULL.lines
    assert all(one.device in network.devices for one in network.subscribers.values())
    assert all(one.area in network.areas for one in network.subscribers.values())
