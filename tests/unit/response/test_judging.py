"""The policy's hours, as words that are on their way ask for them."""

from datetime import UTC, datetime

from netwatch.model.facts import Phase
from netwatch.model.names import ChannelName
from netwatch.response.judging import out_of_hours
from netwatch.response.rules import ResponseRules

SMS = ChannelName("sms")
DAY, NIGHT = datetime(2026, 7, 14, 5, 30, tzinfo=UTC), datetime(2026, 7, 14, 20, 30, tzinfo=UTC)


def test_words_are_out_of_hours_where_no_rule_of_their_phase_lets_them_out_now() -> None:
    rules = ResponseRules(timezone="Europe/Warsaw")

    assert not out_of_hours(rules, SMS, Phase.CONFIRMED, DAY)
    assert out_of_hours(rules, SMS, Phase.CONFIRMED, NIGHT)
    assert out_of_hours(rules, SMS, Phase.RESTORED, NIGHT)
    assert not out_of_hours(rules, ChannelName("facebook"), Phase.RESTORED, NIGHT)
    assert not out_of_hours(rules, ChannelName("letter"), Phase.CONFIRMED, NIGHT)
