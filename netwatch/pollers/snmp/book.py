"""Which SNMPv3 engine was met at which address, kept over a restart: no discovery, no storm of it.

The file holds no secret. It may be lost, old or wrong: then agents are asked anew who they are.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from netwatch.pollers.snmp.known import Known
from netwatch.pollers.snmp.security import engine_id_of
from netwatch.wire.v3 import LARGEST

FILE: Final = "snmp-engines.json"
LARGEST_FILE: Final = 64 << 20
_FORMAT: Final = 1
_MOST_MOVES: Final = 100

Where = tuple[str, int]
"""Address and port of an agent."""
Met = tuple[Where, Known]


class EngineBook:
    """All engines met, by address and port.

    Args:
        path: where it is kept; None: in memory only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._known: dict[Where, Known] = {}
        self.moved: list[tuple[Where, bytes, bytes]] = []
        """Addresses at which another engine was met than before: which, and which it is now."""
        self.changed = False
        """Whether something was met since the book was last written or read."""

    def __len__(self) -> int:
        return len(self._known)

    def known(self, address: str, port: int) -> Known | None:
        """Return the engine that was last met there, its clock on the monotonic clock."""
        return self._known.get((address, port))

    def meet(self, address: str, port: int, known: Known) -> None:
        """Note who was met there."""
        where = (address, port)
        before = self._known.get(where)
        if before is not None and before.engine_id != known.engine_id:
            self.moved = [*self.moved[-_MOST_MOVES:], (where, before.engine_id, known.engine_id)]
        self._known[where] = known
        self.changed = True

    def shared(self) -> Mapping[bytes, list[Where]]:
        """Return the engine ids that more than one address bears, and these addresses."""
        places: dict[bytes, list[Where]] = {}
        for where, known in self._known.items():
            places.setdefault(known.engine_id, []).append(where)
        return {engine_id: some for engine_id, some in places.items() if len(some) > 1}

    def keep_only(self, wanted: Callable[[Where], bool]) -> None:
        """Forget who is no longer asked."""
        gone = [where for where in self._known if not wanted(where)]
        for where in gone:
            del self._known[where]
        self.changed = self.changed or bool(gone)

    def read(self, utc_now: datetime, monotonic: float) -> str:
        """Read the file; return why it is of no use, or nothing. A missing one is no trouble."""
        if self.path is None:
            return ""
        try:
            with self.path.open("rb") as file:
                document = json.loads(file.read(LARGEST_FILE))
            if document["format"] != _FORMAT:
                return f"{self.path}: another format; agents are asked anew who they are"
            read = dict(_entry(row, utc_now, monotonic) for row in document["engines"])
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError) as fault:
            return f"{self.path}: {fault}; agents are asked anew who they are"
        self._known = read
        self.changed = False
        return ""

    def taken(self) -> list[Met]:
        """Return all there is to be written down; nothing counts as changed after it."""
        self.changed = False
        return list(self._known.items())

    def write(self, taken: Sequence[Met], utc_now: datetime, monotonic: float) -> None:
        """Write down what was taken, whole or not at all. Any thread may do it.

        Raises:
            OSError: the file cannot be written.
        """
        if self.path is None:
            return
        rows = [
            [
                address,
                port,
                known.engine_id.hex(),
                known.boots,
                known.time_s,
                (utc_now - timedelta(seconds=monotonic - known.at)).isoformat(),
            ]
            for (address, port), known in sorted(taken)
        ]
        beside = self.path.with_name(f".{self.path.name}.new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(json.dumps({"format": _FORMAT, "engines": rows}).encode())
        beside.replace(self.path)


def _entry(row: Any, utc_now: datetime, monotonic: float) -> tuple[Where, Known]:
    """Return one row, its clock moved on by the time that has passed since.

    Raises:
        ValueError: it is no row of ours.
    """
    address, port, engine_id, boots, time_s, at = row
    if not (isinstance(address, str) and isinstance(port, int)):
        raise ValueError("a row without an address")  # noqa: TRY004 (a file's, not a caller's)
    if not all(isinstance(one, int) and 0 <= one <= LARGEST for one in (boots, time_s)):
        raise ValueError("a clock that no engine has")
    passed = (utc_now - datetime.fromisoformat(at).astimezone(UTC)).total_seconds()
    return (address, port), Known(engine_id_of(engine_id), boots, time_s, monotonic - passed)
