"""Files of the state that nobody else may read: replaced whole or not at all, or appended to."""

import os
from pathlib import Path
from typing import Final

FOLDER: Final = "places"
PLACES: Final = "places.jsonl"
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_ROOT: Final = 0


def replace_whole(path: Path, raw: bytes) -> None:
    """Put these bytes in the place of a file; they are on the disk when this returns.

    Raises:
        OSError: there is no room, or no permission; what was there before stands.
    """
    make_folder(path.parent)
    new = path.with_name(f".{path.name}.new")
    with open(new, "wb", opener=private) as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def append_lines(path: Path, raw: bytes) -> None:
    """Add whole lines to a file; a line torn by a power cut before gives way."""
    make_folder(path.parent)
    with open(path, "ab", opener=private) as file:
        whole = _whole(path)
        if whole < file.tell():
            file.truncate(whole)
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def cut(path: Path, size: int) -> None:
    """Leave a file no longer than this many octets."""
    with path.open("r+b") as file:
        if file.seek(0, os.SEEK_END) > size:
            file.truncate(size)
            os.fsync(file.fileno())


def size_of(path: Path) -> int:
    """Return how long a file is, in octets, up to the end of its last whole line."""
    return _whole(path) if path.exists() else 0


def make_folder(folder: Path) -> None:
    """Make a folder for the owner of the one around it alone, where there is none."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _give(handle, folder.parent)
    finally:
        os.close(handle)


def private(path: str, flags: int) -> int:
    """Open a file that nobody else may read but the owner of its folder: an ``opener``.

    What root writes on the command line the service must be able to read. The folder is the
    service's, so no link in it is followed: root would write over, and give away, what it names.

    Raises:
        OSError: there is no permission, or a link stands where the file belongs.
    """
    handle = os.open(path, flags | os.O_NOFOLLOW, _PRIVATE_FILE)
    try:
        _give(handle, Path(path).parent)
    except OSError:
        os.close(handle)
        raise
    return handle


def _give(handle: int, folder: Path) -> None:
    if os.geteuid() != _ROOT:
        return
    owner, now = folder.stat(), os.fstat(handle)
    if (owner.st_uid, owner.st_gid) != (now.st_uid, now.st_gid):
        os.fchown(handle, owner.st_uid, owner.st_gid)


def _whole(path: Path) -> int:
    return path.read_bytes().rfind(b"\n") + 1
