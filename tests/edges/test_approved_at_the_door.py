"""A whole service: words wait for two people, who answer at its door, and leave only then."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from netwatch.intake.door import AnotherPersonError, Door, DoorRefusedError
from netwatch.model.arrivals import Approve, BeginSituation, EndSituation
from netwatch.model.names import ApprovalId
from netwatch.service.channel_settings import Channel
from netwatch.service.secrets import Secret
from tests.edges.crash_service import settings_in
from tests.edges.evening import Outage
from tests.edges.receiver import receiver
from tests.edges.test_told_everywhere import told_files
from tests.unit.service.story import town

POLICY = """\
policy:
  - id: facebook-confirmed
    channel: facebook
    phase: confirmed
    least_subscribers: 1
    one_person_above: 0
    two_people_above: 1
"""
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

    def people_act(self) -> None:
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
    script = Answered(tmp_path / "script", network=network, people_at=14, mended_at=24)
    with ExitStack() as stack:
        page = stack.enter_context(receiver())
        duty = stack.enter_context(receiver())
        script.posts = page.bodies
        urls = {"duty": duty.url, "facebook": page.url}
        channels = {name: Channel(url=Secret(url)) for name, url in urls.items()}
        settings = replace(settings_in(tmp_path, ""), channels=channels)
        script.door = Door([settings.state / "run" / "door.sock"])

        script.lived(settings, told_files(tmp_path, network, POLICY))
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
