"""Every debt is paid once, in order, for as long as it takes; or it is said why not."""

import asyncio
import re
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.delivery.channels import Address
from netwatch.delivery.patience import Patience
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Scribe
from netwatch.model.arrivals import Result
from netwatch.model.contacts import Contact, ContactsShutError
from netwatch.model.facts import (
    Audience,
    Fact,
    NoticeDue,
    Phase,
    PublishHeld,
    PublishResumed,
    Purpose,
    SubscribersBack,
    Withheld,
    keys_of,
)
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.follower_facts import OPT_IN
from netwatch.model.names import AreaId, ChannelName, NoticeKey, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.response.subscribers import MORE
from tests.unit.delivery.hands import Hands, Obedient, PlainWords, office
from tests.unit.views.tales import (
    MINUTE,
    NIGHT,
    ONE,
    TWO,
    alert,
    due,
    opened,
    restored,
    revised,
    sent,
)

SMS = ChannelName("sms")
LATER = DeliveryError(Retry.TRANSIENT, "HTTP 500")
NEVER = DeliveryError(Retry.PERMANENT, "HTTP 404")
PERHAPS = DeliveryError(Retry.UNKNOWN, "no answer")


def lived(story: Coroutine[None, None, None]) -> None:
    asyncio.run(story)


def test_the_page_is_told_before_the_crew() -> None:
    async def story() -> None:
        hands = Hands()
        page, duty = Obedient("website", hands, [1.0]), Obedient("duty", hands)
        async with office(hands, duty, page) as desk:
            await desk.tell(opened(), alert(), due())
            assert duty.tries == []

            await hands.move(1.0)

            assert page.taken == list(keys_of(due()))
            assert duty.taken == list(keys_of(alert()))
            assert duty.tries[0][0] == 1.0

    lived(story())


def test_an_alert_waits_no_more_than_three_seconds_for_a_page_that_cannot_be_written() -> None:
    async def story() -> None:
        hands = Hands()
        page, duty = Obedient("website", hands, [LATER] * 9), Obedient("duty", hands)
        async with office(hands, duty, page) as desk:
            await desk.tell(opened(), due(), alert())
            await hands.move(3.0)

            assert [at for at, _ in duty.tries] == [3.0]

    lived(story())


def test_a_hold_stops_what_was_let_out_and_is_not_out_yet_until_it_ends() -> None:
    async def story() -> None:
        hands = Hands()
        sms, duty = Obedient("sms", hands, [LATER]), Obedient("duty", hands)
        async with office(hands, duty, sms) as desk:
            text = due(channel=SMS)
            await desk.tell(opened(), alert(), text)
            assert len(sms.tries) == 1
            await desk.tell(PublishHeld(at=hands.now(), by="ewa", until=None))
            await hands.move(3600)
            assert len(sms.tries) == 1
            assert duty.taken == list(keys_of(alert()))

            await desk.tell(PublishResumed(at=hands.now(), by="ewa"))
            await hands.move(60)

            assert sms.taken == list(keys_of(text))

    lived(story())


def test_a_page_about_another_incident_keeps_no_alert_waiting() -> None:
    async def story() -> None:
        hands = Hands()
        page, duty = Obedient("website", hands, [LATER] * 9), Obedient("duty", hands)
        async with office(hands, duty, page) as desk:
            await desk.tell(opened(), opened(TWO), due(), alert(TWO))

            assert [at for at, _ in duty.tries] == [0.0]

    lived(story())


def test_it_tries_again_with_the_same_key_and_growing_pauses() -> None:
    async def story() -> None:
        hands = Hands()
        duty = Obedient("duty", hands, [LATER] * 9)
        async with office(hands, duty, staff=("duty",)) as desk:
            await desk.tell(opened(), alert())
            await hands.move(3600.0)

            assert {key for _, key in duty.tries} == set(keys_of(alert()))
            pauses = [b - a for (a, _), (b, _) in pairwise(duty.tries)]
            assert pauses == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0, 300.0]
            assert desk.result(alert()) == ["accepted"]

    lived(story())


def test_chance_shortens_a_pause_by_half_at_most() -> None:
    async def story() -> None:
        hands = Hands()
        duty = Obedient("duty", hands, [LATER] * 2)
        async with office(hands, duty, chance=lambda: 0.0, staff=("duty",)) as desk:
            await desk.tell(opened(), alert())
            await hands.move(60.0)

            assert [at for at, _ in duty.tries] == [0.0, 2.5, 7.5]

    lived(story())


