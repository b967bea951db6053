"""Several vantages: a tree for each; with one vantage, nothing is different."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.correlation import stage
from netwatch.correlation.isolation import MISSED_S, Pollers
from netwatch.correlation.rules import CorrelationRules
from netwatch.correlation.topology import build
from netwatch.correlation.vantages import draw, stands_of
from netwatch.model.arrivals import Loaded, Tick
from netwatch.model.facts import Fact, IncidentOpened, IncidentRestored
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from netwatch.pipeline import Pipeline, StageRules
from netwatch.service.plan.rehearsal import Stage
from tests.scenarios.two_pollers import EAST, MAIN, Cities, two_cities
from tests.town import echo, with_ticks
from tests.unit.correlation.lived import Life

START = datetime(2026, 11, 14, 18, 0, tzinfo=UTC)
RULES = CorrelationRules()
CITIES = two_cities()
ONE_CITY = two_cities(several=False)
Round = tuple[int, str | None]


def lived(network: Network, rounds: list[Round], *, named: bool) -> list[Fact]:
    """Return the facts of rounds in which all from some device on are silent."""
    pipeline, facts = Pipeline(network, StageRules()), list[Fact]()
    for nth, (alive, poller) in enumerate(rounds):
        at = START + timedelta(seconds=5 * nth)
        for place, device in enumerate(network.devices):
            sample = echo(at, device, place < alive, poller if named else None)
            facts.extend(pipeline.advance(sample).facts)
        for second in range(1, 6):
            facts.extend(pipeline.advance(Tick(at=at + timedelta(seconds=second))).facts)
    return facts


names = st.sampled_from([None, MAIN, EAST, "nobody"])
alive = st.sampled_from([len(CITIES.devices)] * 2 + [0, 9, 22, 30])
rounds_of = st.lists(st.tuples(alive, names), min_size=8, max_size=16)


@settings(max_examples=12, deadline=None)
@given(rounds=rounds_of)
def test_with_one_vantage_the_names_of_pollers_change_nothing(rounds: list[Round]) -> None:
    plain = lived(ONE_CITY, rounds, named=False)
    same_place = replace(
        ONE_CITY, vantages={MAIN: DeviceId("core-west"), EAST: DeviceId("core-west")}
    )

    assert lived(ONE_CITY, rounds, named=True) == plain
    assert lived(same_place, rounds, named=True) == plain


@settings(max_examples=12, deadline=None)
@given(rounds=rounds_of)
def test_any_disagreement_is_lived_through_and_told_alike_again(rounds: list[Round]) -> None:
    assert lived(CITIES, rounds, named=True) == lived(CITIES, rounds, named=True)


def test_one_vantage_is_drawn_as_ever() -> None:
    drawn, index, _ = draw(ONE_CITY, RULES)

    assert drawn is ONE_CITY
    assert index.names == build(ONE_CITY, RULES).names
    assert not index.stands
    assert not index.twins


def test_each_element_stands_in_the_tree_of_each_vantage_under_its_own_name() -> None:
    _, index, _ = draw(CITIES, RULES)

    node = index.device[DeviceId("sw-east-1")]
    assert len(index) == 2 * len(build(CITIES, RULES)) + 1
    assert sorted(index.stands.values()) == [MAIN, EAST]
    assert {index.names[n] for n in index.twins[node]} == {"device:sw-east-1"}
    assert len(index.twins[node]) == len(index.stands)


def test_on_paper_all_is_asked_from_the_main_vantage() -> None:
    stage = Stage(CITIES, StageRules(), lambda _: True)

    assert len(stage.index) == len(build(ONE_CITY, RULES))


def test_who_speaks_seldom_is_waited_for_three_of_its_pauses() -> None:
    pollers = Pollers(stands_of(CITIES))
    for second in (1000, 1100, 1200):
        pollers.speaks(EAST, second)
    pollers.speaks(MAIN, 1200 + MISSED_S)
    before = pollers.hushed(EAST, MISSED_S, 3)
    pollers.speaks(MAIN, 1500)

    assert not before
    assert pollers.hushed(EAST, MISSED_S, 3)


def test_when_nobody_speaks_nobody_is_missed() -> None:
    pollers = Pollers(stands_of(CITIES))
    for poller in (MAIN, EAST):
        pollers.speaks(poller, 1000)

    assert not pollers.hushed(EAST, MISSED_S, 3)


def test_a_poller_that_the_inventory_has_no_more_is_waited_for_no_longer() -> None:
    cities = Cities()
    cities.passes(timedelta(minutes=2))
    cities.hushed.add(EAST)
    cities.passes(timedelta(minutes=5))
    life = Life(CITIES).live(with_ticks(cities.tape, until=cities.tape[-1].at))
    (opened,) = life.of(IncidentOpened)
    at = cities.tape[-1].at + timedelta(seconds=1)

    stage.refit(life.state, ONE_CITY, RULES)
    life.live([Loaded(at=at, inventory="sha256:1", rules="sha256:2"), Tick(at=at)])

    (over,) = life.of(IncidentRestored)
    assert isinstance(opened, IncidentOpened)
    assert isinstance(over, IncidentRestored)
    assert over.incident == opened.incident
