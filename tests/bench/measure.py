"""Runs of contenders, taken in turns, and what they cost."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

_AT_MOST_S: Final = 120.0


class NotMeasuredError(RuntimeError):
    """A contender could not be measured; the text says why. It gets no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contender's round: what came, and the CPU time of all its processes."""

    asked: int
    answered: int
    wrong: int
    cpu_s: float
    seconds: float
    rss_mb: float = 0.0
    dead: int = 0
    """So many of those asked say nothing, and shall be found out."""

    @property
    def per_cpu_s(self) -> float:
        """Return devices for each CPU second."""
        return self.asked / max(self.cpu_s, 1e-9)

    @property
    def missed(self) -> int:
        """Return how many live devices were held for silent; below 0: dead ones for alive."""
        return self.asked - self.dead - self.answered


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who can do the job, and how to let them."""

    name: str
    run: Callable[[], Run]
    ours: bool = False
    once: bool = False
    """It takes part in the first round only: its run is long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A contender's rounds, or why there are none."""

    name: str
    runs: Sequence[Run]
    ours: bool = False
    why_not: str = ""

    def median(self, value: Callable[[Run], float]) -> float:
        """Return the median of ``value`` over the rounds."""
        return statistics.median(map(value, self.runs))


def in_turns(contenders: Sequence[Contender], rounds: int) -> list[Outcome]:
    """Let everybody run once, then everybody again, each round begun by another one."""
    runs: dict[str, list[Run]] = {one.name: [] for one in contenders}
    why_not: dict[str, str] = {}
    for turn in range(rounds):
        start = turn % len(contenders)
        for one in (*contenders[start:], *contenders[:start]):
            if one.name not in why_not and not (one.once and turn):
                try:
                    runs[one.name].append(one.run())
                except NotMeasuredError as why:
                    why_not[one.name] = str(why)
    return [Outcome(c.name, runs[c.name], c.ours, why_not.get(c.name, "")) for c in contenders]


def client(module: str, job: str, *words: object, before: Sequence[str] = ()) -> Run:
    """Run one of `tests.bench.clients` as a process and return what it metered of itself.

    Raises:
        NotMeasuredError: its library is not installed, or it did not come to an end.
    """
    command = [*before, sys.executable, "-m", f"tests.bench.clients.{module}", job]
    told = said(command + [str(word) for word in words])
    if "missing" in told:
        raise NotMeasuredError(told["missing"])
    return Run(**told)


def said(command: Sequence[str]) -> dict[str, Any]:
    """Run a command that prints one JSON document; return the document.

    Raises:
        NotMeasuredError: it fails, or takes too long.
    """
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_AT_MOST_S,
            preexec_fn=_keep_apart, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotMeasuredError(f"not done after {_AT_MOST_S:g} s") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word why"])[-1]
        raise NotMeasuredError(f"fails: {last[:200]}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _keep_apart() -> None:
    """Leave the last core to the agent."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, set(cores[:-1]))
