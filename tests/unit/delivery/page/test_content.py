"""What the public sees: what was said to it and not withheld, and never who is out."""

from datetime import timedelta

from netwatch.delivery.page.content import content
from netwatch.delivery.page.crowds import Crowds, band
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Text
from netwatch.delivery.scribe import Scribe
from netwatch.model.facts import (
    EndExpected,
    Fact,
    IncidentClosed,
    IncidentMerged,
    Phase,
    PublishHeld,
    PublishResumed,
    Withheld,
)
from netwatch.model.maintenance_facts import (
    MaintenanceBegan,
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenanceOverran,
    MaintenancePlanned,
)
from netwatch.model.names import AreaId, MaintenanceId, SubscriberId
from netwatch.model.network import Area, LocalName, Network, Subscriber
from netwatch.model.windows import Window
from netwatch.views.board import Board
from tests.unit.delivery.hands import PlainWords
from tests.unit.views.tales import MINUTE, NIGHT, ONE, TWO, due, opened, people, restored, revised

DAY = timedelta(days=1)


def town(**people_by_area: int) -> Network:
    """Return areas within ``krakow``; a name's tail after two underscores is what it lies in."""
    areas = {AreaId("krakow"): Area(id=AreaId("krakow"), name=LocalName("Kraków"))}
    subscribers = {}
    for name, count in people_by_area.items():
        area, _, within = name.partition("__")
        areas[AreaId(area)] = Area(
            id=AreaId(area), name=LocalName(area), within=AreaId(within or "krakow")
        )
        for n in range(count):
            one = SubscriberId(f"{area}-{n}")
            subscribers[one] = Subscriber(id=one, area=AreaId(area))
    return Network(areas=areas, subscribers=subscribers)


TOWN = town(polna=40, mill=2, court__polna=3)


def shown(facts: list[Fact], network: Network = TOWN, after: timedelta = MINUTE) -> list[str]:
    found = content(Board.of(facts), Crowds(network), NIGHT + after)
    return [f"{card.id} {card.phase}" for card in (*found.current, *found.recent)]


def test_only_what_was_said_and_not_withheld_is_shown() -> None:
    assert shown([opened()]) == []
    assert shown([opened(), due(withheld=Withheld.SHADOW)]) == []
    assert shown([opened(), due(Phase.SUSPECTED)]) == ["I-1 suspected"]
    assert shown([opened(), due(Phase.SUSPECTED), due(withheld=Withheld.HELD)]) == ["I-1 suspected"]


def test_repaired_outages_stay_for_a_day() -> None:
    facts: list[Fact] = [opened(), due(), restored(), due(Phase.RESTORED, at=NIGHT)]

    assert shown(facts, after=DAY - MINUTE) == ["I-1 restored"]
    assert shown(facts, after=DAY) == []


def test_a_mistake_is_taken_back_in_public_for_a_day() -> None:
    facts: list[Fact] = [
        opened(),
        due(),
        IncidentClosed(at=NIGHT, incident=ONE, mistaken=True),
        due(Phase.CORRECTED),
    ]

    assert shown(facts) == ["I-1 corrected"]


def test_an_outage_that_nobody_said_the_end_of_fades_a_day_after_it_was_closed() -> None:
    facts: list[Fact] = [opened(), due(), IncidentClosed(at=NIGHT, incident=ONE)]

    assert shown(facts, after=MINUTE) == ["I-1 confirmed"]
    assert shown(facts, after=DAY + MINUTE) == []


def test_a_merged_outage_is_told_with_the_other_one_and_fades() -> None:
    facts: list[Fact] = [
        opened(),
        due(),
        opened(TWO),
        due(incident=TWO),
        IncidentMerged(at=NIGHT, incident=TWO, into=ONE),
        due(Phase.CORRECTED, TWO),
    ]

    assert shown(facts) == ["I-1 confirmed", "I-2 corrected"]
    assert shown(facts, after=DAY) == ["I-1 confirmed"]


def test_a_held_page_shows_what_it_showed_when_it_was_held() -> None:
    facts: list[Fact] = [opened(areas=("polna",)), due()]
    held = PublishHeld(at=NIGHT, by="ewa", until=None)
    later: list[Fact] = [
        revised(areas=("krakow",)),
        EndExpected(at=NIGHT, incident=ONE, by="marek", until=NIGHT + 3 * MINUTE),
        opened(TWO),
        due(incident=TWO, withheld=Withheld.HELD),
    ]
    resumed = PublishResumed(at=NIGHT, by="ewa")

    def card(*told: Fact) -> tuple[object, ...]:
        found = content(Board.of(told), Crowds(TOWN), NIGHT + MINUTE).current
        return tuple((one.id, one.areas, one.outage.expected_end) for one in found)

    before = card(*facts)
    assert card(*facts, held, *later) == before
    assert card(*facts, held, *later, held) == before
    assert card(*facts, held, *later, resumed) != before


