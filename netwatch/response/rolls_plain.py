"""Crowd <-> plain JSON values, short however many people stand in it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from netwatch.model.facts import Withheld
from netwatch.model.names import ChannelName, SubscriberId
from netwatch.model.plain import from_plain, to_plain
from netwatch.response.rolls import Crowd, Later, News, People, Roll
from netwatch.response.runs import from_runs, to_runs

_SETS = ("heard", "kept", "suspected", "missed")
_LATER = ("back", "wrong", "lately")


def crowd_to_plain(crowd: Crowd) -> dict[str, Any]:
    """Return whom an incident takes and what they were told."""
    return {
        "dark": to_runs(crowd.dark),
        "joined": _later_to_plain(crowd.joined),
        "rolls": {channel: _roll_to_plain(roll) for channel, roll in crowd.rolls.items()},
    }


def crowd_from_plain(plain: Mapping[str, Any]) -> Crowd:
    """Take back what ``crowd_to_plain`` gave."""
    return Crowd(
        dark=dict.fromkeys(sorted(_people(plain["dark"]))),
        joined=_later_from_plain(plain["joined"]),
        rolls={ChannelName(name): _roll_from_plain(roll) for name, roll in plain["rolls"].items()},
    )


def _roll_to_plain(roll: Roll) -> dict[str, Any]:
    return {
        **{name: to_runs(getattr(roll, name)) for name in _SETS},
        **{name: _later_to_plain(getattr(roll, name)) for name in _LATER},
        "why": roll.why,
        "told": None if roll.told is None else to_plain(roll.told),
        "told_at": None if roll.told_at is None else roll.told_at.isoformat(),
    }


def _roll_from_plain(plain: Mapping[str, Any]) -> Roll:
    sets: dict[str, Any] = {name: _people(plain[name]) for name in _SETS}
    later: dict[str, Any] = {name: _later_from_plain(plain.get(name, ())) for name in _LATER}
    why, told, told_at = plain["why"], plain["told"], plain["told_at"]
    return Roll(
        **sets,
        **later,
        why=None if why is None else Withheld(why),
        told=None if told is None else from_plain(told, News),
        told_at=None if told_at is None else datetime.fromisoformat(told_at),
    )


def _later_to_plain(later: Later) -> list[list[Any]]:
    return [[at.isoformat(), to_runs(people)] for at, people in sorted(later.items())]


def _later_from_plain(plain: Iterable[Any]) -> Later:
    return {datetime.fromisoformat(at): _people(runs) for at, runs in plain}


def _people(runs: Iterable[Any]) -> People:
    return set(map(SubscriberId, from_runs(runs)))
