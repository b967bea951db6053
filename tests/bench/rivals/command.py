"""The interface of `netwatch replay --json`, for a rival."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import orjson

from netwatch.inventory.reader import read_inventory
from netwatch.model.arrivals import Sample
from netwatch.model.faults import ConfigError
from netwatch.model.network import Network
from netwatch.pollers.tape import read_tape, tapes_in
from netwatch.service.replay import GOES_ON_FOR
from tests.bench.rivals.problems import Ledger, Problem
from tests.bench.rivals.watch import Patience, Watch, rounds

Rounds = Sequence[tuple[datetime, list[Sample]]]


S = TypeVar("S")


class Settings(Protocol):
    """What every rival's settings hold."""

    @property
    def patience(self) -> Patience:
        """Return when a sign is held for bad."""

    @property
    def delay(self) -> timedelta:
        """Return how long a problem stands before it is told."""


class Rival(Protocol):
    """What every rival can do."""

    def begin(self) -> None:
        """Forget the last tape."""

    def problems(self, watch: Watch) -> list[Problem]:
        """Return what stands at the end of a round."""


def answer(rival: Rival, settings: Settings, tape: str, rounds_of_tape: Rounds) -> dict[str, Any]:
    """Play one tape; return the document."""
    rival.begin()
    watch, ledger = Watch(settings.patience), Ledger(settings.delay)
    ends = [at for at, _ in rounds_of_tape]
    nexts = [*ends[1:], *(at + GOES_ON_FOR for at in ends[-1:])]
    for (at, samples), until in zip(rounds_of_tape, nexts, strict=True):
        watch.take(samples)
        ledger.judge(at, until, rival.problems(watch))
    return ledger.document(tape)


def rounds_in(tape: Path, network: Network) -> Rounds:
    """Return the rounds of a tape; lines of devices that nobody knows are passed over."""
    return list(rounds(read_tape(tape, known=network.devices)))


def changed(settings: S, pairs: Iterable[str]) -> S:
    """Return settings with ``name=value`` applied; those of patience go by their own names.

    Raises:
        ValueError: there is no such setting, or it takes no such value.
    """
    for pair in pairs:
        name, _, text = pair.partition("=")
        patience = settings.patience  # type: ignore[attr-defined]
        if name in {field.name for field in fields(patience)}:
            patience = replace(patience, **{name: _like(getattr(patience, name), text)})
            settings = replace(settings, patience=patience)  # type: ignore[type-var]
        elif hasattr(settings, name):
            settings = replace(settings, **{name: _like(getattr(settings, name), text)})  # type: ignore[type-var]
        else:
            raise ValueError(f"no setting {name!r}")
    return settings


def _like(example: object, text: str) -> object:
    match example:
        case bool():
            return text == "true"
        case timedelta():
            return timedelta(seconds=float(text))
        case _:
            return type(example)(text)  # type: ignore[call-arg]


def play(
    make: Callable[[Network, Any], Rival], settings: Any, words: Iterable[str] | None = None
) -> int:
    """Play what the command line names; return its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    verbs = parser.add_subparsers(required=True)
    replay = verbs.add_parser("replay")
    replay.add_argument("--inventory", type=Path, required=True)
    replay.add_argument("--tape", type=Path, required=True)
    replay.add_argument("--subscribers", action="store_true")
    replay.add_argument("--json", action="store_true")
    options = parser.parse_args(None if words is None else list(words))
    try:
        settings = changed(settings, options.set)
    except ValueError as wrong:
        parser.error(str(wrong))
    read = read_inventory(options.inventory)
    if read.network is None:
        sys.stderr.write("\n".join(map(str, read.findings)) + "\n")
        return 2
    rival = make(read.network, settings)
    try:
        for tape in tapes_in(options.tape):
            told = answer(rival, settings, tape.name, rounds_in(tape, read.network))
            sys.stdout.write(orjson.dumps(told).decode() + "\n")
    except ConfigError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0
