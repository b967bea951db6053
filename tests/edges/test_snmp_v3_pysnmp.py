"""SNMPv3 with an agent of other make than Net-SNMP: the ciphers that this one lacks, too."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.pollers.questions import Get, Patience, Target, Walk
from netwatch.pollers.snmp.security import CIPHERS
from tests.edges.engine_house import SYS_UP_TIME, ask
from tests.edges.snmpd_house import free_port, user

pytestmark = pytest.mark.skipif(
    find_spec("pysnmp") is None, reason="pysnmp not installed; pip install 'netwatch[bench]'"
)
SYSTEM = "1.3.6.1.2.1.1.1"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    chosen = free_port()
    users = [f"ewa{place}:{priv}" for place, priv in enumerate(CIPHERS)]
    command = [sys.executable, "-m", "tests.edges.pysnmp_agent", str(chosen), *users]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout is not None
        try:
            assert agent.stdout.readline() == "up\n"
            yield chosen
        finally:
            agent.kill()


def test_every_cipher_reads_what_an_agent_of_other_make_says(port: int) -> None:
    targets = [
        Target("127.0.0.1", port, 3, security=user(f"ewa{place}", "SHA", priv))
        for place, priv in enumerate(CIPHERS)
    ]
    questions = [
        question for one in targets for question in (Get(one, (SYS_UP_TIME,)), Walk(one, (SYSTEM,)))
    ]
    answers = ask(questions, patience=Patience(3.0, 2))

    for question, answer in zip(questions, answers, strict=True):
        assert answer.outcome is Outcome.ANSWERED, (question, answer)
        assert answer.values or "PySNMP" in str(answer.rows["0"][0])


def test_a_wrong_key_is_told_as_what_it_is(port: int) -> None:
    cases = {
        "auth_key": user("ewa0", "SHA", "DES", auth_key="wrong horse"),
        "priv_key": user("ewa0", "SHA", "DES", priv_key="wrong staple"),
        "no user": user("eva", "SHA", "DES"),
    }
    questions = [
        Get(Target("127.0.0.1", port, 3, security=who), (SYS_UP_TIME,)) for who in cases.values()
    ]
    for told, answer in zip(cases, ask(questions, patience=Patience(1.0, 1)), strict=True):
        assert answer.outcome is Outcome.BLIND, (told, answer)
        assert told in answer.detail
