"""Answers as they come -> one value for all that came within a second."""

from collections.abc import Sequence
from datetime import UTC, datetime

from netwatch.model.arrivals import Answered, Outcome, Readings, Sample, Trouble
from netwatch.model.names import CheckName, DeviceId

Bringable = Sample | Answered | Readings | Trouble
Question = tuple[DeviceId, CheckName, str | None]


class Gathering:
    """What is to be brought next: answers together, all else singly and before them."""

    def __init__(self, poller: str | None) -> None:
        self._poller = poller
        self._others: list[Bringable] = []
        self._answers: dict[Question, float | str | None] = {}
        self._at = datetime.min.replace(tzinfo=UTC)

    def __bool__(self) -> bool:
        return bool(self._others or self._answers)

    def add(self, arrival: Bringable) -> None:
        """Add an arrival."""
        if isinstance(arrival, Sample) and _is_plain(arrival):
            question = (arrival.device, arrival.check, arrival.part)
            self.answered(question, arrival.value, arrival.at)
        else:
            self._others.append(arrival)

    def answered(self, question: Question, value: float | str | None, at: datetime) -> None:
        """Add an answer. Another second, or the same question again, closes what was gathered."""
        last = self._at
        if question in self._answers or at.second != last.second or at.minute != last.minute:
            self._close()
            self._at = at
        elif at > last:
            self._at = at
        self._answers[question] = value

    def take(self) -> Sequence[Bringable]:
        """Return what was gathered."""
        self._close()
        others, self._others = self._others, []
        return others

    def _close(self) -> None:
        if not self._answers:
            return
        devices, checks, parts = zip(*self._answers, strict=True)
        self._others.append(
            Answered(
                at=self._at,
                devices=devices,
                checks=checks,
                parts=parts,
                values=tuple(self._answers.values()),
                poller=self._poller,
            )
        )
        self._answers = {}


def _is_plain(sample: Sample) -> bool:
    """Say whether a sample is an answer and nothing but its value."""
    answered = sample.outcome is Outcome.ANSWERED
    return answered and sample.detail is None and sample.normal is None
