"""Drills as chance has them, each in an installation of its own: does anything reach a customer?

``python -m tests.scenarios.drill_fuzz 10000 [SEED]`` holds so many and prints what was counted:
drills begun and refused, messages to the staff, words to customers that were worded and sealed,
and at the sockets: calls made by this process, visits and octets at the customers' far end.
"""

import asyncio
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import structlog

from netwatch.intake.doorkeeper import RefusedError
from netwatch.model.arrivals import Acknowledge, Approve, Command, Expect, Resolve
from netwatch.model.facts import IncidentKind, NoticeDue
from netwatch.model.names import ApprovalId, ChannelName, IncidentId, PersonId, RoleName, TaskId
from netwatch.model.network import Network
from netwatch.model.tasking import FinishTask
from netwatch.response.people import People, Person, Role
from netwatch.response.policy import To
from netwatch.response.rules import Mode
from netwatch.rules import read_rules
from netwatch.rules.rulebook import Rulebook
from netwatch.service.drill.life import CUSTOMERS as THEIRS
from tests import town as ring
from tests.scenarios.drill_hall import CUSTOMERS, Ears, Office, office, watch_sockets
from tests.scenarios.moved_hands import Hands
from tests.unit.service.story import town

WAYS: Final = ("duty", "ewa-phone", "pager", "night", *CUSTOMERS, "website")
INJECTS: Final = ("nobody-answers", "gateway-down", "wrong-guess", "second-fault")
PLACES: Final = ("", "device:sw-a", "device:sw-b", "device:cpe-a1", "area:area-a", "nonsense")
RING: Final = ("", "device:olt-1", "risk:grid-1", "link:l-2", "port:olt-1/0/1/1", "device:core-1")
LONGEST_S: Final = 130
PORTION: Final = 250
"""So many are counted at a time."""


def held_at_random(count: int, seed: int) -> Counter[str]:
    """Hold so many drills, each as chance has it; return what was counted."""
    counted: Counter[str] = Counter()
    root = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108
    ears = Ears()
    called = watch_sockets()
    shipped = read_rules(None).rulebook
    assert shipped is not None
    networks = (_told(town(houses=30)), _told(town(houses=3)), _told(ring.town()))
    try:
        for number in range(count):
            chance = random.Random(seed * 1_000_003 + number)  # noqa: S311 - no secret
            folder = root / str(number)
            folder.mkdir()
            network = chance.choice(networks)
            _hold(folder, chance, network, shipped, ears, counted)
            shutil.rmtree(folder)
        counted["calls at the sockets"] = len(called)
        counted["visits to customers"] = ears.visits
        counted["octets to customers"] = ears.octets
    finally:
        ears.close()
        shutil.rmtree(root, ignore_errors=True)
    return counted


def _told(network: Network) -> Network:
    """Return the network with people whom everything would reach, and much hangs on half of."""
    people = {
        name: replace(
            one,
            critical=place % 2 == 0,
            phone=f"+4855501{place:04}",
            email=f"s{place}@example.net",
        )
        for place, (name, one) in enumerate(network.subscribers.items())
    }
    return replace(network, subscribers=people)


def _hold(  # noqa: PLR0917 - one place calls it
    folder: Path,
    chance: random.Random,
    network: Network,
    shipped: Rulebook,
    ears: Ears,
    counted: Counter[str],
) -> None:
    with asyncio.Runner(loop_factory=Hands) as runner:
        hands = runner.get_loop()
        assert isinstance(hands, Hands)
        house = office(
            folder,
            hands,
            ears=ears,
            network=network,
            book=_ruled(chance, shipped),
            mode=chance.choice((Mode.FULL, Mode.FULL, *Mode)),
            staff=tuple(chance.sample(("duty", "ewa-phone", "pager", "night"), 3)),
        )
        runner.run(_lived(house, chance, counted))


def _ruled(chance: random.Random, shipped: Rulebook) -> Rulebook:
    """Return rules in which anybody may be told by anything."""
    ewa, marek = (
        Person(
            id=PersonId(name),
            channels=tuple(ChannelName(one) for one in chance.sample(WAYS, chance.randrange(4))),
        )
        for name in ("ewa", "marek")
    )
    roles = {
        RoleName(name): Role(id=RoleName(name), people=chance.choice([(), (ewa.id, marek.id)]))
        for name in ("on-call", "dispatcher", "desk")
    }
    old = shipped.stages.response
    policy = tuple(
        replace(
            rule,
            channel=ChannelName(chance.choice((rule.channel, *CUSTOMERS))),
            to=chance.choice((rule.to, To.EVERYONE, To.CRITICAL)),
            least_subscribers=chance.choice((1, rule.least_subscribers)),
            after=chance.choice((timedelta(0), rule.after)),
            hours=None,
            one_person_above=chance.choice((None, None, None, 0)),
        )
        for rule in old.policy
        for _ in range(chance.randrange(1, 3))
    )
    response = replace(
        old,
        policy=policy,
        staff_channels=tuple(ChannelName(one) for one in chance.sample(WAYS, 3)),
        people=People(persons={ewa.id: ewa, marek.id: marek}, roles=roles),
    )
    return replace(shipped, stages=replace(shipped.stages, response=response))


