"""A serial line to a modem: commands out, lines back, each within its time.

The only module that imports pyserial, and that when a line is opened.
"""

import re
import time
from typing import Final

CHUNK_S: Final = 0.1
LARGEST: Final = 1 << 18


class SerialLine:
    """One open line. What the modem says by itself, between our commands, is passed over."""

    def __init__(self, device: str, baud: int) -> None:
        """Open it for us alone.

        Raises:
            OSError: it is not there, is no serial line, or somebody else has it.
        """
        from serial import Serial  # noqa: PLC0415 - where there is a modem

        self._port = Serial(
            device, baud, timeout=CHUNK_S, write_timeout=5.0, exclusive=True, rtscts=False
        )

    def ask(self, command: bytes, ends: re.Pattern[str], within_s: float) -> list[str]:
        """Send a command and return the lines up to one that ``ends`` matches, which is the last.

        Raises:
            OSError: none came in time, or the line is gone.
        """
        until_s = time.monotonic() + within_s
        self._port.reset_input_buffer()
        self._port.write(command)
        heard = bytearray()
        while time.monotonic() < until_s and len(heard) < LARGEST:
            heard += self._port.read(max(1, self._port.in_waiting))
            lines = [line for line in heard.decode("ascii", "replace").splitlines() if line.strip()]
            for number, line in enumerate(lines):
                whole = number < len(lines) - 1 or heard.endswith((b"\n", b"\r", b"> "))
                if whole and ends.fullmatch(line if line == "> " else line.strip()):
                    return [one.strip() for one in lines[: number + 1]]
        raise TimeoutError("it does not answer")

    def close(self) -> None:
        """Let go of it."""
        self._port.close()
