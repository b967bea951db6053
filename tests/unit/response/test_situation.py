"""Many outages at a time are told of as one, and each is ended where it was told."""

import json
from datetime import timedelta
from itertools import pairwise

from netwatch.model.arrivals import BeginSituation, EndSituation
from netwatch.model.facts import (
    Audience,
    Cause,
    Fact,
    IncidentRestored,
    NoticeDue,
    SituationBegan,
    SituationChanged,
    SituationEnded,
    SituationOver,
)
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.stage import begin, evolve, restore, snapshot
from tests.unit.response.hands import MINUTE, SECOND, Hands, confirmed, diagnosis, opened

FULL = ResponseRules(mode=Mode.FULL, set_up=None, timezone="Europe/Warsaw")
HOUR = timedelta(hours=1)
Said = tuple[str, str, str]


def said(facts: list[Fact]) -> list[Said]:
    """Return what everybody was told: about what, which phase, on which channel."""
    return [
        (due.incident or due.subject, due.phase, due.channel)
        for due in facts
        if isinstance(due, NoticeDue) and due.audience is Audience.PUBLIC
    ]


def of(facts: list[Fact], *kinds: type[Fact]) -> list[Fact]:
    """Return the facts of these kinds."""
    return [fact for fact in facts if isinstance(fact, kinds)]


def breaks(hands: Hands, number: int, people: int = 50, cause: Cause = Cause.FIBRE) -> list[Fact]:
    """Let one more outage begin, proved at once."""
    name = IncidentId(f"I-{number}")
    what = diagnosis(people=people, areas=(f"area-{number}",), root=f"link:l-{number}", cause=cause)
    return hands.happen(opened(hands, what, name), confirmed(hands, name))


def mended(hands: Hands, number: int) -> list[Fact]:
    """Let one of them be over."""
    return hands.happen(IncidentRestored(at=hands.at, incident=IncidentId(f"I-{number}")))


def storm(hands: Hands, count: int = 4) -> list[Fact]:
    """Let so many outages begin, ten minutes apart, the later the larger."""
    facts: list[Fact] = []
    for number in range(1, count + 1):
        facts += breaks(hands, number, people=40 + 10 * number) + hands.move(10 * MINUTE)
    return facts


def test_the_fourth_outage_within_an_hour_makes_one_post_of_all() -> None:
    hands = Hands(FULL)
    facts = storm(hands)
    (began,) = of(facts, SituationBegan)
    assert isinstance(began, SituationBegan)
    assert began.incidents == ("I-4", "I-3", "I-2", "I-1")
    assert began.areas == ("area-4", "area-3", "area-2", "area-1")
    assert (began.subscribers, began.by) == (260, "")
    assert ("U-1", "confirmed", "website") in said(facts)
    assert [one for one in said(facts) if one[2] == "facebook"] == [
        ("U-1", "confirmed", "facebook")
    ]
    assert said(breaks(hands, 5, 900) + hands.move(5 * MINUTE)) == [
        ("I-5", "confirmed", "website"),
        ("U-1", "update", "website"),
        ("U-1", "update", "facebook"),
    ]


def test_three_outages_or_four_in_two_hours_are_told_one_by_one() -> None:
    hands = Hands(FULL)
    storm(hands, 3)
    hands.move(HOUR)
    assert of(breaks(hands, 4) + hands.move(HOUR), SituationBegan) == []


def test_without_mains_at_homes_everywhere_nothing_of_ours_is_broken() -> None:
    hands = Hands(FULL)
    for number in range(1, 8):
        facts = breaks(hands, number, cause=Cause.POWER_HOMES) + hands.move(MINUTE)
        assert of(facts, SituationBegan) == []


