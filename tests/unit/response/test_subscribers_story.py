"""Whatever happens to whom: each "down" has one "up", and nobody hears "up" who is dark."""

import json
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.arrivals import Expect, Hold, Receipt, Result, Resume
from netwatch.model.facts import (
    Audience,
    Fact,
    IncidentClosed,
    IncidentConfirmed,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    Phase,
    SubscribersBack,
    keys_of,
)
from netwatch.model.names import IncidentId, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.response.cases import DOWN, Life
from netwatch.response.stage import begin, evolve, restore, snapshot
from netwatch.response.subscribers import MORE
from tests.unit.response.hands import MINUTE, SECOND, Hands
from tests.unit.response.test_subscribers import hands, of, policy, some

NAMES = [IncidentId(f"I-{number}") for number in (1, 2, 3)]
PEOPLE = [
    *(Subscriber(id=name) for name in some(0, 1, 2)),
    Subscriber(id=SubscriberId("S-3"), critical=True),
    *(Subscriber(id=name, customer="C-1") for name in some(4, 5)),
]
TURNS = [
    "open", "open", "confirm", "confirm", "wait", "wait", "revise", "back", "restore", "apart",
    "relapse", "merge", "close", "mistaken", "hold", "resume", "expect", "refused", "taken",
]  # fmt: skip

crowds = st.sets(st.integers(0, 5), min_size=1)
steps = st.lists(
    st.tuples(st.sampled_from(TURNS), st.sampled_from(NAMES), crowds), min_size=4, max_size=40
)
Step = tuple[str, IncidentId, set[int]]
Dark = dict[IncidentId, set[SubscriberId]]


def shadows(facts: list[Fact]) -> tuple[Dark, list[str]]:
    """Return who is dark by which incident at the end, and who heard "up" while he was not lit."""
    dark: Dark = defaultdict(set)
    lies = []
    for fact in facts:
        match fact:
            case IncidentOpened() | IncidentRevised():
                dark[fact.incident] = set(fact.diagnosis.subscribers)
            case SubscribersBack():
                dark[fact.incident] -= set(fact.subscribers)
            case IncidentRestored():
                dark[fact.incident] = set(fact.apart)
            case IncidentMerged():
                dark.pop(fact.incident, None)
            case IncidentClosed() if fact.by:
                dark.pop(fact.incident, None)
            case NoticeDue(audience=Audience.SUBSCRIBERS) if fact.phase not in DOWN:
                lies += [n for n in fact.recipients if any(n in some for some in dark.values())]
            case _:
                pass
    return dark, lies


def stands(night: Hands, due: NoticeDue) -> bool:
    """Say whether these are the last words to the first of their readers."""
    last = [
        fact
        for fact in night.story
        if isinstance(fact, NoticeDue)
        and fact.audience is Audience.SUBSCRIBERS
        and due.recipients[0] in fact.recipients
    ]
    return last[-1] is due


