"""A gateway falls sick: customers are told another way, once each, and home again afterwards."""

import asyncio
from collections.abc import Coroutine
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.delivery.detours import Way
from netwatch.model.facts import Audience, NoticeDue, Phase, keys_of
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import AreaId, ChannelName, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.service.channel_settings import Rate
from tests.unit.delivery.hands import Hands, Obedient, office
from tests.unit.views.tales import alert, due, opened, restored

SMS, MODEM, DUTY = (ChannelName(name) for name in ("sms", "modem", "duty"))
CUT = DeliveryError(Retry.TRANSIENT, "nobody answers there")
PERHAPS = DeliveryError(Retry.UNKNOWN, "no whole answer came")
WRONG = DeliveryError(Retry.PERMANENT, "that is not a phone number")
ROUND = {SMS: Way(then=(MODEM,))}
PEOPLE = tuple(f"S-{number}" for number in range(1, 9))
TOWN = Network(
    subscribers={
        SubscriberId(name): Subscriber(
            id=SubscriberId(name), area=AreaId("polna"), phone=f"+4855501010{name[-1]}"
        )
        for name in PEOPLE
    }
)


def lived(story: Coroutine[None, None, None]) -> None:
    asyncio.run(story)


def words(*to: str, phase: Phase = Phase.CONFIRMED) -> NoticeDue:
    return due(phase, channel=SMS, audience=Audience.SUBSCRIBERS, recipients=to or PEOPLE)


def heard(*channels: Obedient) -> list[str]:
    return sorted(key.split("/")[3] for channel in channels for key in channel.taken)


def test_when_the_gateway_cannot_be_reached_everybody_is_told_the_other_way_once() -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [CUT] * 99), Obedient("modem", hands)
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words())
            await hands.move(90.0)

            assert heard(modem) == sorted(PEOPLE)
            assert heard(sms) == []
            assert desk.result(words(), "S-3") == ["accepted"]
            assert desk.receipts[0].detail == "by modem in place of sms; taken"

    lived(story())


def test_a_gateway_that_is_well_again_gets_its_work_back() -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [CUT] * 4), Obedient("modem", hands)
        slow = ROUND | {MODEM: Way(every_s=30.0)}
        async with office(hands, sms, modem, network=TOWN, ways=slow) as desk:
            await desk.tell(opened(), words())
            await hands.move(60.0)

            assert heard(sms, modem) == sorted(PEOPLE)
            assert len(modem.taken) <= 3
            assert sms.taken

    lived(story())


def test_what_may_have_left_already_stays_where_its_key_is_known() -> None:
    async def story() -> None:
        hands = Hands()
        sms = Obedient("sms", hands, [PERHAPS, *[CUT] * 9])
        modem = Obedient("modem", hands)
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words("S-1", "S-2"))
            await hands.move(3600.0)

            first = sms.tries[0][1].split("/")[3]
            assert heard(sms) == [first]
            assert heard(modem) == ["S-2" if first == "S-1" else "S-1"]

    lived(story())


def test_a_new_notice_tries_the_sick_gateway_once_its_pause_is_over() -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [CUT] * 3), Obedient("modem", hands)
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words("S-1"))
            await hands.move(20.0)
            assert heard(modem) == ["S-1"]

            await hands.move(600.0)
            await desk.tell(words("S-2"))

            assert heard(sms) == ["S-2"]

    lived(story())


def test_what_falls_due_while_the_gateway_is_sick_goes_the_other_way_at_once() -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [CUT] * 99), Obedient("modem", hands)
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words("S-1"))
            await hands.move(20.0)
            assert heard(modem) == ["S-1"]

            await desk.tell(words("S-2", "S-3"))

            assert heard(modem) == ["S-1", "S-2", "S-3"]

    lived(story())


def test_nobody_waits_for_a_try_at_the_sick_gateway_who_is_told_sooner_the_other_way() -> None:
    async def story() -> None:
        hands = Hands()
        long = DeliveryError(Retry.TRANSIENT, "busy", 60.0)
        sms, modem = Obedient("sms", hands, [CUT, CUT, long]), Obedient("modem", hands)
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words())
            await hands.move(20.0)

            assert heard(modem) == sorted(PEOPLE)

    lived(story())


def test_with_every_way_cut_it_is_tried_on_until_one_is_mended() -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [CUT] * 99), Obedient("modem", hands, [CUT] * 7)
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words())
            await hands.move(3600.0)

            assert heard(modem) == sorted(PEOPLE)

    lived(story())


