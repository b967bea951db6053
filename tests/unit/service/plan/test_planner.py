"""Everything fails once, on paper; what is wrong is found, and nothing else is said."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import pytest

from netwatch.model.faults import Place
from netwatch.model.names import AreaId, DeviceId, ElementName, LinkId, PersonId, RiskId, RoleName
from netwatch.model.network import End, Link, Network, Risk, RiskKind
from netwatch.response.people import People, Person, Role
from netwatch.response.rules import ResponseRules
from netwatch.rules import Rulebook, read_rules
from netwatch.service.plan.defects import ALIKE, Defect, Kind, told
from netwatch.service.plan.districts import districts
from netwatch.service.plan.likeness import Likeness
from netwatch.service.plan.outcomes import Records
from netwatch.service.plan.planner import Plan, Planner
from netwatch.service.plan.rehearsal import Rehearsed, Stage
from tests.seeded import SEEDS, Province, Seed, Spot, _onu_unasked, _two_boxes, missing

Spoil = Callable[[Province, Spot], Seed]


@cache
def book() -> Rulebook:
    found = read_rules(None).rulebook
    assert found is not None
    return found


def planner(network: Network, rules: Rulebook | None = None, **more: object) -> Planner:
    return Planner(network, rules or book(), Records({}), languages=("pl",), **more)  # type: ignore[arg-type] # as its fields


def plan_of(network: Network, rules: Rulebook | None = None, **more: object) -> Plan:
    return planner(network, rules, **more).plan(processors=1)


def names(plan: Plan) -> set[tuple[str, str]]:
    return {(d.kind.value, name) for d in plan.defects for name in (d.element, *d.elements)}


def told_of(came: Rehearsed) -> object:
    """Return what was decided; counts of who was asked differ with who is in the picture."""
    verdicts = [
        (d.kind, d.cause, d.root_cause, sorted(d.also_possible), d.areas, d.subscribers)
        for d in came.diagnoses.values()
    ]
    return verdicts, came.alerted, came.areas, came.notices


def shape(came: Rehearsed) -> object:
    """Return what was decided but for the names."""
    verdicts = [
        (d.kind, d.cause, len(d.root_cause), len(d.also_possible), len(d.areas), len(d.subscribers))
        for d in came.diagnoses.values()
    ]
    return verdicts, came.alerted, len(came.areas), came.notices


def test_a_province_without_defects_has_none_told() -> None:
    plan = plan_of(Province(1).network)

    assert plan.defects == ()
    assert plan.tried["single"] == plan.elements == sum(plan.kinds.values())
    assert plan.kinds["blind"] == 1
    assert set(plan.kinds) == {"blind", "degraded", "line", "outage"}


@pytest.mark.parametrize("spoil", SEEDS, ids=lambda spoil: spoil.__name__.strip("_"))
def test_each_way_to_spoil_a_ring_is_found_and_nothing_of_another_kind_is_said(
    spoil: Spoil,
) -> None:
    province = Province(1)
    planted = spoil(province, "0")

    plan = plan_of(province.network)

    assert missing([planted], iter(names(plan))) == []
    assert {d.kind.value for d in plan.defects} == {planted[0]}


def test_a_role_that_nobody_has_pages_nobody() -> None:
    role = Role(id=RoleName("on-call"))
    ewa = PersonId("ewa")
    people = People(persons={ewa: Person(id=ewa)}, roles={role.id: role})
    rules = book().with_people(people)

    plan = plan_of(Province(1).network, rules)

    assert names(plan) == {("pages-nobody", "role:on-call")}
    assert plan.defects[0].subscribers == len(Province(1).network.subscribers)


def test_a_channel_that_the_settings_do_not_have_pages_nobody() -> None:
    toml = Place("netwatch.toml")
    plan = plan_of(Province(1).network, channels=frozenset({"mail"}), config=toml)

    assert names(plan) == {("pages-nobody", "channel:duty")}
    assert plan.defects[0].place == toml


def test_a_policy_that_lets_nothing_out_is_told_once_not_per_element() -> None:
    stages = replace(book().stages, response=ResponseRules(policy=()))

    plan = plan_of(Province(1).network, replace(book(), stages=stages))

    assert names(plan) == {("nobody-told", "policy")}


def test_words_that_take_two_messages_are_found_where_they_stand() -> None:
    words = book().words
    key = ("confirmed", "any", "sms", "en")
    long = replace(words.templates[key], body=words.templates[key].body + " sorry" * 30)
    spoilt = replace(words, templates={**words.templates, key: long})

    plan = plan_of(Province(1).network, replace(book(), words=spoilt))

    assert names(plan) == {("does-not-fit", "words:confirmed/any/sms/en")}
    assert plan.defects[0].place == long.place


def test_a_failure_ends_in_its_district_as_it_does_in_the_whole_network() -> None:
    mine = planner(Province(4).network)
    index, network = mine.world.seen, mine.network
    whole = Stage(network, mine.rules, mine.world.speaks)
    parts = districts(network, index, size=90)
    assert len(parts) > 2

    for part in parts[1:]:
        stage = Stage(part.network, mine.rules, mine.world.speaks)
        for node in part.nodes[:: max(1, len(part.nodes) // 5)]:
            name = index.names[node]
            here, there = stage.index.node(name), whole.index.node(name)
            assert here is not None
            assert there is not None
            assert told_of(stage.fail([here])) == told_of(whole.fail([there])), name


def test_what_is_failed_once_for_several_ends_the_same_way_for_each() -> None:
    province = Province(1)
    _onu_unasked(province, "0")
    _two_boxes(province, "0")
    mine = planner(province.network)
    index = mine.world.seen
    stage = Stage(mine.network, mine.rules, mine.world.speaks)
    groups = list(Likeness(mine.world).groups(range(len(index))))
    assert sum(len(group) for group in groups) == len(index)
    assert len(groups) < len(index) / 4

    for group in groups:
        if len(group) > 1:
            first, last = (shape(stage.fail([node])) for node in (group[0], group[-1]))
            assert first == last, [index.names[node] for node in group]


def test_a_feed_of_far_places_takes_all_of_them_whatever_district_they_are_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("netwatch.service.plan.planner.districts", partial(districts, size=90))
    province = Province(3)
    feed = RiskId("grid")
    province.risks[feed] = Risk(id=feed, kind=RiskKind.POWER)
    for name in ("sw-0-1", "sw-2-3", "olt-1-0"):
        province.change(name, risks=(feed,))

    assert plan_of(province.network).defects == ()


def test_every_element_is_failed_in_exactly_one_district() -> None:
    mine = planner(Province(4).network)

    nodes = [node for part in districts(mine.network, mine.world.seen, 90) for node in part.nodes]

    assert sorted(nodes) == list(range(len(mine.world.seen)))


def test_one_failure_leaves_no_trace_for_the_next() -> None:
    mine = planner(Province(1).network)
    stage = Stage(mine.network, mine.rules, mine.world.speaks)
    olt = stage.index.node(ElementName("device:olt-0-0"))
    assert olt is not None

    first = stage.fail([olt])
    stage.fail([0])

    assert stage.fail([olt]) == first
    assert first.notices == 1
    assert first.alerted == ("on-call",)


def test_an_area_that_nobody_named_would_be_told_by_its_id() -> None:
    network = Province(1).network
    records = Records({}, frozenset({AreaId("a-0-1")}))

    plan = Planner(network, book(), records, languages=("pl",)).plan(processors=1)

    assert names(plan) == {("no-words", "area:a-0-1")}
    assert plan.defects[0].subscribers == 6


def test_members_of_one_trunk_may_share_a_duct() -> None:
    province = Province(1)
    duct = RiskId("trench")
    province.risks[duct] = Risk(id=duct, kind=RiskKind.DUCT)
    for n in (1, 2):
        name = LinkId(f"trunk-{n}")
        ends = tuple(End(device=DeviceId(d), port=f"t{n}") for d in ("ag-0-1", "sw-0-1"))
        province.links[name] = Link(id=name, ends=ends, risks=(duct,))  # type: ignore[arg-type] # two of them
    del province.links[LinkId("l-sw-0-1")]

    assert plan_of(province.network).defects == ()


def test_an_olt_that_is_read_on_its_command_line_needs_no_credential() -> None:
    province = Province(1)
    province.change("olt-0-2", snmp=None)

    assert names(plan_of(province.network)) == {("not-asked", "device:olt-0-2")}
    assert plan_of(province.network, by_hand=frozenset({"olt-0-2"})).defects == ()


def test_progress_ends_with_all_elements() -> None:
    said: list[tuple[int, int]] = []

    plan = planner(Province(1).network).plan(lambda *how: said.append(how), processors=1)

    assert said[-1] == (plan.elements, plan.elements)
    assert said == sorted(said)


def test_many_alike_make_one_line_and_few_make_several() -> None:
    def some(count: int) -> list[Defect]:
        return [
            Defect(
                kind=Kind.NOT_ASKED,
                element=f"device:cpe-{n}",
                wrong=f"cpe-{n} has no address",
                remedy="give it one",
                subscribers=1,
                holder="device:sw-1",
                reason="unasked",
            )
            for n in range(count)
        ]

    assert len(told(some(ALIKE))) == ALIKE
    (one,) = told(some(ALIKE + 5))
    assert len(one.elements) == ALIKE + 5
    assert one.subscribers == ALIKE + 5
    assert "on device:sw-1" in one.wrong