def pass_by(night: Hands, span: timedelta) -> None:
    """Let time pass; nobody needs every second of it."""
    for _ in range(span // (20 * SECOND)):
        night.at += 19 * SECOND
        night.move(SECOND)


def play(night: Hands, step: Step, inbox: list[NoticeDue]) -> None:  # noqa: PLR0912
    """Let one thing happen, if it can."""
    turn, name, numbers = step
    case = night.response.cases.get(name)
    alive = case is not None and not case.over
    is_open = case is not None and case.life is Life.OPEN
    known = any(isinstance(f, IncidentOpened) and f.incident == name for f in night.story)
    people = some(*sorted(numbers))
    at = night.at
    match turn:
        case "open" if not known:
            night.happen(IncidentOpened(at=at, incident=name, since=at, diagnosis=of(*numbers)))
        case "confirm" if is_open:
            night.happen(IncidentConfirmed(at=at, incident=name, odds=9.0, over=MINUTE))
        case "revise" if is_open:
            night.happen(IncidentRevised(at=at, incident=name, diagnosis=of(*numbers)))
        case "back" if alive:
            night.happen(SubscribersBack(at=at, incident=name, subscribers=people))
        case "restore" | "apart" if is_open:
            apart = people if turn == "apart" else ()
            apart = tuple(one for one in apart if one in case.crowd.dark)  # type: ignore[union-attr]
            night.happen(IncidentRestored(at=at, incident=name, apart=apart))
        case "relapse" if case is not None and case.life is Life.RESTORED:
            again = IncidentRevised(at=at, incident=name, diagnosis=of(*numbers))
            night.happen(IncidentRelapsed(at=at, incident=name), again)
        case "merge" if is_open and name != NAMES[0] and NAMES[0] in night.response.cases:
            if night.response.cases[NAMES[0]].life is Life.OPEN:
                night.happen(IncidentMerged(at=at, incident=name, into=NAMES[0]))
        case "close" | "mistaken" if alive:
            wrong = turn == "mistaken"
            night.happen(IncidentClosed(at=at, incident=name, by="marek", mistaken=wrong))
        case "hold":
            night.bring(Hold(at=at, by="marek"))
        case "resume":
            night.bring(Resume(at=at, by="marek"))
        case "expect" if is_open:
            night.bring(Expect(at=at, incident=name, by="marek", until=at + 20 * MINUTE))
        case "refused" | "taken" if inbox:
            result = Result.REFUSED if turn == "refused" else Result.ACCEPTED
            due = inbox.pop()
            if due.phase not in DOWN or not stands(night, due):
                return  # what follows a refused "down" is the outbox's matter
            night.bring(Receipt(at=at, key=keys_of(due)[0], result=result))
        case "wait":
            pass_by(night, len(numbers) * 2 * MINUTE)
        case _:
            pass
    inbox.extend(
        fact
        for fact in night.story[-4:]
        if isinstance(fact, NoticeDue) and fact.audience is Audience.SUBSCRIBERS
    )


def told(steps_taken: list[Step]) -> Hands:
    """Return a night in which these things happened."""
    night = hands(policy(after=4 * MINUTE), *PEOPLE)
    inbox: list[NoticeDue] = []
    for step in steps_taken:
        play(night, step, inbox)
    return night


@given(steps)
@settings(max_examples=100, deadline=None)
def test_each_down_has_one_up_and_nobody_hears_it_in_the_dark(taken: list[Step]) -> None:
    night = told(taken)
    night.bring(Resume(at=night.at, by="marek"))
    for name in list(night.response.cases):
        if (case := night.response.cases.get(name)) is None:
            continue
        people = tuple(case.crowd.dark)
        over = [SubscribersBack(at=night.at, incident=name, subscribers=people)]
        night.happen(*over, IncidentRestored(at=night.at, incident=name))
        if not case.over:
            night.happen(IncidentClosed(at=night.at, incident=name))
    pass_by(night, 12 * MINUTE)

    dues = [f for f in night.story if isinstance(f, NoticeDue) and f.audience == "subscribers"]
    keys = [key for due in dues for key in keys_of(due)]
    assert len(keys) == len(set(keys))
    refused = {
        key
        for fact in night.story
        if (keys := getattr(fact, "keys", None))
        for key in keys
        if type(fact).__name__ == "NoticeRefused"
    }
    heard: dict[str, list[bool]] = defaultdict(list)
    for due in dues:
        if due.withheld is not None or due.phase is Phase.UPDATE or due.detail == MORE:
            continue
        for key, recipient in zip(keys_of(due), due.recipients, strict=True):
            if key not in refused:
                heard[recipient].append(due.phase in DOWN)
    for words in heard.values():
        assert words[0]
        assert all(before is not after for before, after in pairwise(words))
        assert not words[-1]
    assert shadows(night.story)[1] == []
    assert night.response.cases == {}


@given(steps)
@settings(max_examples=60, deadline=None)
def test_folding_the_facts_or_a_snapshot_equals_having_lived_them(taken: list[Step]) -> None:
    night = told(taken)
    network = Network(subscribers={person.id: person for person in PEOPLE})
    folded = begin(network, night.response.rules)
    for fact in night.story:
        evolve(folded, fact)
    restored = begin(network, night.response.rules)
    restore(restored, json.loads(json.dumps(snapshot(night.response))))
    assert folded == night.response
    assert restored == night.response
