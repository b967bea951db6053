"""Who is behind an id is looked up at the last moment, and a refusal is respected."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from netwatch.delivery.recipients import Recipients
from netwatch.model.contacts import Contact, ContactsShutError
from netwatch.model.facts import Audience, NoticeDue, Phase, Purpose
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, IncidentId, NoticeKey, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.views.owed import Debt

KEPT = Contact(subscriber="S-1", phone="+48555000111", email="kanarek@example.com", language="uk")
KNOWN = Subscriber(id=SubscriberId("S-1"), phone="+48555000999", language="pl")


def _debt(channel: str = "sms") -> Debt:
    due = NoticeDue(
        at=datetime(2026, 1, 17, tzinfo=UTC),
        incident=IncidentId("I-1"),
        audience=Audience.SUBSCRIBERS,
        channel=ChannelName(channel),
        phase=Phase.CONFIRMED,
        purpose=Purpose.NOTICE,
        revision=1,
        recipients=("S-1",),
    )
    return Debt(key=NoticeKey("I-1/S-1"), due=due, recipient="S-1")


def _recipients(kept: Contact | None, known: Subscriber | None = KNOWN) -> Recipients:
    network = Network(subscribers={} if known is None else {known.id: known})
    return Recipients(network, ("pl", "en"), contact=lambda _: kept)


def test_the_contact_store_goes_before_the_inventory() -> None:
    address = _recipients(KEPT).address(_debt())

    assert (address.to, address.language) == ("+48555000111", "uk")
    assert _recipients(KEPT).address(_debt("mail")).to == "kanarek@example.com"


def test_who_stands_in_the_store_alone_is_told_too() -> None:
    assert _recipients(KEPT, None).address(_debt()).to == "+48555000111"


def test_without_a_store_the_inventory_says_it() -> None:
    assert _recipients(None).address(_debt()).to == "+48555000999"


@pytest.mark.parametrize(
    "kept",
    [
        Contact(subscriber="S-1", phone="+48555000111", consent=False),
        Contact(subscriber="S-1", phone="+48555000111", opt_outs=("sms",)),
        Contact(subscriber="S-1", phone="+48555000111", opt_outs=("all",)),
    ],
)
def test_who_refuses_is_not_told_even_if_the_inventory_has_a_number(kept: Contact) -> None:
    with pytest.raises(DeliveryError, match="S-1 does not want this") as fault:
        _recipients(kept).address(_debt())

    assert fault.value.retry is Retry.PERMANENT


def test_a_person_with_several_lines_is_told_once_and_found_by_their_own_id() -> None:
    second = Subscriber(id=SubscriberId("S-1.N-2"), customer="S-1")
    other = Subscriber(id=SubscriberId("S-3"))
    network = Network(subscribers={one.id: one for one in (KNOWN, second, other)})
    recipients = Recipients(
        network, ("pl",), contact=lambda person: KEPT if person == "S-1" else None
    )
    alone = replace(_debt(), recipient="S-1.N-2")
    alone = replace(alone, due=replace(alone.due, recipients=("S-3", "S-1.N-2")))
    assert recipients.address(alone).to == KEPT.phone

    both = replace(alone, due=replace(alone.due, recipients=("S-1", "S-1.N-2")))
    with pytest.raises(DeliveryError, match=r"S-1\.N-2 is told as S-1") as fault:
        recipients.address(both)
    assert fault.value.retry is Retry.PERMANENT
    assert recipients.address(replace(both, recipient="S-1")).to == KEPT.phone


def test_a_store_that_does_not_open_makes_words_wait() -> None:
    def shut(_subscriber: str) -> Contact | None:
        raise ContactsShutError("the contact store does not open")

    with pytest.raises(DeliveryError) as fault:
        Recipients(Network(), ("pl",), contact=shut).address(_debt())

    assert fault.value.retry is Retry.TRANSIENT
