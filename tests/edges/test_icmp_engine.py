"""Echoes are real: answered is answered, silence is silence, and blindness is neither."""

import subprocess
import sys
from typing import Any

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.pollers.questions import Echo, Patience
from tests.edges.engine_house import Child, ask, echo, space

ROOT = pytest.mark.needs("root", "namespaces", "raw-sockets")
QUICK = Patience(0.4, 1)

FORGER = """
import socket, struct, sys
source, spoil = sys.argv[1], int(sys.argv[2])
hear = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
say = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
say.bind((source, 0))
print("ready", flush=True)
while True:
    packet, _ = hear.recvfrom(2000)
    request = packet[20:]
    if request[0] != 8:
        continue
    reply = bytearray(b"\\0\\0\\0\\0" + request[4:])
    reply[8] ^= spoil
    total = sum(struct.unpack(f"!{len(reply) // 2}H", reply))
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    reply[2:4] = (~total & 0xFFFF).to_bytes(2, "big")
    say.sendto(reply, ("127.0.0.1", 0))
"""


@pytest.mark.needs("raw-sockets")
def test_two_thousand_addresses_answer_and_the_time_is_the_networks_not_ours() -> None:
    answers = ask([echo(f"127.9.{n // 250}.{n % 250 + 1}") for n in range(2000)])

    assert all(answer.outcome is Outcome.ANSWERED for answer in answers)
    times = sorted(answer.rtt_ms or 0.0 for answer in answers)
    assert 0 < times[1000] < 5


@pytest.mark.needs("raw-sockets")
def test_ipv6_is_asked_as_well() -> None:
    (answer,) = ask([echo("::1")])
    assert answer.outcome is Outcome.ANSWERED


@ROOT
def test_an_address_that_holds_on_one_cable_only_is_asked_there() -> None:
    with space() as here:
        here.run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0")
        here.run("ip", "addr", "add", "fe80::7/64", "dev", "near0", "nodad")
        here.run("ip", "link", "set", "near0", "up")
        here.run("ip", "link", "set", "far0", "up")
        (answer,) = ask([echo("fe80::7%near0")], namespace=here.namespace)

    assert answer.outcome is Outcome.ANSWERED


@ROOT
def test_no_route_is_blind_and_a_dead_neighbour_is_silent() -> None:
    with space() as here:
        here.run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0")
        here.run("ip", "addr", "add", "198.18.0.1/24", "dev", "near0")
        here.run("ip", "link", "set", "near0", "up")
        here.run("ip", "link", "set", "far0", "up")
        here.run("ip", "route", "add", "unreachable", "198.18.1.0/24")
        here.run("ip", "route", "add", "prohibit", "198.18.2.0/24")
        dead, *unasked = ask(
            [
                echo("198.18.0.9"),
                echo("203.0.113.1"),
                echo("198.18.1.1"),
                echo("198.18.2.1"),
                echo("2001:db8::1"),
            ],
            patience=QUICK,
            namespace=here.namespace,
        )

    assert dead.outcome is Outcome.SILENT
    assert [answer.outcome for answer in unasked] == [Outcome.BLIND] * 4
    assert "no route from this machine" in unasked[0].detail


@ROOT
def test_a_neighbour_that_stays_dead_stays_silent() -> None:
    with space() as here:
        here.run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0")
        here.run("ip", "addr", "add", "198.18.0.1/24", "dev", "near0")
        here.run("ip", "link", "set", "near0", "up")
        here.run("ip", "link", "set", "far0", "up")
        answers = ask([echo("198.18.0.9")] * 4, patience=Patience(1.2, 3), namespace=here.namespace)

    assert {answer.outcome for answer in answers} == {Outcome.SILENT}


@ROOT
@pytest.mark.parametrize(
    ("source", "spoil", "outcome"),
    [
        ("127.0.0.1", 0, Outcome.ANSWERED),
        ("127.0.0.1", 1, Outcome.SILENT),
        ("127.0.0.9", 0, Outcome.SILENT),
    ],
)
def test_a_reply_counts_only_with_the_right_token_from_the_right_address(
    source: str, spoil: int, outcome: Outcome
) -> None:
    with space() as here:
        here.run("sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=1")
        forger = subprocess.Popen(
            here.enter(sys.executable, "-c", FORGER, source, str(spoil)), stdout=subprocess.PIPE
        )
        try:
            assert forger.stdout is not None
            assert forger.stdout.readline() == b"ready\n"
            (answer,) = ask([echo("127.0.0.1")], patience=QUICK, namespace=here.namespace)
        finally:
            forger.kill()
            forger.communicate()

    assert answer.outcome is outcome


@ROOT
@pytest.mark.needs("setpriv")
def test_without_the_right_to_a_raw_socket_the_kernels_echo_sockets_do() -> None:
    with space() as here:
        here.run("sysctl", "-qw", "net.ipv4.ping_group_range=0 2147483647")
        kinds, said = _asked_by(Child(*here.enter(*WITHOUT_RAW)))

    assert kinds == ["datagram", "datagram"]
    (number, other), _, (rtt_ms, _), sends = said["echoed"]
    assert sends == [1, 1]
    assert {number, other} == {1, 2}
    assert 0 < rtt_ms < 100


@ROOT
@pytest.mark.needs("setpriv")
def test_without_any_icmp_socket_we_are_blind_and_say_what_to_do() -> None:
    with space() as here:
        here.run("sysctl", "-qw", "net.ipv4.ping_group_range=1 0")
        kinds, said = _asked_by(Child(*here.enter(*WITHOUT_RAW)))

    assert kinds == ["none", "none"]
    (_, outcome, _, _, detail), _ = said["answers"]
    assert outcome == 2
    assert "CAP_NET_RAW" in detail
    assert "ping_group_range" in detail


WITHOUT_RAW = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", "--ambient-caps=-all")


def _asked_by(child: Child) -> tuple[list[str], dict[str, Any]]:
    """Return which sockets an engine has, and what it says of ourselves in IPv4 and IPv6."""
    kinds = child.hear()["hello"]["icmp"]
    child.say({"hosts": [[0, "127.0.0.1"], [1, "::1"]], "echo": [[1.0, 0, [1, 2], [0, 1]]]})
    said = child.hear()
    assert child.close() == 0
    return kinds, said


@pytest.mark.needs("raw-sockets")
def test_more_than_go_in_one_call_are_sent_and_both_families_side_by_side() -> None:
    addresses = [f"127.9.1.{n % 250 + 1}" if n % 3 else "::1" for n in range(500)]
    answers = ask([echo(address) for address in addresses])

    assert {answer.outcome for answer in answers} == {Outcome.ANSWERED}


@pytest.mark.needs("raw-sockets")
def test_our_own_requests_on_loopback_are_no_answers_and_fill_no_buffer() -> None:
    questions: list[Echo] = [echo("240.0.0.1")] + [echo("127.0.0.1")] * 500
    first, *rest = ask(questions, patience=QUICK)

    assert first.outcome is not Outcome.ANSWERED
    assert {answer.outcome for answer in rest} == {Outcome.ANSWERED}
