"""Child processes that are spoken to over a socket: begun, ended, and what they said last."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from netwatch.pollers.frames import FrameError, Unpacker, pack

_END_AT_MOST_S: Final = 1.0
_LAST_WORDS_OCTETS: Final = 2000
_READ_OCTETS: Final = 1 << 16

Talk = Callable[[socket.socket], Awaitable[str]]
"""Speaks with the child until it ends; returns why it must be ended, if it must."""


class Quiet(NamedTuple):
    """How long a child's silence is borne."""

    wait_s: float
    times: int
    """After so many silences of that length it is ended."""
    became: str
    """What it is then said to have done: ``hung``."""


async def live(command: tuple[str, ...], talk: Talk) -> str:
    """Live through one child's life; return how it ended.

    Its standard input is the other end of the socket that ``talk`` is given.
    """
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=theirs.fileno(), stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
    except OSError as fault:  # no process, memory or descriptor to be had: another time
        ours.close()
        return f"cannot be started: {fault.strerror or fault}"
    except BaseException:
        ours.close()
        raise
    listening = asyncio.create_task(_last_words(process))
    why = words = ""
    try:
        why = await talk(ours)
    finally:
        await _end(process)
        words = await listening
    code = process.returncode or 0
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    return ": ".join(filter(None, (why or how, words)))


async def hear(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    understand: Callable[[dict[str, Any]], str | None],
    *,
    quiet: Callable[[], Quiet],
) -> str:
    """Take in what a child says until it ends; return why it must be ended, if it must.

    Args:
        reader: what it says.
        writer: where it is asked to say something when it is silent.
        understand: takes one document; returns why the child must be ended, if it must.
        quiet: tells how long its silence is borne just now.
    """
    unpacker, unheard = Unpacker(), 0
    while True:
        borne = quiet()
        try:
            async with asyncio.timeout(borne.wait_s):  # wait_for may lose our own cancellation
                data = await reader.read(_READ_OCTETS)
            for document in unpacker.feed(data):
                if wrong := understand(document):
                    return wrong
        except TimeoutError:
            unheard += 1
            if unheard >= borne.times:
                return f"{borne.became}: not a word for {unheard * borne.wait_s:g} s"
            writer.write(pack({"say": "something"}))
        except ConnectionError:
            return ""
        except FrameError as fault:
            return f"cannot be understood: {fault}"
        else:
            if not data:
                return ""
            unheard = 0


async def _last_words(process: asyncio.subprocess.Process) -> str:
    """Return the last line that the child wrote to standard error."""
    said = b""
    if process.stderr is not None:
        while octets := await process.stderr.read(_LAST_WORDS_OCTETS):
            said = (said + octets)[-_LAST_WORDS_OCTETS:]
    lines = [line.strip() for line in said.decode(errors="replace").splitlines()]
    return next(filter(None, reversed(lines)), "")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let a child end, now that its socket is closed; kill one that does not.

    Killed at once it would race with asyncio for the exit code of a child that ends just then.
    """
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_END_AT_MOST_S):
                await process.wait()
    finally:  # also when we are told to end while we wait
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
