"""A far place: files are put there, each whole or not at all, read back, and removed."""

import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from posixpath import basename, dirname
from typing import Any, Final

from netwatch.delivery.push import filesystems
from netwatch.delivery.push.target import Reveal, Target
from netwatch.model.faults import NetwatchError

LANES: Final = 4
"""So many files travel at a time: a far host answers each step after a round trip."""
TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
    "atom": "application/atom+xml",
    "ics": "text/calendar; charset=utf-8",
}
FRESH: Final = "public, max-age=15, stale-if-error=86400"


class FarError(NetwatchError):
    """The far place did not take it, or holds something else; says what it said."""


class Far:
    """One far place, by a few connections; after a fault it is thrown away and made anew."""

    def __init__(self, target: Target, reveal: Reveal) -> None:
        self._target, self._reveal = target, reveal
        self._systems: list[Any] = []
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def put(self, files: Mapping[str, bytes], done: Callable[[str], object] = str) -> None:
        """Put files, several at a time, and read each back.

        Args:
            files: by name, in the page's directory.
            done: is told each that is there as it should be.

        Raises:
            FarError: one of them is not there as it should be; others may be.
        """
        for folder in sorted({dirname(name) for name in files}):
            self._attempt(folder or ".", partial(self._folder, folder))

        def put(name: str, system: Any) -> None:
            self._put(name, files[name], system)
            done(name)

        self._each(files, put)

    def get(self, name: str) -> bytes | None:
        """Return a file as it stands there; None: there is none.

        Raises:
            FarError: that could not be found out.
        """
        found: list[bytes] = []

        def read(system: Any) -> None:
            try:
                found.append(system.cat_file(self._path(name)))
            except FileNotFoundError:
                return

        self._attempt(name, read)
        return found[0] if found else None

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone already are no fault.

        Raises:
            FarError: one stands there still.
        """

        def remove(name: str, system: Any) -> None:
            try:
                system.rm_file(self._path(name))
            except FileNotFoundError:
                return

        self._each(dict.fromkeys(names), remove)

    def close(self) -> None:
        """Let go of all connections; whoever waits for one fails at once."""
        with self._lock:
            systems, self._systems = self._systems, []
        for system in systems:
            filesystems.close(system)

    def _put(self, name: str, content: bytes, system: Any) -> None:
        path = self._path(name)
        if self._target.scheme == "s3":  # an object is there whole or not at all
            kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
            system.pipe_file(path, content, ContentType=kind, CacheControl=FRESH)
        else:
            aside = f"{dirname(path)}/.{basename(path)}.new"
            system.pipe_file(aside, content)
            system.mv(aside, path)
        if system.cat_file(path) != content:
            raise FarError(f"{name}: what stands there is not what was put there")

    def _folder(self, folder: str, system: Any) -> None:
        if folder in self._made or self._target.scheme == "s3":
            return
        system.makedirs(self._path(folder) if folder else self._target.path, exist_ok=True)
        self._made.add(folder)

    def _path(self, name: str) -> str:
        head = f"{self._target.host}{self._target.path}" if self._target.scheme == "s3" else ""
        return f"{head or self._target.path}/{name}"

    def _each(self, names: Iterable[str], act: Callable[[str, Any], None]) -> None:
        """Act on every name in a few lanes; the first fault ends all of them."""
        waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        for name in names:
            waiting.put(name)
        failed: list[Exception] = []

        def lane() -> None:
            while not failed:
                try:
                    name = waiting.get_nowait()
                except queue.Empty:
                    return
                try:
                    self._attempt(name, partial(act, name))
                except Exception as fault:  # noqa: BLE001 - raised again by who waits for the lane
                    failed.append(fault)

        lanes = [
            threading.Thread(target=lane, daemon=True) for _ in range(min(LANES, waiting.qsize()))
        ]
        for one in lanes:
            one.start()
        for one in lanes:
            one.join()
        if failed:
            raise failed[0]

    def _attempt(self, what: str, act: Callable[[Any], None]) -> None:
        try:
            try:
                system = self._free.get_nowait()
            except queue.Empty:
                system = filesystems.file_system(self._target, self._reveal)
                with self._lock:
                    self._systems.append(system)
            act(system)
            self._free.put(system)
        except filesystems.faults() as fault:
            said = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
            raise FarError(f"{what}: {said}") from fault
