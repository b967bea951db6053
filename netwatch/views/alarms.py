"""Facts -> alarms: which state wants correction, and in which incident it found its part."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from netwatch.model.evidence import Because
from netwatch.model.facts import (
    AlarmCleared,
    AlarmPlaced,
    AlarmRaised,
    Fact,
    IncidentMerged,
    Part,
    Severity,
)
from netwatch.model.names import CheckName, DeviceId, IncidentId

Key = tuple[DeviceId, CheckName, str | None]


@dataclass(slots=True, kw_only=True)
class Standing:
    """The last alarm of one device, check and part."""

    device: DeviceId
    check: CheckName
    part: str | None
    raised_at: datetime
    severity: Severity
    because: Because
    cleared_at: datetime | None = None
    placed: Part | None = None
    """None: not placed yet."""
    placed_at: datetime | None = None
    incident: IncidentId | None = None
    why: str = ""


@dataclass(slots=True)
class Alarms:
    """Every alarm's last standing, and the account of all that were ever raised."""

    standing: dict[Key, Standing] = field(default_factory=dict)
    raised: int = 0
    _parts: Counter[Part] = field(default_factory=Counter)
    _incidents: Counter[IncidentId] = field(default_factory=Counter)
    _of: dict[DeviceId, dict[Key, None]] = field(default_factory=dict, compare=False)
    """Where the alarms of a device stand: ten thousand others are not looked through for it."""

    def take(self, fact: Fact) -> tuple[IncidentId, ...]:
        """Let one more fact change the alarms; return the incidents whose count changed."""
        match fact:
            case AlarmRaised():
                return self._raise(fact)
            case AlarmCleared():
                alarm = self.standing.get((fact.device, fact.check, fact.part))
                if alarm is not None:
                    alarm.cleared_at = fact.at
                return ()
            case AlarmPlaced():
                return self._place(fact)
            case IncidentMerged():
                return self._merge(fact)
            case _:
                return ()

    def count(self, incident: IncidentId) -> int:
        """Return how many alarms are this incident's own; each raise counts once."""
        return self._incidents[incident]

    def forget(self, incident: IncidentId) -> None:
        """Count no more for an incident that nobody speaks of."""
        self._incidents.pop(incident, None)

    def of(self, device: DeviceId) -> list[Standing]:
        """Return the last alarms of one device, newest first."""
        own = (self.standing[key] for key in self._of.get(device, ()))
        return sorted(own, key=lambda alarm: alarm.raised_at, reverse=True)

    def accounting(self) -> dict[str, int]:
        """Account for every alarm raised; one not placed yet counts as noise."""
        placed = {part: self._parts[part] for part in Part}
        unplaced = self.raised - sum(placed.values())
        return {
            "signals": self.raised,
            "root": placed[Part.ROOT],
            "folded": placed[Part.FOLDED],
            "flapping": placed[Part.FLAPPING],
            "planned": placed[Part.PLANNED],
            "noise": placed[Part.NOISE] + unplaced,
        }

    def _raise(self, fact: AlarmRaised) -> tuple[IncidentId, ...]:
        self.raised += 1
        key = (fact.device, fact.check, fact.part)
        self._of.setdefault(fact.device, {})[key] = None
        self.standing[key] = Standing(
            device=fact.device,
            check=fact.check,
            part=fact.part,
            raised_at=fact.at,
            severity=fact.severity,
            because=fact.because,
        )
        return ()

    def _place(self, fact: AlarmPlaced) -> tuple[IncidentId, ...]:
        alarm = self.standing.get((fact.device, fact.check, fact.part))
        if alarm is None:
            return ()
        before = alarm.incident
        if alarm.placed is not None:
            self._parts[alarm.placed] -= 1
        if before is not None:
            self._incidents[before] -= 1
        alarm.placed, alarm.placed_at = fact.as_, fact.at
        alarm.incident, alarm.why = fact.incident, fact.why
        self._parts[fact.as_] += 1
        if fact.incident is not None:
            self._incidents[fact.incident] += 1
        return tuple({incident for incident in (before, fact.incident) if incident is not None})

    def _merge(self, fact: IncidentMerged) -> tuple[IncidentId, ...]:
        self._incidents[fact.into] += self._incidents.pop(fact.incident, 0)
        for alarm in self.standing.values():
            if alarm.incident == fact.incident:
                alarm.incident = fact.into
        return (fact.incident, fact.into)
