"""Problems that stand -> incidents, alerts, notices, worded like `netwatch replay --json`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from netwatch.model.names import ElementName, SubscriberId

TOLD_FROM: Final = 5
"""Fewer subscribers without service are not told: as netwatch has it unless told otherwise."""
_PUBLIC: Final = frozenset({"outage", "partial"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a rival holds for broken at the end of a round."""

    key: str
    """The same key is the same incident."""
    kind: str
    roots: tuple[ElementName, ...]
    also: tuple[ElementName, ...] = ()
    subscribers: frozenset[SubscriberId] = frozenset()
    pages: bool = True


@dataclass(slots=True)
class _Incident:
    number: int
    opened: datetime
    problem: Problem
    worst: frozenset[SubscriberId] = frozenset()
    told: bool = False


@dataclass(slots=True)
class Ledger:
    """What was told so far. A problem counts once it has stood for ``delay``."""

    delay: timedelta
    _since: dict[str, datetime] = field(default_factory=dict)
    _incidents: dict[str, _Incident] = field(default_factory=dict)
    _alerts: list[dict[str, Any]] = field(default_factory=list)
    _notices: list[dict[str, Any]] = field(default_factory=list)

    def judge(self, at: datetime, until: datetime, problems: Iterable[Problem]) -> None:
        """Take what stands from ``at`` on; nothing new is learnt before ``until``."""
        standing = {problem.key: problem for problem in problems}
        self._since = {key: self._since.get(key, at) for key in standing}
        for key, problem in standing.items():
            if self._since[key] + self.delay < until:
                self._stands(max(at, self._since[key] + self.delay), problem)

    def _stands(self, at: datetime, problem: Problem) -> None:
        incident = self._incidents.get(problem.key)
        if incident is None:
            incident = _Incident(len(self._incidents) + 1, at, problem)
            self._incidents[problem.key] = incident
            if problem.pages:
                self._alerts.append(self._alert(at, incident))
        incident.problem = problem
        incident.worst = max(incident.worst, problem.subscribers, key=len)
        if not incident.told and problem.kind in _PUBLIC and len(incident.worst) >= TOLD_FROM:
            incident.told = True
            self._notices.append(self._notice(at, incident))

    def document(self, tape: str) -> dict[str, Any]:
        """Return the answer for one tape."""
        return {
            "tape": tape,
            "incidents": [self._plain(incident) for incident in self._incidents.values()],
            "alerts": self._alerts,
            "notices": self._notices,
            "staff_messages": [],
        }

    @staticmethod
    def _plain(incident: _Incident) -> dict[str, Any]:
        problem = incident.problem
        return {
            "id": f"I-{incident.number}",
            "kind": problem.kind,
            "cause": "unknown",
            "root_cause": list(problem.roots),
            "also_possible": list(problem.also),
            "opened_at": incident.opened.isoformat(),
            "subscribers": len(incident.worst),
            "subscriber_ids": sorted(incident.worst),
        }

    @staticmethod
    def _alert(at: datetime, incident: _Incident) -> dict[str, Any]:
        text = f"{' and '.join(incident.problem.roots)} down"
        return {"at": at.isoformat(), "incident": f"I-{incident.number}", "to": "on-call",
                "channel": "mail", "text": text}  # fmt: skip

    @staticmethod
    def _notice(at: datetime, incident: _Incident) -> dict[str, Any]:
        return {"at": at.isoformat(), "incident": f"I-{incident.number}", "phase": "confirmed",
                "audience": "subscribers", "channel": "sms", "areas": [],
                "recipients": len(incident.worst)}  # fmt: skip