def test_a_far_end_that_asks_for_a_pause_gets_it() -> None:
    async def story() -> None:
        hands = Hands()
        asked = DeliveryError(Retry.TRANSIENT, "HTTP 429", after_s=17.0)
        duty = Obedient("duty", hands, [asked])
        async with office(hands, duty, staff=("duty",)) as desk:
            await desk.tell(opened(), alert(), opened(TWO), alert(TWO))
            await hands.move(16.0)
            assert len(duty.tries) == 1

            await hands.move(1.5)

            assert sorted(duty.taken) == sorted((*keys_of(alert()), *keys_of(alert(TWO))))

    lived(story())


def test_the_staff_is_told_another_way_after_thirty_seconds() -> None:
    async def story() -> None:
        hands = Hands()
        duty, mail = Obedient("duty", hands, [LATER] * 99), Obedient("mail", hands)
        async with office(hands, duty, mail) as desk:
            await desk.tell(opened(), alert())
            await hands.move(29.9)
            assert mail.tries == []

            await hands.move(0.2)

            assert mail.taken == list(keys_of(alert()))
            assert desk.result(alert()) == ["accepted"]
            assert "mail in place of duty" in desk.receipts[0].detail
            tries = len(duty.tries)
            await hands.move(900.0)
            assert len(duty.tries) == tries

    lived(story())


def test_a_refusal_sends_the_alert_another_way_at_once() -> None:
    async def story() -> None:
        hands = Hands()
        duty, mail = Obedient("duty", hands, [NEVER]), Obedient("mail", hands)
        async with office(hands, duty, mail) as desk:
            await desk.tell(opened(), alert())

            assert mail.taken == list(keys_of(alert()))
            assert desk.result(alert()) == ["accepted"]

    lived(story())


def test_what_every_way_refuses_is_refused_and_says_by_whom() -> None:
    async def story() -> None:
        hands = Hands()
        duty, mail = Obedient("duty", hands, [NEVER]), Obedient("mail", hands, [NEVER])
        async with office(hands, duty, mail) as desk:
            await desk.tell(opened(), alert())

            assert desk.result(alert()) == ["refused"]
            assert desk.receipts[0].detail == "duty: HTTP 404; mail: HTTP 404"
            await hands.move(3600.0)
            assert len(duty.tries) == len(mail.tries) == 1

    lived(story())


def test_a_channel_that_is_not_set_up_refuses_and_says_what_to_do() -> None:
    async def story() -> None:
        async with office(Hands(), staff=("duty",)) as desk:
            await desk.tell(opened(), alert(), due(channel=SMS))

            assert desk.result(alert()) == desk.result(due(channel=SMS)) == ["refused"]
            assert "add [channels.duty] with its url to netwatch.toml" in desk.receipts[0].detail

    lived(story())


def test_bad_news_that_is_no_longer_true_expires_and_the_good_news_goes_out() -> None:
    async def story() -> None:
        hands = Hands()
        post = Obedient("facebook", hands, [LATER] * 3)
        down = due(channel=post.name)
        up = due(Phase.RESTORED, channel=post.name)
        async with office(hands, post) as desk:
            await desk.tell(opened(), down)
            await desk.tell(restored(at=NIGHT), up)
            await hands.move(600.0)

            assert desk.result(down) == ["expired"]
            assert "restored at 2026-11-14T19:02:11Z before it could be sent" in (
                desk.receipts[0].detail
            )
            assert desk.result(up) == ["accepted"]
            assert post.taken == list(keys_of(up))

    lived(story())


def test_bad_news_that_may_have_been_taken_is_repeated_before_the_good_news() -> None:
    async def story() -> None:
        hands = Hands()
        post = Obedient("facebook", hands, [PERHAPS])
        down, up = due(channel=post.name), due(Phase.RESTORED, channel=post.name)
        async with office(hands, post) as desk:
            await desk.tell(opened(), down)
            await desk.tell(restored(at=NIGHT), up)
            await hands.move(60.0)

            assert post.taken == [*keys_of(down), *keys_of(up)]

    lived(story())


