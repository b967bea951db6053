"""The process that sends: a database that hangs and a library of 50 MB stay out of the service.

Told by one JSON line on standard input what to empty into what (see `influx_sink`), then waked by
any octet. Says on standard output how far it is, a JSON line at a time. Ends when its input ends:
whatever is under way then is still in the spool.
"""

import gc
import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from netwatch.telemetry.influx import Database
from netwatch.telemetry.quarantine import Quarantine
from netwatch.telemetry.sender import Sender
from netwatch.telemetry.where import Where

REFUSED: Final = "refused"
SAID_AT_MOST_EVERY_S: Final = 2.0
SAID_AT_LEAST_EVERY_S: Final = 5.0
_NICE: Final = 10
_WAKES: Final = 4096
BIRTHS: Final = 50_000
"""So many objects come before garbage is looked for: those of a segment soon go by themselves."""


class Speaker:
    """Says on standard output how far a sender is: not too often, and never too seldom."""

    def __init__(self) -> None:
        self._said_at = float("-inf")
        self.sender: Sender | None = None

    def say(self) -> None:
        """Say it, unless that was done just now."""
        now = time.monotonic()
        if self.sender is None or now - self._said_at < SAID_AT_MOST_EVERY_S:
            return
        self._said_at = now
        told = {**asdict(self.sender.progress), **asdict(self.sender.waiting(time.time()))}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Send until standard input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the service's, which then ends our input
        signal.signal(number, signal.SIG_IGN)
    with suppress(OSError):  # not allowed where the unit filters it: it is a courtesy
        os.nice(_NICE)
    gc.set_threshold(BIRTHS)
    sender, speaker = opened(json.loads(os.fdopen(os.dup(0), "rb", buffering=0).readline()))
    with suppress(BrokenPipeError):
        while True:
            wait_s = min(sender.step(), SAID_AT_LEAST_EVERY_S)
            speaker.say()
            ready, _, _ = select.select([0], [], [], wait_s)
            if ready and not os.read(0, _WAKES):
                return


def opened(order: Mapping[str, Any]) -> tuple[Sender, Speaker]:
    """Return a sender for what the service ordered, and who speaks of it."""
    folder = Path(order["folder"])
    speaker = Speaker()
    sender = Sender(
        folder=folder,
        receiver=Database(Where(**order["where"])),
        quarantine=Quarantine(
            folder=folder / REFUSED, now=lambda: datetime.fromtimestamp(time.time(), UTC)
        ),
        monotonic=time.monotonic,
        chance=random.random,
        told=speaker.say,
    )
    speaker.sender = sender
    return sender, speaker


if __name__ == "__main__":
    main()
