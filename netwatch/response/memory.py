"""State <-> plain JSON values, for snapshots: what was decided, nothing else."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from cattrs.preconf.json import make_converter

from netwatch.model.duty_facts import DutyOverridden
from netwatch.model.facts import PublishHeld
from netwatch.model.follower_facts import FollowerJoined
from netwatch.model.names import IncidentId, NoticeKey
from netwatch.model.plain import from_plain as from_plain_value
from netwatch.model.plain import to_plain as to_plain_value
from netwatch.response.cases import Case
from netwatch.response.lessons_open import Lessons
from netwatch.response.planned import Promise
from netwatch.response.reply_memory import Replies
from netwatch.response.rolls import Crowd
from netwatch.response.rolls_plain import crowd_from_plain, crowd_to_plain
from netwatch.response.runs import from_runs, to_runs
from netwatch.response.sheets import Plan
from netwatch.response.spending import Spending
from netwatch.response.state import Pace, State
from netwatch.response.umbrellas import Umbrella
from netwatch.response.works_rolls import WorksCrowd, from_plain_crowd, to_plain_crowd


@dataclass(frozen=True, slots=True)
class Remembered:
    """The decided part of ``State``, in the shape of a snapshot."""

    cases: list[Case]
    owed: dict[str, list[Any]]
    """Keys of notices: what stands before and behind the recipients, and these as runs."""
    held: PublishHeld | None
    troubles: dict[str, datetime]
    trouble_counts: Counter[str]
    promised: list[dict[str, Any]] = field(default_factory=list)
    """Planned works, as plain values."""
    works_crowds: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Whom they take, and who was told what, by their names."""
    approvals_asked: int = 0
    umbrellas: list[Umbrella] = field(default_factory=list)
    situations_begun: int = 0
    begun: dict[IncidentId, datetime] = field(default_factory=dict)
    told_apart: set[IncidentId] = field(default_factory=set)
    spending: Spending = field(default_factory=Spending)
    followers: list[dict[str, Any]] = field(default_factory=list)
    letters: dict[IncidentId, list[str]] = field(default_factory=dict)
    signs: dict[str, IncidentId] = field(default_factory=dict)
    overrides: list[dict[str, Any]] = field(default_factory=list)
    """Who has a duty for a while, as plain values."""
    overrides_made: int = 0
    plan: Plan = field(default_factory=Plan)
    lessons: Lessons = field(default_factory=Lessons)
    replies: Replies = field(default_factory=Replies)
    paces: dict[str, Pace] = field(default_factory=dict)


_CONVERTER: Final = make_converter(
    unstruct_collection_overrides={AbstractSet: sorted, Counter: dict}
)
_CONVERTER.register_unstructure_hook(Crowd, crowd_to_plain)
_CONVERTER.register_structure_hook(Crowd, lambda plain, _: crowd_from_plain(plain))


def to_plain(state: State) -> dict[str, Any]:
    """Return what was decided as plain JSON values."""
    remembered = Remembered(
        cases=list(state.cases.values()),
        owed=_owed_to_plain(state.owed),
        held=state.held,
        troubles=state.troubles,
        trouble_counts=state.trouble_counts,
        approvals_asked=state.approvals_asked,
        umbrellas=list(state.umbrellas.values()),
        situations_begun=state.situations_begun,
        begun=state.begun,
        told_apart=state.told_apart,
        spending=state.spending,
        followers=[to_plain_value(one) for _, one in sorted(state.followers.items())],
        letters={name: list(told) for name, told in state.letters.items()},
        signs=state.signs,
        overrides=[to_plain_value(one) for one in state.overrides.values()],
        overrides_made=state.overrides_made,
        plan=state.plan,
        lessons=state.lessons,
        replies=state.replies,
        paces=state.paces,
        promised=[_works_to_plain(one) for _, one in sorted(state.promised.items())],
        works_crowds={name: to_plain_crowd(one.crowd) for name, one in state.promised.items()},
    )
    plain: dict[str, Any] = _CONVERTER.unstructure(remembered)
    return plain


def from_plain(state: State, plain: Mapping[str, Any]) -> None:
    """Take back what ``to_plain`` gave; the state's rules stay."""
    remembered = _CONVERTER.structure(plain, Remembered)
    state.cases = {case.incident: case for case in remembered.cases}
    state.owed = set(_owed_from_plain(remembered.owed))
    state.seen_blinded = None
    state.look_again()
    state.held = remembered.held
    state.troubles = remembered.troubles
    state.trouble_counts = remembered.trouble_counts
    state.approvals_asked = remembered.approvals_asked
    state.spending = remembered.spending
    state.umbrellas = {
        one.case.situation: one for one in remembered.umbrellas if one.case.situation
    }
    state.situations_begun = remembered.situations_begun
    state.begun, state.told_apart = remembered.begun, remembered.told_apart
    joined = [from_plain_value(row, FollowerJoined) for row in remembered.followers]
    state.followers = {one.follower: one for one in joined}
    state.letters = {name: dict.fromkeys(told) for name, told in remembered.letters.items()}
    state.signs = remembered.signs
    held = [from_plain_value(row, DutyOverridden) for row in remembered.overrides]
    state.overrides = {one.override: one for one in held}
    state.overrides_made = remembered.overrides_made
    state.plan = remembered.plan
    state.lessons = remembered.lessons
    state.replies = remembered.replies
    state.paces = remembered.paces
    state.promised = {}
    for row in remembered.promised:
        one = from_plain_value(row, Promise)
        crowd = remembered.works_crowds.get(one.maintenance)
        known = WorksCrowd() if crowd is None else from_plain_crowd(crowd)
        state.promised[one.maintenance] = replace(one, crowd=known)


def _works_to_plain(one: Promise) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain_value(one)
    del plain["crowd"]  # stands by itself, as runs of ids
    return plain


def _owed_to_plain(owed: Iterable[NoticeKey]) -> dict[str, list[Any]]:
    """Return keys of notices by what their recipients have in common."""
    alike: dict[str, list[str]] = defaultdict(list)
    for key in owed:
        about, audience, channel, recipient, phase, revision = key.rsplit("/", 5)
        alike["/".join((about, audience, channel, "", phase, revision))].append(recipient)
    return {name: to_runs(alike[name]) for name in sorted(alike)}


def _owed_from_plain(plain: Mapping[str, list[Any]]) -> Iterator[NoticeKey]:
    for name, runs in plain.items():
        before, phase, revision = name.rsplit("/", 2)
        for recipient in from_runs(runs):
            yield NoticeKey(f"{before}{recipient}/{phase}/{revision}")
