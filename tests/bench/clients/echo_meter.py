"""What all pingers share: whom they ping, and whether the dead, and only they, were silent."""

import sys
from dataclasses import dataclass

from tests.bench import device
from tests.bench.clients.meter import Job, say


@dataclass
class EchoJob:
    """Ping ``devices`` addresses of the ``loopback`` or of the ``field`` once, retrying once."""

    where: str
    dead_every: int
    devices: int

    def __post_init__(self) -> None:
        address = device.loopback if self.where == "loopback" else device.field
        self.addresses = [address(number) for number in range(self.devices)]
        self.alive: set[str] = set()
        self._job = Job("echo", 0, self.devices)
        self.metered = self._job.metered

    def say(self, rss_mb: float | None = None) -> None:
        """Print what came of it; an answer of the dead is wrong."""
        dead = {a for a in self.addresses if device.is_dead(a, self.dead_every)}
        wrong = len(self.alive & dead)
        cost = (self._job.cpu_s, self._job.seconds)
        say(self.devices, len(self.alive), wrong, *cost, dead=len(dead), rss_mb=rss_mb)


def echo_job() -> EchoJob:
    """Read the job from the command line."""
    where, dead_every, devices = sys.argv[1:4]
    return EchoJob(where, int(dead_every), int(devices))
