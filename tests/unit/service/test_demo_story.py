"""Whether the demo may say that a promise was kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from netwatch.model.evidence import Proof
from netwatch.model.facts import (
    Audience,
    Cause,
    Diagnosis,
    Fact,
    IncidentKind,
    IncidentOpened,
    NoticeDue,
    Phase,
    Purpose,
    keys_of,
)
from netwatch.model.names import (
    AreaId,
    ChannelName,
    DeviceId,
    ElementName,
    IncidentId,
    NoticeKey,
    SubscriberId,
)
from netwatch.service.demo_fault import Cut, NothingToCutError, cut_of
from netwatch.service.demo_story import Story
from tests.town import town

NIGHT = datetime(2026, 1, 17, 3, 0, tzinfo=UTC)
PEOPLE = frozenset({SubscriberId("S-1"), SubscriberId("S-2")})
CUT = Cut(
    element=ElementName("link:l-1"),
    ends=(DeviceId("a"), DeviceId("b")),
    silent=(DeviceId("b"),),
    subscribers=PEOPLE,
    areas=frozenset({AreaId("polna")}),
)
I_1 = IncidentId("I-1")


def at(seconds: float) -> datetime:
    return NIGHT + timedelta(seconds=seconds)


def opened(incident: str = "I-1", root: str = "link:l-1", *people: str) -> IncidentOpened:
    return IncidentOpened(
        at=at(10),
        incident=IncidentId(incident),
        since=at(1),
        diagnosis=Diagnosis(
            kind=IncidentKind.OUTAGE,
            cause=Cause.FIBRE,
            root_cause=(ElementName(root),),
            confidence=0.99,
            areas=(AreaId("polna"),),
            subscribers=tuple(SubscriberId(name) for name in people or ("S-1", "S-2")),
            proof=Proof(silent=6, asked=6, answering=0),
        ),
    )


def due(purpose: Purpose, phase: Phase) -> NoticeDue:
    return NoticeDue(
        at=at(10),
        incident=I_1,
        audience=Audience.STAFF,
        channel=ChannelName("duty"),
        phase=phase,
        purpose=purpose,
        revision=1,
        recipients=("on-call",),
    )


ALERT = due(Purpose.ALERT, Phase.SUSPECTED)
ALL_CLEAR = due(Purpose.ALL_CLEAR, Phase.RESTORED)


def outage(phase: Phase, area: str = "polna") -> dict[str, Any]:
    return {
        "id": "I-1",
        "phase": str(phase),
        "areas": [{"id": area, "name": area}],
        "texts": {"pl": {"title": "Awaria & naprawa"}, "en": {"title": "Outage"}},
    }


class Told:
    """A story told step by step; a test bends one of them."""

    def __init__(self) -> None:
        self.story = Story(cut=CUT, languages=("pl", "en"))
        self.story.cut_at, self.story.lost_at = at(0), at(1)

    def fact(self, fact: Fact) -> None:
        list(self.story.take_fact(fact))

    def rings(self, notice: NoticeDue, seconds: float) -> None:
        list(self.story.take_message(keys_of(notice)[0], "title", at(seconds)))

    def shows(self, phase: Phase, seconds: float, area: str = "polna") -> None:
        list(self.story.take_page([outage(phase, area)], at(seconds)))

    def reads(self, *languages: str) -> None:
        titles = {"pl": "Awaria &amp; naprawa", "en": "Outage"}
        for language in languages:
            self.story.take_area_page(language, f"<h1>{titles[language]}</h1>")

    def mends(self, seconds: float) -> None:
        self.story.mended_at = at(seconds)

    def broken(self) -> list[str]:
        return [promise.text for promise in self.story.promises() if not promise.kept]


def tell(told: Told, **bent: Callable[[], object]) -> Told:
    """Tell the story as it should be, with the steps named in ``bent`` done otherwise."""
    steps: dict[str, Callable[[], object]] = {
        "opened": lambda: told.fact(opened()),
        "alert_due": lambda: told.fact(ALERT),
        "all_clear_due": lambda: told.fact(ALL_CLEAR),
        "alert": lambda: told.rings(ALERT, 11),
        "suspected": lambda: told.shows(Phase.SUSPECTED, 11),
        "confirmed": lambda: told.shows(Phase.CONFIRMED, 40),
        "read": lambda: told.reads("pl", "en"),
        "console": lambda: told.story.take_console("<h3>I-1 fibre at link:l-1</h3>"),
        "mended": lambda: told.mends(50),
        "restored": lambda: told.shows(Phase.RESTORED, 70),
        "all_clear": lambda: told.rings(ALL_CLEAR, 70),
    }
    for name, step in steps.items():
        bent.get(name, step)()
    return told


def test_a_story_as_it_should_be_keeps_every_promise() -> None:
    told = tell(Told())

    assert told.broken() == []
    assert told.story.seconds_to(Phase.SUSPECTED) == 10
    assert told.story.seconds_to(Phase.CONFIRMED) == 39


@pytest.mark.parametrize(
    ("bent", "broken"),
    [
        ({"suspected": lambda t: t.shows(Phase.SUSPECTED, 32)}, "suspected on the page within"),
        ({"confirmed": lambda t: t.shows(Phase.CONFIRMED, 62)}, "confirmed on the page within"),
        ({"opened": lambda t: t.fact(opened("I-1", "link:l-2"))}, "one incident, and the cut"),
        ({"opened": lambda t: t.fact(opened("I-1", "link:l-1", "S-1"))}, "affected are exactly"),
        (
            {"opened": lambda t: t.fact(opened("I-1", "link:l-1", "S-1", "S-2", "S-3"))},
            "affected are exactly",
        ),
        (
            {"confirmed": lambda t: t.shows(Phase.CONFIRMED, 40, "gorki")},
            "pages of polna, and of no other area",
        ),
        ({"read": lambda t: t.reads("pl")}, "pages of polna, and of no other area"),
        ({"console": lambda t: t.story.take_console("<h3>I-1</h3>")}, "the console names"),
        ({"alert": lambda _: None}, "exactly one alert"),
        ({"alert": lambda t: [t.rings(ALERT, n) for n in (11, 12)]}, "exactly one alert"),
        (
            {"mended": lambda t: [t.rings(ALL_CLEAR, 45), t.mends(50)]},
            "nobody was told that it works",
        ),
        (
            {"mended": lambda t: [t.shows(Phase.RESTORED, 45), t.mends(50)]},
            "nobody was told that it works",
        ),
        ({"restored": lambda _: None}, "the page told that it works again"),
    ],
)
def test_each_promise_can_be_broken(bent: dict[str, Callable[[Told], object]], broken: str) -> None:
    told = Told()
    tell(told, **{name: partial(step, told) for name, step in bent.items()})

    assert len(told.broken()) == 1
    assert told.broken()[0].startswith(broken)


def test_a_second_incident_breaks_the_promise_of_one() -> None:
    told = Told()
    told.fact(opened("I-2"))

    assert "one incident, and the cut fibre is its root" in tell(told).broken()


def test_a_message_with_an_unknown_key_is_no_alert() -> None:
    told = Told()

    lines = list(told.story.take_message(NoticeKey("x"), "title", at(3)))

    assert lines == ["update to the person on duty: title"]
    assert told.story.alerts == []


def test_the_page_counts_only_for_incidents_of_this_story() -> None:
    told = Told()

    told.shows(Phase.SUSPECTED, 5)

    assert told.story.page == {}


def test_a_network_with_nobody_behind_any_link_makes_no_story() -> None:
    with pytest.raises(NothingToCutError, match="has 20 subscribers and 6 addresses behind it"):
        cut_of(town())
