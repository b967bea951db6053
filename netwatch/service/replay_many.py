"""Many tapes, each from a fresh start, on as many processors as there are."""

import gc
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from netwatch.model.faults import ConfigError, Finding
from netwatch.service.replay import Player


@dataclass(frozen=True, slots=True)
class Answered:
    """What one tape led to, or the mistake in it."""

    tape: Path
    answer: dict[str, Any] | None
    ignored: Counter[str]
    mistake: Finding | None = None


def answers(
    player: Player, tapes: Sequence[Path], until: datetime | None, *, with_subscribers: bool
) -> Iterator[Answered]:
    """Yield what each tape led to, in the order of ``tapes``.

    Raises:
        ConfigError: a line of a tape is no arrival; the tapes before it were answered.
    """
    play = partial(_play, until=until, with_subscribers=with_subscribers)
    for answered in _played(player, tapes, play):
        if answered.mistake is not None:
            mistake = answered.mistake
            raise ConfigError(mistake.place, mistake.wrong, mistake.remedy)
        yield answered


def _played(player: Player, tapes: Sequence[Path], play: "partial[Answered]") -> Iterator[Answered]:
    gc.collect()
    gc.freeze()  # the network stays to the end: no need to walk it again and again
    processors = min(len(tapes), len(os.sched_getaffinity(0)))
    _seat(player)
    if processors == 1:
        yield from map(play, tapes)
        return
    # Forked, so that every worker has the network as it was read.
    leave_to_parent = (signal.SIGINT, signal.SIG_IGN)
    fork = multiprocessing.get_context("fork")
    with fork.Pool(processors, signal.signal, leave_to_parent) as pool:
        yield from pool.imap(play, tapes)


_seated: list[Player] = []
"""Who plays in this process: workers inherit it, it is never sent."""


def _seat(player: Player) -> None:
    _seated[:] = [player]


def _play(tape: Path, *, until: datetime | None, with_subscribers: bool) -> Answered:
    try:
        replayed = _seated[0].play(tape, until)
    except ConfigError as fault:
        return Answered(tape, None, Counter(), fault.finding)
    return Answered(tape, replayed.answer(with_subscribers=with_subscribers), replayed.ignored)
