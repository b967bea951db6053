"""Each night the journal tells what gear without a link fell and rose with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.intake.door import NobodyHomeError
from netwatch.inventory.importers.parents import adrift
from netwatch.inventory.places.questions import Question
from netwatch.inventory.places.store import PlaceStore
from netwatch.model.facts import Fact
from netwatch.model.names import DeviceId
from netwatch.pipeline import Pipeline
from netwatch.service.placing import run_reconcile, take_answer
from netwatch.service.settings import load_settings
from tests.unit.inventory.places.town import NIGHT, line, onu, said, shown
from tests.unit.service.story import RULES, behind, night, town

MORNING = NIGHT + timedelta(hours=5)
INVENTORY = """
vantage: core-1
devices:
  - {id: core-1, kind: router, address: 10.0.0.1}
  - {id: sw-a, kind: switch, address: 10.0.0.2, uplink: [core-1]}
  - {id: sw-b, kind: switch, address: 10.0.1.2, uplink: [core-1]}
  - {id: olt-1, kind: olt, address: 10.0.2.2, uplink: [core-1]}
"""
GEAR = [f"cpe-{letter}{number}" for letter in "ab" for number in range(8)]
"""Nobody wrote what they hang on."""


def journal(nights: int) -> list[Fact]:
    """Return what the pipeline decides of nights in which sw-a goes with all that hangs on it."""
    network = town()
    lost = {link: one for link, one in network.links.items() if "cpe" not in link}
    network = replace(network, links=lost)
    assert behind(network, "a") - {DeviceId("sw-a")} < adrift(network)
    pipeline, facts = Pipeline(network, RULES), list[Fact]()
    for number in range(nights):
        for arrival in night(network):
            later = replace(arrival, at=arrival.at + number * timedelta(days=1))
            facts += pipeline.advance(later).facts
    return facts


class Provider:
    """A provider that reconciles whenever it is told to."""

    def __init__(self, folder: Path, nights: int = 2) -> None:
        (folder / "inventory").mkdir()
        gear = "".join(
            f"  - {{id: {one}, kind: cpe, address: 10.0.9.{n + 1}}}\n" for n, one in enumerate(GEAR)
        )
        (folder / "inventory" / "a.yaml").write_text(INVENTORY + gear)
        self.config = folder / "netwatch.toml"
        self.config.write_text('state = "state"\ninventory = "inventory"\n')
        self.settings = load_settings(self.config)
        self.journal = journal(nights)
        self.read_from: list[int] = []
        self.gone = False

    def decided(self, after: int) -> Iterator[tuple[int, Fact]]:
        if self.gone:
            raise NobodyHomeError("nobody runs here")
        self.read_from.append(after)
        return (pair for pair in enumerate(self.journal, 1) if pair[0] > after)

    def asked(self) -> list[Question]:
        night = run_reconcile(
            self.settings, self.config, MORNING, extracts=[said(line(0))],
            sightings=shown(onu(0)), decided=self.decided,
        )  # fmt: skip
        return [one for one in night.outcome.questions if one.id.startswith("hangs")]


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    return Provider(tmp_path)


def test_after_two_nights_the_gear_of_one_switch_is_one_question(provider: Provider) -> None:
    (asked,) = provider.asked()

    assert asked.id == f"hangs|sw-a|{'+'.join(GEAR[:8])}"
    assert "They fell and rose together 2 times (2026-01-17 03:00 UTC" in asked.text


def test_an_answer_ends_the_question(provider: Provider) -> None:
    (asked,) = provider.asked()
    take_answer(provider.settings, asked.id, "no", "ewa", MORNING)

    assert provider.asked() == []


def test_the_journal_is_read_on_from_where_it_was_read_to(provider: Provider) -> None:
    provider.asked()
    provider.asked()

    last = PlaceStore(provider.settings.state).falls().read
    assert last == len(provider.journal)
    assert provider.read_from[-1] == last - 1


def test_a_journal_begun_anew_is_read_from_its_start(provider: Provider) -> None:
    provider.asked()
    whole = provider.journal
    provider.journal = []
    assert len(provider.asked()) == 1
    provider.journal = whole[:1]
    assert len(provider.asked()) == 1


def test_where_nobody_runs_what_is_known_stands(provider: Provider) -> None:
    provider.asked()
    provider.gone = True

    assert len(provider.asked()) == 1


def test_one_night_asks_nobody(tmp_path: Path) -> None:
    assert Provider(tmp_path, nights=1).asked() == []
