"""Evenings over a small town: which subscriber gets which message when, and no other."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from netwatch.model.arrivals import Follow, Resolve
from netwatch.model.facts import Audience, Phase
from netwatch.model.names import ChannelName, DeviceId, IncidentId, LinkId, SubscriberId
from netwatch.response.cases import DOWN
from netwatch.response.rules import Mode, ResponseRules
from tests.scenarios.night import MINUTE, SECOND, Night, Told

SMS, MAIL = ChannelName("sms"), ChannelName("mail")
SHIPPED = ResponseRules(mode=Mode.FULL, set_up=(SMS,), timezone="Europe/Warsaw")
"""The policy that ships, with messages set up. The evenings begin at 19:02."""
Said = list[tuple[datetime, Phase]]


def messages(told: Told) -> dict[SubscriberId, Said]:
    """Return what each subscriber was told by SMS, and when."""
    said: dict[SubscriberId, Said] = defaultdict(list)
    for due in told.dues(Audience.SUBSCRIBERS):
        assert (due.channel, due.withheld) == (SMS, None)
        for name in due.recipients:
            said[SubscriberId(name)].append((due.at, due.phase))
    return dict(said)


def broken(night: Night, *, links: str = "", devices: str = "", dark: str = "") -> datetime:
    """Let the town be well for a while, then break it; return when."""
    night.passes(30 * SECOND)
    night.world.cut.update(LinkId(name) for name in links.split())
    night.world.dead.update(DeviceId(name) for name in devices.split())
    night.world.dark.update(DeviceId(name) for name in dark.split())
    return night.at


def critical(night: Night, people: Iterable[SubscriberId]) -> set[SubscriberId]:
    """Return those for whom much hangs on it: they hear of a suspicion already."""
    return {name for name in people if night.world.network.subscribers[name].critical}


def told_the_truth(night: Night, said: dict[SubscriberId, Said]) -> None:
    """Hold every message against what was so: "down" in the dark, "up" in the light, in turn."""
    first = critical(night, said)
    for name, words in said.items():
        phases = [Phase.SUSPECTED] * (name in first) + [Phase.CONFIRMED, Phase.RESTORED]
        assert [phase for _, phase in words] == phases
        assert all((name in night.dark_people(at)) is (phase in DOWN) for at, phase in words)


def test_a_cut_that_lasts_is_told_after_ten_minutes_and_its_end_to_the_same_people() -> None:
    night = Night()
    cut_at = broken(night, links="agg-1--sw-rynek-1")
    night.passes(25 * MINUTE)
    dark = night.world.without_service()
    mended_at = night.at
    night.world.cut.clear()
    night.passes(10 * MINUTE)
    said = messages(night.told(SHIPPED))

    assert said.keys() == dark
    told_the_truth(night, said)
    downs = {at for words in said.values() for at, phase in words if phase is Phase.CONFIRMED}
    ups = {at for words in said.values() for at, phase in words if phase is Phase.RESTORED}
    assert len(downs) == 1
    assert 10 * MINUTE <= min(downs) - cut_at <= 10 * MINUTE + 30 * SECOND
    assert max(ups) - mended_at <= 3 * MINUTE


def test_a_cut_that_is_over_within_ten_minutes_is_told_only_to_whom_much_hangs_on_it() -> None:
    night = Night()
    broken(night, links="agg-1--sw-rynek-1")
    night.passes(9 * MINUTE)
    dark = night.world.without_service()
    night.world.cut.clear()
    night.passes(10 * MINUTE)

    told = night.told(SHIPPED)
    assert told.public() == ["suspected", "confirmed", "restored"]
    said = messages(told)
    assert said.keys() == critical(night, dark)
    for words in said.values():
        assert [phase for _, phase in words] == [Phase.SUSPECTED, Phase.RESTORED]


def test_who_asked_for_mail_about_their_line_gets_it_soon_and_nobody_else_gets_any() -> None:
    night = Night()
    cut_at = broken(night, links="agg-1--sw-rynek-1")
    mine = min(night.world.without_service())
    night.comes(Follow(at=night.at, by="page", follower="W+1", channel=MAIL, areas=(), line=mine))
    night.passes(6 * MINUTE)
    night.world.cut.clear()
    night.passes(6 * MINUTE)
    told = night.told(replace(SHIPPED, set_up=(SMS, MAIL)))

    mails = [due for due in told.dues(Audience.SUBSCRIBERS) if due.channel == MAIL]
    assert [(due.recipients, due.phase) for due in mails] == [
        ((mine,), Phase.CONFIRMED),
        ((mine,), Phase.RESTORED),
    ]
    assert 3 * MINUTE <= mails[0].at - cut_at <= 3 * MINUTE + 30 * SECOND


def test_homes_without_mains_get_no_message() -> None:
    night = Night()
    homes = [d.id for d in night.world.network.devices.values() if d.kind == "onu"][:12]
    broken(night, dark=" ".join(homes))
    night.passes(20 * MINUTE)
    night.world.dark.clear()
    night.passes(10 * MINUTE)

    assert messages(night.told(SHIPPED)) == {}


def test_of_two_faults_mended_one_after_the_other_each_hears_his_own_end() -> None:
    night = Night()
    broken(night, links="agg-1--sw-rynek-1 agg-1--sw-rynek-2")
    night.passes(15 * MINUTE)
    everybody = night.world.without_service()
    night.world.cut.discard(LinkId("agg-1--sw-rynek-1"))
    back = everybody - night.world.without_service()
    night.passes(10 * MINUTE)
    half = night.at
    night.world.cut.clear()
    night.passes(10 * MINUTE)
    said = messages(night.told(SHIPPED))

    assert said.keys() == everybody
    told_the_truth(night, said)
    assert {name for name, words in said.items() if words[-1][0] < half} == back


def test_what_goes_down_again_is_told_again_to_those_only_who_heard_that_it_works() -> None:
    night = Night()
    broken(night, links="agg-1--sw-rynek-1")
    night.passes(15 * MINUTE)
    dark = night.world.without_service()
    night.world.cut.clear()
    night.passes(4 * MINUTE)
    night.world.cut.add(LinkId("agg-1--sw-rynek-1"))
    night.passes(15 * MINUTE)
    night.world.cut.clear()
    night.passes(10 * MINUTE)
    said = messages(night.told(SHIPPED))

    assert said.keys() == dark
    twice = [Phase.CONFIRMED, Phase.RESTORED] * 2
    for name, words in said.items():
        assert [phase for _, phase in words if phase is not Phase.SUSPECTED] == twice
        assert all((name in night.dark_people(at)) is (phase in DOWN) for at, phase in words)


def test_what_a_person_takes_back_is_taken_back_from_everybody_who_heard_it() -> None:
    night = Night()
    broken(night, links="agg-1--sw-rynek-1")
    night.passes(12 * MINUTE)
    dark = night.world.without_service()
    night.world.cut.clear()
    night.comes(Resolve(at=night.at, incident=IncidentId("I-1"), by="ewa", mistaken=True))
    night.passes(5 * MINUTE)

    told = night.told(SHIPPED)
    assert told.public()[-1] == "corrected"
    said = messages(told)
    assert said.keys() == dark
    assert {words[-1][1] for words in said.values()} == {Phase.CORRECTED}
