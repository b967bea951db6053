"""A whole service: the plan gives tasks, people see and end them at the command line."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.contacts import Contact
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network
from netwatch.service.channel_settings import Channel
from netwatch.service.secrets import Secret
from netwatch.service.source_settings import Contacts
from tests.edges.crash_service import settings_in
from tests.edges.evening import Outage, ruled_by
from tests.edges.receiver import receiver
from tests.unit.service.story import town

KEY = "a key of more than twenty characters"
WARD = SubscriberId("S-a1")
PEOPLE = """\
people:
  - {id: marek, language: en}
  - {id: ewa, language: en, channels: [ewa-phone]}
roles:
  - {id: on-call, people: [marek]}
  - {id: dispatcher, people: [ewa]}
"""


@dataclass(slots=True)
class Worked(Outage):
    """One switch is cut off; somebody works through the tasks in the middle of it."""

    config: Path = Path()
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def people_act(self) -> None:
        self._say("list", "task", "list")
        rows = self.answers["list"][1]["tasks"]
        crew = next(row["task"] for row in rows if row["order"] == "crew")
        self._say("done", "task", "done", crew.lower(), "--note", "Jan went")
        self._say("again", "task", "done", crew)
        first = rows[0]["task"]
        self._say("skip", "task", "skip", first, "--why", "said so by phone")
        added = ("task", "add", rows[0]["incident"], "field", "take a ladder", "--within", "30m")
        self._say("add", *added)
        self._say("mine", "task", "list", "--mine", "ewa", "--all")
        self._say("strange", "task", "list", "--incident", "I-77")
        self._say("nobody", "incident", "assign", rows[0]["incident"], "zofai")
        name = rows[0]["incident"]
        words = ("a second duct", "--owner", "ewa", "--due", "2200-01-01")
        self._say("learn", "incident", "lesson", name, *words)
        self._say("late", "incident", "lesson", name, *words[:-1], "2020-01-01")
        self._say("stranger", "incident", "lesson", name, "x", "--owner", "zofai", *words[3:])
        self._say("lessons", "incident", "lessons")
        self._say("review", "incident", "review", name, "--html", f"{self.config}.html")
        self._say("timeline", "incident", "timeline", name)
        self._say("brief", "oncall", "brief")
        self._say("learnt", "incident", "lesson", "L-1", "--done", "--note", "dug")
        self._say("seen to", "incident", "lesson", "L-1", "--done")
        self._say("show", "incident", "show", rows[0]["incident"])

    def _say(self, name: str, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "netwatch", *words, "--json", "--config", str(self.config)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, "NETWATCH_CONFIG": ""},
        )
        said = json.loads(done.stdout) if done.stdout else done.stderr
        self.answers[name] = (done.returncode, said)


def with_a_ward(network: Network) -> Network:
    """Return a town where much hangs on one line that will be cut off."""
    ward = replace(network.subscribers[WARD], critical=True)
    return replace(network, subscribers={**network.subscribers, WARD: ward})


def test_tasks_are_seen_and_ended_at_the_command_line(tmp_path: Path) -> None:
    network = with_a_ward(town())
    store = ContactStore(tmp_path, lambda: KEY)
    with store.changing() as write:
        write(Book(contacts={WARD: Contact(subscriber=WARD, name="Ward 3", phone="+48555010003")}))
    script = Worked(
        tmp_path / "script",
        network=network,
        config=tmp_path / "netwatch.toml",
        people_at=14,
        over_at=20,
    )
    script.config.write_text(f'name = "Dolina"\nlanguages = ["en"]\nstate = "{tmp_path}"\n')
    with ExitStack() as stack:
        duty = stack.enter_context(receiver())
        phone = stack.enter_context(receiver())
        urls = {"duty": duty.url, "ewa-phone": phone.url}
        channels = {name: Channel(url=Secret(url)) for name, url in urls.items()}
        settings = replace(
            settings_in(tmp_path, ""), channels=channels, contacts=Contacts(key=Secret(KEY))
        )

        files = ruled_by(tmp_path, network, "people/staff.yaml", PEOPLE)
        script.lived(settings, files, within_s=240.0)
        texts = [json.dumps(body, default=str) for body in phone.bodies]
        alerts = [json.dumps(body, default=str) for body in duty.bodies]

    said = script.answers
    listed = said["list"][1]["tasks"]
    assert listed[0]["name"] == "call-critical"
    assert listed[0]["ring"] == [{"subscriber": WARD, "name": "Ward 3", "phone": "+48555010003"}]
    assert not any("Ward 3" in text or "010003" in text for text in (*texts, *alerts))
    assert [row["order"] for row in listed] == sorted(
        (row["order"] for row in listed), key=["customers", "crew", "repair"].index
    )
    assert {row["person"] for row in listed if row["role"] == "dispatcher"} == {"ewa"}
    assert {row["person"] for row in listed if row["role"] == "field"} <= {"marek"}
    assert all(row["text"] != row["name"] for row in listed)
    assert said["done"][1]["facts"][0]["fact"] == "TaskDone"
    assert [said[name][0] for name in ("list", "done", "skip", "add", "mine", "show")] == [0] * 6
    assert [said[name][0] for name in ("again", "strange", "nobody")] == [1, 1, 1]
    assert "is done" in said["again"][1]
    assert "zofai" in said["nobody"][1]
    assert [said[name][0] for name in ("learn", "lessons", "review", "timeline", "learnt")] == [
        0
    ] * 5
    assert [said[name][0] for name in ("late", "stranger", "seen to")] == [2, 1, 1]
    assert [row["owner"] for row in said["lessons"][1]["lessons"]] == ["ewa"]
    assert said["review"][1]["lessons"][0]["text"] == "a second duct"
    assert said["review"][1]["told"]
    brief = said["brief"][1]
    assert [one["incident"] for one in brief["incidents"]] == ["I-1"]
    assert {one["task"] for one in brief["tasks"]} >= {"I-1.2"}
    assert brief["held"]["public_words"] is False
    assert "<svg" in Path(f"{script.config}.html").read_text(encoding="utf-8")
    assert said["timeline"][1]["timeline"]
    timeline = " ".join(row["text"] for row in said["show"][1]["timeline"])
    assert "customers were told by website" in timeline
    assert "said so by phone" in timeline
    states = {row["state"] for row in said["show"][1]["tasks"]}
    assert {"done", "skipped", "open"} <= states
    assert any("netwatch task done" in text for text in texts)
    assert not any("netwatch task done" in alert for alert in alerts)
