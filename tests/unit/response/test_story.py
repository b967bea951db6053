"""Whatever happens in whatever order: every "down" that left has one later "up", nothing twice."""

import json
from dataclasses import replace
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.arrivals import (
    Approve,
    BeginSituation,
    EndSituation,
    Expect,
    Hold,
    Refuse,
    Resolve,
    Resume,
)
from netwatch.model.facts import (
    Audience,
    Cause,
    IncidentClosed,
    IncidentConfirmed,
    IncidentKind,
    IncidentMerged,
    IncidentRelapsed,
    IncidentRestored,
    NoticeDue,
    Purpose,
    keys_of,
)
from netwatch.model.names import ApprovalId, IncidentId
from netwatch.model.network import Network
from netwatch.response.cases import DOWN, Life
from netwatch.response.policy import SituationRule
from netwatch.response.rolls import UNSEEN
from netwatch.response.rules import Mode, ResponseRules
from netwatch.response.stage import begin, evolve, refit, restore, snapshot
from tests.unit.response.hands import (
    MINUTE,
    NIGHT,
    SECOND,
    Hands,
    confirmed,
    diagnosis,
    opened,
    revised,
)

NAMES = [IncidentId("I-1"), IncidentId("I-2")]
TURNS = [
    "open", "revise", "confirm", "restore", "relapse", "merge", "close", "mistaken", "resolve",
    "expect", "hold", "resume", "shadow", "full", "wait", "approve", "refuse", "together", "apart",
    "a while",
]  # fmt: skip

RULES = replace(ResponseRules(mode=Mode.FULL, set_up=None), situation=SituationRule(incidents=2))
CHANNELS = ("website", "facebook", "duty")
APPROVAL = Purpose.APPROVAL
steps = st.lists(
    st.tuples(
        st.sampled_from(TURNS),
        st.sampled_from(NAMES),
        st.sampled_from(list(IncidentKind)),
        st.sampled_from([Cause.FIBRE, Cause.UNKNOWN, Cause.SELF]),
        st.integers(0, 12),
    ),
    max_size=40,
)
Step = tuple[str, IncidentId, IncidentKind, Cause, int]


def play(hands: Hands, step: Step) -> None:  # noqa: PLR0912 - one case a turn
    """Let one thing happen, if it can: only what goes on is revised, only what works closes."""
    turn, name, kind, cause, people = step
    case = hands.response.cases.get(name)
    alive = case is not None and not case.over
    known = name in {getattr(fact, "incident", None) for fact in hands.story}
    what = diagnosis(kind, cause, people=people * (30 if people > 9 else 1))
    match turn:
        case "open" if not known:
            hands.happen(opened(hands, what, name))
        case "revise" if case is not None and case.life is Life.OPEN:
            hands.happen(revised(hands, what, name))
        case "confirm" if alive:
            hands.happen(confirmed(hands, name))
        case "restore" if alive:
            hands.happen(IncidentRestored(at=hands.at, incident=name))
        case "relapse" if case is not None and case.life is Life.RESTORED:
            hands.happen(IncidentRelapsed(at=hands.at, incident=name))
        case "merge" if alive:
            hands.happen(IncidentMerged(at=hands.at, incident=name, into=IncidentId("I-9")))
        case "close" if case is not None and case.life is Life.RESTORED:
            hands.happen(IncidentClosed(at=hands.at, incident=name))
        case "mistaken" if alive:
            hands.happen(IncidentClosed(at=hands.at, incident=name, mistaken=True))
        case "resolve":
            hands.bring(Resolve(at=hands.at, incident=name, by="ewa"))
        case "expect":
            until = NIGHT + people * MINUTE
            hands.bring(Expect(at=hands.at, incident=name, by="ewa", until=until))
        case "hold":
            hands.bring(Hold(at=hands.at, by="ewa", lasts=people * MINUTE or None))
        case "resume":
            hands.bring(Resume(at=hands.at, by="ewa"))
        case "shadow" | "full":
            refit(hands.response, Network(), replace(RULES, mode=Mode(turn)))
        case "approve":
            hands.bring(Approve(at=hands.at, approval=ApprovalId(f"A-{people}"), by="ewa"))
        case "refuse":
            hands.bring(Refuse(at=hands.at, approval=ApprovalId(f"A-{people}"), by="ewa"))
        case "together":
            hands.bring(BeginSituation(at=hands.at, by="ewa" if people % 2 else ""))
        case "apart":
            hands.bring(EndSituation(at=hands.at, by="ewa"))
        case "a while":
            hands.move(people * MINUTE)
        case _:
            hands.move(people * 10 * SECOND)


def end(hands: Hands) -> None:
    """Let everything end as it does: it works again, for a while, and is closed; doors open."""
    for case in list(hands.response.cases.values()):
        if case.life is Life.OPEN:
            hands.happen(IncidentRestored(at=hands.at, incident=case.incident))
    for case in list(hands.response.cases.values()):
        if not case.over:
            hands.happen(IncidentClosed(at=hands.at, incident=case.incident))
    hands.bring(Resume(at=hands.at, by="ewa"))
    refit(hands.response, Network(), RULES)
    hands.bring(EndSituation(at=hands.at, by="ewa"))
    hands.move(3 * SECOND)
    hands.at += UNSEEN
    hands.move(3 * SECOND)


@given(steps)
@settings(max_examples=150, deadline=None)
def test_every_down_that_left_has_exactly_one_later_up_and_nothing_is_said_twice(
    told: list[Step],
) -> None:
    hands = Hands(RULES)
    for step in told:
        play(hands, step)
    end(hands)

    dues = [fact for fact in hands.story if isinstance(fact, NoticeDue)]
    keys = [key for due in dues for key in keys_of(due)]
    assert len(keys) == len(set(keys))
    subjects = {due.incident or due.subject for due in dues if due.purpose is not APPROVAL}
    for about, audience, channel in product(subjects, Audience, CHANNELS):
        left = [
            due.phase in DOWN
            for due in dues
            if (due.incident or due.subject, due.audience, due.channel, due.withheld)
            == (about, audience, channel, None)
            and due.purpose is not APPROVAL
        ]
        assert left == [] or (left[0] and not left[-1])
        assert all(before or after for before, after in pairwise(left))
    for name in NAMES:
        alerts = [due for due in dues if (due.incident, due.purpose) == (name, Purpose.ALERT)]
        assert len(alerts) <= 1
    assert hands.response.cases == {}
    assert hands.response.umbrellas == {}


@given(steps)
@settings(max_examples=60, deadline=None)
def test_folding_the_facts_or_a_snapshot_equals_having_lived_them(told: list[Step]) -> None:
    hands = Hands(RULES)
    for step in told:
        play(hands, step)

    folded = begin(Network(), hands.response.rules)
    for fact in hands.story:
        evolve(folded, fact)
    restored = begin(Network(), hands.response.rules)
    restore(restored, json.loads(json.dumps(snapshot(hands.response))))

    assert folded == hands.response
    assert restored == hands.response


def test_a_fact_about_an_incident_nobody_opened_is_passed_over() -> None:
    hands = Hands()
    stray = IncidentConfirmed(at=NIGHT, incident=NAMES[0], odds=9.0, over=MINUTE)
    assert hands.happen(stray) == []