def test_a_suspicion_is_not_sent_any_more_once_the_outage_is_confirmed() -> None:
    async def story() -> None:
        hands = Hands()
        post = Obedient("facebook", hands, [LATER])
        suspected, said = (due(p, channel=post.name) for p in (Phase.SUSPECTED, Phase.CONFIRMED))
        async with office(hands, post) as desk:
            await desk.tell(opened(), suspected)
            await desk.tell(said)
            await hands.move(60.0)

            assert desk.result(suspected) == ["expired"]
            assert post.taken == list(keys_of(said))

    lived(story())


def over(*people: str) -> SubscribersBack:
    return SubscribersBack(at=NIGHT, incident=ONE, subscribers=tuple(map(SubscriberId, people)))


def to_one(phase: Phase, revision: int = 1, detail: str = "") -> NoticeDue:
    return due(
        phase,
        channel=SMS,
        audience=Audience.SUBSCRIBERS,
        recipients=("S-1",),
        revision=revision,
        detail=detail,
    )


ONE_HOME = Network(
    subscribers={
        SubscriberId("S-1"): Subscriber(
            id=SubscriberId("S-1"), area=AreaId("polna"), phone="+48555010101"
        )
    }
)


def test_who_is_back_before_he_could_be_told_hears_of_both_in_one_text() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [LATER] * 3)
        down, up = to_one(Phase.CONFIRMED), to_one(Phase.RESTORED)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(opened(), down)
            await desk.tell(over("S-1"), restored(at=NIGHT))
            await hands.move(120.0)
            assert texts.taken == []
            await desk.tell(up)
            await hands.move(60.0)

            assert desk.result(down) == ["expired"]
            assert texts.taken == list(keys_of(up))
            assert texts.texts[0].body.endswith("never told")

    lived(story())


def test_who_fell_again_while_his_words_waited_is_told_after_all() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [LATER])
        down = to_one(Phase.CONFIRMED)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(opened(), down, over("S-1"))
            await hands.move(120.0)
            assert texts.taken == []
            await desk.tell(revised(subscribers=(SubscriberId("S-1"),)))
            await hands.move(120.0)

            assert texts.taken == list(keys_of(down))

    lived(story())


def test_who_follows_an_area_is_told_though_no_line_of_theirs_is_dark() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands)
        reader = Subscriber(id=SubscriberId("W+1"), area=AreaId("polna"), phone="+48555010101")
        letter = replace(to_one(Phase.CONFIRMED), recipients=(reader.id,))
        network = Network(subscribers={reader.id: reader})
        async with office(hands, texts, network=network) as desk:
            await desk.tell(opened(), letter)

            assert texts.taken == list(keys_of(letter))

    lived(story())


def test_who_was_told_that_it_is_looked_into_hears_that_it_works_and_not_the_whole_story() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [0.1, LATER, LATER])
        first, more = to_one(Phase.SUSPECTED), to_one(Phase.CONFIRMED, detail=MORE)
        up = to_one(Phase.RESTORED)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(opened(), first)
            await hands.move(1.0)
            await desk.tell(more)
            await desk.tell(over("S-1"), up)
            await hands.move(120.0)

            assert texts.taken == [*keys_of(first), *keys_of(up)]
            assert not texts.texts[-1].body.endswith("never told")

    lived(story())


@pytest.mark.parametrize("ended_by", [Phase.RESTORED, Phase.CORRECTED])
def test_whose_number_is_none_hears_no_end_of_what_he_did_not_hear(ended_by: Phase) -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [LATER, NEVER])
        down, up = to_one(Phase.CONFIRMED), to_one(ended_by)
        async with office(hands, texts, network=ONE_HOME) as desk:
            await desk.tell(opened(), down)
            await desk.tell(up)
            await hands.move(240.0)

            assert (desk.result(down), desk.result(up)) in (
                (["refused"], ["expired"]),
                (["expired"], ["expired" if ended_by is Phase.CORRECTED else "refused"]),
            )
            assert texts.taken == []

    lived(story())


def test_a_customer_who_could_not_be_told_for_a_day_is_not_told() -> None:
    async def story() -> None:
        hands = Hands()
        post = Obedient("facebook", hands, [LATER] * 999)
        down = due(channel=post.name)
        async with office(hands, post) as desk:
            await desk.tell(opened(), down)
            await hands.move(25 * 3600.0)

            assert desk.result(down) == ["expired"]

    lived(story())


