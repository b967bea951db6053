"""Files -> a directory, each whole or not at all, whatever crashes when."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

STAGING: Final = ".new"
"""Where files stand until all of them are on the disk; what a crash leaves there is swept."""
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
    staged = []
    for number, (name, content) in enumerate(files.items()):
        temporary = staging / str(number)
        _write(temporary, content)
        staged.append((temporary, directory / name))
    folders = {place.parent for _, place in staged}
    for folder in sorted(folders):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(ENTERABLE)
    for temporary, place in staged:
        temporary.replace(place)
    for folder in folders:
        _sync(folder)
    staging.rmdir()


def sweep(directory: Path, folders: Iterable[str], keep: Iterable[str]) -> None:
    """Remove pages that no edition makes any more: only ``*.html``, only in these folders."""
    kept = {directory / name for name in keep}
    for folder in folders:
        for page in (directory / folder).glob("*.html"):
            if page not in kept:
                page.unlink(missing_ok=True)


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