def test_a_number_that_is_none_is_refused_on_either_way() -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [CUT] * 99), Obedient("modem", hands, [WRONG])
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words())
            await hands.move(90.0)

            refused = [who for who in PEOPLE if desk.result(words(), who) == ["refused"]]
            assert len(refused) == 1
            assert heard(modem) == sorted(set(PEOPLE) - set(refused))

    lived(story())


def test_what_is_over_by_the_time_is_not_said_on_any_way() -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [CUT] * 99), Obedient("modem", hands, [CUT] * 99)
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words())
            await hands.move(60.0)
            await desk.tell(restored())
            await hands.move(3600.0)

            assert {result for who in PEOPLE for result in desk.result(words(), who)} == {"expired"}

    lived(story())


def test_an_alert_goes_by_what_stands_in_for_its_channel() -> None:
    async def story() -> None:
        hands = Hands()
        duty, modem = Obedient("duty", hands, [CUT] * 99), Obedient("modem", hands)
        ways = {DUTY: Way(then=(MODEM,))}
        async with office(hands, duty, modem, staff=("duty",), ways=ways) as desk:
            await desk.tell(opened(), alert())
            await hands.move(30.0)
            assert modem.taken == list(keys_of(alert()))

            await desk.tell(alert(revision=2))  # the channel is known to be sick by now

            assert len(modem.taken) == 2

    lived(story())


def test_a_rate_is_kept_and_the_hurried_go_first() -> None:
    async def story() -> None:
        hands = Hands()
        sms = Obedient("sms", hands)
        paced = {SMS: Way(every_s=2.0)}
        async with office(hands, sms, network=TOWN, staff=("sms",), ways=paced) as desk:
            await desk.tell(opened(), words())
            await hands.move(3.0)
            await desk.tell(alert(channel=SMS))
            await hands.move(60.0)

            times = [at for at, _ in sms.tries]
            assert all(b - a >= 1.9 - 1e-9 for a, b in pairwise(times))
            assert times[-1] <= 2.0 * 9
            assert "staff" in sms.tries[2][1]

    lived(story())


def test_a_rate_is_reached_by_a_gateway_that_thinks_for_longer_than_its_turn() -> None:
    async def story() -> None:
        hands = Hands()
        sms = Obedient("sms", hands, [3.0] * 8)
        sms.width, sms.longest_s = 4, 30.0
        async with office(hands, sms, network=TOWN, ways={SMS: Way(every_s=1.0)}) as desk:
            await desk.tell(opened(), words())
            await hands.move(10.0)

            assert [round(at) for at, _ in sms.tries] == [0, 1, 2, 3, 4, 5, 6, 7]

    lived(story())


def test_what_is_not_sent_uses_up_no_turn() -> None:
    async def story() -> None:
        hands = Hands()
        sms = Obedient("sms", hands, [CUT])
        paced = {SMS: Way(every_s=60.0)}
        async with office(hands, sms, network=TOWN, ways=paced) as desk:
            await desk.tell(opened(), words())
            await hands.move(70.0)
            await desk.tell(restored(), words("S-1", phase=Phase.RESTORED))
            await hands.move(130.0)

            assert sms.taken[-1].endswith("S-1/restored/1")

    lived(story())


@given(
    st.lists(st.sampled_from([CUT, PERHAPS, 0.1]), max_size=30),
    st.lists(st.sampled_from([CUT, PERHAPS, 0.1]), max_size=30),
)
@settings(max_examples=40, deadline=None)
def test_whatever_breaks_nobody_is_left_out_and_nobody_takes_it_twice(
    first: list[DeliveryError | float], second: list[DeliveryError | float]
) -> None:
    async def story() -> None:
        hands = Hands()
        sms, modem = Obedient("sms", hands, [*first]), Obedient("modem", hands, [*second])
        async with office(hands, sms, modem, network=TOWN, ways=ROUND) as desk:
            await desk.tell(opened(), words())
            await hands.move(7200.0)

            assert heard(sms, modem) == sorted(PEOPLE)
            doubtful = {key for _, key in sms.tries} & {key for _, key in modem.tries}
            taken = [*sms.taken, *modem.taken]
            assert all(taken.count(key) == 1 for key in doubtful)

    lived(story())


def test_a_rate_is_read_as_it_is_written() -> None:
    assert [Rate(text).every_s for text in ("20/s", "6/min", "1.5 / h", "")] == [
        0.05,
        10.0,
        2400.0,
        0.0,
    ]
