"""Many tapes, each from a fresh start, on as many processors as there are."""

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from netwatch.model.faults import ConfigError, Finding
from netwatch.service.replay import Player
from netwatch.service.workers import in_order, shared_out


@dataclass(frozen=True, slots=True)
class Answered:
    """What one tape led to, or the mistake in it."""

    tape: Path
    answer: dict[str, Any] | None
    ignored: Counter[str]
    mistake: Finding | None = None


def answers(
    player: Player, tapes: Sequence[Path], until: datetime | None, *, with_subscribers: bool
) -> Generator[Answered, None, None]:
    """Yield what each tape led to, in the order of ``tapes``.

    Raises:
        ConfigError: a line of a tape is no arrival; the tapes before it were answered.
    """
    play = partial(_play, player, until=until, with_subscribers=with_subscribers)
    with closing(shared_out(play, tapes)) as results:
        for answered in in_order(results):
            if answered.mistake is not None:
                mistake = answered.mistake
                raise ConfigError(mistake.place, mistake.wrong, mistake.remedy)
            yield answered


def _play(
    player: Player, tape: Path, *, until: datetime | None, with_subscribers: bool
) -> Answered:
    try:
        replayed = player.play(tape, until)
    except ConfigError as fault:
        return Answered(tape, None, Counter(), fault.finding)
    return Answered(tape, replayed.answer(with_subscribers=with_subscribers), replayed.ignored)
