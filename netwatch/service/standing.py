"""Which facts still matter: what the views need at a start, however old the journal is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.model.facts import (
    AlarmCleared,
    AlarmPlaced,
    AlarmRaised,
    ApprovalAsked,
    Fact,
    IncidentClosed,
    IncidentMerged,
    NoticeDue,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    PublishHeld,
    PublishResumed,
    SituationBegan,
    SituationChanged,
    SituationEnded,
    SituationOver,
    TroubleBegan,
    TroubleEnded,
    keys_of,
)
from netwatch.model.maintenance_facts import (
    MaintenanceCancelled,
    MaintenanceEnded,
    MaintenanceFact,
)
from netwatch.model.publishing_facts import PublishingFact

KEPT_AFTER_CLOSING: Final = timedelta(days=7)
"""So long the page and the desk may still speak of what is over."""

HOLD: Final = "hold"


@dataclass(slots=True)
class Standing:
    """Sequence numbers of the facts that still matter, by what they are about."""

    numbers: dict[str, set[int]] = field(default_factory=dict)
    closed: dict[str, datetime] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)
    """Keys of notices about netwatch itself, not yet settled."""
    placed: dict[str, str] = field(default_factory=dict)
    """Alarm -> the incident that counts it."""

    def take(self, seq: int, fact: Fact) -> None:  # noqa: PLR0912 - one line a kind of fact
        """Let one more fact matter, and others matter no more."""
        match fact:
            case AlarmRaised():
                self.numbers[_alarm(fact)] = {seq}
                self.placed.pop(_alarm(fact), None)
            case AlarmPlaced():
                self._place(seq, fact)
            case AlarmCleared():
                self._clear(seq, _alarm(fact))
            case NoticeDue(incident=None):
                self.owed.update(dict.fromkeys(keys_of(fact), seq))
                for about in (_works(fact.subject), _situation(fact.subject)):
                    if about in self.numbers:
                        self.numbers[about].add(seq)
            case NoticeSent() | NoticeRefused() | NoticeExpired():
                self._settle(seq, fact.keys)
            case PublishHeld():
                self.numbers[HOLD] = {seq}
            case PublishResumed():
                self.numbers.pop(HOLD, None)
            case TroubleBegan():
                self.numbers[f"trouble:{fact.where}"] = {seq}
            case TroubleEnded():
                self.numbers.pop(f"trouble:{fact.where}", None)
            case SituationBegan() | SituationChanged() | SituationEnded() | SituationOver():
                self._keep(seq, _situation(fact.situation), fact)
            case _ if isinstance(fact, PublishingFact) and fact.incident is None:
                self._keep(seq, f"approval:{fact.approval}", fact)
            case _ if isinstance(fact, MaintenanceFact):
                self._move_works(seq, fact)
            case _:
                self._move_incident(seq, fact)

    def all(self) -> list[int]:
        """Return the numbers of all facts that still matter, in order."""
        return sorted(set().union(self.owed.values(), *self.numbers.values()))

    def to_plain(self) -> dict[str, Any]:
        """Return the standing as plain JSON values."""
        return {
            "numbers": {about: sorted(numbers) for about, numbers in self.numbers.items()},
            "closed": {about: at.isoformat() for about, at in self.closed.items()},
            "owed": self.owed,
            "placed": self.placed,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Standing":
        """Take a standing back."""
        return cls(
            numbers={about: set(numbers) for about, numbers in plain["numbers"].items()},
            closed={about: datetime.fromisoformat(at) for about, at in plain["closed"].items()},
            owed=dict(plain["owed"]),
            placed=dict(plain["placed"]),
        )

    def _place(self, seq: int, fact: AlarmPlaced) -> None:
        alarm = _alarm(fact)
        numbers = self.numbers.setdefault(alarm, set())
        numbers.add(seq)
        if fact.incident is not None:
            # The incident counts its alarms, and goes on doing so after they are cleared.
            about = _incident(fact.incident)
            self.placed[alarm] = about
            self.numbers.setdefault(about, set()).update(numbers)

    def _clear(self, seq: int, alarm: str) -> None:
        self.numbers.pop(alarm, None)
        about = self.placed.pop(alarm, None)
        if about in self.numbers:
            self.numbers[about].add(seq)

    def _move_incident(self, seq: int, fact: Fact) -> None:
        incident = getattr(fact, "incident", None)
        if incident is None:
            return
        about = _incident(incident)
        self.numbers.setdefault(about, set()).add(seq)
        if isinstance(fact, IncidentMerged):
            self.numbers.setdefault(_incident(fact.into), set()).update(self.numbers[about])
        if isinstance(fact, IncidentMerged | IncidentClosed):
            self.closed[about] = fact.at
            self._forget(fact.at)

    def _keep(self, seq: int, about: str, fact: PublishingFact) -> None:
        """Keep what is said of a situation, or of a question about one, until it is long over."""
        self.numbers.setdefault(about, set()).add(seq)
        if not isinstance(fact, SituationBegan | SituationChanged | SituationEnded | ApprovalAsked):
            self.closed[about] = fact.at
            self._forget(fact.at)

    def _move_works(self, seq: int, fact: MaintenanceFact) -> None:
        """Keep the plan and what became of it the last time."""
        name = getattr(fact, "maintenance", None)
        if name is None:
            return
        about = _works(name)
        numbers = self.numbers.setdefault(about, set())
        if isinstance(fact, MaintenanceEnded) and numbers:
            numbers.intersection_update({min(numbers)})
        numbers.add(seq)
        if isinstance(fact, MaintenanceCancelled):
            self.closed[about] = fact.at
            self._forget(fact.at)

    def _settle(self, seq: int, keys: Iterable[str]) -> None:
        for key in keys:
            self.owed.pop(key, None)
            name = key.partition("/")[0]
            for about in (_incident(name), _works(name), _situation(name)):
                if about in self.numbers:
                    self.numbers[about].add(seq)

    def _forget(self, now: datetime) -> None:
        for about, at in list(self.closed.items()):
            if now - at > KEPT_AFTER_CLOSING:
                del self.closed[about]
                self.numbers.pop(about, None)


def _alarm(fact: AlarmRaised | AlarmPlaced | AlarmCleared) -> str:
    return f"alarm:{fact.device}/{fact.check}/{fact.part}"


def _works(name: str) -> str:
    return f"maintenance:{name}"


def _situation(name: str) -> str:
    return f"situation:{name}"


def _incident(incident: str) -> str:
    return f"incident:{incident}"
