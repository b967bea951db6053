"""What a drill is lent: ways to the staff, and nothing that leads to a customer."""

import asyncio
from dataclasses import fields, replace
from pathlib import Path

import pytest

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Text
from netwatch.model.contacts import Contact
from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose
from netwatch.model.faults import DeliveryError
from netwatch.model.names import ChannelName, NoticeKey, PersonId
from netwatch.response.people import People, Person
from netwatch.response.policy import PublicRule, To
from netwatch.response.rules import ResponseRules
from netwatch.service.drill.life import Crew, staff_only
from netwatch.service.drill.sealed import NoStaffWayError, StaffWay, hindered, lent, staffs_ways
from netwatch.views.owed import Debt
from tests.unit.service.drill.practice import BEGAN
from tests.unit.service.story import town

PAGER, SHARED = ChannelName("pager"), ChannelName("sms")


class Way:
    """Keeps what it is asked to do."""

    width = 1
    longest_s = 1.0

    def __init__(self, name: str) -> None:
        self.name = ChannelName(name)
        self.done: list[str] = []

    def keep_in(self, _folder: Path) -> None:
        self.done.append("keep")

    def report_to(self, _reported: object) -> None:
        self.done.append("report")

    async def tend(self, _sleep: Sleep) -> None:
        self.done.append("tend")

    async def send(self, to: Address, _text: Text, _key: NoticeKey) -> str:
        self.done.append(f"send {to.recipient}")
        return "ok"

    async def close(self) -> None:
        self.done.append("close")


def ruled(*own: str) -> ResponseRules:
    person = Person(id=PersonId("ewa"), channels=tuple(map(ChannelName, own)))
    return ResponseRules(people=People(persons={person.id: person}))


def test_a_way_that_customers_hear_by_is_never_lent_even_if_the_staff_uses_it() -> None:
    held = [Way(name) for name in ("duty", "sms", "facebook", "mail", "webpush", "pager")]
    found = lent(held, ruled("sms", "pager", "mail", "webpush", "website"))
    assert [one.name for one in found] == ["duty", "pager"]


def test_whatever_the_policy_names_is_a_customers_way() -> None:
    rule = PublicRule(channel=PAGER, phase=Phase.CONFIRMED, to=To.EVERYONE)
    rules = ruled("pager")
    assert PAGER in staffs_ways(rules)
    assert PAGER not in staffs_ways(replace(rules, policy=(*rules.policy, rule)))


def test_a_way_whose_words_somebody_posts_by_hand_is_not_lent() -> None:
    with pytest.raises(NoStaffWayError, match="and to nobody else"):
        lent([Way("duty")], ruled(), helped=["duty"])


def test_where_the_staff_has_no_way_of_its_own_the_drill_is_refused() -> None:
    with pytest.raises(NoStaffWayError, match="to netwatch") as refused:
        lent([Way("sms")], ruled("sms"))
    assert refused.value.exit_code == 4


def test_what_is_lent_is_sent_by_and_neither_tended_nor_closed() -> None:
    real = Way("duty")
    (way,) = lent([real], ruled())

    async def used() -> None:
        way.keep_in(Path("nowhere"))
        way.report_to(never)
        way.part_with(never)
        await way.tend(asyncio.sleep)
        await way.send(Address(recipient="marek", language="en"), Text("t", "b"), NoticeKey("k"))
        await way.close()

    asyncio.run(used())
    assert real.done == ["send marek"]


async def never(*_: object) -> None:
    raise AssertionError


def test_a_way_that_the_drill_has_down_is_not_asked() -> None:
    real = Way("duty")
    (way,) = hindered([StaffWay(real)], lambda name: name == "duty")
    address = Address(recipient="marek", language="en")
    with pytest.raises(DeliveryError, match="500"):
        asyncio.run(way.send(address, Text("t", "b"), NoticeKey("k")))
    assert real.done == []


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.SUBSCRIBERS])
def test_even_asked_it_knows_no_customers_address(audience: Audience) -> None:
    kept = Contact(subscriber="S-a0", phone="+48555010101", email="a@example.net")
    knows = Recipients(network=town(), languages=("en",), contact=lambda _: kept)
    due = NoticeDue(
        at=BEGAN,
        incident=None,
        audience=audience,
        channel=PAGER,
        phase=Phase.CONFIRMED,
        purpose=Purpose.NOTICE,
        revision=1,
        recipients=("S-a0",),
    )
    debt = Debt(NoticeKey("k"), due, "S-a0")
    with pytest.raises(DeliveryError, match="customers hear nothing"):
        staff_only(knows).address(debt)


def test_a_drill_is_given_no_settings_no_secrets_and_nothing_that_opens_a_channel() -> None:
    kinds = {one.name: str(one.type) for one in fields(Crew)}
    assert "StaffWay" in kinds["ways"]
    assert not [name for name, kind in kinds.items() if "Settings" in kind or "Secret" in kind]
    assert "open" not in " ".join(kinds)
