"""The lab as its users hold it: start it, break things, mend them, let it go."""

import asyncio
import pickle
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from netwatch.lab.brief import TRAP_PORT, Brief, LabFile, prepare, read_lab_file
from netwatch.lab.control import call
from netwatch.lab.faults import LabError, LabRefusedError
from netwatch.lab.scenario import Step
from netwatch.lab.terminals import Terminal
from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Network

START_S: Final = 30.0
END_S: Final = 5.0
REFUSED: Final = 3


@dataclass(frozen=True, slots=True)
class Lab:
    """A running lab. The namespaces live as long as its process."""

    process: asyncio.subprocess.Process
    file: LabFile
    state: Path

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        network: Network,
        state: Path,
        *,
        steps: Sequence[Step] = (),
        recordings: Mapping[str, Path] | None = None,
        communities: Mapping[str, str] | None = None,
        trap_port: int = TRAP_PORT,
        terminals: Mapping[DeviceId, Terminal] | None = None,
    ) -> AsyncIterator["Lab"]:
        """Simulate a network for as long as the block lasts.

        Args:
            network: what to simulate.
            state: the directory for ``lab.json`` and the control socket.
            steps: what breaks and mends by itself, and when.
            recordings: ``.snmprec`` files to serve, by address.
            communities: the community each credential name stands for; ``public`` where none is.
            trap_port: where on the NOC's address traps are sent.
            terminals: what OLTs and bridges know of homes beside the network.

        Raises:
            LabRefusedError: the kernel does not allow it; the message says what to do.
            LabError: a recording cannot be read, or a lab runs in ``state`` already.
        """
        brief = Brief(
            network=network,
            state=prepare(state),
            steps=tuple(steps),
            recordings=_addresses(recordings or {}),
            communities=dict(communities or {}),
            trap_port=trap_port,
            terminals=dict(terminals or {}),
        )
        _nobody_else(brief.state)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "netwatch.lab",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            await _brief(process, brief)
            yield cls(process, read_lab_file(brief.state), brief.state)
        finally:
            await _end(process)

    async def ended(self) -> int:
        """Wait until the lab's process ends; return its exit code."""
        return await self.process.wait()

    async def break_(self, element: str, kind: str | None = None, **options: float) -> None:
        """Break something: ``await lab.break_("link:l-1", "cut")``.

        Raises:
            LabError: no such element or kind.
        """
        said = {} if kind is None else {"kind": kind}
        await asyncio.to_thread(
            call, self.file.control, "break", element=element, **said, **options
        )

    async def mend(self, element: str = "all") -> None:
        """Mend what is broken of an element."""
        await asyncio.to_thread(call, self.file.control, "mend", element=element)

    async def status(self) -> dict[str, Any]:
        """Return how everything stands, as ``netwatch lab status --json`` prints it."""
        return await asyncio.to_thread(call, self.file.control, "status")


def _addresses(recordings: Mapping[str, Path]) -> dict[Address, Path]:
    found: dict[Address, Path] = {}
    for text, path in recordings.items():
        try:
            found[ip_address(text)] = path.resolve()
        except ValueError:
            raise LabError(f"{text!r} is no address; write --recording 198.51.100.7=FILE") from None
    return found


def _nobody_else(state: Path) -> None:
    try:
        running = read_lab_file(state)
    except LabError:
        return
    raise LabError(f"a lab runs in {state} already (pid {running.pid}); name another with --state")


async def _brief(process: asyncio.subprocess.Process, brief: Brief) -> None:
    assert process.stdin is not None  # noqa: S101 (asked for a pipe)
    assert process.stdout is not None  # noqa: S101 (asked for a pipe)
    assert process.stderr is not None  # noqa: S101 (asked for a pipe)
    body = pickle.dumps(brief)
    process.stdin.write(len(body).to_bytes(8, "big") + body)
    try:
        async with asyncio.timeout(START_S):
            await process.stdin.drain()
            line = await process.stdout.readline()
    except (ConnectionError, TimeoutError):
        line = b""
    if line:
        return
    if process.returncode is None and not process.stdout.at_eof():
        process.kill()
    said = (await process.stderr.read()).decode(errors="replace").strip()
    code = await process.wait()
    if code == REFUSED:
        raise LabRefusedError(said)
    raise LabError(said or f"the lab's process ended with {code} and said nothing")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Let the lab's process end: it does so when its stdin does; kill it if it does not.

    A signal would race with asyncio for the exit code of a process that ends just then.
    """
    if process.stdin is not None and not process.stdin.is_closing():
        process.stdin.transport.abort()  # to close would wait until a hung one has read it all
    try:
        async with asyncio.timeout(END_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