def test_an_area_with_few_people_is_named_as_the_one_around_it() -> None:
    for area, named in [("polna", "polna"), ("mill", "krakow"), ("court", "polna")]:
        found = content(Board.of([opened(areas=(area,)), due()]), Crowds(TOWN), NIGHT)

        assert found.current[0].areas == (named,)


def test_an_area_with_few_people_and_nothing_around_it_is_not_named() -> None:
    tiny = town(mill=2)

    found = content(Board.of([opened(areas=("mill",)), due()]), Crowds(tiny), NIGHT)

    assert found.current[0].areas == ()
    assert found.areas == ()


def test_only_areas_with_enough_people_have_pages() -> None:
    assert content(Board.empty(), Crowds(TOWN), NIGHT).areas == ("krakow", "polna")


def test_numbers_are_told_in_bands_and_small_ones_not_at_all() -> None:
    told = [band(n) for n in (0, 1, 4, 5, 19, 20, 99, 100, 499, 500, 10**6)]

    assert told == [None] * 3 + ["5-19"] * 2 + ["20-99"] * 2 + ["100-499"] * 2 + ["500+"] * 2
    found = content(Board.of([opened(subscribers=people(4)), due()]), Crowds(TOWN), NIGHT)
    assert found.current[0].band is None


def test_no_public_channel_names_an_area_with_few_people() -> None:
    class Places(PlainWords):
        def notice(self, outage, phase, channel, language, at, **told):  # type: ignore[no-untyped-def]  # noqa: ARG002
            return Text(channel, ",".join(outage.areas))

    board = Board.of([opened(areas=("mill", "polna"))])
    discreet = Recipients(TOWN, ("pl",)).discreet

    post = Scribe(Places()).text(due(), board, "pl", NIGHT, discreet=discreet)

    assert post.body == "krakow,polna"


WORKS = MaintenanceId("W-1")
HOUR = timedelta(hours=1)
PLANNED: tuple[Fact, ...] = (
    MaintenancePlanned(
        at=NIGHT,
        maintenance=WORKS,
        by="ewa",
        elements=(),
        window=Window(starts=NIGHT + HOUR, lasts=HOUR, zone="UTC"),
        areas=(AreaId("polna"),),
        subscribers=people(40),
    ),
    due(Phase.PLANNED, incident=None, subject=WORKS),
)
BEGUN = MaintenanceBegan(
    at=NIGHT + HOUR, maintenance=WORKS, starts=NIGHT + HOUR, ends=NIGHT + 2 * HOUR
)
ENDED = MaintenanceEnded(at=NIGHT + 2 * HOUR, maintenance=WORKS)


def works(*more: Fact, after: timedelta) -> list[str]:
    found = content(Board.of([*PLANNED, *more]), Crowds(TOWN), NIGHT + after).works
    return [card.outage.state for card in found]


def test_works_that_will_not_be_say_so_for_a_day() -> None:
    cancelled = MaintenanceCancelled(at=NIGHT + MINUTE, maintenance=WORKS, by="ewa")

    assert works(cancelled, after=MINUTE) == ["cancelled"]
    assert works(cancelled, after=DAY) == ["cancelled"]
    assert works(cancelled, after=DAY + MINUTE) == []


def test_works_are_over_once_nothing_that_they_took_was_left_dark() -> None:
    end = 2 * HOUR
    assert works(BEGUN, ENDED, after=end + 9 * MINUTE) == []
    assert works(BEGUN, ENDED, after=end + 10 * MINUTE) == ["ended"]
    assert works(BEGUN, ENDED, after=end + DAY) == []

    late = MaintenanceOverran(at=NIGHT + end + MINUTE, maintenance=WORKS, incident=ONE)
    assert works(BEGUN, ENDED, late, after=end + 10 * MINUTE) == []


def test_works_are_not_called_off_in_public_while_words_are_held() -> None:
    held = PublishHeld(at=NIGHT, by="ewa", until=None)
    cancelled = MaintenanceCancelled(at=NIGHT, maintenance=WORKS, by="ewa")
    resumed = PublishResumed(at=NIGHT, by="ewa")

    assert works(held, cancelled, after=MINUTE) == ["planned"]
    assert works(held, cancelled, resumed, after=MINUTE) == ["cancelled"]
