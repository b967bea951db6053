"""Five hundred calls to the desk, in eight nights: each is told how that line stands in truth.

Truth is the world's own: what is dark now, what was, what somebody works on. Netwatch hears only
the answers of devices.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

import pytest

from netwatch.model.arrivals import Maintain
from netwatch.model.names import DeviceId, ElementName, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.model.windows import Window
from tests.scenarios.night import MINUTE, NIGHT, SECOND, Night, dolina
from tests.unit.service.desk_house import DeskHouse

CALLS = 63
"""In each of eight nights: 504."""
POLNA, SWITCH = DeviceId("olt-polna"), DeviceId("sw-rynek-1")
LOST_AFTER = 60 * SECOND
FIRST = ("Jan", "Anna", "Žofie", "Łukasz", "Jörg", "Олена")


@cache
def peopled() -> Network:
    """Return the town in which everybody has a name, a number and a flat."""
    people = {
        one.id: replace(
            one,
            name=f"{FIRST[n % len(FIRST)]} Nazwisko{n}ová",
            phone=f"+48{555_000_000 + n * 7}",
            address=f"ul. Ogrodowa {n // 4 + 1}/{n % 4 + 1}, Dolina",
            language=("pl", "uk", "en")[n % 3],
        )
        for n, one in enumerate(dolina().subscribers.values())
    }
    return replace(dolina(), subscribers=people)


@dataclass
class Truth:
    """What the world knows of lines at the end of a night."""

    night: Night
    under_works: frozenset[SubscriberId] = frozenset()
    seen: bool = True

    def state(self, who: SubscriberId) -> str:
        if who in self.under_works:
            return "planned"
        if who in self.night.world.without_service():
            return "down"
        if not self.seen:
            return "unknown"
        return "restored" if any(who in dark for _, dark in self.night.dark_at) else "up"

    def dark_since(self, who: SubscriberId) -> datetime:
        """Return since when somebody's line has been dark without a break."""
        since = self.night.at
        for at, dark in reversed(self.night.dark_at):
            if who not in dark:
                break
            since = at
        return since


def quiet(night: Night) -> Truth:
    night.passes(5 * MINUTE)
    return Truth(night)


def out(night: Night) -> Truth:
    night.passes(MINUTE)
    night.world.dead = {POLNA}
    night.passes(5 * MINUTE)
    return Truth(night)


def nested(night: Night) -> Truth:
    """A switch dies, and some minutes later all above an OLT elsewhere and one of its homes too."""
    truth = out(night)
    home = next(d.id for d in dolina().devices.values() if d.via == POLNA)
    night.world.dead |= {home, SWITCH}
    night.passes(5 * MINUTE)
    return truth


def just_restored(night: Night) -> Truth:
    truth = out(night)
    night.world.dead = set()
    night.passes(3 * MINUTE)
    return truth


def half_restored(night: Night) -> Truth:
    night.passes(MINUTE)
    night.world.dead = {POLNA, SWITCH}
    night.passes(5 * MINUTE)
    night.world.dead = {SWITCH}
    night.passes(3 * MINUTE)
    return Truth(night)


def power_at_the_homes(night: Night) -> Truth:
    night.passes(MINUTE)
    people = dolina().subscribers.values()
    night.world.dark = {one.device for one in people if one.area == "dabrowa" and one.device}
    night.passes(5 * MINUTE)
    return Truth(night)


def planned(night: Night) -> Truth:
    window = Window(starts=night.at + MINUTE, lasts=60 * MINUTE)
    elements = (ElementName(f"device:{POLNA}"),)
    night.comes(Maintain(at=night.at, by="ewa", elements=elements, window=window))
    night.passes(2 * MINUTE)
    night.world.dead = {POLNA}
    below = frozenset(night.world.without_service())
    night.passes(10 * MINUTE)
    night.world.dead |= {SWITCH}
    night.passes(5 * MINUTE)
    return Truth(night, under_works=below)


def nothing_seen(night: Night) -> Truth:
    night.passes(MINUTE)
    night.world.blind = True
    night.passes(5 * MINUTE)
    return Truth(night, seen=False)


def asked(chance: Random, one: Subscriber) -> str:
    """Return what a caller may say of themselves."""
    first, last = one.name.split()
    street = one.address.partition(",")[0]
    ways = (
        one.phone, one.phone.replace("+48", "0048 "), one.phone[3:], one.id, one.id.lower(),
        f"{last} {first}", last[:-1].upper(), street, street.removeprefix("ul. "),
        f"{last} {street}", f"Dolina, {street}",
    )  # fmt: skip
    return chance.choice(ways)


def wrongs(match: dict[str, Any], truth: Truth, who: SubscriberId) -> list[str]:
    """Return all that is not as it must be in the answer about a line."""
    state = truth.state(who)
    found = [] if match["state"] == state else [f"{match['state']} for {state}"]
    if set(match["say"]) != {"phone", "chat", "mail", "messenger"}:
        found.append("it has not all words")
    if state == "down":
        since = truth.dark_since(who)
        told = match["since"] and datetime.fromisoformat(match["since"])
        if not match["incident"] or not told or abs(told - since) > LOST_AFTER:
            found.append(f"since {told}, not {since}")
    if (state == "planned") != bool(match["works"]):
        found.append(f"works: {match['works']}")
    return found


@pytest.mark.parametrize(
    "story",
    [quiet, out, nested, just_restored, half_restored, power_at_the_homes, planned, nothing_seen],
)
def test_every_caller_is_told_how_their_line_stands(story: Callable[[Night], Truth]) -> None:
    night, chance = Night(), Random(story.__name__)  # noqa: S311 - a test's dice
    truth = story(night)
    board = night.told().replayed.board
    desk = DeskHouse(peopled(), at=night.at, board=board)
    people = [one for one in peopled().subscribers.values() if one.device]
    touched = [one for one in people if truth.state(one.id) not in ("up", "unknown")]
    callers = [chance.choice(touched if touched and n % 3 else people) for n in range(CALLS)]

    wrong = []
    for one in callers:
        query = asked(chance, one)
        found = {match["subscriber"]: match for match in desk.ask(query)["matches"]}
        faults = wrongs(found[one.id], truth, one.id) if one.id in found else ["not found"]
        wrong += [f"{query} ({one.id}, {one.device}): {fault}" for fault in faults]
    assert wrong == []
    assert night.at > NIGHT


def test_power_out_at_the_homes_is_not_called_our_outage() -> None:
    night = Night()
    truth = power_at_the_homes(night)
    who = min(truth.night.world.without_service())
    match = DeskHouse(peopled(), at=night.at, board=night.told().replayed.board).one(
        who, language="en"
    )

    assert match["cause"] == "power-homes"
    assert "Our network is running" in match["say"]["phone"]
