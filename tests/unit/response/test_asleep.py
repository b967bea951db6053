"""That it works again wakes nobody: it waits for the morning, and is never lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from netwatch.model.facts import Audience, NoticeDue, Phase
from netwatch.model.names import AreaId, ChannelName, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.response.rules import Mode, ResponseRules, shipped_policy
from netwatch.response.stage import refit, restore, snapshot
from netwatch.response.subscribers import BACK
from tests.unit.response.hands import MINUTE, SECOND, Hands, confirmed, opened
from tests.unit.response.test_subscribers import of, restored, said, some

SMS = ChannelName("sms")
EVENING = datetime(2026, 11, 14, 20, 30, tzinfo=UTC)
"""21:30 in the town: by 22:00 nobody is told any more."""


def night(*, critical: str = "S-9") -> Hands:
    rules = ResponseRules(
        mode=Mode.FULL,
        policy=shipped_policy(),
        staff=(),
        timezone="Europe/Warsaw",
        set_up=(SMS,),
    )
    made = Hands(rules, EVENING)
    name = SubscriberId(critical)
    home = Subscriber(id=name, area=AreaId("polna"), critical=True)
    refit(made.response, Network(subscribers={name: home}), rules)
    made.happen(opened(made, of(0, 1, 9)), confirmed(made))
    made.move(11 * MINUTE)
    return made


def ups(at: Hands) -> list[NoticeDue]:
    due = (fact for fact in at.story if isinstance(fact, NoticeDue))
    return [one for one in due if (one.audience, one.phase) == (Audience.SUBSCRIBERS, "restored")]


def leap(at: Hands, until: datetime) -> None:
    """Let most of the night pass without looking at every second of it."""
    at.at = until - SECOND
    at.move(SECOND)


def test_a_restoration_in_the_night_waits_for_the_morning_and_tells_when_it_was() -> None:
    at = night()
    leap(at, datetime(2026, 11, 15, 2, 0, tzinfo=UTC))
    at.happen(restored(at))
    at.move(6 * MINUTE)
    assert [due.recipients for due in ups(at)] == [("S-9",)]  # much hangs on it there
    plain = snapshot(at.response)
    restore(at.response, plain)
    leap(at, datetime(2026, 11, 15, 5, 59, 59, tzinfo=UTC))
    assert len(ups(at)) == 1
    at.move(2 * SECOND)
    _, morning = ups(at)
    assert morning.recipients == ("S-0", "S-1")
    assert morning.at == datetime(2026, 11, 15, 6, 0, tzinfo=UTC)
    since = datetime.fromisoformat(morning.detail.removeprefix(BACK))
    assert timedelta(0) <= since - datetime(2026, 11, 15, 2, 0, tzinfo=UTC) <= 6 * MINUTE
    at.move(10 * MINUTE)
    assert len(ups(at)) == 2


def test_who_heard_of_it_less_than_half_an_hour_ago_is_awake() -> None:
    at = night()  # told at 21:40
    leap(at, datetime(2026, 11, 14, 21, 1, tzinfo=UTC))  # 22:01
    at.happen(restored(at))
    at.move(6 * MINUTE)
    assert {name for due in ups(at) for name in due.recipients} == set(some(0, 1, 9))


def test_who_goes_dark_and_comes_back_again_by_night_hears_one_end_in_the_morning() -> None:
    at = night()
    for hour in (23, 1, 3):
        day = 14 if hour > 12 else 15
        leap(at, datetime(2026, 11, day, hour, 0, tzinfo=UTC))
        at.happen(restored(at))
        at.move(6 * MINUTE)
        if hour != 3:
            from netwatch.model.facts import IncidentRelapsed, IncidentRevised  # noqa: PLC0415

            diagnosis = of(0, 1, 9)
            name = opened(at).incident
            at.happen(IncidentRelapsed(at=at.at, incident=name))
            at.happen(IncidentRevised(at=at.at, incident=name, diagnosis=diagnosis))
            at.move(6 * MINUTE)
    leap(at, datetime(2026, 11, 15, 6, 5, tzinfo=UTC))
    told = [name for due in ups(at) for name in due.recipients if name != "S-9"]
    assert sorted(told) == ["S-0", "S-1"]


def test_a_policy_without_hours_tells_at_any_hour_as_before() -> None:
    at = night()
    rules = at.response.rules
    policy = tuple(
        replace(rule, hours=None) if rule.phase is Phase.RESTORED else rule for rule in rules.policy
    )
    refit(at.response, Network(), replace(rules, policy=policy))
    leap(at, datetime(2026, 11, 15, 2, 0, tzinfo=UTC))
    at.happen(restored(at))
    assert said(at.move(6 * MINUTE)) == ["I-1 restored S-0 S-1 S-9"]
