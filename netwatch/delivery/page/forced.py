"""Files -> the disk itself, so that they outlast a power cut: few one by one, many all at once."""

import ctypes
import os
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

FEW: Final = 32
"""More than so many are forced to the disk by one wait for all: twenty times as many a second."""
WRITERS: Final = 8
"""What waits side by side is forced to the disk together: five times as many files a second."""


def write(paths: Collection[str], contents: Iterable[bytes], mode: int) -> None:
    """Write files; all of them are on the disk on return.

    Args:
        paths: where, all on one file system; what stands there is overwritten.
        contents: what, in the same order.
        mode: who may read them, whatever the umask says.

    Raises:
        OSError: the disk is full, or failed.
    """
    if len(paths) > FEW and paths and (whole_disk := _sync_of_all()) is not None:
        _write_many(list(paths), contents, mode, whole_disk)
        return

    def one(path: str, content: bytes) -> None:
        _write(path, content, mode)
        force(path)

    with ThreadPoolExecutor(WRITERS, thread_name_prefix="page") as writers:
        list(writers.map(one, paths, contents))


def force(path: str) -> None:
    """Force a file or a folder to the disk.

    Raises:
        OSError: the disk failed.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_many(
    paths: list[str], contents: Iterable[bytes], mode: int, whole_disk: Callable[[int], int]
) -> None:
    # opened before the first is written: what fails from here on is told by the handle
    handle = os.open(os.path.dirname(paths[0]), os.O_RDONLY)  # noqa: PTH120 - paths are strings
    try:
        for path, content in zip(paths, contents, strict=True):
            _write(path, content, mode)
        if whole_disk(handle) == 0:
            return
    finally:
        os.close(handle)
    for path in paths:  # a fault there may be that of other files on the disk
        force(path)


def _write(path: str, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(handle, mode)
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
    finally:
        os.close(handle)


@cache
def _sync_of_all() -> Callable[[int], int] | None:
    """Return syncfs(2), which Python does not have; None where the system has none."""
    try:
        call = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None
    call.argtypes, call.restype = [ctypes.c_int], ctypes.c_int
    return call
