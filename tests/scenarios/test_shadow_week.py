"""Days in shadow: nothing leaves, and the report says what would have been right and wrong."""

from datetime import timedelta

from netwatch.model.arrivals import Report
from netwatch.model.facts import NoticeDue
from netwatch.model.names import ChannelName, DeviceId, LinkId
from netwatch.response.rules import Mode, ResponseRules
from netwatch.views.report import Verdict, report
from netwatch.views.report_answer import report_answer
from tests.scenarios.night import MINUTE, NIGHT, SECOND, Night

SMS = ChannelName("sms")
SHADOW = ResponseRules(
    mode=Mode.SHADOW,
    set_up=(SMS,),
    timezone="Europe/Warsaw",
    prices={SMS: 0.09},
    segments={"": 1, "uk": 2},
)
RYNEK = LinkId("agg-1--sw-rynek-1")
OLT = DeviceId("olt-polna")


def breaks(night: Night, span: timedelta, *, link: LinkId | None = None) -> None:
    """Break a switch's link, or an OLT, for so long; then let all be well for five minutes."""
    if link is None:
        night.world.dead.add(OLT)
    else:
        night.world.cut.add(link)
    night.passes(span)
    night.world.dead.clear()
    night.world.cut.clear()
    night.passes(5 * MINUTE)


def test_a_report_tells_right_from_wrong_and_what_it_would_have_cost() -> None:
    night = Night()
    night.passes(MINUTE)
    night.world.dead.add(OLT)
    people = sorted(night.world.without_service())
    night.passes(8 * MINUTE)
    night.comes(Report(at=night.at, subscriber=people[0], text=""))
    breaks(night, 4 * MINUTE)
    breaks(night, 90 * SECOND, link=RYNEK)

    told = night.told(SHADOW)
    found = report(told.replayed.facts, NIGHT, night.at)
    said = report_answer(found, "PLN")

    assert all(
        due.withheld for due in told.facts(NoticeDue) if due.audience in ("public", "subscribers")
    )
    brief, right = found.told
    assert (brief.verdict, right.verdict) == (Verdict.BRIEF, Verdict.RIGHT)
    assert right.lead is not None
    assert 6 * MINUTE < right.lead < 8 * MINUTE
    assert (said["right"], said["wrong"], said["told_in_vain"]) == (1, 1, 0)
    rows = [row for row in said["notices"] if row["channel"] == "sms"]
    texts = sum(row["messages"] for row in rows)
    assert sum(row["withheld"] for row in rows) == texts >= 2 * len(people)
    assert said["cost"]["went"] == 0.0
    assert said["cost"]["withheld"] >= round(0.09 * texts, 2)
