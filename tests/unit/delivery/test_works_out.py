"""What single readers are told of planned works leaves in time, in order, or not at all."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta

import pytest

from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose, keys_of
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.maintenance_facts import MaintenanceCancelled, MaintenancePlanned
from netwatch.model.names import AreaId, ChannelName, ElementName, MaintenanceId, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.model.windows import Window
from netwatch.model.works_words import Saying, Time, Told, saying
from tests.unit.delivery.hands import Hands, Obedient, office
from tests.unit.views.tales import NIGHT

LATER = DeliveryError(Retry.TRANSIENT, "HTTP 500")
NEVER = DeliveryError(Retry.PERMANENT, "HTTP 404")
FIRST = MaintenanceId("M-1")
BEGIN, HOUR = NIGHT + timedelta(hours=2), timedelta(hours=1)
TIME = Time(FIRST, BEGIN, BEGIN + HOUR)
ONE_HOME = Network(
    subscribers={
        SubscriberId("S-1"): Subscriber(
            id=SubscriberId("S-1"), area=AreaId("polna"), phone="+48555010101"
        )
    }
)
PLANNED = MaintenancePlanned(
    at=NIGHT,
    maintenance=FIRST,
    by="ewa",
    elements=(ElementName("device:sw-1"),),
    window=Window(starts=BEGIN, lasts=HOUR),
    subscribers=(SubscriberId("S-1"),),
)


def told(what: Told, number: int, *, again: bool = False) -> NoticeDue:
    return NoticeDue(
        at=NIGHT,
        incident=None,
        audience=Audience.SUBSCRIBERS,
        channel=ChannelName("sms"),
        phase=Phase.PLANNED,
        purpose=Purpose.NOTICE,
        revision=number,
        recipients=("S-1",),
        subject=FIRST,
        detail=str(Saying(told=what, times=(TIME,), again=again)),
    )


def lived(story: Coroutine[None, None, None]) -> None:
    asyncio.run(story)


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("what", list(Told))
def test_what_is_told_is_read_as_it_was_written(what: Told, again: bool) -> None:
    said = Saying(told=what, times=(TIME, Time(MaintenanceId("M-2"), BEGIN, BEGIN)), again=again)
    assert saying(str(said)) == said


@pytest.mark.parametrize("detail", ["", "remind", "remind M-1", "remind M-1 x y", "boo M-1 2 3"])
def test_what_tells_of_no_works_is_read_as_nothing(detail: str) -> None:
    assert saying(detail) is None


def test_works_called_off_before_anybody_was_reached_are_nobodys_news() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [LATER] * 3)
        remind, off = told(Told.REMIND, 1), told(Told.CANCELLED, 2, again=True)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(PLANNED, remind)
            await desk.tell(MaintenanceCancelled(at=NIGHT, maintenance=FIRST, by="ewa"), off)
            await hands.move(600.0)
            assert texts.taken == []
            assert desk.result(remind) == ["expired"]
            assert desk.result(off) == ["expired"]

    lived(story())


def test_works_called_off_after_the_reminder_left_are_called_off() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands)
        remind, off = told(Told.REMIND, 1), told(Told.CANCELLED, 2, again=True)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(PLANNED, remind)
            await hands.move(5.0)
            await desk.tell(MaintenanceCancelled(at=NIGHT, maintenance=FIRST, by="ewa"), off)
            await hands.move(60.0)
            assert texts.taken == [*keys_of(remind), *keys_of(off)]
            assert [text.title for text in texts.texts] == ["remind M-1", "cancelled M-1"]

    lived(story())


def test_whose_number_is_none_hears_no_end_of_works() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [NEVER])
        remind, off = told(Told.REMIND, 1), told(Told.CANCELLED, 2, again=True)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(PLANNED, remind, off)
            await hands.move(60.0)
            assert desk.result(remind) == ["refused"]
            assert desk.result(off) == ["expired"]

    lived(story())


def test_a_second_word_that_came_too_late_takes_nothing_back_of_the_first() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands)
        first, second = told(Told.ANNOUNCED, 1), told(Told.REMIND, 2, again=True)
        off = told(Told.CANCELLED, 3, again=True)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(PLANNED, first)
            await hands.move(5.0)
            texts.answers = [NEVER]
            await desk.tell(second, off)
            await hands.move(60.0)
            assert desk.result(second) == ["refused"]
            assert texts.taken == [*keys_of(first), *keys_of(off)]

    lived(story())


def test_a_reminder_that_could_not_leave_before_they_began_never_leaves() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [LATER] * 500)
        remind = told(Told.REMIND, 1)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(PLANNED, remind)
            await hands.move(3 * 3600.0)
            assert texts.taken == []
            assert desk.result(remind) == ["expired"]

    lived(story())


def test_after_a_long_rest_nobody_is_reminded_of_works_that_began() -> None:
    async def story() -> None:
        hands = Hands(NIGHT + timedelta(hours=3))
        texts = Obedient("sms", hands)
        remind = told(Told.REMIND, 1)
        async with office(hands, texts, network=ONE_HOME, before=(PLANNED, remind)) as desk:
            await hands.move(60.0)
            assert texts.taken == []
            assert desk.result(remind) == ["expired"]

    lived(story())
