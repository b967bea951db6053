"""One ping, for a person who asks."""

from ipaddress import ip_address

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.pollers.icmp import ping, trace

pytestmark = pytest.mark.needs("raw-sockets")


def test_loopback_answers_at_once() -> None:
    answer = ping(ip_address("127.0.0.1"))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.rtt_ms is not None
    assert answer.rtt_ms < 1000


def test_the_way_to_loopback_is_one_step() -> None:
    (hop,) = trace(ip_address("127.0.0.1"))
    assert (hop.distance, hop.address) == (1, "127.0.0.1")
