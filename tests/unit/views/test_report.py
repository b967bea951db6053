"""A week of public words: which were right, what came before the first call, what they cost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Result
from netwatch.model.facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalLapsed,
    Audience,
    Fact,
    IncidentClosed,
    IncidentMerged,
    NoticeDue,
    NoticeRefused,
    NoticeSent,
    Phase,
    Withheld,
    keys_of,
)
from netwatch.model.names import ApprovalId, ChannelName, ElementName, IncidentId, SubscriberId
from netwatch.model.report_facts import CustomerReported, ReportsUnexplained
from netwatch.views.report import Report, Verdict, report
from netwatch.views.report_answer import report_answer
from netwatch.views.report_page import report_page, sentences
from tests.unit.views.tales import (
    MINUTE,
    NIGHT,
    ONE,
    SECOND,
    TWO,
    alert,
    confirmed,
    due,
    night,
    opened,
    people,
    restored,
    revised,
    sent,
)

SMS = ChannelName("sms")
WARSAW = ZoneInfo("Europe/Warsaw")
SINCE, UNTIL = NIGHT - timedelta(days=6), NIGHT + timedelta(days=1)


def week(*facts: Fact) -> Report:
    return report(facts, SINCE, UNTIL)


def answer(*facts: Fact) -> dict[str, object]:
    return report_answer(week(*facts), "PLN")


def called(
    who: str, at: datetime, incident: IncidentId | None = None, element: str | None = None
) -> CustomerReported:
    name = None if element is None else ElementName(element)
    return CustomerReported(at=at, subscriber=SubscriberId(who), incident=incident, element=name)


def texts(*to: str, cost: float = 0.0, withheld: Withheld | None = None) -> NoticeDue:
    said = due(channel=SMS, audience=Audience.SUBSCRIBERS, recipients=to, withheld=withheld)
    return replace(said, cost=cost)


def verdicts(found: Report) -> list[Verdict]:
    return [one.verdict for one in found.told]


def test_what_lasted_and_was_seen_to_end_was_right() -> None:
    assert verdicts(week(*night())) == [Verdict.RIGHT]


def test_what_was_over_within_three_minutes_had_better_not_been_told() -> None:
    facts = [opened(), due(), restored(at=NIGHT + 3 * MINUTE - SECOND)]
    assert verdicts(week(*facts)) == [Verdict.BRIEF]
    facts = [opened(), due(), restored(at=NIGHT + 3 * MINUTE)]
    assert verdicts(week(*facts)) == [Verdict.RIGHT]


def test_what_never_was_is_wrong_however_long_it_stood() -> None:
    end = NIGHT + 40 * MINUTE
    mistaken = IncidentClosed(at=end, incident=ONE, by="ewa", mistaken=True)
    assert verdicts(week(opened(), due(), mistaken)) == [Verdict.TAKEN_BACK]
    corrected = due(Phase.CORRECTED, at=end)
    assert verdicts(week(opened(), due(), corrected, restored(at=end))) == [Verdict.TAKEN_BACK]


def test_of_what_is_not_over_nobody_knows_yet() -> None:
    assert verdicts(week(opened(), due())) == [Verdict.OPEN]


def test_words_for_the_staff_are_no_public_words() -> None:
    assert week(opened(), alert(), restored()).told == ()


def test_two_incidents_that_were_one_count_once() -> None:
    merged = IncidentMerged(at=NIGHT + 5 * MINUTE, incident=TWO, into=ONE)
    facts = [opened(), due(), opened(TWO), due(incident=TWO), merged, restored()]
    assert [one.outage.incident for one in week(*facts).told] == [ONE]


def test_what_was_told_the_week_before_is_not_told_again() -> None:
    long_ago = SINCE - MINUTE
    facts = [opened(at=long_ago), due(at=long_ago), due(Phase.RESTORED), restored()]
    found = week(*facts)
    assert found.told == ()
    assert list(found.counts) == [(Phase.RESTORED, Audience.PUBLIC, "website")]


def test_the_first_call_is_measured_from_the_first_word_on_any_channel() -> None:
    facts = [
        opened(),
        due(at=NIGHT + MINUTE),
        replace(texts("S-1"), at=NIGHT + 10 * MINUTE),
        called("S-1", NIGHT + 6 * MINUTE, ONE),
        called("S-2", NIGHT + 9 * MINUTE, ONE),
        restored(),
    ]
    (one,) = week(*facts).told
    assert (one.lead, one.calls) == (5 * MINUTE, 2)


def test_who_called_before_anything_was_known_called_first() -> None:
    facts = [
        called("S-3", NIGHT - 2 * MINUTE),
        called("S-99", NIGHT - 2 * MINUTE),
        called("S-4", NIGHT - timedelta(hours=2)),
        opened(),
        due(),
        restored(),
    ]
    (one,) = week(*facts).told
    assert (one.lead, one.calls) == (-2 * MINUTE, 1)


def test_calls_are_summed_up() -> None:
    other = [opened(TWO), due(incident=TWO), restored(TWO)]
    facts = [opened(), due(), called("S-1", NIGHT + 4 * MINUTE, ONE), *other, restored()]
    puzzle = ReportsUnexplained(at=NIGHT, element=ElementName("device:sw-9"), subscribers=people(3))
    assert answer(*facts, puzzle)["calls"] == {
        "told_first": 1,
        "called_first": 0,
        "nobody_called": 1,
        "median_lead_min": 4.0,
        "unexplained": 1,
    }


def test_an_outage_customers_called_about_and_nobody_was_told_of_stands_apart() -> None:
    found = week(opened(), called("S-1", NIGHT + MINUTE, ONE), restored())
    assert (found.told, [one.incident for one in found.untold]) == ((), [ONE])


def test_who_had_service_all_the_time_was_told_in_vain() -> None:
    facts = [opened(), texts("S-1", "S-12"), revised(subscribers=people(8)), restored()]
    (one,) = week(*facts).told
    assert one.in_vain == 1


def test_who_follows_an_area_has_no_service_in_it_and_was_not_told_in_vain() -> None:
    (one,) = week(opened(), texts("W+1"), restored(at=NIGHT + 10 * MINUTE)).told
    assert one.in_vain == 0


def test_in_shadow_it_says_what_messages_would_have_cost() -> None:
    shadow = texts(*people(12), cost=1.08, withheld=Withheld.SHADOW)
    said = answer(opened(), shadow, sent(shadow), restored())
    assert said["cost"] == {"went": 0.0, "withheld": 1.08, "currency": "PLN"}
    assert "those withheld would have cost 1.08 PLN" in " ".join(sentences(said, WARSAW))


def test_a_message_that_was_refused_costs_nothing() -> None:
    paid = texts("S-1", "S-2", "S-3", "S-4", cost=0.36)
    first, second, *_ = keys_of(paid)
    facts = [opened(), paid, NoticeRefused(at=NIGHT, keys=(first,))]
    refused = [opened(), paid, NoticeRefused(at=NIGHT, keys=(first, second)), restored()]
    assert answer(*facts, restored())["cost"] == {"went": 0.27, "withheld": 0.0, "currency": "PLN"}
    said = answer(*refused)
    assert said["incidents"][0]["cost_went"] == 0.18  # type: ignore[index]
    (row,) = said["notices"]  # type: ignore[misc]
    assert row["results"] == {"refused": 2, "waiting": 2}  # type: ignore[index]
    assert row["cost_went"] == 0.18  # type: ignore[index]


def test_a_message_that_was_taken_and_delivered_later_counts_once() -> None:
    paid = texts("S-1", "S-2", cost=0.18)
    first, second = keys_of(paid)
    later = [
        NoticeSent(at=NIGHT + MINUTE, keys=(first,), result=Result.DELIVERED),
        NoticeSent(at=NIGHT + MINUTE, keys=(second,), result=Result.UNDELIVERED),
    ]
    said = answer(opened(), paid, sent(paid), *later, restored())
    (row,) = said["notices"]  # type: ignore[misc]
    assert row["results"] == {"delivered": 1, "undelivered": 1}  # type: ignore[index]
    assert said["cost"] == {"went": 0.18, "withheld": 0.0, "currency": "PLN"}


def test_what_people_were_asked_is_counted_with_how_long_it_took_them() -> None:
    ask = ApprovalAsked(
        at=NIGHT,
        approval=ApprovalId("A-1"),
        incident=ONE,
        audience=Audience.PUBLIC,
        channel=ChannelName("facebook"),
        phase=Phase.CONFIRMED,
        expires=NIGHT + 15 * MINUTE,
    )
    late = replace(ask, approval=ApprovalId("A-2"))
    given = ApprovalGiven(at=NIGHT + 4 * MINUTE, approval=ask.approval, incident=ONE, by="ewa")
    lapsed = ApprovalLapsed(at=late.expires, approval=late.approval, incident=ONE)
    said = answer(opened(), ask, late, given, lapsed)["approvals"]
    assert said == {
        "asked": 2,
        "given": 1,
        "refused": 0,
        "lapsed": 1,
        "went_unanswered": 0,
        "dropped_unanswered": 1,
        "overtaken": 0,
        "open": 0,
        "median_answer_min": 4.0,
    }


def test_a_week_of_silence_is_a_report_too() -> None:
    said = answer()
    assert (said["told"], said["incidents"], said["notices"]) == (0, [], [])
    lines = list(sentences(said, WARSAW))
    assert lines[0].endswith("the public was told of 0 incidents.")
    assert lines[-1] == "Nobody was asked to approve anything."


def test_the_page_says_the_same_and_nothing_in_it_is_taken_for_markup() -> None:
    facts = [opened(areas=("<b>x</b>",)), confirmed(), called("S-1", NIGHT + MINUTE, ONE)]
    page = report_page(answer(*facts), "<script>alert(1)</script>", WARSAW)
    assert "<script>" not in page
    assert "<b>" not in page
    assert "Called about, not told" in page
    assert datetime(2026, 11, 14, tzinfo=UTC) < UNTIL
