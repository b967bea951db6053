"""netwatch commands, each in a process of its own, forked from one that has imported them all.

To import is most of what a short command costs, and the tests run hundreds of them. What is forked
here has its own arguments, folder, environment, standard streams and end, as if a shell had started
it; `test_warm.py` holds that against commands that are. What starts Python itself stays with tests
that do so: `netwatch demo`, systemd, the lab, the web, the crash of an import.
"""

import atexit
import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from netwatch.cli import COMMANDS, main
from netwatch.pollers.library import shipped_library
from netwatch.pollers.unasked.trap_table import shipped_traps
from netwatch.rules import read_rules
from netwatch.rules.words_check import check_words

ROOT = Path(__file__).parents[2]
LATER = ("netwatch.service.running", "netwatch.web.serving", "netwatch.web.visit")
"""What commands import only once they have begun."""
PATIENCE_S = 60.0
UP_S = 60.0
LONGEST_ORDER = 150_000
"""Octets of arguments and environment that one datagram carries."""


class Warm:
    """A command that was started; the part of ``subprocess.Popen`` that tests use."""

    def __init__(self, args: Sequence[str], status: socket.socket) -> None:
        self.args = args
        self.returncode: int | None = None
        self._status = status
        self.pid = int(self._next(UP_S) or 0)
        assert self.pid, "no process was forked"

    def poll(self) -> int | None:
        """Return the exit code; None while it lives."""
        with contextlib.suppress(TimeoutError):
            return self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            TimeoutError: it lives for longer.
        """
        if self.returncode is None:
            self.returncode = int(self._next(timeout))
            self._status.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _next(self, timeout: float | None) -> bytes:
        """Return what the mother says next: the number of the process, then its exit code."""
        with selectors.DefaultSelector() as ready:
            ready.register(self._status, selectors.EVENT_READ)
            if not ready.select(timeout):
                raise TimeoutError(f"{self.args} lives on")
        said = self._status.recv(16)
        assert said, f"the process that forks is gone; it was to run {self.args}"
        return said


def start(
    *words: str | Path,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    stderr: IO[bytes] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Warm:
    """Start ``netwatch WORDS``; the streams are files, or else go nowhere."""
    args = [str(word) for word in words]
    order = json.dumps(
        {
            "args": args,
            "cwd": str(cwd or Path.cwd()),
            "env": dict(os.environ if env is None else env),
        }
    ).encode()
    assert len(order) < LONGEST_ORDER
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs, Path(os.devnull).open("r+b", buffering=0) as nowhere:
        streams = [(one or nowhere).fileno() for one in (stdin, stdout, stderr)]
        socket.send_fds(_mother(), [order], [*streams, theirs.fileno()])
    return Warm(args, ours)


def run(
    *words: str | Path,
    stdin: str = "",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = PATIENCE_S,
) -> subprocess.CompletedProcess[str]:
    """Run ``netwatch WORDS`` to its end; what it printed is text, as with ``subprocess.run``.

    Raises:
        TimeoutError: it took longer than ``timeout`` seconds, and was killed.
    """
    with TemporaryFile() as told, TemporaryFile() as said, TemporaryFile() as complained:
        told.write(stdin.encode())
        told.seek(0)
        process = start(*words, stdin=told, stdout=said, stderr=complained, cwd=cwd, env=env)
        try:
            code = process.wait(timeout)
        except TimeoutError:
            process.kill()
            raise
        said.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess(
            process.args, code, said.read().decode(), complained.read().decode()
        )


@cache
def _mother() -> socket.socket:
    """Start the process that forks the others; it ends when this one does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for buffer in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        ours.setsockopt(socket.SOL_SOCKET, buffer, 2 * LONGEST_ORDER)
        theirs.setsockopt(socket.SOL_SOCKET, buffer, 2 * LONGEST_ORDER)
    with theirs:
        mother = subprocess.Popen(
            [sys.executable, "-m", "tests.edges.warm", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # who has threads must not fork
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    atexit.register(_end, ours, mother)
    return ours


def _end(orders: socket.socket, mother: subprocess.Popen[bytes]) -> None:
    orders.close()
    mother.wait()


def _serve(orders: socket.socket) -> Sequence[str]:
    """Fork whatever is ordered; return in each child, with its arguments."""
    lives: dict[int, tuple[int, socket.socket]] = {}
    with selectors.DefaultSelector() as ready:
        ready.register(orders, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fd != orders.fileno():
                    ready.unregister(key.fd)
                    _bury(key.fd, *lives.pop(key.fd))
                    continue
                order, files, _, _ = socket.recv_fds(orders, LONGEST_ORDER, 4)
                if not order:
                    sys.exit(0)
                status = socket.socket(fileno=files.pop())
                child = os.fork()
                if child == 0:
                    orders.close()
                    status.close()
                    for end, (_, other) in lives.items():
                        os.close(end)
                        other.close()
                    return _become(json.loads(order), files)
                for file in files:
                    os.close(file)
                with contextlib.suppress(BrokenPipeError):
                    status.send(b"%d" % child)
                end = os.pidfd_open(child)
                lives[end] = child, status
                ready.register(end, selectors.EVENT_READ)


def _bury(end: int, child: int, status: socket.socket) -> None:
    _, how = os.waitpid(child, 0)
    os.close(end)
    with status, contextlib.suppress(BrokenPipeError):
        status.send(b"%d" % os.waitstatus_to_exitcode(how))


def _become(order: dict[str, Any], streams: Sequence[int]) -> Sequence[str]:
    for place, file in enumerate(streams):
        os.dup2(file, place)
        os.close(file)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["env"])
    return list(order["args"])


def _warm_up() -> None:
    """Import what commands import, and read what ships with netwatch."""
    for where in COMMANDS.values():
        import_module(where.partition(":")[0])
    for module in LATER:
        import_module(module)
    shipped_library()
    shipped_traps()
    if book := read_rules(None).rulebook:
        check_words(book, None)  # makes ready what the words that ship are written in
    gc.collect()
    gc.freeze()  # else each fork would copy it all by looking for garbage in it


if __name__ == "__main__":
    _warm_up()
    arguments = _serve(socket.socket(fileno=int(sys.argv[1])))
    sys.argv = [sys.executable, *arguments]
    main()
