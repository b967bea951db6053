"""Files read in a process of their own: a reload must not make the service stall.

``python -m netwatch.service.apart files INVENTORY RULES PLACES`` (``-``: none) or ``... copy
DIRECTORY`` writes what came of it to standard output.
"""

import asyncio
import gc
import pickle
import sys
from pathlib import Path
from typing import Final

from netwatch.model.faults import Finding, Place
from netwatch.service.files import FilesRead, read_copy, read_files

LONGEST_S: Final = 120.0
FILES: Final = "files"
NONE: Final = "-"
"""Stands for a path that there is not."""
COPY: Final = "copy"


async def read_files_apart(
    inventory: Path, rules: Path | None, places: Path | None = None
) -> FilesRead:
    """Read both directories in a child process; whatever becomes of it, a finding says so."""
    return await _read(FILES, inventory, rules or Path(NONE), places or Path(NONE))


async def read_copy_apart(copies: Path) -> FilesRead:
    """Read the copies of good files in a child process, as a start would."""
    return await _read(COPY, copies)


async def _read(what: str, *places: Path) -> FilesRead:
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "netwatch.service.apart", what, *map(str, places)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as fault:
        return _failed(places[0], f"no process could be started to read it: {fault.strerror}")
    try:
        async with asyncio.timeout(LONGEST_S):
            said, complained = await process.communicate()
    except TimeoutError:
        return _failed(places[0], f"reading took longer than {LONGEST_S:.0f} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = complained.decode(errors="replace").strip().rpartition("\n")[2]
        return _failed(places[0], f"the process that reads ended with {process.returncode}: {last}")
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
    what, first, *rest = sys.argv[1:]
    rules, places = ([None if word == NONE else Path(word) for word in rest] + [None, None])[:2]
    inventory = Path(first)
    copied = what == COPY
    read = read_copy(inventory) if copied else read_files(inventory, rules, places=places)
    pickle.dump(read, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
