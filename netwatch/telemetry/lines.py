"""Batches -> lines of InfluxDB: ``check,device=...,part=...,site=... value=... seconds``. Pure.

Names come from devices. Commas, equals signs and spaces are escaped, as the protocol has it. It has
no way to write a line's end or a control character, and receivers disagree about a backslash that
stands before a mark, another backslash or the end of a name: these become their visible likenesses
(``␊``, ``＼``), so that no name can end a line or begin another tag. Letters stay as they are.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from netwatch.telemetry.batch import Batch

MOST_KNOWN: Final = 100_000
"""So many written names are remembered before remembering begins anew."""

_SAFE: Final = re.compile(r"[A-Za-z0-9_./:+#@()\[\]-]*")
_BEFORE_MARK: Final = re.compile(r"\\(?=[\\,= ]|$)|(?<=\\)\\")
_LIKENESS: Final = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000), 0x2028, 0x2029), 0xFFFD),
    **dict.fromkeys(
        (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD
    ),
}
"""Controls, line ends of Unicode, marks that turn the direction of writing, halves of pairs."""
_TAG: Final = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ "})
_MEASUREMENT: Final = str.maketrans({",": r"\,", " ": r"\ "})


def tag(text: str) -> str:
    """Write a tag's value."""
    return text if _SAFE.fullmatch(text) else legible(text).translate(_TAG)


def measurement(text: str) -> str:
    """Write a measurement; one that would begin a comment is made to begin with its likeness."""
    written = text if _SAFE.fullmatch(text) else legible(text).translate(_MEASUREMENT)
    return f"＃{written[1:]}" if written.startswith("#") else written or "_"


def legible(text: str) -> str:
    """Return a text with likenesses for all that the protocol cannot write."""
    return _BEFORE_MARK.sub("＼", text.translate(_LIKENESS))


class _Written(dict[str, str]):
    """Names as they are written, each looked at once."""

    def __missing__(self, text: str) -> str:
        if len(self) >= MOST_KNOWN:
            self.clear()
        written = self[text] = f",part={tag(text)}" if text else ""
        return written


class Writer:
    """Writes batches as lines; it remembers names, nothing else."""

    def __init__(self) -> None:
        self._parts = _Written()
        self._checks: dict[str, str] = {}

    def lines(self, batches: Iterable[Batch]) -> list[str]:
        """Return one line a value, in order."""
        lines: list[str] = []
        for batch in batches:
            lines.extend(self._lines(batch))
        return lines

    def _lines(self, batch: Batch) -> Sequence[str]:
        device = f",device={tag(batch.device)}"
        site = f",site={tag(batch.site)} value=" if batch.site else " value="
        parts, at = self._parts, f" {batch.at_s}"
        return [
            f"{check}{device}{parts[part]}{site}{value!r}{at}"
            for check, part, value in zip(
                map(self._check, batch.checks), batch.parts, batch.values, strict=True
            )
        ]

    def _check(self, check: str) -> str:
        known = self._checks.get(check)
        if known is None:
            if len(self._checks) >= MOST_KNOWN:
                self._checks.clear()
            known = self._checks[check] = measurement(check)
        return known