def test_an_all_clear_never_overtakes_its_alert() -> None:
    async def story() -> None:
        hands = Hands()
        duty = Obedient("duty", hands, [LATER])
        clear = alert(purpose=Purpose.ALL_CLEAR, revision=2)
        async with office(hands, duty, staff=("duty",)) as desk:
            await desk.tell(opened(), alert())
            await desk.tell(restored(), clear)
            await hands.move(60.0)

            assert duty.taken == [*keys_of(alert()), *keys_of(clear)]

    lived(story())


def test_withheld_words_are_kept_with_the_receipt_and_leave_nowhere() -> None:
    async def story() -> None:
        hands = Hands()
        page = Obedient("website", hands)
        kept = due(withheld=Withheld.SHADOW)
        text = due(
            channel=SMS,
            audience=Audience.SUBSCRIBERS,
            recipients=("S-1",),
            withheld=Withheld.MODE,
        )
        async with office(hands, page) as desk:
            await desk.tell(opened(), kept, text)
            await hands.move(60.0)

            assert page.tries == []
            assert desk.result(kept) == desk.result(text) == ["withheld"]
            assert desk.receipts[0].detail == "confirmed I-1\nwebsite pl"

    lived(story())


def test_after_a_restart_what_is_owed_goes_out_with_the_same_key() -> None:
    async def story() -> None:
        hands = Hands()
        duty, page = Obedient("duty", hands), Obedient("website", hands)
        journal = (opened(), alert(), due(Phase.SUSPECTED), sent(due(Phase.SUSPECTED)), due())
        async with office(hands, duty, page, before=journal):
            assert duty.taken == list(keys_of(alert()))
            assert page.taken == list(keys_of(due()))

    lived(story())


def test_after_a_restart_what_may_have_left_is_repeated_though_it_works_again() -> None:
    async def story() -> None:
        hands = Hands()
        post = Obedient("facebook", hands)
        down, up = due(channel=post.name), due(Phase.RESTORED, channel=post.name)
        journal = (opened(), down, restored(at=NIGHT), up)
        async with office(hands, post, before=journal):
            assert post.taken == [*keys_of(down), *keys_of(up)]

    lived(story())


def test_after_a_long_rest_old_bad_news_is_not_repeated() -> None:
    async def story() -> None:
        hands = Hands(NIGHT + 60 * MINUTE)
        post = Obedient("facebook", hands)
        down, up = due(channel=post.name), due(Phase.RESTORED, channel=post.name)
        async with office(hands, post, before=(opened(), down, restored(), up)) as desk:
            assert desk.result(down) == ["expired"]
            assert post.taken == list(keys_of(up))

    lived(story())


def test_a_receipt_that_is_not_committed_yet_causes_no_second_send() -> None:
    async def story() -> None:
        hands = Hands()
        duty = Obedient("duty", hands)
        async with office(hands, duty, settled=False) as desk:
            await desk.tell(opened(), alert())
            await hands.move(3600.0)

            assert len(duty.tries) == len(desk.receipts) == 1

    lived(story())


def test_a_sick_channel_is_tried_one_notice_at_a_time_and_hinders_no_other() -> None:
    async def story() -> None:
        hands = Hands()
        post, page = Obedient("facebook", hands, [LATER] * 999), Obedient("website", hands)
        down = [due(channel=post.name, incident=ONE, revision=n) for n in range(1, 2)]
        many = due(
            channel=post.name,
            audience=Audience.PUBLIC,
            recipients=tuple(f"page-{n}" for n in range(50)),
        )
        async with office(hands, post, page) as desk:
            await desk.tell(opened(), *down, many, due(revision=2))
            assert page.taken == list(keys_of(due(revision=2)))
            assert len(post.tries) == 3
            assert desk.outbox.health()["facebook"]["sick"]

            await hands.move(600.0)

            assert len(post.tries) < 12

    lived(story())


def test_words_that_are_missing_stop_no_alert() -> None:
    async def story() -> None:
        hands = Hands()
        duty, page = Obedient("duty", hands), Obedient("website", hands)
        async with office(hands, duty, page, words=PlainWords(missing=True)) as desk:
            await desk.tell(opened(), alert(), due())

            assert duty.texts[0].title == "I-1: alert, fibre"
            assert desk.result(due()) == ["refused"]
            assert "no words" in desk.receipts[0].detail

    lived(story())


