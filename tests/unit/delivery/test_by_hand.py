"""A person beside a channel gets public words alone, and what is heard of others passes by."""

import asyncio
from collections.abc import Iterable

import pytest

from netwatch.delivery.channels import Address, Reported
from netwatch.delivery.channels.by_hand import ByHand
from netwatch.delivery.render import Text
from netwatch.delivery.reports import Report
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import NoticeKey
from tests.unit.delivery.hands import Hands, Obedient

NEVER = DeliveryError(Retry.PERMANENT, "HTTP 400")
KEY = NoticeKey("I-1/subscribers/sms/S-1/confirmed/1")


class Telling(Obedient):
    """A channel that hears what becomes of messages."""

    told: Reported | None = None

    def report_to(self, reported: Reported) -> None:
        self.told = reported


async def heard(_reports: Iterable[Report]) -> None:
    return


def test_what_one_subscriber_s_number_refuses_is_not_put_before_the_crew_to_be_posted() -> None:
    texts, duty = Obedient("sms", Hands(), [NEVER]), Obedient("duty", Hands())
    one = Address(recipient="S-1", language="pl", to="+48555010101")

    with pytest.raises(DeliveryError, match=r"^HTTP 400$"):
        asyncio.run(ByHand(texts, duty).send(one, Text("", "words"), KEY))

    assert duty.tries == []


def test_what_becomes_of_messages_is_heard_past_the_person_too() -> None:
    texts = Telling("sms", Hands())

    ByHand(texts, Obedient("duty", Hands())).report_to(heard)

    assert texts.told is heard
