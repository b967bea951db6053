"""Polling by SNMPv3: a changed key and a conflict are told as what they are, and never as down."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from netwatch.correlation.rules import CorrelationRules
from netwatch.model.arrivals import Outcome, Readings, Sample
from netwatch.model.facts import AlarmRaised, Fact, IncidentKind, IncidentOpened
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pipeline import Pipeline, StageRules
from netwatch.pollers.gathering import Bringable
from netwatch.pollers.polling import Polling, PollingSettings
from netwatch.pollers.questions import Credential
from netwatch.pollers.snmp.book import EngineBook
from netwatch.pollers.snmp.security import Security
from tests.edges.engine_house import Machine, eventually, singly
from tests.edges.snmpd_house import AUTH_KEY, PRIV_KEY, Snmpd, snmpd, user

pytestmark = pytest.mark.needs("raw-sockets", "snmpd")
BOX = DeviceId("box")
EWA = user("ewa", "SHA-256", "AES")
NETWORK = Network(
    devices={
        BOX: Device(id=BOX, kind=DeviceKind.SERVER, address=ip_address("127.0.0.1"), snmp="core")
    }
)
SETTINGS = PollingSettings(
    icmp=timedelta(seconds=0.5),
    status=timedelta(seconds=0.5),
    metrics=timedelta(seconds=1),
    timeout=timedelta(seconds=0.3),
)


class Watch:
    """Polling of one box, what it brings, and what is decided about it."""

    def __init__(self, agent: Snmpd, security: Security, book: EngineBook) -> None:
        self.agent = agent
        self.samples: list[Sample] = []
        self.readings: list[Readings] = []
        self.facts: list[Fact] = []
        self._pipeline = Pipeline(NETWORK, StageRules(correlation=CorrelationRules()))
        self.polling = Polling(
            NETWORK,
            SETTINGS,
            {"core": credential(agent, security)},
            clock=Machine(),
            bring=self._bring,
            book=book,
        )

    def _bring(self, batch: Sequence[Bringable]) -> None:
        for arrival in batch:
            self.facts += self._pipeline.advance(arrival).facts
        for one in singly(batch):
            if isinstance(one, Sample) and one.check == "snmp":
                self.samples.append(one)
            elif isinstance(one, Readings) and one.check not in ("icmp", "system"):
                self.readings.append(one)

    def outcome(self) -> Outcome | None:
        return self.samples[-1].outcome if self.samples else None

    async def until(self, outcome: Outcome) -> None:
        await eventually(lambda: self.outcome() is outcome)

    def alarms(self) -> set[str]:
        return {fact.check for fact in self.facts if isinstance(fact, AlarmRaised)}


def credential(agent: Snmpd, security: Security) -> Credential:
    return Credential(version="3", port=agent.port, security=security)


def watch(
    agent: Snmpd,
    during: Callable[[Watch], Awaitable[None]],
    *,
    security: Security = EWA,
    book: EngineBook | None = None,
) -> Watch:
    async def live() -> Watch:
        watched = Watch(agent, security, EngineBook() if book is None else book)
        work = asyncio.create_task(watched.polling.run())
        try:
            await during(watched)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        return watched

    return asyncio.run(live())


def test_states_and_readings_come_by_v3_and_the_engine_is_kept(tmp_path: Path) -> None:
    book = EngineBook(tmp_path / "engines.json")

    async def during(watched: Watch) -> None:
        await watched.until(Outcome.ANSWERED)
        await eventually(lambda: any("lo" in one.parts for one in watched.readings))

    with snmpd(tmp_path / "agent", EWA) as agent:
        watch(agent, during, book=book)

    assert json.loads((tmp_path / "engines.json").read_text())["engines"][0][:3] == [
        "127.0.0.1",
        agent.port,
        agent.engine_id,
    ]


def test_a_key_that_was_changed_on_the_device_is_an_alarm_and_no_outage(tmp_path: Path) -> None:
    async def during(watched: Watch) -> None:
        await watched.until(Outcome.ANSWERED)
        watched.agent.stop()
        watched.agent.users = [replace(EWA, priv_key="a new staple")]
        watched.agent.start()
        await watched.until(Outcome.BLIND)
        await eventually(lambda: "blind:snmp" in watched.alarms())
        watched.polling.refit(
            NETWORK, {"core": credential(agent, replace(EWA, priv_key="a new staple"))}
        )
        await watched.until(Outcome.ANSWERED)

    with snmpd(tmp_path, EWA) as agent:
        watched = watch(agent, during)

    blind = next(sample for sample in watched.samples if sample.outcome is Outcome.BLIND)
    assert blind.detail is not None
    assert "priv_key" in blind.detail
    opened = [fact for fact in watched.facts if isinstance(fact, IncidentOpened)]
    assert {fact.diagnosis.kind for fact in opened} <= {IncidentKind.BLIND}


def test_an_agent_that_dies_is_silent_and_one_that_restarts_is_heard_at_once(
    tmp_path: Path,
) -> None:
    async def during(watched: Watch) -> None:
        await watched.until(Outcome.ANSWERED)
        for boots in (3, 0):
            watched.agent.stop()
            await watched.until(Outcome.SILENT)
            watched.agent.boots = boots
            watched.agent.start()
            await watched.until(Outcome.ANSWERED)

    with snmpd(tmp_path, EWA) as agent:
        watched = watch(agent, during)

    assert {sample.outcome for sample in watched.samples} == {Outcome.ANSWERED, Outcome.SILENT}


def test_two_boxes_that_take_turns_at_one_address_are_a_conflict(tmp_path: Path) -> None:
    async def during(watched: Watch) -> None:
        await watched.until(Outcome.ANSWERED)
        for turn in range(6):
            watched.agent.stop()
            watched.agent.engine_id = f"80001f8804{turn % 2:08d}"
            watched.agent.start()
            seen = len(watched.samples)
            await eventually(lambda seen=seen: len(watched.samples) > seen + 1)
            if any("engine conflict" in (one.detail or "") for one in watched.samples):
                return

    with snmpd(tmp_path, EWA) as agent:
        watched = watch(agent, during)

    told = [one for one in watched.samples if "engine conflict" in (one.detail or "")]
    assert told
    assert told[0].outcome is Outcome.BLIND


def test_one_look_at_a_field_of_all_versions_counts_each_by_what_it_is(tmp_path: Path) -> None:
    with snmpd(tmp_path / "agent", EWA, user("nobody")) as agent:
        (tmp_path / "inventory").mkdir()
        kinds = ("v1", "v2c", "v3", "open", "wrong")
        (tmp_path / "inventory" / "network.yaml").write_text(
            "vantage: v1\ndevices:\n"
            + "".join(
                f"  - {{id: {kind}, kind: switch, address: 127.0.0.1, snmp: {kind}}}\n"
                for kind in kinds
            )
        )
        v3 = f'port = {agent.port}\nversion = "3"\nuser = "ewa"\nauth = "sha256"\npriv = "aes"\n'
        v3 += 'auth_key = "env:AUTH"\n'
        (tmp_path / "netwatch.toml").write_text(
            f'inventory = "inventory"\nstate = "state"\n'
            f'[snmp.v1]\nport = {agent.port}\nversion = "1"\n'
            f"[snmp.v2c]\nport = {agent.port}\n"
            f'[snmp.v3]\n{v3}priv_key = "env:PRIV"\n'
            f'[snmp.wrong]\n{v3}priv_key = "env:WRONG"\n'
            f'[snmp.open]\nport = {agent.port}\nversion = "3"\nuser = "nobody"\n'
        )
        words = ["poll", "--once", "--checks", "snmp,walk"]
        done = subprocess.run(
            [sys.executable, "-m", "netwatch", *words, "--config", f"{tmp_path}/netwatch.toml"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ | {"AUTH": AUTH_KEY, "PRIV": PRIV_KEY, "WRONG": "another secret"},
        )

    assert done.returncode == 0, done.stderr
    assert "5 devices: 4 answered, 0 silent, 1 blind" in done.stdout
    assert "wrong  snmp  blind  the agent believes user 'ewa' but" in done.stdout
    assert "another secret" not in done.stdout + done.stderr
