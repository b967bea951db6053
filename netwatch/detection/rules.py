"""How much silence is too much: the judgement that detection obeys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from netwatch.model.facts import Severity
from netwatch.model.names import CheckName


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakRule:
    """A state check: so many bad answers in a row raise, so many good ones clear."""

    bad_in_a_row: int = 3
    good_in_a_row: int = 2
    severity: Severity = Severity.MAJOR


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """A measured column: above or below raises, back by ``hysteresis`` clears."""

    id: str
    check: CheckName
    column: str
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    unit: str = "1"
    times: int = 2
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class FlapRule:
    """So many changes of state within ``over`` is flapping; quiet for ``calm`` ends it."""

    changes: int = 4
    over: timedelta = timedelta(minutes=5)
    calm: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionRules:
    """Everything detection obeys; written in ``rules/checks/*.yaml``."""

    default: StreakRule = field(default_factory=StreakRule)
    streaks: Mapping[CheckName, StreakRule] = field(
        default_factory=lambda: {
            CheckName("onu.state"): StreakRule(bad_in_a_row=2, severity=Severity.MINOR),
            CheckName("if.oper"): StreakRule(bad_in_a_row=2, severity=Severity.MINOR),
            CheckName("mains"): StreakRule(bad_in_a_row=1, severity=Severity.WARNING),
        }
    )
    limits: tuple[LimitRule, ...] = ()
    flap: FlapRule = field(default_factory=FlapRule)
    blind_in_a_row: int = 3
