"""What can go wrong, by what the caller can do about it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a person's file: path as the person gave it, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Level(StrEnum):
    """How bad a finding is: errors stop a start, warnings are told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One mistake in a person's file: where, what is wrong, the way out."""

    place: Place
    wrong: str
    remedy: str
    level: Level = Level.ERROR

    def __str__(self) -> str:
        mark = "warning: " if self.level is Level.WARNING else ""
        return f"{self.place}: {mark}{self.wrong}\n    {self.remedy}"


class NetwatchError(Exception):
    """A fault that netwatch explains to a person; everything else is a bug."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes whole, whatever a kind of fault is made of."""
        return _come_through, (type(self), self.args, vars(self))


class ConfigError(NetwatchError):
    """A person's file cannot be used: exit 2 at start, the old files stay at a reload."""

    def __init__(self, place: Place, wrong: str, remedy: str) -> None:
        super().__init__(f"{place}: {wrong}\n    {remedy}")
        self.finding = Finding(place, wrong, remedy)


class Retry(StrEnum):
    """What a refused delivery means for the next try."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class DeliveryError(NetwatchError):
    """A channel did not take a notice; the outbox tries again or takes the next channel."""

    def __init__(self, retry: Retry, detail: str, after_s: float | None = None) -> None:
        super().__init__(detail)
        self.retry = retry
        self.detail = detail
        self.after_s = after_s


class JournalTooNewError(NetwatchError):
    """A newer netwatch wrote this journal; nothing was touched."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"the journal has shape {found}, this netwatch knows shapes up to {known}; "
            "install the newer netwatch again, or restore the backup made before the upgrade"
        )
        self.found = found
        self.known = known


class JournalFullError(NetwatchError):
    """No room for facts: decide no more, say so loudly, keep alerting."""

    exit_code = 3
    """At a start: there may be room soon, so whoever supervises tries again."""


def _come_through(
    kind: type[NetwatchError], args: tuple[Any, ...], said: dict[str, Any]
) -> NetwatchError:
    fault = kind.__new__(kind, *args)
    vars(fault).update(said)
    return fault
