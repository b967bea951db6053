"""Several vantages on paper: who hears that one is gone, what takes all, what none of them sees."""

from dataclasses import replace
from functools import cache

import pytest

from netwatch.model.names import DeviceId, ElementName, LinkId, RiskId, SiteId
from netwatch.model.network import Network, Risk, RiskKind, Site
from netwatch.response.rules import Mode, ResponseRules
from netwatch.rules import Rulebook, read_rules
from netwatch.service.plan.defects import Kind
from netwatch.service.plan.outcomes import Records
from netwatch.service.plan.planner import Plan, Planner
from netwatch.service.plan.rehearsal import Rehearsed
from netwatch.service.plan.watching import Watch, losses
from tests.scenarios.two_pollers import EAST, two_cities

WEST_CORE, EAST_CORE = DeviceId("core-west"), DeviceId("core-east")


@cache
def book() -> Rulebook:
    found = read_rules(None).rulebook
    assert found is not None
    return found


def planner(network: Network, rules: Rulebook | None = None) -> Planner:
    return Planner(network, rules or book(), Records({}), languages=("pl",))


def plan_of(network: Network, rules: Rulebook | None = None) -> Plan:
    return planner(network, rules).plan(processors=1)


def told(plan: Plan, *reasons: str) -> list[tuple[str, str]]:
    return [(d.kind.value, d.element) for d in plan.defects if d.reason in reasons]


def lost(network: Network, *members: str) -> Rehearsed:
    mine = planner(network)
    stage = Watch(network, mine.rules, mine.world.speaks)
    return stage.lose([ElementName(name) for name in members])


def test_two_cities_have_no_defect_of_watching() -> None:
    plan = plan_of(two_cities())

    found = [d for d in plan.defects if d.reason.startswith(("vantage", "seen-by"))]
    assert found == []
    assert plan.tried["vantages"] == 3


def test_with_one_vantage_nothing_is_played_for_it() -> None:
    assert plan_of(two_cities(several=False)).tried["vantages"] == 0


def test_what_fails_is_every_place_and_all_on_the_way_between() -> None:
    found = {loss.element: loss.poller for loss in losses(planner(two_cities()).world)}

    assert found == {
        "device:core-west": "poller-1",
        "device:core-east": EAST,
        "link:core-west--core-east": EAST,
    }


@pytest.mark.parametrize("element", ["device:core-east", "link:core-west--core-east"])
def test_the_loss_of_a_city_with_its_poller_is_an_outage_that_is_told(element: str) -> None:
    came = lost(two_cities(), element)

    (found,) = came.diagnoses.values()
    assert element in (*found.root_cause, *found.also_possible)
    assert len(found.subscribers) == 18
    assert came.alerted
    assert came.notices


def test_a_poller_whose_place_nobody_asks_is_missed_all_the_same() -> None:
    network = two_cities()
    lone = replace(network.devices[EAST_CORE], id=DeviceId("box"), address=None)
    link = replace(network.links[LinkId("core-west--core-east")], id=LinkId("to-box"))
    ends = (link.ends[0], replace(link.ends[1], device=lone.id))
    apart = replace(
        network,
        devices={**network.devices, lone.id: lone},
        links={**network.links, link.id: replace(link, ends=ends)},
        vantages={**network.vantages, EAST: lone.id},
    )
    came = lost(apart, "device:box")

    assert [d.root_cause for d in came.diagnoses.values()] == [(f"self:{EAST}",)]
    assert came.alerted


def test_that_nobody_is_to_be_told_is_said_once_and_not_for_each_vantage() -> None:
    nobody = ResponseRules(mode=Mode.FULL, staff=())
    stages = replace(book().stages, response=nobody)
    plan = plan_of(two_cities(), replace(book(), stages=stages))

    pages = [d.element for d in plan.defects if d.kind is Kind.PAGES_NOBODY]
    assert pages == ["staff"]


def test_places_on_one_device_at_one_site_or_in_one_risk_fall_together() -> None:
    network = two_cities()
    one = replace(network, vantages=dict.fromkeys(network.vantages, WEST_CORE))
    assert ("shared-risk", "device:core-west") in told(plan_of(one), "vantages-together")

    site = Site(id=SiteId("pop"))
    both = {name: replace(network.devices[name], site=site.id) for name in (WEST_CORE, EAST_CORE)}
    at_one = replace(network, sites={site.id: site}, devices={**network.devices, **both})
    assert told(plan_of(at_one), "vantages-together") == [("shared-risk", "site:pop")]

    risk = Risk(id=RiskId("grid"), kind=RiskKind.POWER)
    fed = {name: replace(network.devices[name], risks=(risk.id,)) for name in both}
    on_one = replace(network, risks={risk.id: risk}, devices={**network.devices, **fed})
    assert ("shared-risk", "risk:grid") in told(plan_of(on_one), "vantages-together")


def test_gear_to_which_no_link_leads_from_any_vantage_is_named() -> None:
    network = two_cities()
    links = {name: x for name, x in network.links.items() if name != "core-east--sw-east-0"}

    plan = plan_of(replace(network, links=links))

    found = told(plan, "seen-by-no-vantage")
    assert ("not-asked", "device:sw-east-0") in found
    assert len(found) == 7
