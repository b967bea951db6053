"""An evening that a whole service lives through: one switch is cut off, and mended or not."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

from netwatch.delivery.channels import open_channel
from netwatch.model.network import Network
from netwatch.rules import read_rules
from netwatch.service.files import Files
from netwatch.service.live import Service
from netwatch.service.settings_schema import Settings
from netwatch.service.wiring import Bring, Edges
from tests.edges.crash_service import Script
from tests.edges.crash_service import files as quick_files
from tests.unit.service.story import NIGHT, ROUND, behind, round_of, town

CUT_AT = 3
"""So many rounds all is well."""


@dataclass(slots=True)
class Outage(Script):
    """One switch is cut off after ``CUT_AT`` rounds; times are counted in rounds."""

    network: Network = field(default_factory=town)
    mended_at: int = 20
    over_at: int = 40
    people_at: int | None = None
    """When people do what the story has them do, if anything."""

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(self.over_at):
            silent = behind(self.network, "a") if CUT_AT <= step < self.mended_at else frozenset()
            self.at = NIGHT + step * ROUND
            samples = [replace(one, at=self.at) for one in round_of(self.network, self.at, silent)]
            await self.bring(samples)
            await self._settled(self.service)
            if step == self.people_at:
                await asyncio.to_thread(self.people_act)
        self.over.set()
        await asyncio.Event().wait()

    def people_act(self) -> None:
        """Do what people do, in a thread of their own."""

    def lived(self, settings: Settings, files: Files, within_s: float = 120.0) -> None:
        """Let a whole service live through it."""

        def source(_: object, __: object, ___: object, bring: Bring) -> "Outage":
            self.bring = bring
            return self

        edges = Edges(source=source, channel=open_channel, clock=self.clock)
        self.service = service = Service(settings, files, edges)

        async def until_over() -> None:
            async with asyncio.timeout(within_s):
                await service.run(self.over)

        asyncio.run(until_over())


def ruled_by(folder: Path, network: Network, path: str, rules: str) -> Files:
    """Return the rules that ship with a file of the operator's own beside them."""
    own = folder / "rules" / path
    own.parent.mkdir(parents=True)
    own.write_text(rules)
    book = read_rules(folder / "rules", network).rulebook
    assert book is not None
    stages = replace(book.stages, correlation=quick_files().rulebook.stages.correlation)
    return Files(network=network, rulebook=replace(book, stages=stages))
