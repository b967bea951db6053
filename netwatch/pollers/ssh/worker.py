"""The visitor: a child process, so that no thread, slow box or hostile answer stalls the service.

Spoken to over the socket it is given as standard input (see `netwatch.pollers.ssh.visitor`). It
ends when that socket closes. Sessions run in threads; answers are taken apart in the main thread,
where a regular expression that does not end can be stopped.
"""

import argparse
import os
import queue
import signal
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from netwatch import __version__
from netwatch.model.faults import NetwatchError
from netwatch.pollers.frames import FrameError, Unpacker, pack
from netwatch.pollers.namespaces import Namespace, join
from netwatch.pollers.ssh.files import platforms
from netwatch.pollers.ssh.reading import read
from netwatch.pollers.ssh.session import visit
from netwatch.pollers.ssh.visits import Said, Visit, Visited

_READ_OCTETS: Final = 1 << 16
_MOST_WAITING: Final = 1000

Heard = tuple[str, str | None, str]
Step = Callable[[], bool]
"""Something for the main thread to do; False ends the process."""


class Visitor:
    """Does visits for whoever is at the other end of the pipe."""

    def __init__(self, pipe: socket.socket, sessions: int) -> None:
        self._pipe = pipe
        self._pool = ThreadPoolExecutor(sessions, thread_name_prefix="session")
        self._steps: queue.Queue[Step] = queue.Queue(_MOST_WAITING)

    def run(self) -> None:
        """Work until the pipe closes; sessions under way end with the process."""
        self._send({"hello": {"pid": os.getpid(), "version": __version__}})
        threading.Thread(target=self._listen, daemon=True).start()
        while self._steps.get()():
            pass

    def _listen(self) -> None:
        unpacker = Unpacker()
        while True:
            try:
                data = self._pipe.recv(_READ_OCTETS)
                for document in unpacker.feed(data):
                    self._steps.put(lambda document=document: self._begin(document))  # type: ignore[misc]
            except (OSError, FrameError):
                data = b""
            if not data:
                self._steps.put(lambda: False)
                return

    def _begin(self, document: dict[str, Any]) -> bool:
        if "visit" in document:
            number, wanted = document["visit"]
            self._pool.submit(self._visit, number, Visit.of(wanted))
        elif "say" in document:
            return self._send({"said": document["say"]})
        return True

    def _visit(self, number: int, wanted: Visit) -> None:
        """Do one visit; in a thread."""
        heard: list[Heard] = []
        try:
            came = visit(wanted, lambda *one: heard.append(one))
        except BaseException as fault:
            why = f"{type(fault).__name__} while visiting {wanted.host}"
            self._steps.put(lambda: self._failed(why))
            raise
        self._steps.put(lambda: self._tell(number, wanted, came, heard))

    def _tell(self, number: int, wanted: Visit, came: Visited, heard: list[Heard]) -> bool:
        said = tuple(_said(wanted, *one) for one in heard)
        return self._send({"visited": [number, replace(came, said=said).plain()]})

    def _failed(self, why: str) -> bool:
        """End: a fault that is ours must be seen, and what was under way is asked again."""
        print(why, file=sys.stderr)  # noqa: T201 - a process's last word
        return False

    def _send(self, document: dict[str, Any]) -> bool:
        try:
            self._pipe.sendall(pack(document))
        except OSError:
            return False
        return True


def _said(wanted: Visit, command: str, text: str | None, wrong: str) -> Said:
    if text is None:
        return Said(command=command, wrong=wrong, unknown=True)
    try:
        reading = read(platforms()[wanted.platform], command, text).plain()
    except NetwatchError as fault:
        return Said(command=command, wrong=str(fault))
    if not wanted.keep_rows:
        del reading["rows"]
    return Said(command=command, reading=reading)


def main() -> None:
    """Join a namespace if told to, then work."""
    parser = argparse.ArgumentParser(prog="netwatch.pollers.ssh.worker", description=__doc__)
    parser.add_argument("--sessions", type=int, default=8, help="so many at a time")
    parser.add_argument("--net-ns", type=Path, help="network namespace to ask from")
    parser.add_argument("--user-ns", type=Path, help="user namespace that owns it")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # the service's, which then closes the socket
        signal.signal(number, signal.SIG_IGN)
    if options.net_ns is not None:
        try:
            join(Namespace(net=options.net_ns, user=options.user_ns))
        except OSError as fault:
            sys.exit(f"netwatch visitor: {fault.strerror or fault}")
    with socket.socket(fileno=os.dup(0)) as pipe:
        Visitor(pipe, options.sessions).run()
        sys.stderr.flush()
        os._exit(0)  # sessions under way are not waited for


if __name__ == "__main__":
    main()
