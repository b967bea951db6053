"""Words to systemd: ready, reloading, stopping, and the watchdog's food."""

import os
import socket
import time
from collections.abc import Mapping
from typing import Final

MICRO: Final = 1_000_000
LONGEST_S: Final = 1.0


class Systemd:
    """The supervisor that started us, if it is one that listens (sd_notify)."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        meant = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        micros = environ.get("WATCHDOG_USEC", "")
        self.watchdog_s = int(micros) / MICRO if meant and micros.isdigit() else None
        """Without food for so long, systemd ends us; None: it does not watch."""

    def ready(self, status: str) -> None:
        """Say that the start, or a reload, is done."""
        self.say(f"READY=1\nSTATUS={_line(status)}")

    def reloading(self) -> None:
        """Say that a reload began."""
        micros = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self.say(f"RELOADING=1\nMONOTONIC_USEC={micros}")

    def stopping(self) -> None:
        """Say that the end began."""
        self.say("STOPPING=1")

    def alive(self, status: str) -> None:
        """Feed the watchdog, and say in a line how we are."""
        self.say(f"WATCHDOG=1\nSTATUS={_line(status)}")

    def say(self, words: str) -> None:
        """Send words; where nobody listens they are lost."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
            way.settimeout(LONGEST_S)  # a supervisor that hangs must not make us hang
            try:
                way.sendto(words.encode(), self._address)
            except OSError:
                return  # a supervisor that is gone cannot be told


def _line(text: str) -> str:
    return text.replace("\n", " ")
