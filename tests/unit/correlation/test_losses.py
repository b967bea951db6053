"""A line that is often bad for a moment is called down when this is longer than its moments."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import Final

import pytest

from netwatch.model.arrivals import Arrival, Outcome, Sample, Tick
from netwatch.model.facts import IncidentOpened
from netwatch.model.names import CheckName, DeviceId, LinkId, SubscriberId
from netwatch.model.network import Device, DeviceKind, End, Link, Network, Subscriber
from tests.town import EVENING
from tests.unit.correlation.lived import Life

MOMENT_S: Final = 10
LATER_S: Final = 20
LAST: Final = EVENING + timedelta(minutes=20)
"""When both lines fall for good."""
EVERY_S: Final = 2
LOSSY, SOUND = DeviceId("lossy"), DeviceId("sound")


def _network() -> Network:
    names = [DeviceId("core"), DeviceId("beside"), LOSSY, SOUND]
    links = [
        Link(id=LinkId(f"l-{name}"), ends=(End(device=names[0]), End(device=name)))
        for name in names[1:]
    ]
    return Network(
        vantage=names[0],
        gateways=(names[0],),
        devices={
            name: Device(id=name, kind=DeviceKind.SWITCH, address=IPv4Address(0x7F140001 + n))
            for n, name in enumerate(names)
        },
        links={link.id: link for link in links},
        subscribers={
            SubscriberId(f"S-{name}"): Subscriber(id=SubscriberId(f"S-{name}"), device=name)
            for name in names[1:]
        },
    )


def _silent(device: DeviceId, second: int) -> bool:
    """Say whether it is down for good, or in one of its moments, as there is one each minute."""
    if second >= (LAST - EVENING).total_seconds():
        return device in (LOSSY, SOUND)
    return device == LOSSY and 0 < second % 60 - 30 <= MOMENT_S


def _night(network: Network) -> Iterator[Arrival]:
    for second in range(0, round((LAST - EVENING).total_seconds()) + 60, EVERY_S):
        at = EVENING + timedelta(seconds=second)
        for device in network.devices:
            outcome = Outcome.SILENT if _silent(device, second) else Outcome.ANSWERED
            value = None if outcome is Outcome.SILENT else 1.5
            yield Sample(
                at=at, device=device, check=CheckName("icmp"), outcome=outcome, value=value
            )
        for late in range(1, EVERY_S + 1):
            yield Tick(at=at + timedelta(seconds=late))


@pytest.fixture(scope="module")
def opened() -> list[tuple[datetime, str]]:
    network = _network()
    life = Life(network).live(_night(network))
    return [
        (fact.at, fact.diagnosis.subscribers[0].removeprefix("S-"))
        for fact in life.of(IncidentOpened)
        if isinstance(fact, IncidentOpened)
    ]


def test_only_the_first_moments_of_a_line_are_incidents(
    opened: list[tuple[datetime, str]],
) -> None:
    before = [at for at, _ in opened if at < LAST]

    assert before, "a moment is as long as what a sound line is called down for"
    assert max(before) < EVENING + timedelta(minutes=6)


def test_a_lossy_line_that_is_down_is_told_of_a_little_later_than_a_sound_one(
    opened: list[tuple[datetime, str]],
) -> None:
    after = {name: (at - LAST).total_seconds() for at, name in opened if at >= LAST}

    assert after.keys() == {LOSSY, SOUND}
    assert after[SOUND] < after[LOSSY] <= after[SOUND] + LATER_S
