"""What the page says of a year: every outage counts, and nobody is pointed at."""

from dataclasses import replace
from datetime import timedelta

from netwatch.delivery.page.chronicle import share
from netwatch.delivery.page.crowds import Crowds
from netwatch.delivery.page.edition import Lasting
from netwatch.delivery.page.labels import labels
from netwatch.delivery.page.pages import room
from netwatch.delivery.page.reliability import Reliability, reliability
from netwatch.model.facts import Cause, Fact
from netwatch.model.names import AreaId, IncidentId
from netwatch.views.record import Loss, PastOutage
from tests.unit.delivery.page.hostile import edition, town
from tests.unit.delivery.page.test_content import TOWN
from tests.unit.delivery.page.test_pages import dangling, pages, read
from tests.unit.views.tales import NIGHT, due, opened

DAY = timedelta(days=1)
BEGAN = NIGHT - 100 * DAY


def ended(n: int = 1, days_ago: float = 10, hours: float = 2, **people: int) -> PastOutage:
    until = NIGHT - days_ago * DAY
    return PastOutage(
        incident=IncidentId(f"I-{n}"),
        cause=Cause.FIBRE,
        since=until - timedelta(hours=hours),
        until=until,
        losses={
            AreaId(area): Loss(people=count, seconds=count * hours * 3600)
            for area, count in people.items()
        },
    )


def kept(*past: PastOutage) -> Reliability:
    found = reliability(past, Crowds(TOWN), BEGAN, NIGHT)
    assert found is not None
    return found


def test_a_year_is_told_for_the_average_connection_of_each_area_and_those_around_it() -> None:
    found = kept(ended(polna=20), ended(2, hours=1, court=3))

    polna = found.areas[AreaId("polna")]
    assert (polna.outages, polna.lost) == (2, timedelta(hours=43) / 43)
    assert found.areas[AreaId("krakow")].lost == timedelta(hours=43) / 45
    assert found.everywhere.lost == timedelta(hours=43) / 45
    assert polna.share == 1 - 1 / 2400
    assert set(found.areas) == {"polna", "krakow"}


def test_what_took_few_people_counts_and_is_not_told_one_by_one() -> None:
    found = kept(ended(polna=4), ended(2, polna=5), ended(3, days_ago=0.5, polna=9))

    assert found.areas[AreaId("polna")].outages == 3
    assert [one.incident for one in found.areas[AreaId("polna")].past] == ["I-2"]


def test_a_week_says_nothing_of_a_year_and_what_is_older_than_a_year_no_longer_counts() -> None:
    assert reliability([], Crowds(TOWN), NIGHT - 6 * DAY, NIGHT) is None
    long_ago = reliability([ended(days_ago=366, polna=9)], Crowds(TOWN), NIGHT - 800 * DAY, NIGHT)
    assert long_ago is not None
    assert long_ago.everywhere.outages == 0
    assert long_ago.since == NIGHT - 365 * DAY


def test_nearly_all_is_never_called_all() -> None:
    own = labels("pl", "Europe/Warsaw")

    assert share(own, 0.99999999) == "99,99\u00a0%"
    assert share(own, 1.0) == "100,00\u00a0%"


def test_how_long_it_took_is_never_told_shorter_than_it_was() -> None:
    english, polish = labels("en", "UTC"), labels("pl", "UTC")

    assert english.lasting(timedelta(seconds=61)) == "2 min"
    assert english.lasting(timedelta(hours=2)) == "2 hr"
    assert polish.lasting(timedelta(hours=26, seconds=1)) == "26 godz. 1 min"
    assert english.lasting(timedelta(0)) == "0 min"


def test_the_pages_tell_it_in_each_language_without_a_dead_link() -> None:
    made = edition(town(["Polna", "Krótka"]), [], languages=("pl", "uk", "en"))
    made.site = replace(made.site, aim=0.999)
    past = [ended(n, days_ago=n + 2, hours=n + 1, **{"a-0": 9}) for n in range(30)]
    made.record = reliability(past, made.crowds, BEGAN, NIGHT)
    said = pages(made)

    area = " ".join(read(said["en/a-0.html"]).text)
    assert "Counted since 6 August 2026." in area
    assert "Past outages" in area
    assert "In service" in " ".join(read(said["en/more/history.html"]).text)
    assert "99.90 % of the time" in area.replace("\xa0", " ") + " ".join(
        read(said["en/index.html"]).text
    ).replace("\xa0", " ")
    for path, page in said.items():
        assert not dangling(path, said)
        assert len(page) <= room()


def test_pages_made_with_pieces_of_those_before_say_what_pages_made_from_nothing_say() -> None:
    streets, lasting = town(["Polna", "Krótka", "Długa"]), Lasting()
    one, other = (
        reliability(
            [ended(n, days_ago=n + 2, hours=hours, **{f"a-{n % 3}": 9}) for n in range(9)],
            Crowds(streets),
            BEGAN,
            NIGHT,
        )
        for hours in (1, 2)
    )
    dark: list[Fact] = [opened(areas=["a-0"]), due(areas=["a-0"])]
    nights = ((one, []), (one, dark), (other, dark), (other, []), (None, []), (one, []))
    for record, facts in nights:
        after, alone = (edition(streets, facts, languages=("pl", "uk")) for _ in range(2))
        after.record = alone.record = record
        after.lasting = lasting
        assert pages(after) == pages(alone)
    assert lasting


def test_nothing_is_promised_of_a_year_where_nothing_is_known() -> None:
    said = pages(edition(town(["Polna"]), [], languages=("en",)))

    assert "en/more/history.html" not in said
    assert "The past 12 months" not in said["en/a-0.html"].decode()
