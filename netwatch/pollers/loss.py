"""Loss and jitter of each device's echoes over a sliding window. Pure: time is an argument.

All windows lie in a few flat arrays: 20,000 devices with 30 echoes each take 3 MB and no object.
"""

import math
from array import array
from collections.abc import Container
from typing import Final, NamedTuple

from netwatch.model.names import DeviceId

TOLD_EVERY_S: Final = 60.0
_LEAST_ECHOES: Final = 6
_MOST_ECHOES: Final = 360
_MOST_LOST: Final = 255
_UNUSED: Final = 255
"""Marks a place in which no echo stands yet; a round is never repeated so often."""


class Quality(NamedTuple):
    """What a window shows."""

    loss_percent: float
    """Of all requests sent, those asked again included."""
    jitter_ms: float | None
    """How far a round-trip time lies from the one before it, on average; None: too few came."""


class Windows:
    """The last echoes of every device.

    Args:
        window_s: how long a window is.
        interval_s: from one echo to the next.
    """

    def __init__(self, window_s: float, interval_s: float) -> None:
        self._size = min(_MOST_ECHOES, max(_LEAST_ECHOES, round(window_s / interval_s)))
        self._rows: dict[DeviceId, int] = {}
        self._free: list[int] = []
        self._rtts_ms = array("f")
        self._lost = array("B")
        self._next = array("H")
        self._told_at = array("d")

    def note(self, device: DeviceId, now: float, rtt_ms: float | None, lost: int) -> Quality | None:
        """Note an echo round: how long the answer took, and how many requests got none.

        Returns:
            What the window shows, once a minute; else None.
        """
        row = self._rows.get(device)
        if row is None:
            row = self._enter(device, now)
        nth = self._next[row]
        at = row * self._size + nth
        self._rtts_ms[at] = math.nan if rtt_ms is None else rtt_ms
        self._lost[at] = min(lost, _MOST_LOST - 1)
        self._next[row] = (nth + 1) % self._size
        if now - self._told_at[row] < TOLD_EVERY_S:
            return None
        self._told_at[row] = now
        return self._quality(row)

    def keep_only(self, devices: Container[DeviceId]) -> None:
        """Forget all other devices."""
        for device in [device for device in self._rows if device not in devices]:
            self._free.append(self._rows.pop(device))

    def _enter(self, device: DeviceId, now: float) -> int:
        if not self._free:
            self._free.append(len(self._next))
            self._rtts_ms.extend([0.0] * self._size)
            self._lost.extend([_UNUSED] * self._size)
            self._next.append(0)
            self._told_at.append(0.0)
        row = self._rows[device] = self._free.pop()
        start = row * self._size
        self._lost[start : start + self._size] = array("B", [_UNUSED] * self._size)
        self._next[row], self._told_at[row] = 0, now
        return row

    def _quality(self, row: int) -> Quality:
        """Sum up a window, from its oldest echo to its latest."""
        start, size, nth = row * self._size, self._size, self._next[row]
        order = (*range(start + nth, start + size), *range(start, start + nth))
        sent = lost = steps = 0
        apart = 0.0
        before = math.nan
        for at in order:
            if self._lost[at] == _UNUSED:
                continue
            rtt_ms = self._rtts_ms[at]
            lost += self._lost[at]
            sent += self._lost[at]
            if math.isnan(rtt_ms):
                continue
            sent += 1
            if not math.isnan(before):
                apart += abs(rtt_ms - before)
                steps += 1
            before = rtt_ms
        percent = round(100.0 * lost / sent, 2) if sent else 0.0
        return Quality(percent, round(apart / steps, 3) if steps else None)
