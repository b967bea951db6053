"""Files read in a process of their own: a reload must not make the service stall.

``python -m netwatch.service.apart INVENTORY RULES PLACES`` (``-``: none) writes what came of it to
standard output.
"""

import asyncio
import gc
import pickle
import sys
from pathlib import Path
from typing import Final

from netwatch.model.faults import Finding, Place
from netwatch.service.files import FilesRead, read_files

LONGEST_S: Final = 120.0
NONE: Final = "-"
"""Stands for a path that there is not."""


async def read_files_apart(
    inventory: Path, rules: Path | None, places: Path | None = None
) -> FilesRead:
    """Read both directories in a child process; whatever becomes of it, a finding says so."""
    words = (inventory, rules or NONE, places or NONE)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "netwatch.service.apart", *map(str, words)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as fault:
        return _failed(inventory, f"no process could be started to read it: {fault.strerror}")
    try:
        async with asyncio.timeout(LONGEST_S):
            said, complained = await process.communicate()
    except TimeoutError:
        return _failed(inventory, f"reading took longer than {LONGEST_S:.0f} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = complained.decode(errors="replace").strip().rpartition("\n")[2]
        return _failed(inventory, f"the process that reads ended with {process.returncode}: {last}")
    return await asyncio.to_thread(_unpacked, said)


def _unpacked(said: bytes) -> FilesRead:
    gc.disable()  # looking for garbage among what is just being made doubles the time
    try:
        read = pickle.loads(said)  # noqa: S301 - said by our own child, by a pipe nobody else holds
    finally:
        gc.enable()
    if not isinstance(read, FilesRead):
        raise TypeError(f"the process that reads said {type(read).__name__}")
    return read


def _failed(inventory: Path, wrong: str) -> FilesRead:
    finding = Finding(Place(str(inventory)), wrong, "see: netwatch check")
    return FilesRead(files=None, findings=(finding,))


def main() -> None:
    """Read, and write what came of it."""
    inventory, rules, places = (None if word == NONE else Path(word) for word in sys.argv[1:])
    read = read_files(inventory or Path(NONE), rules, places=places)
    pickle.dump(read, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
