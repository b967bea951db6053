"""A service in a process of its own, as a test sees it: its folder, its door, its log, its end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from netwatch.intake.door import Door, NobodyHomeError
from netwatch.model.facts import Fact
from tests.edges import warm

STARTS_S = 150.0
"""Only a service that hangs takes longer: a laden machine takes many times an idle one's time."""

INVENTORY = """\
vantage: core-1
areas:
  - {id: polna, name: Polna}
devices:
  - {id: core-1, kind: router, address: 127.20.7.1}
  - {id: sw-1, kind: switch, address: 127.20.7.2, uplink: [core-1]}
subscribers: [subscribers.csv]
"""
SETTINGS = """\
name = "Dolina"
languages = ["en"]
inventory = "inventory"
state = "state"
[polling]
icmp = "2s"
"""


class House:
    """One installation in a folder; the service in it is started and stopped by the test."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.inventory = folder / "inventory"
        self.inventory.mkdir()
        self.write("a.yaml", INVENTORY)
        rows = [f"S-{number},sw-1,polna" for number in range(10)]
        self.write("subscribers.csv", "\n".join(["id,device,area", *rows]) + "\n")
        self.config = folder / "netwatch.toml"
        self.config.write_text(settings)
        self.log = folder / "log"
        self.process: warm.Warm | None = None
        self.door = Door([self.state / "run" / "door.sock"])

    def write(self, name: str, text: str) -> None:
        (self.inventory / name).write_text(text)

    def start(self, *options: str, environ: dict[str, str] | None = None) -> float:
        """Start the service; return after how many seconds its door opened."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = warm.start(
                *("run", "--config", self.config, *options),
                stderr=log,
                stdout=log,
                env={**_environ(), **(environ or {})},
            )
        self.until(self.answers)
        return time.monotonic() - began

    def answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            self.door.call("status")
        except NobodyHomeError:
            return False
        return True

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Call a command against this installation."""
        return warm.run(*words, "--config", self.config, timeout=STARTS_S, env=_environ())

    def facts(self) -> list[Fact]:
        return [fact for _, fact in self.door.facts()]

    def until(self, true: Callable[[], bool], within_s: float = STARTS_S) -> None:
        end = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.02)

    def until_fact(self, true: Callable[[Fact], bool], within_s: float = STARTS_S) -> None:
        self.until(lambda: any(true(fact) for fact in self.facts()), within_s)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """End the service; return its exit code and how many seconds it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(STARTS_S)
        return code, time.monotonic() - began

    def end(self) -> None:
        """Leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STARTS_S)


def netwatch(*words: str | Path) -> Sequence[Any]:
    """Return a command line; the last word is the settings file."""
    *verb, config = words
    return [sys.executable, "-m", "netwatch", *verb, "--config", config]


def _environ() -> dict[str, str]:
    left_out = ("RUNTIME_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC", "NETWATCH_CONFIG")
    return {name: text for name, text in os.environ.items() if name not in left_out}
