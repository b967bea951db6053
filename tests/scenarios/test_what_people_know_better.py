"""A person says that two faults are one, or one is two: incidents and words follow, and stay so."""

from datetime import datetime

import pytest

from netwatch.model.facts import Audience, IncidentMerged, IncidentOpened, Phase
from netwatch.model.names import DeviceId, ElementName, IncidentId, LinkId, SubscriberId
from netwatch.model.shaping import Merge, Split
from netwatch.service.refusals import refusal
from netwatch.views.board import Outage
from tests.scenarios.night import MINUTE, SECOND, Night, Told, World
from tests.scenarios.test_subscribers_told import SHIPPED, Said, broken, messages

ONE, TWO, THREE = map(IncidentId, ("I-1", "I-2", "I-3"))
RYNEK, KOLEJOWA = "agg-1--sw-rynek-1", "agg-5--sw-kolejowa-1"


def below(night: Night, device: str) -> set[SubscriberId]:
    """Return who has no service when a device is dead."""
    return World(night.world.network, dead={DeviceId(device)}).without_service()


def two_switches_fall(night: Night) -> None:
    broken(night, links=RYNEK)
    night.passes(3 * MINUTE)
    night.world.cut.add(LinkId(KOLEJOWA))
    night.passes(3 * MINUTE)


def merged(night: Night) -> None:
    night.comes(Merge(at=night.at, incident=TWO, into=ONE, by="marek"))


def mend(night: Night, *links: str) -> None:
    night.world.cut.difference_update(map(LinkId, links))


def incident(told: Told, name: IncidentId) -> Outage:
    return told.replayed.board.outages[name]


def test_two_faults_that_a_person_merged_stay_one_until_both_are_mended() -> None:
    night = Night()
    two_switches_fall(night)
    both = night.world.without_service()
    merged(night)
    night.passes(3 * MINUTE)
    mend(night, RYNEK)
    night.passes(3 * MINUTE)
    still = night.world.without_service()
    half_way = night.told()
    mend(night, KOLEJOWA)
    mended_at = night.at
    night.passes(14 * MINUTE)
    told = night.told()

    assert still < both
    assert half_way.replayed.board.outages[ONE].without == still
    assert told.opened() == 2
    (only,) = told.incidents
    assert (only.incident, only.state, only.subscribers) == (ONE, "closed", both)
    assert only.ended_at is not None
    assert only.ended_at >= mended_at
    ups = [due for due in told.dues(Audience.PUBLIC) if due.phase is Phase.RESTORED]
    assert {due.incident for due in ups} == {ONE}
    assert all(due.at >= mended_at for due in ups)
    assert told.accounted()


@pytest.mark.parametrize("first", [RYNEK, KOLEJOWA])
def test_who_was_told_down_of_merged_faults_is_told_up_once(first: str) -> None:
    night = Night()
    two_switches_fall(night)
    night.passes(12 * MINUTE)
    merged(night)
    night.passes(2 * MINUTE)
    mend(night, first)
    night.passes(4 * MINUTE)
    mend(night, RYNEK, KOLEJOWA)
    night.passes(14 * MINUTE)
    told = night.told(SHIPPED)

    everybody_hears_down_and_up_once(night, messages(told))


def everybody_hears_down_and_up_once(night: Night, said: dict[SubscriberId, Said]) -> None:
    assert said
    for name, words in said.items():
        plain = [phase for _, phase in words if phase is not Phase.SUSPECTED]
        assert plain == [Phase.CONFIRMED, Phase.RESTORED], name
        assert name not in night.dark_people(words[-1][0])


def test_the_part_that_a_person_split_off_goes_on_when_the_rest_is_mended() -> None:
    night = Night()
    broken(night, links="l-olt-gorki")
    night.passes(12 * MINUTE)
    everybody = night.world.without_service()
    theirs = below(night, "spl-lesna")
    assert theirs < everybody
    lesna = (ElementName("device:spl-lesna"),)
    night.comes(Split(at=night.at, incident=ONE, elements=lesna, by="marek"))
    night.passes(3 * MINUTE)
    between = night.told(SHIPPED)
    night.world.dead.add(DeviceId("spl-lesna"))
    mend(night, "l-olt-gorki")
    mended_at = night.at
    night.passes(6 * MINUTE)
    night.world.dead.clear()
    all_at = night.at
    night.passes(14 * MINUTE)
    told = night.told(SHIPPED)

    assert incident(between, ONE).without == everybody - theirs
    assert incident(between, TWO).without == theirs
    assert [fact.incident for fact in told.facts(IncidentOpened)] == [ONE, TWO]
    assert told.facts(IncidentMerged) == []
    assert within(incident(told, ONE).ended_at, mended_at)
    assert within(incident(told, TWO).ended_at, all_at)
    assert incident(told, TWO).root_cause == lesna
    everybody_hears_down_and_up_once(night, messages(told))
    assert told.accounted()


