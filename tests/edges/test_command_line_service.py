"""From a device's command line to the service, by the operator's own commands."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from netwatch.model.arrivals import Outcome, Sample, Trouble
from netwatch.pollers.tape import read_tape
from tests.edges.command_line_house import PASSWORD, PORTS, USER, VERSION, Box, standing
from tests.edges.service_house import SETTINGS, House

INVENTORY = """\
vantage: core-1
areas:
  - {id: polna, name: Polna}
devices:
  - {id: core-1, kind: router, address: 127.20.7.1}
  - {id: sw-4, kind: switch, address: 127.20.7.2}
links:
  - {ends: [core-1, "sw-4:GigabitEthernet0/1"]}
subscribers: []
"""
ANSWERS = {"show version": VERSION, "show ip interface brief": PORTS}


class Provider:
    """A house with one switch whose command line is read."""

    def __init__(self, folder: Path, box: Box) -> None:
        (folder / "password").write_text(PASSWORD)
        account = f"""\
[ssh.switches]
devices = "kind:switch"
platform = "cisco_ios"
user = "{USER}"
password = "file:password"
port = {box.port}
every = "30s"
timeout = "10s"
"""
        self.house = House(folder, SETTINGS + account)
        self.house.write("a.yaml", INVENTORY)
        self.tape = folder / "night.jsonl"

    def cli(self, *words: str) -> tuple[int, Any, str]:
        """Call ``netwatch cli``; return exit code, document and what was said beside it."""
        done = self.house.run("cli", *words, "--json")
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def heard(self) -> list[Any]:
        return list(read_tape(self.tape)) if self.tape.exists() else []

    def samples(self, check: str) -> list[Sample]:
        return [one for one in self.heard() if isinstance(one, Sample) and one.check == check]


@pytest.fixture
def box() -> Iterator[Box]:
    with standing(Box(host="127.20.7.2", answers=ANSWERS)) as box:
        yield box


@pytest.fixture
def provider(tmp_path: Path, box: Box) -> Iterator[Provider]:
    provider = Provider(tmp_path, box)
    try:
        yield provider
    finally:
        provider.house.end()


def test_a_device_is_trusted_once_and_asked_from_then_on(provider: Provider, box: Box) -> None:
    code, document, _ = provider.cli("ask", "sw-4", "show version")
    assert (code, document["outcome"], document["answers"]) == (3, "blind", [])
    assert box.logins == 0

    code, document, _ = provider.cli("trust", "sw-4")
    assert (code, document["keys"][0]["result"]) == (0, "pinned")
    assert document["keys"][0]["key"].startswith("ssh-ed25519 SHA256:")
    assert provider.cli("trust", "sw-4")[1]["keys"][0]["result"] == "known"

    code, document, _ = provider.cli("ask", "sw-4", "show version")
    assert (code, document["outcome"]) == (0, "answered")
    assert document["answers"][0]["version"] == "15.2(4)M1"
    assert document["answers"][0]["rows"][0]["release"] == "fc1"


def test_what_is_not_listed_is_refused_and_the_device_hears_nothing(
    provider: Provider, box: Box
) -> None:
    code, _, said = provider.cli("ask", "sw-4", "reload")

    assert code == 4
    assert "'reload' is not sent" in said
    assert not box.heard


def test_another_key_is_refused_until_a_person_says_that_it_was_replaced(
    provider: Provider, box: Box
) -> None:
    assert provider.cli("trust", "sw-4")[0] == 0
    pins = provider.house.state / "ssh-known-hosts"
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[:2]
    name = pins.read_text().split()[0]
    pins.write_text(f"{name} {' '.join(other)}\n")

    code, document, _ = provider.cli("trust", "kind:switch")
    assert (code, document["keys"][0]["result"]) == (4, "refused")
    assert "CHANGED" in provider.cli("ask", "sw-4", "show version")[1]["detail"]
    assert box.logins == 0

    assert provider.cli("trust", "sw-4", "--replace")[1]["keys"][0]["result"] == "replaced"
    assert provider.cli("ask", "sw-4", "show", "version")[0] == 0  # nobody thinks of quotes


def test_the_service_tells_ports_and_the_staff_of_a_device_that_is_not_trusted(
    provider: Provider, box: Box
) -> None:
    house = provider.house
    house.start("--tape", str(provider.tape))
    house.until(lambda: bool(provider.samples("ssh")), 45)
    first = provider.samples("ssh")[0]
    assert first.outcome is Outcome.BLIND
    assert first.detail is not None
    assert "host key is not known yet" in first.detail
    assert provider.cli("trust", "sw-4")[0] == 0
    house.until(lambda: any(s.outcome is Outcome.ANSWERED for s in provider.samples("ssh")), 90)
    ports = provider.samples("if.oper")
    assert [(one.device, one.part, one.value) for one in ports[:1]] == [
        ("sw-4", "GigabitEthernet0/1", "down")
    ]
    assert house.stop()[1] < 5
    troubles = [one for one in provider.heard() if isinstance(one, Trouble)]
    assert [(one.where, one.over) for one in troubles] == [
        ("command lines: switches", False),
        ("command lines: switches", True),
    ]
    assert "1 cannot be asked: sw-4: its host key is not known yet" in troubles[0].what


def test_mistakes_in_the_settings_are_told_with_their_places(provider: Provider) -> None:
    house = provider.house
    text = house.config.read_text()
    house.config.write_text(
        text.replace("cisco_ios", "cisco_ioss").replace('"kind:switch"', '"kind:swich"')
    )
    done = house.run("check")
    assert done.returncode == 2
    assert "did you mean 'cisco_ios'?" in done.stdout + done.stderr

    house.config.write_text(text.replace('every = "30s"', 'every = "1s"\ncommands = ["reload"]\n'))
    done = house.run("check")
    assert done.returncode == 2
    assert "30s" in done.stdout + done.stderr
