"""A feeder is cut under homes that a billing system and the network placed: who hears of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.inventory.places.join import join
from netwatch.inventory.places.place import Place
from netwatch.inventory.places.reconcile import reconcile
from netwatch.inventory.places.records import Extract, LineRecord
from netwatch.inventory.places.spread import spread
from netwatch.inventory.reader import read_inventory
from netwatch.lab.faults import Kind
from netwatch.model.arrivals import Sample
from netwatch.model.facts import Audience, IncidentKind, NoticeDue, Phase
from netwatch.model.homes import Home
from netwatch.model.network import Network
from netwatch.model.spelling import street_key
from netwatch.model.whereabouts import Stretch
from netwatch.pipeline import StageRules
from netwatch.response.rules import Mode, ResponseRules
from netwatch.service.replay import Player, Replayed
from netwatch.views.board import Outage
from tests.operator.field import asked_inventory, behind_feeder, feeder
from tests.operator.homes import Operator, Size, chance, make_operator
from tests.operator.records import EVENING, extract, sightings
from tests.operator.watching import ROUND, Watching

SIZE = Size(olts=3, devices=30, lines=450)
MINUTE = timedelta(minutes=1)
BEFORE, BROKEN, AFTER = 4 * MINUTE, 3 * MINUTE, 2 * MINUTE
CUT = EVENING + BEFORE
MENDED = CUT + BROKEN


class Told:
    """What people heard of one cut feeder."""

    def __init__(self, folder: Path, olt: str) -> None:
        self.operator = make_operator(SIZE)
        self.places, self.network = _placed(self.operator, folder)
        lines = behind_feeder(self.operator, olt)
        self.behind = [place for place in self.places if place.line in lines]
        self.placed = {place.subscriber for place in self.behind if place.spot is not None}
        self.replayed = Replayed(folder)
        rules = StageRules(response=ResponseRules(mode=Mode.FULL))
        player = Player(self.network, rules, lambda due, _: due.purpose)
        player.live(_watched(self.operator, self.network, olt), self.replayed, MENDED + AFTER)

    @property
    def outages(self) -> list[Outage]:
        """Return what the public heard of; a single home's line is told to nobody."""
        found = self.replayed.board.outages.values()
        return [one for one in found if one.kind is not IncidentKind.LINE]

    def said(self, phase: Phase) -> list[NoticeDue]:
        """Return what was said of single outages, not of all that is out in the town."""
        return [
            fact
            for fact in self.replayed.facts
            if isinstance(fact, NoticeDue)
            and fact.audience is Audience.PUBLIC
            and fact.phase is phase
            and not fact.subject
        ]


def _placed(operator: Operator, folder: Path) -> tuple[tuple[Place, ...], Network]:
    (folder / "inventory.yaml").write_text(asked_inventory(operator))
    inventory = read_inventory(folder).network
    assert inventory is not None
    joined = join([_half_known(operator)], sightings(operator), inventory)
    places = reconcile((), joined, ["lms"], {}).places
    return places, spread(inventory, places).network


def _half_known(operator: Operator) -> Extract:
    """Return what the billing system says where of some it has little more than the address."""
    said = extract(operator)
    return replace(said, lines=tuple(_known(operator.seed, line) for line in said.lines))


def _known(seed: int, line: LineRecord) -> LineRecord:
    if chance(seed, line.key, "half known") > 0.05:
        return line
    nothing = replace(line, gear="", port="", onu_serial="", macs=(), addresses=())
    return replace(nothing, subscriber=f"N{line.subscriber}", logins=(f"n{line.key}",))


def _watched(operator: Operator, network: Network, olt: str) -> Iterable[Sample]:
    watching = Watching(operator, network)
    at, end = EVENING, MENDED + AFTER
    while at < end:
        if at == CUT:
            watching.breaks(f"risk:{feeder(olt)}", Kind.CUT)
        if at == MENDED:
            watching.mends(f"risk:{feeder(olt)}")
        yield from watching.round(at)
        at += ROUND


@pytest.fixture(
    scope="module", params=["olt-01", "olt-02", "olt-03"], ids=["vsol", "bdcom", "huawei"]
)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tmp_path_factory.mktemp("inventory"), request.param)


def test_the_right_people_hear_of_it_within_a_minute_and_nobody_else(told: Told) -> None:
    heard: set[str] = {person for one in told.outages for person in one.subscribers}

    hits = len(heard & told.placed)
    assert 2 * hits / (len(heard) + len(told.placed)) >= 0.98
    assert heard <= told.placed
    assert all(one.confirmed_at for one in told.outages)
    confirmed = told.said(Phase.CONFIRMED)
    assert len(confirmed) == len(told.outages)
    assert all(timedelta() < due.at - CUT <= MINUTE for due in confirmed)


def test_who_is_known_by_address_alone_finds_the_own_house_on_the_page(told: Told) -> None:
    homes = {home.key: home for home in told.operator.homes}
    nowhere = [one for one in told.behind if one.spot is None]
    written_right = [one for one in nowhere if one.home.street == homes[one.line].street]
    stretches = [one for outage in told.outages for one in outage.where_at_worst.stretches]

    assert written_right
    lost = [one.home for one in written_right if not any(names(s, one.home) for s in stretches)]
    assert lost == []
    misspelt = [one.home for one in nowhere if one not in written_right]
    astray = [home for home in misspelt if not any(names(s, home) for s in stretches)]
    assert len(astray) <= 0.02 * len(told.behind)
    assert sum(outage.where_at_worst.possibly for outage in told.outages) >= len(written_right)


def names(stretch: Stretch, home: Home) -> bool:
    """Say whether somebody who lives there takes these words for the own house."""
    if (stretch.town, street_key(stretch.street)) != (home.town, street_key(home.street)):
        return False
    number = int(home.house)
    return not stretch.spans or any(
        int(span.first) <= number <= int(span.last)
        and (not span.side or span.side == ("odd" if number % 2 else "even"))
        for span in stretch.spans
    )


def test_all_who_heard_of_it_hear_when_it_is_mended_and_not_before(told: Told) -> None:
    restored = told.said(Phase.RESTORED)

    assert {due.incident for due in restored} == {one.incident for one in told.outages}
    assert len(restored) == len(told.outages)
    assert all(timedelta() < due.at - MENDED <= MINUTE for due in restored)
    assert told.said(Phase.CORRECTED) == []
