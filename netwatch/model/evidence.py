"""Why something was decided: typed values, never prose. Renderers make the sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from netwatch.model.names import DeviceId, ElementName


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Probes in a row went unanswered."""

    probes: int
    over: timedelta
    before: bool = False
    """It had answered until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The device, or the one that speaks for it, said so: ``los``, ``down``, ``off``."""

    value: str
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """A measurement crossed its limit."""

    value: float
    limit: float
    unit: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseeing:
    """We could not ask."""

    detail: str
    probes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Flapped:
    """Up and down and up again: ``changes`` changes of state within ``over``."""

    changes: int
    over: timedelta


Because = Silence | Said | Crossed | Unseeing | Flapped


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """An explanation that lost: its elements, and its odds against the chosen one (natural log)."""

    root_cause: tuple[ElementName, ...]
    log_odds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Somebody changed a device so long before it failed."""

    device: DeviceId
    by: str = ""
    what: str = ""
    before: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrecorded:
    """Homes that failed together though no record says that they hang on one thing.

    ``homes`` of the ``of`` homes below the root; they did so ``before`` already, so often. How far
    the nearest and the farthest are by the OLT's ranging, in metres; None: not measured.
    """

    homes: int
    of: int
    before: int = 0
    nearest_m: int | None = None
    farthest_m: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Faded:
    """Radios that were heard far worse than usual before they fell silent.

    ``radios`` of the ``of`` that are measured, by the median of ``db``; ``modulation`` is the share
    of its usual rate or quality that the median radio had lost.
    """

    radios: int
    of: int
    db: float = 0.0
    modulation: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What speaks for an incident's cause and what against it, in counts a test can count again.

    ``silent`` of ``asked`` observables below the cause are down; ``answering`` are not. ``stale``,
    ``blind`` and ``planned`` ones were not counted. ``gasps`` and ``los`` are what the silent ONUs
    said last.
    """

    silent: int
    asked: int
    answering: int
    gasps: int = 0
    los: int = 0
    stale: int = 0
    blind: int = 0
    planned: int = 0
    """Those on which planned works go on, whatever they say."""
    rounds: int = 0
    since: datetime | None = None
    """When the first sign was seen."""
    runner_up: Rival | None = None
    rejected: tuple[Rival, ...] = ()
    changed: Changed | None = None
    suspects: tuple[ElementName, ...] = ()
    """Inventory entries that do not fit what is seen."""
    reports: int = 0
    """Customers below it who said that it does not work, shortly before it or since."""
    part: Unrecorded | None = None
    """Where the root names what holds the failed part, for no record names the part itself."""
    faded: Faded | None = None
    """What goes by air had sunk before."""
    mute: int = 0
    """Management agents that do not answer on devices that do; ``blind`` hang on them unseen."""
    before: int = 0
    """Those of the silent that were so long before it began: they prove nothing of it."""

    @property
    def fell(self) -> int:
        """Return how many fell silent when it began."""
        return self.silent - self.before