def _entry(chance: random.Random) -> dict[str, Any]:
    """Return a drill as somebody might write it; not all of them can be held."""
    places: Sequence[str] = ("here", "here", "part", "elsewhere", "device:sw-b", "device:onu-11")
    lasts = chance.randrange(60, LONGEST_S)
    steps: list[dict[str, Any]] = [{"after": "0s", chance.choice(("falls", "darkens")): "here"}]
    for _ in range(chance.randrange(4)):
        act = chance.choice(("falls", "darkens", "mends"))
        what = chance.choice((*places, "all")) if act == "mends" else chance.choice(places)
        steps.append({"after": f"{chance.randrange(lasts)}s", act: what})
    injects = [
        {
            "kind": chance.choice(INJECTS),
            "after": f"{chance.randrange(lasts)}s",
            "lasts": f"{chance.randrange(1, 120)}s",
        }
        for _ in range(chance.randrange(3))
    ]
    return {"id": "x", "title": "x", "lasts": f"{lasts}s", "steps": steps, "injects": injects}


async def _lived(house: Office, chance: random.Random, counted: Counter[str]) -> None:
    running = asyncio.create_task(house.drills.run())
    await asyncio.sleep(0)
    at = chance.choice(RING if "olt-1" in house.files.network.devices else PLACES)
    question = {"do": "start", "scenario": "x", "at": at, "story": _entry(chance)}
    try:
        await house.drills.ask(question, "marek")
    except RefusedError:
        counted["refused"] += 1
    else:
        counted["begun"] += 1
        drill = house.drills.drill
        assert drill is not None
        await _goes_on(house, chance, counted)
        counted["sealed"] += sum(
            len(fact.recipients)
            for fact in drill.facts
            if isinstance(fact, NoticeDue) and fact.audience in THEIRS
        )
    finally:
        await asyncio.sleep(chance.choice((0, 5)))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        for channel in house.channels:
            await channel.close()
    counted["messages to the staff"] += len(house.heard)
    unmarked = [one for one in house.heard if not one.body.startswith("DRILL")]
    counted["messages without a mark"] += len(unmarked)


async def _goes_on(house: Office, chance: random.Random, counted: Counter[str]) -> None:
    """Let time go on, and people and the real night do what they do."""
    while (drill := house.drills.drill) is not None:
        await asyncio.sleep(chance.randrange(1, 40))
        match chance.randrange(12):
            case 0:
                house.real(chance.choice(list(IncidentKind)))
                counted["real incidents"] += 1
            case 1:
                with suppress(RefusedError):
                    await house.stop()
            case 2 | 3 | 4 | 5:
                with suppress(RefusedError):
                    await house.drills.bring(_command(house, chance, drill.name))
            case _:
                pass


def _command(house: Office, chance: random.Random, name: str) -> Command:
    at, incident = house.clock.now(), IncidentId(f"{name}-I-1")
    approval = ApprovalId(f"{name}-A-{chance.randrange(1, 4)}")
    return chance.choice(
        (
            Acknowledge(at=at, incident=incident, by="marek"),
            Expect(at=at, incident=incident, by="ewa", until=at + timedelta(hours=1)),
            Resolve(at=at, incident=incident, by="ewa", mistaken=chance.random() < 0.5),
            Approve(at=at, approval=approval, by=chance.choice(("ewa", "marek"))),
            FinishTask(at=at, task=TaskId(f"{incident}.{chance.randrange(1, 9)}"), by="ewa"),
        )
    )


def main() -> None:
    """Hold as many as the command line says."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.process_time()
    counted: Counter[str] = Counter()
    while count - counted["drills"] > 0:
        some = min(PORTION, count - counted["drills"])
        counted.update(held_at_random(some, seed + counted["drills"]))
        counted["drills"] += some
        cpu_s = round(time.process_time() - began, 1)
        sys.stdout.write(json.dumps({**counted, "cpu_s": cpu_s}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