def test_it_ends_by_itself_when_one_is_left_and_is_called_repaired_when_none_is() -> None:
    hands = Hands(FULL)
    storm(hands)
    for number in (1, 2):
        mended(hands, number)
        hands.move(2 * MINUTE)
    left = mended(hands, 3) + hands.move(2 * MINUTE)
    assert len(of(left, SituationEnded)) == 1
    assert [word for word in said(left) if word[0] == "U-1"] == [
        ("U-1", "update", "website"),
        ("U-1", "update", "facebook"),
    ]
    assert ("U-1", "restored", "facebook") not in said(left)
    assert ("I-4", "confirmed", "facebook") not in said(left + hands.move(HOUR))
    last = mended(hands, 4) + hands.move(2 * SECOND)
    assert len(of(last, SituationOver)) == 1
    assert said(last) == [
        ("I-4", "restored", "website"),
        ("U-1", "restored", "website"),
        ("U-1", "restored", "facebook"),
    ]
    assert hands.response.umbrellas == {}


def test_an_outage_posted_before_keeps_its_post_and_ends_with_its_own_edit() -> None:
    hands = Hands(FULL)
    breaks(hands, 9, people=500)
    assert said(hands.move(3 * MINUTE)) == [("I-9", "confirmed", "facebook")]
    storm(hands, 3)
    assert hands.response.standing is not None
    ended = mended(hands, 9)
    assert said(ended) == [("I-9", "restored", "website"), ("I-9", "restored", "facebook")]


def test_after_it_each_new_outage_is_posted_by_itself_again() -> None:
    hands = Hands(FULL)
    storm(hands)
    for number in (1, 2, 3, 4):
        mended(hands, number)
    hands.move(HOUR)
    assert hands.response.umbrellas == {}
    breaks(hands, 5, people=300)
    assert said(hands.move(3 * MINUTE)) == [("I-5", "confirmed", "facebook")]


def test_a_person_begins_and_ends_it_and_is_asked_nothing() -> None:
    hands = Hands(FULL)
    breaks(hands, 1, people=30)
    breaks(hands, 2, people=30)
    (began,) = hands.bring(BeginSituation(at=hands.at, by="ewa"))
    assert isinstance(began, SituationBegan)
    assert (began.by, began.incidents) == ("ewa", ("I-1", "I-2"))
    assert said(hands.move(SECOND)) == [
        ("U-1", "confirmed", "website"),
        ("U-1", "confirmed", "facebook"),
    ]
    assert hands.bring(BeginSituation(at=hands.at, by="marek")) == []
    (ended,) = hands.bring(EndSituation(at=hands.at, by="ewa"))
    assert isinstance(ended, SituationEnded)
    assert hands.bring(EndSituation(at=hands.at, by="ewa")) == []


def test_what_a_person_ended_does_not_begin_again_by_itself() -> None:
    hands = Hands(FULL)
    storm(hands)
    hands.bring(EndSituation(at=hands.at, by="ewa"))
    assert of(hands.move(10 * MINUTE), SituationBegan) == []
    assert of(breaks(hands, 5) + hands.move(MINUTE), SituationBegan) == []


def test_its_list_changes_at_most_once_a_minute() -> None:
    hands = Hands(FULL)
    storm(hands)
    facts: list[Fact] = []
    for number in range(5, 15):
        facts += breaks(hands, number) + hands.move(12 * SECOND)
    times = [fact.at for fact in of(facts, SituationChanged)]
    assert [late - early for early, late in pairwise(times)] == [MINUTE, MINUTE]


def test_it_survives_a_restart_and_is_the_same_from_the_journal() -> None:
    hands = Hands(FULL)
    storm(hands)
    again = begin(Network(), FULL)
    restore(again, json.loads(json.dumps(snapshot(hands.response))))
    folded = begin(Network(), FULL)
    for fact in hands.story:
        evolve(folded, fact)
    assert again == hands.response == folded


def test_all_mended_within_a_minute_is_told_once() -> None:
    hands = Hands(FULL)
    storm(hands)
    facts: list[Fact] = []
    for number in (2, 3, 1, 4):
        facts += mended(hands, number) + hands.move(2 * SECOND)
    facts += hands.move(5 * MINUTE)
    assert [word for word in said(facts) if word[0] == "U-1"] == [
        ("U-1", "restored", "website"),
        ("U-1", "restored", "facebook"),
    ]
