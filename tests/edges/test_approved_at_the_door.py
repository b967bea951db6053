"""A whole service: words wait for two people, who answer at its door, and leave only then."""

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from netwatch.delivery.channels import open_channel
from netwatch.intake.door import AnotherPersonError, Door, DoorRefusedError
from netwatch.model.arrivals import Approve, BeginSituation, EndSituation
from netwatch.model.names import ApprovalId
from netwatch.service.channel_settings import Channel
from netwatch.service.live import Service
from netwatch.service.secrets import Secret
from netwatch.service.wiring import Edges
from tests.edges.crash_service import settings_in
from tests.edges.receiver import receiver
from tests.edges.test_told_everywhere import Outage, told_files
from tests.unit.service.story import NIGHT, ROUND, behind, round_of, town

POLICY = """\
policy:
  - id: facebook-confirmed
    channel: facebook
    phase: confirmed
    least_subscribers: 1
    one_person_above: 0
    two_people_above: 1
"""
CUT_AT, ANSWERED_AT, MENDED_AT, OVER_AT = 3, 14, 24, 40
FIRST = ApprovalId("A-1")


@dataclass(slots=True)
class Answered(Outage):
    """One switch is cut off; two people approve the post in the middle of it."""

    door: Door = field(default_factory=lambda: Door([]))
    before: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    posts: list[Any] = field(default_factory=list)
    """What was posted; the far end writes it down."""
    situation: dict[str, Any] = field(default_factory=dict)

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(OVER_AT):
            silent = behind(self.network, "a") if CUT_AT <= step < MENDED_AT else frozenset()
            self.at = NIGHT + step * ROUND
            samples = [replace(one, at=self.at) for one in round_of(self.network, self.at, silent)]
            await self.bring(samples)
            await self._settled(self.service)
            if step == ANSWERED_AT:
                await asyncio.to_thread(self._answer)
        self.over.set()
        await asyncio.Event().wait()

    def _answer(self) -> None:
        """Do what two people do at the command line, and what they may not."""
        self.before = self.door.call("approvals")["approvals"]
        assert self.posts == [], "nothing leaves unapproved"
        self.door.bring(Approve(at=self.at, approval=FIRST, by="ewa"))
        with pytest.raises(AnotherPersonError) as again:
            self.door.bring(Approve(at=self.at, approval=FIRST, by="ewa"))
        self.refused.append(str(again.value))
        self.door.bring(Approve(at=self.at, approval=FIRST, by="marek"))
        with pytest.raises(DoorRefusedError) as late:
            self.door.bring(Approve(at=self.at, approval=FIRST, by="zofia"))
        self.refused.append(str(late.value))
        self.door.bring(BeginSituation(at=self.at, by="ewa"))
        self.situation = self.door.call("status")["situation"]
        self.door.bring(EndSituation(at=self.at, by="ewa"))


def test_a_post_leaves_when_two_different_people_have_approved_it(tmp_path: Path) -> None:
    network = town()
    script = Answered(tmp_path / "script", network=network)
    with ExitStack() as stack:
        page = stack.enter_context(receiver())
        duty = stack.enter_context(receiver())
        script.posts = page.bodies
        urls = {"duty": duty.url, "facebook": page.url}
        channels = {name: Channel(url=Secret(url)) for name, url in urls.items()}
        settings = replace(settings_in(tmp_path, ""), channels=channels)
        script.door = Door([settings.state / "run" / "door.sock"])

        def source(_: object, __: object, ___: object, bring: object) -> Outage:
            script.bring = bring  # type: ignore[assignment]
            return script

        edges = Edges(source=source, channel=open_channel, clock=script.clock)
        service = Service(settings, told_files(tmp_path, network, POLICY), edges)
        script.service = service

        async def until_over() -> None:
            async with asyncio.timeout(120):
                await service.run(script.over)

        asyncio.run(until_over())
        posts = [json.dumps(body, default=str) for body in page.bodies]
        alerts = [json.dumps(body, default=str) for body in duty.bodies]

    (waiting,) = script.before
    assert (waiting["approval"], waiting["state"], waiting["people"]) == ("A-1", "open", 2)
    assert waiting["text"]
    assert "another person" in script.refused[0]
    assert "ewa and marek" in script.refused[1]
    assert script.situation["incidents"] == [waiting["incident"]]
    assert any("netwatch publish approve A-1" in alert for alert in alerts)
    assert posts
