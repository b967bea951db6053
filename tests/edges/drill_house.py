"""A whole service in which a drill is held, over a town whose own night may break in the middle."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from netwatch.service.channel_settings import Channel
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings
from tests.edges.crash_service import settings_in
from tests.edges.evening import Outage
from tests.edges.receiver import Plan, Receiver, receiver
from tests.unit.service.story import NIGHT, ROUND, behind, round_of

BREATH_S = 0.35
"""So long a round lasts in truth: a drill has clocks and queues of its own."""
PEOPLE = """\
people:
  - {id: marek, language: en}
  - {id: ewa, language: pl, channels: [ewa-phone]}
roles:
  - {id: on-call, people: [marek, ewa]}
  - {id: dispatcher, people: [ewa]}
"""
CUSTOMERS = ("sms", "mail", "facebook", "webpush")


@dataclass(slots=True)
class Rehearsal(Outage):
    """Rounds that give a drill time; what is done in each is written by the test."""

    config: Path = Path()
    cut_at: int = 10_000
    acts: dict[int, Callable[[], None]] = field(default_factory=dict)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(self.over_at):
            silent = behind(self.network, "a") if self.cut_at <= step else frozenset()
            self.at = NIGHT + step * ROUND
            samples = [replace(one, at=self.at) for one in round_of(self.network, self.at, silent)]
            await self.bring(samples)
            await self._settled(self.service)
            await asyncio.sleep(BREATH_S)
            if (act := self.acts.get(step)) is not None:
                await asyncio.to_thread(act)
        self.over.set()
        await asyncio.Event().wait()

    def say(self, name: str, *words: str) -> None:
        """Call a command, and keep its exit code and answer."""
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


@dataclass(frozen=True, slots=True)
class Ends:
    """The far ends of all channels."""

    staff: dict[str, Receiver]
    customers: dict[str, Receiver]

    def texts(self, name: str) -> list[str]:
        """Return what arrived at a channel of the staff, in order."""
        return [
            f"{body.get('title', '')}\n{body.get('message', '')}"
            for body in self.staff[name].bodies
        ]

    def customers_heard(self) -> int:
        """Return how many requests any customers' gateway got."""
        return sum(len(one.heads) for one in self.customers.values())


@contextmanager
def far_ends(duty: Sequence[Plan] = ()) -> Iterator[Ends]:
    """Serve a far end for each channel."""
    with ExitStack() as stack:
        staff = {
            "duty": stack.enter_context(receiver(*duty)),
            "ewa-phone": stack.enter_context(receiver()),
        }
        customers = {name: stack.enter_context(receiver()) for name in CUSTOMERS}
        yield Ends(staff, customers)


def settings_for(folder: Path, ends: Ends) -> Settings:
    """Return settings in which everything leads somewhere, and may."""
    urls = {name: one.url for name, one in (*ends.staff.items(), *ends.customers.items())}
    channels = {name: Channel(url=Secret(url)) for name, url in urls.items()}
    return replace(settings_in(folder, ""), channels=channels)
