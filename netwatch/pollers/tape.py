"""A recorded stretch of time, played back: the same arrivals from another source.

A tape is a file of JSON lines, or, where it was rotated, a folder ``NAME.tape/`` of numbered
``.jsonl.zst`` files that are played as one.
"""

import re
from collections import Counter
from collections.abc import Container, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from netwatch.model.arrivals import (
    Arrival,
    Change,
    Readings,
    Report,
    Sample,
    Started,
    Syslog,
    Trap,
)
from netwatch.model.faults import ConfigError, Place
from netwatch.pollers.tape_lines import MalformedError, arrival_of

ROTATED: Final = ".tape"
PACKED: Final = ".zst"
LONGEST_LINE: Final = 1 << 20
"""No line that netwatch writes comes near this many bytes."""
CHUNK: Final = 1 << 18
DAY: Final = timedelta(days=1)
LONGEST_GAP: Final = timedelta(days=31)
LAST_YEAR: Final = 9000

__all__ = ["holds_receipts", "read_tape", "tapes_in"]


def tapes_in(path: Path) -> list[Path]:
    """Return the tapes that ``path`` stands for: itself, or every ``*.jsonl`` in it by name.

    Raises:
        ConfigError: there is nothing to play.
    """
    if path.is_file() or (path.is_dir() and path.suffix == ROTATED):
        return [path]
    found = sorted(path.glob("*.jsonl")) if path.is_dir() else []
    if not found:
        raise ConfigError(
            Place(str(path)),
            "no tape here",
            "give a .jsonl file, a folder of them, or a NAME.tape folder",
        )
    return found


def read_tape(
    path: Path,
    known: Container[str] | None = None,
    ignored: Counter[str] | None = None,
) -> Iterator[Arrival]:
    """Yield the arrivals of a tape, in its order.

    Args:
        path: a ``.jsonl`` file or a ``NAME.tape`` folder.
        known: devices, services and subscribers of the inventory; lines about others are passed
            over. None: every line is for us.
        ignored: counts the lines passed over, by the name that is not known.

    Raises:
        ConfigError: a line is no arrival; the place names it.
    """
    hands = _Hands()
    for shown, lines in _files(path):
        for number, line in enumerate(lines, start=1):
            try:
                arrival = arrival_of(line)
                if arrival.at >= hands.tomorrow:
                    hands.turn(arrival)
            except MalformedError as fault:
                if not line.strip():
                    continue
                raise ConfigError(
                    Place(shown, number), fault.wrong, "mend the line, or take it out"
                ) from None
            name = arrival.device if type(arrival) is Sample else _about(arrival)
            if known is None or name is None or name in known:
                yield arrival
            elif ignored is not None:
                ignored[name] += 1


class _Hands:
    """Refuses a wild leap of time: every second of it would have to be lived through."""

    def __init__(self) -> None:
        self.tomorrow = datetime.min.replace(tzinfo=UTC)
        """Looked at once a day of the tape, not at every line."""
        self._latest: datetime | None = None

    def turn(self, arrival: Arrival) -> None:
        """Go on to the day of this arrival; after a start any time may have passed."""
        latest, at = self._latest, arrival.at
        if at.year > LAST_YEAR:
            raise MalformedError(f"at {at.isoformat()} is no time that anybody will see")
        leap = latest is not None and at - latest > LONGEST_GAP
        if leap and not isinstance(arrival, Started):
            raise MalformedError(
                f"at {at.isoformat()} is more than {LONGEST_GAP.days} days after the line before "
                "it, and netwatch was not started in between"
            )
        self._latest = at
        self.tomorrow = at + DAY


def holds_receipts(path: Path) -> bool:
    """Say whether the tape tells what became of notices; else each is deemed accepted."""
    return any(b'"receipt":' in line for _, lines in _files(path) for line in lines)


def _about(arrival: Arrival) -> str | None:
    match arrival:
        case Sample() | Readings() | Trap() | Syslog() | Change():
            return arrival.device
        case Report():
            return arrival.subscriber
        case _:
            return None


def _files(path: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each file's name as shown to people, and its lines."""
    parts = sorted(path.glob("*.jsonl.zst"), key=_number) if path.is_dir() else [path]
    return ((str(part), _lines(part)) for part in parts)


def _number(part: Path) -> tuple[int, str]:
    digits = re.search(r"\d+", part.name)
    return (int(digits[0]) if digits else 0), part.name


def _lines(part: Path) -> Iterator[bytes]:
    rest = b""
    try:
        with part.open("rb") as file:
            for chunk in _unpacked(part, file) if part.suffix == PACKED else _chunks(file):
                *lines, rest = (rest + chunk).split(b"\n")
                yield from lines
                if len(rest) > LONGEST_LINE:
                    raise ConfigError(
                        Place(str(part)),
                        f"a line of more than {LONGEST_LINE} bytes",
                        "this is no tape; see: netwatch replay --help",
                    )
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise ConfigError(Place(str(part)), reason, "check the path and its rights") from None
    if rest and part.suffix != PACKED:
        yield rest  # of a rotated recording it is what a power cut left of a line


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _unpacked(part: Path, file: BinaryIO) -> Iterator[bytes]:
    import zstandard  # noqa: PLC0415 - only rotated recordings need it

    try:
        yield from zstandard.ZstdDecompressor().read_to_iter(file, write_size=CHUNK)
    except zstandard.ZstdError as fault:
        raise ConfigError(
            Place(str(part)), f"not a whole zstd file: {fault}", "copy the recording anew"
        ) from None
