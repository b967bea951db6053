"""A thousand dead of twenty thousand end in time, and no live device waits for any of them."""

import asyncio
import shutil
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.pollers.driver import Engine
from netwatch.pollers.echo import HURRY_PER_S, PACE_PER_S
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.questions import Answer, Echo, Get, Patience, Question
from tests.bench import device
from tests.bench.agent import Agent, Field, agent
from tests.edges.engine_house import SYS_UP_TIME, agent_at, eventually

DEVICES, DEAD_EVERY = 20_000, 20
PATIENT = Patience(2.5, 1)
"""So patient that a busy machine has asked everybody, in a second or so, before one is given up."""
AT_EASE = Patience(5.0, 1)
"""The same where everybody is asked within four seconds."""
SPARE_S = 1.0
pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no gcc"),
]


@pytest.fixture
def agents() -> Iterator[Agent]:
    with agent("snmp", Field(dead_every=DEAD_EVERY)) as field:
        yield field


@pytest.fixture
def hosts() -> Iterator[Agent]:
    with agent("echo", Field(latency_ms=20, dead_every=DEAD_EVERY)) as field:
        yield field


class Round:
    """What came of asking everybody once, in the order in which it was told."""

    def __init__(
        self,
        questions: Sequence[Question],
        namespace: Namespace | None,
        *,
        patience: Patience = PATIENT,
        hurried: bool = False,
    ) -> None:
        self.patience = patience
        self.told: list[tuple[int, Outcome]] = []
        self.live_s = 0.0
        """When the last live one was told of; with a machine of one's own, well under a second."""
        self.seconds = 0.0
        self._began = 0.0
        asyncio.run(self._ask(questions, Engine(self._take, _untold, namespace, hurried=hurried)))

    async def _ask(self, questions: Sequence[Question], engine: Engine) -> None:
        life = asyncio.create_task(engine.run())
        try:
            async with asyncio.timeout(10):
                await engine.wait_until_up()
            self._began = time.monotonic()
            await engine.ask([(n, question, self.patience) for n, question in enumerate(questions)])
            await eventually(lambda: len(self.told) == len(questions), 60)
            self.seconds = time.monotonic() - self._began
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    def _take(self, answers: Sequence[tuple[int, Answer]]) -> None:
        self.told += [(number, answer.outcome) for number, answer in answers]
        if any(answer.outcome is Outcome.ANSWERED for _, answer in answers):
            self.live_s = time.monotonic() - self._began

    def live_told_after_dead(self) -> int:
        """Return how many live ones were told of after the first dead one was given up."""
        outcomes = [outcome for _, outcome in self.told]
        return sum(
            outcome is Outcome.ANSWERED for outcome in outcomes[outcomes.index(Outcome.SILENT) :]
        )


def _untold(_what: str, _over: bool) -> None:
    """Hear what becomes of the engine; a death would leave questions open."""


def judged(found: Round, addresses: Sequence[str]) -> None:
    dead = {n for n, address in enumerate(addresses) if device.is_dead(address, DEAD_EVERY)}
    assert len(dead) == 1000
    assert {n for n, outcome in found.told if outcome is not Outcome.ANSWERED} == dead
    assert found.live_told_after_dead() == 0
    rounds_s = found.patience.timeout_s * (found.patience.retries + 1)
    assert found.seconds < found.live_s + rounds_s + SPARE_S


def test_of_agents(agents: Agent) -> None:
    addresses = [device.loopback(number) for number in range(DEVICES)]
    questions = [Get(agent_at(address, agents.port), (SYS_UP_TIME,)) for address in addresses]

    judged(Round(questions, None), addresses)


@pytest.mark.needs("root", "namespaces", "raw-sockets")
def test_of_hosts_that_are_pinged(hosts: Agent) -> None:
    addresses = [device.field(number) for number in range(DEVICES)]
    namespace = Namespace(net=Path(f"/proc/{hosts.pid}/ns/net"))

    questions = [Echo(ip_address(address)) for address in addresses]

    found = Round(questions, namespace, patience=AT_EASE)

    judged(found, addresses)
    assert found.live_s > 0.8 * DEVICES / PACE_PER_S


@pytest.mark.needs("root", "namespaces", "raw-sockets")
def test_of_hosts_that_are_pinged_in_a_hurry(hosts: Agent) -> None:
    addresses = [device.field(number) for number in range(DEVICES)]
    namespace = Namespace(net=Path(f"/proc/{hosts.pid}/ns/net"))

    found = Round([Echo(ip_address(address)) for address in addresses], namespace, hurried=True)

    judged(found, addresses)
    assert found.live_s > 0.8 * DEVICES / HURRY_PER_S
