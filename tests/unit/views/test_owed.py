"""What is due and has no receipt is owed; nothing else is, and nothing twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
    keys_of,
)
from netwatch.model.names import ChannelName
from netwatch.views import owed as owed_view
from netwatch.views.owed import Owed
from tests.unit.views.tales import NIGHT, ONE, TWO, alert, due, sent

SMS = ChannelName("sms")


def test_the_page_is_paid_first_then_the_crew_then_everybody_else() -> None:
    text = due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=("S-1", "S-2"))
    post = due(channel=ChannelName("facebook"))
    owed = Owed.of([text, post, alert(), due()])

    channels = [debt.due.channel for debt in owed.pending()]

    assert channels == ["website", "duty", "facebook", "sms", "sms"]


def test_each_recipient_is_a_debt_of_its_own() -> None:
    text = due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=("S-1", "S-2"))
    owed = Owed.of([text])

    owed.take(NoticeSent(at=NIGHT, keys=keys_of(text)[:1], result=Result.ACCEPTED))

    assert [debt.recipient for debt in owed.pending()] == ["S-2"]


def test_a_notice_decided_twice_is_owed_once() -> None:
    owed = Owed()

    assert len(owed.take(due())) == 1
    assert owed.take(due()) == ()
    assert len(owed) == 1


def test_only_the_keys_settled_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed_view, "MOST_SETTLED", 3)
    dues = [due(revision=revision) for revision in range(10)]
    ends = [NoticeRefused(at=NIGHT, keys=keys_of(one)) for one in dues]

    owed = Owed.of([*dues, *ends])

    assert len(owed._settled) == 3
    assert owed.take(dues[-1]) == ()


def test_refused_and_expired_notices_are_owed_no_more() -> None:
    for end in (NoticeRefused, NoticeExpired):
        owed = Owed.of([due(), end(at=NIGHT, keys=keys_of(due()))])

        assert owed.pending() == []


DUES = [
    due(phase, incident, revision=revision, recipients=recipients)
    for phase in (Phase.SUSPECTED, Phase.CONFIRMED)
    for incident in (ONE, TWO)
    for revision in (1, 2)
    for recipients in (("public",), ("a", "b"))
]
FACTS = st.lists(
    st.one_of(
        st.sampled_from(DUES),
        st.sampled_from(DUES).map(sent),
        st.sampled_from(DUES).map(lambda one: NoticeExpired(at=NIGHT, keys=keys_of(one))),
    ),
    max_size=40,
)


@given(FACTS)
def test_owed_is_what_was_due_less_what_was_settled_whatever_came_first(facts: list[Fact]) -> None:
    due_keys = {key for fact in facts if isinstance(fact, NoticeDue) for key in keys_of(fact)}
    settled = {
        key for fact in facts if isinstance(fact, NoticeSent | NoticeExpired) for key in fact.keys
    }

    owed = Owed.of(facts)

    assert {debt.key for debt in owed.pending()} == due_keys - settled
    assert all(owed.owes(debt.key) for debt in owed.pending())


@given(FACTS)
def test_no_key_is_owed_again_once_it_was_settled(facts: list[Fact]) -> None:
    owed, settled = Owed(), set()
    for fact in facts:
        brought = {debt.key for debt in owed.take(fact)}
        assert not brought & settled
        if isinstance(fact, NoticeSent | NoticeExpired):
            settled.update(fact.keys)