def parted(night: Night, what: str, of: IncidentId = ONE) -> None:
    elements = (ElementName(what),)
    night.comes(Split(at=night.at, incident=of, elements=elements, by="marek"))
    night.passes(2 * MINUTE)


@pytest.mark.parametrize(
    ("first", "second", "of"),
    [("spl-lesna", "spl-lesna-1", TWO), ("spl-lesna-1", "spl-lesna", ONE)],
)
def test_a_part_split_off_within_another_part_is_not_over_before_it_works(
    first: str, second: str, of: IncidentId
) -> None:
    night = Night()
    broken(night, links="l-olt-gorki")
    night.passes(12 * MINUTE)
    parted(night, f"device:{first}")
    parted(night, f"device:{second}", of)
    between = night.told(SHIPPED)
    night.world.dead.add(DeviceId("spl-lesna"))
    mend(night, "l-olt-gorki")
    night.passes(6 * MINUTE)
    night.world.dead.clear()
    night.passes(10 * MINUTE)
    told = night.told(SHIPPED)

    assert [one.state for one in between.incidents] == ["open"] * 3
    everybody_hears_down_and_up_once(night, messages(told))
    assert told.told_restored_while_dark(night) == set()


@pytest.mark.parametrize("again", [RYNEK, KOLEJOWA])
def test_what_falls_again_of_two_merged_faults_is_of_that_incident(again: str) -> None:
    night = Night()
    two_switches_fall(night)
    merged(night)
    night.passes(2 * MINUTE)
    mend(night, again)
    night.passes(3 * MINUTE)
    night.world.cut.add(LinkId(again))
    night.passes(3 * MINUTE)
    told = night.told()

    assert told.opened() == 2
    assert incident(told, ONE).without == night.world.without_service()


def test_what_falls_again_below_a_part_is_of_that_part() -> None:
    night = Night()
    broken(night, links="l-olt-gorki")
    night.passes(3 * MINUTE)
    parted(night, "device:spl-lesna")
    night.world.dead.update(map(DeviceId, ("spl-lesna-1", "spl-lesna-2")))
    mend(night, "l-olt-gorki")
    night.passes(3 * MINUTE)
    night.world.dead.discard(DeviceId("spl-lesna-1"))
    night.passes(3 * MINUTE)
    night.world.dead.add(DeviceId("spl-lesna-1"))
    night.passes(3 * MINUTE)

    assert incident(night.told(), TWO).without == night.world.without_service()


def test_two_merged_faults_may_be_split_again_and_end_each_by_itself() -> None:
    night = Night()
    two_switches_fall(night)
    merged(night)
    night.passes(2 * MINUTE)
    parted(night, f"link:{KOLEJOWA}")
    between = night.told()
    mend(night, RYNEK)
    night.passes(4 * MINUTE)
    told = night.told()

    assert incident(between, ONE).root_cause == (f"link:{RYNEK}",)
    assert incident(between, THREE).root_cause == (f"link:{KOLEJOWA}",)
    assert (incident(told, ONE).state, incident(told, THREE).state) == ("restored", "open")
    assert incident(told, THREE).without == night.world.without_service()


def within(ended: datetime | None, mended: datetime) -> bool:
    assert ended is not None
    return 0 <= (ended - mended) / SECOND < 240


def test_what_the_inventory_does_not_know_is_no_part_of_a_root_cause() -> None:
    night = Night()
    broken(night, links="l-olt-gorki")
    night.passes(2 * MINUTE)
    elements = (ElementName("device:spl-lesna"), ElementName("device:nobody\x1b[2J"))
    night.comes(Split(at=night.at, incident=ONE, elements=elements, by="marek"))
    night.passes(SECOND * 20)

    assert incident(night.told(), TWO).root_cause == elements[:1]


@pytest.mark.parametrize("elements", ["device:nobody", "link:l-olt-gorki", "device:sw-rynek-1"])
def test_what_makes_no_part_of_an_incident_is_not_split_off(elements: str) -> None:
    night = Night()
    broken(night, links="l-olt-gorki")
    night.passes(2 * MINUTE)
    chosen = (ElementName(elements),)
    night.comes(Split(at=night.at, incident=ONE, elements=chosen, by="marek"))
    night.passes(2 * MINUTE)
    told = night.told()

    assert told.opened() == 1
    split = Split(at=night.at, incident=ONE, elements=chosen, by="marek")
    assert "has nobody, or all of them" in refusal(split, told.replayed.board)


def test_an_incident_is_not_merged_with_itself_nor_with_one_that_is_not() -> None:
    night = Night()
    broken(night, links=RYNEK)
    night.passes(2 * MINUTE)
    orders = [Merge(at=night.at, incident=ONE, into=into, by="marek") for into in (ONE, TWO)]
    for order in orders:
        night.comes(order)
    night.passes(2 * MINUTE)
    told = night.told()

    assert told.facts(IncidentMerged) == []
    itself, nobody = (refusal(order, told.replayed.board) for order in orders)
    assert "cannot be merged into itself" in itself
    assert "there is no incident I-2" in nobody
