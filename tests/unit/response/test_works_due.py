"""When words about planned works are said: in their hours, in time, on the wall clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.facts import Phase
from netwatch.model.works_words import Told
from netwatch.response.policy import Hours, PublicRule
from netwatch.response.rules import SMS
from netwatch.response.works_due import due_at, is_too_late, said_at

TOWN = ZoneInfo("Europe/Warsaw")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAYTIME = Hours(time(9), time(20))


def rule(
    ahead: timedelta = DAY, lead: timedelta = timedelta(0), hours: Hours | None = DAYTIME
) -> PublicRule:
    return PublicRule(
        channel=SMS, phase=Phase.PLANNED, told=Told.REMIND, ahead=ahead, lead=lead, hours=hours
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWN).astimezone(UTC)


def test_words_wait_for_the_morning_and_go_the_day_before_where_that_would_be_too_late() -> None:
    assert due_at(rule(), local("2026-12-10 14:00"), TOWN) == local("2026-12-09 14:00")
    assert due_at(rule(), local("2026-12-10 02:00"), TOWN) == local("2026-12-09 09:00")
    early = rule(ahead=2 * HOUR)
    assert due_at(early, local("2026-12-10 06:00"), TOWN) == local("2026-12-09 09:00")
    assert due_at(rule(5 * DAY, 5 * DAY), local("2026-12-10 02:00"), TOWN) == (
        local("2026-12-04 09:00")
    )


def test_what_is_entered_late_is_said_at_once_or_in_the_morning_or_never() -> None:
    starts = local("2026-12-10 12:00")
    announced = rule(7 * DAY, 5 * DAY)
    for now, said, late in (
        ("2026-11-01 12:00", "2026-12-03 12:00", False),
        ("2026-12-04 15:00", "2026-12-04 15:00", False),
        ("2026-12-05 15:00", "2026-12-05 15:00", True),
        ("2026-12-09 22:00", "2026-12-10 09:00", True),
    ):
        found = said_at(announced, starts, local(now), TOWN)
        assert found == local(said)
        assert is_too_late(announced, starts, found) is late
    never = said_at(rule(), local("2026-12-10 02:00"), local("2026-12-09 21:00"), TOWN)
    assert never is None
    assert is_too_late(rule(), local("2026-12-10 02:00"), never)


@given(
    starts=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - UTC is given below
    ahead=st.timedeltas(timedelta(0), timedelta(days=30)),
    begins=st.integers(0, 23),
    lasts=st.integers(1, 23),
)
def test_words_are_due_in_their_hours_and_never_later_than_works_begin(
    starts: datetime, ahead: timedelta, begins: int, lasts: int
) -> None:
    begin = starts.replace(tzinfo=UTC)
    hours = Hours(time(begins), time((begins + lasts) % 24))
    due = due_at(rule(ahead, hours=hours), begin, TOWN)
    assert due <= begin
    assert begin - ahead - timedelta(days=2) <= due
