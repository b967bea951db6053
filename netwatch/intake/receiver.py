"""What the receiver of traps says of itself, as it passes the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from netwatch.intake.arrivals import NoArrivalError

LONGEST_TEXT: Final = 500
MOST: Final = 50
DEEPEST: Final = 6

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverReport:
    """How the receiver stands. ``counts`` run since it started, which ``pid`` tells apart."""

    pid: int
    counts: Mapping[str, int] = field(default_factory=dict)
    troubles: Mapping[str, str] = field(default_factory=dict)
    """Where something is wrong, and what."""
    endings: Mapping[str, str] = field(default_factory=dict)
    """How the last trouble ended that stood there."""
    shown: Mapping[str, Any] = field(default_factory=dict)
    """What it has to show to whoever asks: strangers, lines that mean nothing yet."""
    leaving: bool = False


def report_from_plain(plain: object) -> ReceiverReport:
    """Return the report in these values; nothing in it is longer than it may be.

    Raises:
        NoArrivalError: it is none.
    """
    if not isinstance(plain, dict) or not isinstance(plain.get("pid"), int):
        raise NoArrivalError("a report of the receiver is an object with its pid")
    return ReceiverReport(
        pid=plain["pid"],
        counts={
            key: value for key, value in _table(plain, "counts").items() if isinstance(value, int)
        },
        troubles=_texts(plain, "troubles"),
        endings=_texts(plain, "endings"),
        shown={key: _short(value) for key, value in _table(plain, "shown").items()},
        leaving=plain.get("leaving") is True,
    )


def _texts(plain: Plain, name: str) -> dict[str, str]:
    return {
        key: _harmless(value) for key, value in _table(plain, name).items() if value and
        isinstance(value, str)
    }  # fmt: skip


def _table(plain: Plain, name: str) -> Plain:
    table = plain.get(name, {})
    if not isinstance(table, dict) or len(table) > MOST:
        raise NoArrivalError(f"{name} is an object of at most {MOST} entries")
    return {_harmless(str(key)): value for key, value in table.items()}


def _short(value: object, depth: int = 0) -> object:
    """Return the same value with nothing in it that is long, or deep."""
    if isinstance(value, str):
        return _harmless(value)
    if depth >= DEEPEST and isinstance(value, Mapping | Sequence):
        return "..."
    if isinstance(value, Mapping):
        items = list(value.items())[:MOST]
        return {_harmless(str(key)): _short(item, depth + 1) for key, item in items}
    if isinstance(value, Sequence):
        return [_short(item, depth + 1) for item in value[:MOST]]
    return value


def _harmless(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown[:LONGEST_TEXT]
