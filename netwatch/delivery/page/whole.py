"""Files -> a directory, each whole or not at all, whatever crashes when."""

import contextlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from netwatch.delivery.page import forced

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
    staged = [(f"{staging}/{number}", f"{directory}/{name}") for number, name in enumerate(files)]
    forced.write([temporary for temporary, _ in staged], files.values(), READABLE)
    folders = sorted({os.path.dirname(place) for _, place in staged})  # noqa: PTH120 - of thousands
    for folder in folders:
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder).chmod(ENTERABLE)
    for temporary, place in staged:
        _take_place(temporary, place)
    for folder in folders:
        forced.force(folder)
    shutil.rmtree(staging)


def sweep(directory: Path, folders: Iterable[str], keep: Iterable[str]) -> None:
    """Remove pages that no edition makes any more: only ``*.html``, only in these folders."""
    kept = {f"{directory}/{name}" for name in keep}
    for folder in folders:
        here = f"{directory}/{folder}"
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for name in os.listdir(here):  # noqa: PTH208 - of thousands
                if name.endswith(".html") and f"{here}/{name}" not in kept:
                    Path(here, name).unlink(missing_ok=True)


def _take_place(temporary: str, place: str) -> None:
    """Let a file take its place in one step; the one before keeps a name until all is done.

    To let go of a file's last name may take a disk milliseconds, and readers wait for the next one.
    """
    with contextlib.suppress(OSError):  # nothing stood there, or a disk without hard links
        os.link(place, f"{temporary}.old")
    os.replace(temporary, place)  # noqa: PTH105 - of thousands
