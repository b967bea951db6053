"""What became of messages is noted once, of those that were handed over, whoever says it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.delivery.reports import Awaited, Report, mark, reports_of
from netwatch.intake.doorkeeper import RefusedError
from netwatch.model.arrivals import Receipt, Result
from netwatch.model.facts import Audience, NoticeSent, keys_of
from netwatch.model.names import AreaId, ChannelName, NoticeKey, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.service.deliveries import Deliveries
from netwatch.service.secrets import Secret
from netwatch.views.messages import messages
from tests.unit.delivery.hands import Hands, Obedient, office
from tests.unit.views.tales import NIGHT, due, opened

SMS = ChannelName("sms")
TEXT = due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=("S-1",))
(KEY,) = keys_of(TEXT)
TOWN = Network(
    subscribers={
        SubscriberId("S-1"): Subscriber(
            id=SubscriberId("S-1"), area=AreaId("polna"), phone="+48555010101"
        )
    }
)


def test_a_callback_tells_of_several_messages_and_only_of_their_end() -> None:
    given = {"MsgId": "a,b,c,d", "idx": "m1,m2,m3,m4", "status": "404,405,403,412", "to": "48555"}

    assert reports_of(given) == (
        Report("m1", Result.DELIVERED),
        Report("m2", Result.UNDELIVERED, "the phone could not be reached"),
        Report("m4", Result.UNDELIVERED, "it was stopped there"),
    )


@given(st.dictionaries(st.sampled_from(["idx", "status", "x"]), st.text(max_size=40)))
def test_rubbish_tells_nothing_and_breaks_nothing(given: dict[str, str]) -> None:
    assert all(report.result for report in reports_of(given))


def test_a_mark_tells_a_stranger_nothing() -> None:
    assert "S-1" not in mark(KEY)
    assert mark(KEY).isalnum()
    assert mark(KEY) != mark(NoticeKey(f"{KEY}1"))


def test_a_report_is_noted_once_and_one_of_nothing_never() -> None:
    async def story() -> None:
        hands = Hands()
        async with office(hands, Obedient("sms", hands), network=TOWN) as desk:
            await desk.tell(opened(), TEXT)
            told = Report(mark(KEY), Result.DELIVERED)
            await desk.outbox.report([Report(mark(NoticeKey("forged")), Result.DELIVERED), told])
            await desk.outbox.report([told])

            assert [str(one.result) for one in desk.receipts] == ["accepted", "delivered"]

    asyncio.run(story())


def test_after_a_restart_a_report_still_finds_its_notice_for_two_days() -> None:
    sent = NoticeSent(at=NIGHT, keys=(KEY,), result=Result.ACCEPTED)
    report = Report(mark(KEY), Result.UNDELIVERED, "the network failed")

    soon, late = Awaited(), Awaited()
    soon.take(sent, NIGHT + timedelta(days=1))
    late.take(sent, NIGHT + timedelta(days=3))

    assert soon.receipt(report, NIGHT) == Receipt(
        at=NIGHT, key=KEY, result=Result.UNDELIVERED, detail="the network failed"
    )
    assert late.receipt(report, NIGHT) is None


def test_what_was_told_is_no_longer_waited_for() -> None:
    awaited = Awaited()
    awaited.take(NoticeSent(at=NIGHT, keys=(KEY,), result=Result.ACCEPTED), NIGHT)
    awaited.take(NoticeSent(at=NIGHT, keys=(KEY,), result=Result.DELIVERED), NIGHT)

    assert awaited.receipt(Report(mark(KEY), Result.UNDELIVERED), NIGHT) is None


def test_the_proof_shows_what_became_of_it_in_the_end() -> None:
    accepted = NoticeSent(at=NIGHT, keys=(KEY,), result=Result.ACCEPTED)
    delivered = NoticeSent(at=NIGHT, keys=(KEY,), result=Result.DELIVERED)

    (message,) = messages([opened(), TEXT, accepted, delivered])

    assert message.result == "delivered"


@pytest.mark.parametrize("secret", [None, Secret("right")])
def test_who_does_not_know_the_secret_reports_nothing(secret: Secret | None) -> None:
    told: list[Any] = []

    async def report(reports: Any) -> None:
        told.extend(reports)

    async def story() -> None:
        deliveries = Deliveries(secret, report)
        with pytest.raises(RefusedError):
            await deliveries.ask({"idx": "m", "status": "404", "secret": "wrong"}, "web")
        with pytest.raises(RefusedError):
            await deliveries.ask({"idx": "m", "status": "404"}, "web")
        if secret is not None:
            question = {"idx": "m", "status": "404", "secret": "right"}
            assert await deliveries.ask(question, "web") == {"taken": True}

    asyncio.run(story())

    assert told == ([] if secret is None else [Report("m", Result.DELIVERED)])
