"""What a service lived through, played from its tape, gives the same facts, byte for byte."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.render import Text
from netwatch.journal.codec import encode
from netwatch.journal.journal import Journal
from netwatch.model.arrivals import Acknowledge, Annotate, Hold, Resume, Trouble
from netwatch.model.clock import Clock
from netwatch.model.names import ChannelName, IncidentId, NoticeKey
from netwatch.model.network import Network
from netwatch.service.judgement import stage_rules
from netwatch.service.live import Service
from netwatch.service.paths import JOURNAL
from netwatch.service.replay import Player
from netwatch.service.settings_schema import Settings
from netwatch.service.wiring import Bring, Edges
from tests.edges.crash_service import DARK, NETWORK, Script, files, settings_in
from tests.unit.service.story import NIGHT, ROUND, behind, round_of

DUTY = ChannelName("duty")
ONE = IncidentId("I-1")
STARTS_AGAIN_AT = 30


@dataclass(slots=True)
class Taking:
    """A channel that takes everything."""

    name: ChannelName = DUTY
    taken: list[NoticeKey] = field(default_factory=list)
    width: int = 1
    longest_s: float = 5.0

    async def tend(self, sleep: Sleep) -> None: ...

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002
        self.taken.append(key)
        return "taken"

    async def close(self) -> None: ...


class Spread(Script):
    """The night with answers spread over the second, people in between, and a restart."""

    until = len(DARK)

    def source(self, _: Settings, __: Network, ___: Clock, bring: Bring) -> Script:
        self.bring = bring
        return self

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(self.at_step, self.until):
            silent = behind(NETWORK, DARK[step]) if DARK[step] else frozenset()
            for sample in round_of(NETWORK, NIGHT + step * ROUND + timedelta(seconds=0.3), silent):
                self.at = sample.at
                await self.bring([sample])
            await self._people(step)
            await self._settled(self.service)
        self._keep(self.until)
        self.over.set()
        await asyncio.Event().wait()

    async def _people(self, step: int) -> None:
        assert self.service is not None
        at = self.at - timedelta(seconds=5)  # older than the last Tick: it must be raised
        said = {
            8: Acknowledge(at=at, incident=ONE, by="ewa", note="on the way"),
            9: Annotate(at=at, incident=ONE, by="ewa", text="zażółć\x00\x1b"),
            22: Hold(at=at, by="ewa", lasts=timedelta(seconds=45)),
            40: Resume(at=at, by="ewa"),
            41: Trouble(at=at, where="disk", what="3 % free"),
        }
        if step in said:
            await self.service.intray.put(said[step])


def lived(folder: Path, tape: Path, until: int) -> Service:
    script = Spread(folder / "script")
    script.until = until
    edges = Edges(source=script.source, channel=lambda _, __: Taking(), clock=script.clock)
    service = Service(settings_in(folder, "json://nowhere.example/"), files(), edges, tape=tape)
    script.service = service

    async def until_over() -> None:
        async with asyncio.timeout(30):
            await service.run(script.over)

    asyncio.run(until_over())
    return service


@pytest.mark.parametrize("name", ["night.jsonl", "night.tape"])
def test_a_tape_recorded_over_a_restart_gives_the_facts_that_were_lived(
    tmp_path: Path, name: str
) -> None:
    tape = tmp_path / name
    lived(tmp_path, tape, STARTS_AGAIN_AT)
    service = lived(tmp_path, tape, len(DARK))
    book = Journal.open(tmp_path / JOURNAL)
    journaled = [encode(fact) for _, fact in book.read()]
    book.close()

    rules = stage_rules(service.settings, files())
    player = Player(NETWORK, rules, lambda _, __: "")
    replayed = [encode(fact) for fact in player.play(tape, until=service.mind.ticks.last).facts]

    assert len(journaled) > 60
    assert replayed == journaled
    if tape.is_dir():
        assert sorted(path.name for path in tape.iterdir()) == [
            "000001.jsonl.zst",
            "000002.jsonl.zst",
        ]
