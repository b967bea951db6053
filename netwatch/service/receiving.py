"""The receiver's ways to the service: what it hears goes in by the door, like a visitor's words."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from netwatch.intake.door import Door, DoorRefusedError, NobodyHomeError
from netwatch.inventory.reader import read_inventory
from netwatch.model.faults import Level
from netwatch.model.plain import to_plain
from netwatch.pollers.unasked.courier import Said
from netwatch.pollers.unasked.receiver import Ways
from netwatch.pollers.unasked.speakers import Speakers, of_rows, speakers

Tell = Callable[[str], None]
_PATIENCE_S: Final = 10.0
_SHORT_S: Final = 2.0
"""A report can wait; who is told to stop cannot."""


def ways_to(door: Door, inventory: Path, *, from_files: bool, tell: Tell) -> Ways:
    """Return the ways to the service behind ``door``.

    Args:
        door: the service's.
        inventory: where the files lie, for as long as no service answers.
        from_files: the files always count, not what the service has in force.
        tell: says what goes wrong.
    """
    door, quick = door.patient(_PATIENCE_S), door.patient(_SHORT_S)

    def deliver(batch: Sequence[Said]) -> int:
        arrivals = [{"kind": type(said).__name__.lower(), **to_plain(said)} for said in batch]
        try:
            return int(door.call("arrivals", arrivals=arrivals)["dropped"])
        except (NobodyHomeError, DoorRefusedError):
            return len(batch)

    def report(plain: dict[str, Any]) -> str | None:
        try:
            return str(quick.call("receiver", report=plain)["inventory"])
        except (NobodyHomeError, DoorRefusedError, KeyError):
            return None

    def fetch() -> Speakers | None:
        return read_speakers(None if from_files else door, inventory, tell)

    return Ways(deliver, report, fetch, tell)


def read_speakers(door: Door | None, inventory: Path, tell: Tell) -> Speakers | None:
    """Return who speaks from where: by what the service has in force, else by the files.

    None, and a word on why, when neither can be had.
    """
    if door is not None:
        try:
            return of_rows(door.call("speakers")["speakers"])
        except (NobodyHomeError, DoorRefusedError, KeyError, ValueError):
            pass  # an older service, or none: the files say it too
    reading = read_inventory(inventory)
    if reading.network is not None:
        return speakers(reading.network)
    first = next(finding for finding in reading.findings if finding.level is Level.ERROR)
    tell(f"the inventory cannot be used, so nothing changes: {first}")
    return None
