"""The turns of speech that conversations share: to get, to walk, to hear, to meet with silence."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from netwatch.model.arrivals import Outcome, Readings, Sample
from netwatch.model.names import CheckName, DeviceId
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.questions import Answer, Get, Question, Target, Walk

OBJECTS_AT_ONCE: Final = 20
MOST_ROWS: Final = 20_000

Arrivals = list[Sample | Readings]


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer and when it came, in UTC and on the monotonic clock."""

    answer: Answer
    at: datetime
    now: float


class SilenceError(Exception):
    """The device did not answer, or could not be asked: the conversation ends."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard


def got(known: Acquaintance, oids: Sequence[str]) -> Generator[Question, Heard, Heard]:
    heard = yield Get(target(known), tuple(oids))
    if heard.answer.outcome is not Outcome.ANSWERED:
        raise SilenceError(heard)
    if len(heard.answer.values) != len(oids):
        answer = replace(heard.answer, values=(None,) * len(oids))
        return replace(heard, answer=answer)
    return heard


def walked(
    known: Acquaintance, columns: Sequence[str], rows: int = MOST_ROWS
) -> Generator[Question, Heard, Heard]:
    heard = yield Walk(target(known), tuple(columns), rows)
    if heard.answer.outcome is not Outcome.ANSWERED:
        raise SilenceError(heard)
    return heard


def target(known: Acquaintance) -> Target:
    if known.target is None:
        raise ValueError(f"{known.device.id} cannot be asked: {known.cannot}")
    return known.target


def state_sample(
    device: DeviceId, check: CheckName, state: str | float, heard: Heard, part: str | None = None
) -> Sample:
    return Sample(
        at=heard.at,
        device=device,
        check=check,
        outcome=Outcome.ANSWERED,
        part=part,
        value=state,
    )
