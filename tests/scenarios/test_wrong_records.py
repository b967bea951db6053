"""Twenty splitters fail one after the other in one life: who is recorded wrongly comes to light."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from netwatch.model.arrivals import Sample
from netwatch.model.facts import IncidentOpened
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import End, Network
from netwatch.pipeline import StageRules
from netwatch.service.replay import Player, Replayed
from tests.scenarios.chassis import olt_tells, olt_with
from tests.scenarios.night import NIGHT, ROUND

PORTS = [f"0/{slot}/{n}" for slot in (1, 2) for n in range(6)]
HOMES = 10
WRONG = 4
INCIDENTS = 20
STRAY = 0.02
BETWEEN = timedelta(minutes=15)


def misrecorded(true: Network, wrong: set[DeviceId], chance: Random) -> Network:
    """Return what the records have: these homes hang on the splitter of another port."""
    devices, links = dict(true.devices), dict(true.links)
    for home in sorted(wrong):
        port = chance.choice([p for p in PORTS if p != devices[home].port])
        splitter = DeviceId("s-" + port.replace("/", "-"))
        drop = LinkId(f"drop-{home}")
        links[drop] = replace(links[drop], ends=(End(device=splitter), End(device=home)))
        devices[home] = replace(devices[home], port=port)
    return replace(true, devices=devices, links=links)


def twenty_nights(true: Network, chance: Random) -> Iterator[Sample]:
    """Yield what the OLT tells while one splitter after the other fails and is mended."""
    at, order = NIGHT, [*PORTS, *chance.sample(PORTS, INCIDENTS - len(PORTS))]
    for port in order:
        for dark in ((), (), (), *[(port,)] * 5, (), (), ()):
            for said in olt_tells(true, at, dark):
                stray = said.value == "online" and chance.random() < STRAY
                yield replace(said, value="los") if stray else said
            at += ROUND
        at += BETWEEN


@pytest.mark.parametrize("seed", [1, 2])
def test_most_wrong_records_are_suspects_after_twenty_incidents_and_hardly_a_right_one(
    seed: int,
) -> None:
    chance = Random(seed)  # noqa: S311 (a story, repeatable by its seed)
    true = olt_with(PORTS, homes=HOMES)
    homes = sorted(d.id for d in true.devices.values() if d.via is not None)
    wrong = set(chance.sample(homes, WRONG))
    replayed = Replayed(Path("nights"))
    player = Player(misrecorded(true, wrong, chance), StageRules(), lambda due, _: due.purpose)

    player.live(twenty_nights(true, chance), replayed)

    every = replayed.board.outages.values()
    named = {s.partition(":")[2] for one in every for s in one.proof.suspects}
    assert len(named & wrong) >= 0.7 * len(wrong)
    assert len(named - wrong) <= 1
    opened = sum(isinstance(fact, IncidentOpened) for fact in replayed.facts)
    assert INCIDENTS <= opened <= INCIDENTS + 2