def test_a_trouble_of_our_own_is_told_in_its_own_words() -> None:
    async def story() -> None:
        hands = Hands()
        duty = Obedient("duty", hands)
        trouble = alert(incident=None, purpose=Purpose.TROUBLE, subject="disk", detail="4 % free")
        async with office(hands, duty) as desk:
            await desk.tell(trouble)

            assert duty.texts[0].title == "disk"
            assert desk.result(trouble) == ["accepted"]

    lived(story())


def test_a_subscriber_is_told_at_their_number_in_their_language() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands)
        network = Network(
            subscribers={
                SubscriberId(name): Subscriber(
                    id=SubscriberId(name), area=AreaId("polna"), language=language, phone=phone
                )
                for name, language, phone in [("S-1", "uk", "+48555010101"), ("S-2", None, "")]
            }
        )
        notice = due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=("S-1", "S-2", "S-3"))
        async with office(hands, texts, network=network) as desk:
            await desk.tell(opened(), notice)

            assert [(to.to, to.language) for to in texts.to] == [("+48555010101", "uk")]
            assert desk.result(notice, "S-2") == desk.result(notice, "S-3") == ["refused"]
            assert "+48555010101" not in repr(texts.to)

    lived(story())


def test_a_channel_that_refuses_one_subscriber_after_another_is_told_of() -> None:
    async def story() -> None:
        hands = Hands()
        texts = Obedient("sms", hands, [NEVER] * 5)
        names = tuple(f"S-{number}" for number in range(6))
        homes = {
            SubscriberId(name): Subscriber(
                id=SubscriberId(name), area=AreaId("polna"), phone="+48555010101"
            )
            for name in names
        }
        down = [
            due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=some)
            for some in (names[:4], names[4:5], names[5:])
        ]
        people = tuple(map(SubscriberId, names))
        async with office(hands, texts, network=Network(subscribers=homes)) as desk:
            await desk.tell(opened(subscribers=people), down[0])
            assert desk.outbox.health()["sms"]["refuses"] == ""
            await desk.tell(down[1])
            assert desk.outbox.health()["sms"]["refuses"] == "HTTP 404"
            await desk.tell(down[2])

            assert desk.outbox.health()["sms"]["refuses"] == ""

    lived(story())


def test_words_wait_until_the_contact_store_opens_again() -> None:
    async def story() -> None:
        hands = Hands()
        texts, is_shut = Obedient("sms", hands), [True]

        def contact(_subscriber: str) -> Contact | None:
            if is_shut:
                raise ContactsShutError("the contact store does not open")
            return None

        notice = to_one(Phase.CONFIRMED)
        async with office(hands, texts, network=ONE_HOME) as desk:
            people = Recipients(ONE_HOME, ["pl"], contact=contact)
            desk.outbox.refit(Scribe(PlainWords()), people, ())
            await desk.tell(opened(), notice)
            await hands.move(600.0)
            assert (desk.receipts, texts.tries) == ([], [])
            assert not desk.outbox.health()["sms"]["sick"]
            is_shut.clear()
            await hands.move(60.0)

            assert texts.taken == list(keys_of(notice))

    lived(story())


def test_what_could_not_leave_by_day_wakes_nobody_by_night() -> None:
    def asleep(_channel: ChannelName, phase: Phase, moment: datetime) -> bool:
        return phase is Phase.CONFIRMED and not 7 <= moment.hour < 22

    async def story() -> None:
        hands = Hands(NIGHT)  # 19:02; the gateway recovers after ten
        texts = Obedient("sms", hands, [LATER] * 60)
        people = Recipients(ONE_HOME, ["pl"], asleep=asleep)
        notice = to_one(Phase.CONFIRMED)
        async with office(hands, texts, network=ONE_HOME) as desk:
            desk.outbox.refit(Scribe(PlainWords()), people, ())
            await desk.tell(opened(subscribers=(SubscriberId("S-1"),)), notice)
            await hands.move(3.5 * 3600.0)
            tries = len(texts.tries)
            texts.answers.clear()
            await hands.move(8 * 3600.0)
            assert (len(texts.tries), texts.taken) == (tries, [])
            await hands.move(3600.0)

            assert texts.taken == list(keys_of(notice))

    lived(story())


