"""Whether the embedded history is well, for `netwatch doctor`: its room, its files, its sorter."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from netwatch.model.sizes import Octets
from netwatch.service.verdicts import Verdict, ok, warn
from netwatch.telemetry.history.housekeeping import room
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.history.shelf import ASIDE, Shelf, Tier, look

WAITING_AT_MOST: Final = 6
"""Heads are sorted as they are closed: more than a few mean that nobody keeps up."""


def history(folder: Path, limits: Limits) -> Iterator[Verdict]:
    """Say how the history is; nothing where none has been begun."""
    try:
        next(folder.iterdir(), None)
        shelf = look(folder)
    except FileNotFoundError:
        return
    except OSError as fault:
        yield warn(
            "history", f"{folder} cannot be read: {fault.strerror}", "ask as the service's user"
        )
        return
    granted = room(folder, shelf, limits)
    if granted < limits.disk_budget:
        yield warn(
            "history",
            f"the disk has room for {Octets(granted)} of the {Octets(limits.disk_budget)} that"
            " [history] disk_budget grants: the oldest goes sooner",
            "give it a larger disk, or set disk_budget to what it may take",
        )
    else:
        yield ok("history", _standing(shelf, limits))
    if len(shelf.heads) > WAITING_AT_MOST:
        yield warn(
            "history-sorter",
            f"{len(shelf.heads)} heads wait to be sorted",
            "the machine has no time for it, or the log says what ails the sorter",
        )
    damaged = [name for name in shelf.sizes if name.startswith(f"{ASIDE}/")]
    if damaged:
        yield warn(
            "history-damaged",
            f"{len(damaged)} files could not be read and lie in {folder / ASIDE}",
            "look at the disk's health; then remove them",
        )


def _standing(shelf: Shelf, limits: Limits) -> str:
    raw = shelf.of(Tier.RAW)
    since = f", raw since {raw[0].period}" if raw else ""
    return f"takes {Octets(shelf.octets)} of {Octets(limits.disk_budget)}{since}"
