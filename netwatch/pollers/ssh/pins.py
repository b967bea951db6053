"""Which host keys are whose: a known_hosts file that only ever grows by a person's word."""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FILE: Final = "ssh-known-hosts"
LARGEST: Final = 16 << 20
_FIELDS: Final = 3

Key = tuple[str, str]
"""Kind and base64."""


def name_of(host: str, port: int) -> str:
    """Return how known_hosts names a server."""
    return host if port == 22 else f"[{host}]:{port}"  # noqa: PLR2004 - SSH's own port


class Pins:
    """The file, read again when it changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._keys: Mapping[str, tuple[Key, ...]] = {}

    def of(self, host: str, port: int) -> tuple[Key, ...]:
        """Return the keys that are pinned for a server.

        Raises:
            OSError: the file is there and cannot be read.
        """
        self._refresh()
        return self._keys.get(name_of(host, port), ())

    def pin(self, host: str, port: int, key: Key) -> None:
        """Write down that this key, and no other one, is the server's. Whole or not at all.

        Raises:
            OSError: the file cannot be read or written.
        """
        name = name_of(host, port)
        kept = [line for line in self._lines() if line.split(" ", 1)[0] != name]
        text = "".join(f"{line}\n" for line in (*kept, f"{name} {key[0]} {key[1]}"))
        self.path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        beside = self.path.with_name(f"{self.path.name}.new")
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # root pins for the service, which must read it
            folder = self.path.parent.stat()
            os.chown(beside, folder.st_uid, folder.st_gid)
        beside.replace(self.path)
        self._seen = None

    def _refresh(self) -> None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._keys, self._seen = {}, None
            return
        seen = (found.st_mtime_ns, found.st_size)
        if seen == self._seen:
            return
        keys: dict[str, tuple[Key, ...]] = {}
        for line in self._lines():
            fields = line.split()
            if len(fields) >= _FIELDS and not line.startswith("#"):
                keys[fields[0]] = (*keys.get(fields[0], ()), (fields[1], fields[2]))
        self._keys, self._seen = keys, seen

    def _lines(self) -> list[str]:
        try:
            with self.path.open("rb") as file:
                text = file.read(LARGEST).decode(errors="replace")
        except FileNotFoundError:
            return []
        return [line for line in text.splitlines() if line.strip()]