def test_what_a_person_lets_out_by_night_leaves_at_once() -> None:
    async def story() -> None:
        hands = Hands(NIGHT)
        texts = Obedient("sms", hands)
        people = Recipients(ONE_HOME, ["pl"], asleep=lambda *_of: True)
        async with office(hands, texts, network=ONE_HOME) as desk:
            desk.outbox.refit(Scribe(PlainWords()), people, ())
            notice = to_one(Phase.CONFIRMED)
            await desk.tell(opened(subscribers=(SubscriberId("S-1"),)), notice)

            assert texts.taken == list(keys_of(notice))

    lived(story())


def test_a_question_to_a_number_that_anybody_may_have_typed_wakes_nobody() -> None:
    def asleep(_channel: ChannelName, _phase: Phase, moment: datetime) -> bool:
        return not 7 <= moment.hour < 22

    async def story() -> None:
        hands = Hands(NIGHT + timedelta(hours=4))  # 23:02
        texts = Obedient("sms", hands)
        kept = Contact(subscriber="W+1", phone="+48555010100", consent=False)
        people = Recipients(ONE_HOME, ["pl"], asleep=asleep, contact={"W+1": kept}.get)
        asked = due(
            Phase.CONFIRMED, None, audience=Audience.SUBSCRIBERS, channel=ChannelName("sms"),
            recipients=("W+1",), subject=OPT_IN, at=hands.now(),
        )  # fmt: skip
        async with office(hands, texts, network=ONE_HOME) as desk:
            desk.outbox.refit(Scribe(PlainWords()), people, ())
            desk.outbox.invitation = lambda channel, who, _: Text("", f"{channel} {who}?")
            await desk.tell(asked)
            await hands.move(7.5 * 3600.0)
            assert texts.taken == []
            await hands.move(3600.0)
            assert texts.taken == list(keys_of(asked))

    lived(story())


class Counting(Hands):
    """Counts how often it is asked."""

    asked = 0

    def monotonic(self) -> float:
        self.asked += 1
        return super().monotonic()


def test_a_hold_upon_very_many_lets_others_have_their_turn_and_is_not_looked_at_all_the_time() -> (
    None
):
    async def story() -> None:
        hands = Counting()
        texts = Obedient("sms", hands)
        people = tuple(f"S-{number}" for number in range(500))
        notice = due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=people)
        patience = Patience(beat_s=3600.0, looked_at_a_s=50.0)
        async with office(hands, texts, patience=patience) as desk:
            hold = PublishHeld(at=hands.now(), by="ewa", until=None)
            desk.outbox.notify([hold, opened(), notice])
            for _ in range(5):
                before = hands.asked
                await asyncio.sleep(0)
                assert hands.asked - before < 50
            for _ in range(2000):
                await asyncio.sleep(0)
            before = hands.asked
            await hands.move(10.0)

            assert texts.tries == []
            assert hands.asked - before < 10 * 500

    lived(story())


def test_each_send_is_marked_before_and_after() -> None:
    async def story() -> None:
        hands = Hands()
        async with office(hands, Obedient("duty", hands)) as desk:
            await desk.tell(opened(), alert())

            key = keys_of(alert())[0]
            assert desk.marks == [f"before send duty {key}", f"after send duty {key}"]

    lived(story())


def test_it_makes_progress_even_when_nothing_is_owed() -> None:
    async def story() -> None:
        hands = Hands()
        async with office(hands, Obedient("duty", hands), beat_s=5.0) as desk:
            await hands.move(60.0)

            assert hands.monotonic() - desk.outbox.last_progress <= 5.0

    lived(story())


def test_a_channel_that_hangs_is_seen_to_hang() -> None:
    async def story() -> None:
        hands = Hands()
        duty = Obedient("duty", hands, [99.0])
        async with office(hands, duty, staff=("duty",)) as desk:
            await desk.tell(opened(), alert())
            await asyncio.sleep(0.3)
            await hands.move(5.0)

            assert [key for _, key in duty.tries] == [*keys_of(alert())] * 2
            assert desk.result(alert()) == ["accepted"]

    lived(story())


class Poisoned(Obedient):
    """A channel with a bug that only one notice meets."""

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        if key in keys_of(due(incident=ONE)) or key in keys_of(alert(ONE)):
            raise RuntimeError("https://duty.example/?token=s3cret")
        return await super().send(to, text, key)


