"""The lab's door: one JSON line in, one JSON line out, over a unix socket of its owner."""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from netwatch.lab.faults import LabError, LabGoneError

LONGEST_LINE: Final = 1 << 20
PATIENCE_S: Final = 10.0

Handle = Callable[[Mapping[str, Any]], dict[str, Any]]


async def listen(path: Path, handle: Handle) -> asyncio.Server:
    """Answer questions on a unix socket; what ``handle`` refuses goes back as ``wrong``."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(_answer(line, handle))
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the asker left, or sent a line without end: nothing is owed
        finally:
            writer.close()

    return await asyncio.start_unix_server(serve, sock=_bound(path), limit=LONGEST_LINE)


def _bound(path: Path) -> socket.socket:
    """Return a socket bound to ``path`` for its owner alone; one left by a dead lab goes."""
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(path))
    path.chmod(0o600)
    return door


def _answer(line: bytes, handle: Handle) -> bytes:
    try:
        question = json.loads(line)
        answer = handle(question if isinstance(question, dict) else {})
    except (LabError, ValueError) as fault:
        answer = {"wrong": str(fault)}
    return json.dumps(answer, separators=(",", ":")).encode() + b"\n"


def call(control: Path | str, ask: str, **said: Any) -> dict[str, Any]:
    """Ask the lab and wait for its answer.

    Raises:
        LabError: it refused, or nobody answered.
    """
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(PATIENCE_S)
            door.connect(str(control))
            door.sendall(json.dumps({"ask": ask, **said}).encode() + b"\n")
            with door.makefile("rb") as lines:
                line = lines.readline()
        answer = json.loads(line)
    except (OSError, ValueError) as fault:
        raise LabGoneError(f"the lab at {control} does not answer: {fault}") from fault
    if not isinstance(answer, dict) or "wrong" in answer:
        raise LabError(str(answer.get("wrong") if isinstance(answer, dict) else answer))
    return answer