def test_a_notice_that_meets_a_bug_is_refused_and_stops_no_other() -> None:
    async def story() -> None:
        hands = Hands()
        page, duty = Poisoned("website", hands), Obedient("duty", hands)
        async with office(hands, page, duty, staff=("duty",)) as desk:
            await desk.tell(opened(), opened(incident=TWO), due(incident=ONE), due(incident=TWO))

            assert desk.result(due(incident=ONE)) == ["refused"]
            assert desk.result(due(incident=TWO)) == ["accepted"]
            (refused,) = (one for one in desk.receipts if one.result is Result.REFUSED)
            assert re.search(r"a bug met it: RuntimeError in test_outbox\.py:\d+$", refused.detail)

    lived(story())


def test_an_alert_that_meets_a_bug_takes_another_way() -> None:
    async def story() -> None:
        hands = Hands()
        duty, mail = Poisoned("duty", hands), Obedient("mail", hands)
        async with office(hands, duty, mail) as desk:
            await desk.tell(opened(), alert(ONE))

            assert mail.taken == [*keys_of(alert(ONE))]
            assert desk.result(alert(ONE)) == ["accepted"]

    lived(story())


class SickWords(PlainWords):
    """Words with a bug in them."""

    def staff(self, *_given: object, **_more: object) -> Text:
        raise KeyError("area")

    def notice(self, *_given: object, **_more: object) -> Text:
        raise KeyError("area")


def test_a_bug_in_the_words_stops_no_alert_and_no_other_notice() -> None:
    async def story() -> None:
        hands = Hands()
        page, duty = Obedient("website", hands), Obedient("duty", hands)
        async with office(hands, page, duty, words=SickWords(), staff=("duty",)) as desk:
            await desk.tell(opened(), due(), alert())

            assert desk.result(due()) == ["refused"]
            assert desk.result(alert()) == ["accepted"]
            assert duty.texts[0].body.endswith("(a bug met the words: KeyError)")

    lived(story())


def test_who_waits_for_a_slow_far_end_does_not_stand_still_until_it_is_overdue() -> None:
    async def story() -> None:
        hands = Hands()
        duty = Obedient("duty", hands, [100.0])
        duty.longest_s = 30.0
        async with office(hands, duty, staff=("duty",), beat_s=5.0) as desk:
            await desk.tell(opened(), alert())

            await hands.move(30.0)
            assert hands.monotonic() - desk.outbox.last_progress <= 5.0
            await hands.move(30.0)
            assert hands.monotonic() - desk.outbox.last_progress >= 25.0

    lived(story())


def test_what_is_settled_leaves_next_to_nothing_behind() -> None:
    async def story() -> None:
        hands = Hands()
        page, duty = Obedient("website", hands), Obedient("duty", hands)
        async with office(hands, page, duty) as desk:
            await desk.tell(opened(), due(), alert())
            await hands.move(60.0)

            streams = desk.outbox._streams
            assert (streams.bills, streams._streams, streams._pages) == ({}, {}, {})

    lived(story())


OUTCOMES = st.lists(st.sampled_from([LATER, NEVER, PERHAPS]), max_size=6)
DUES: list[NoticeDue] = [
    make(incident, revision)
    for incident in (ONE, TWO)
    for revision in (1, 2)
    for make in (
        lambda incident, revision: due(incident=incident, revision=revision),
        lambda incident, revision: alert(incident, revision=revision),
        lambda incident, revision: due(
            Phase.RESTORED, incident, channel=ChannelName("facebook"), revision=revision
        ),
        lambda incident, revision: due(
            incident=incident, revision=revision + 9, withheld=Withheld.HELD
        ),
    )
]


@settings(max_examples=30, deadline=None)
@given(OUTCOMES, OUTCOMES, OUTCOMES, st.permutations(DUES))
def test_whatever_fails_every_notice_gets_exactly_one_receipt(
    first: list[DeliveryError],
    second: list[DeliveryError],
    third: list[DeliveryError],
    dues: list[Fact],
) -> None:
    async def story() -> None:
        hands = Hands()
        channels = [
            Obedient("website", hands, list(first)),
            Obedient("duty", hands, list(second)),
            Obedient("facebook", hands, list(third)),
            Obedient("mail", hands),
        ]
        async with office(hands, *channels) as desk:
            await desk.tell(opened(), opened(TWO), *dues)
            await hands.move(7200.0)

            owed = [key for one in DUES for key in keys_of(one)]
            assert sorted(receipt.key for receipt in desk.receipts) == sorted(owed)
            assert len(desk.outbox) == 0
            for channel in channels:
                assert len(channel.taken) == len(set(channel.taken))

    lived(story())
