"""A directory -> the files that make up an inventory, in path order, and their digest."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netwatch.inventory.findings import Findings
from netwatch.model.faults import Place

YAML_SUFFIXES: Final = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A file: its path as findings show it, and as it is opened."""

    shown: str
    path: Path


def find_files(directory: Path, suffixes: frozenset[str]) -> list[Source]:
    """Return the files with one of ``suffixes`` anywhere under ``directory``, in path order.

    Hidden files and folders (``.git``, an editor's leftovers) are not looked at; a folder that is
    linked into itself is entered once.

    Raises:
        OSError: the directory, or a folder in it, cannot be listed.
    """
    found: list[Source] = []
    entered: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(directory, followlinks=True, onerror=_raise):
        status = os.stat(folder)  # noqa: PTH116 - os.walk speaks in strings
        if (status.st_dev, status.st_ino) in entered:
            folders.clear()
            continue
        entered.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(folder, name)
            if path.suffix.lower() in suffixes and not name.startswith("."):
                found.append(Source(str(path), path))
    return sorted(found)


def _raise(fault: OSError) -> None:
    raise fault


def find_inventory(directory: Path, findings: Findings) -> list[Source]:
    """Return the YAML files of an inventory, or none and a finding."""
    place = Place(str(directory))
    if not directory.exists():
        findings.error(
            place, "there is no such directory", "name the inventory with --inventory DIR"
        )
    elif not directory.is_dir():
        findings.error(place, "is not a directory", "name the directory that holds the file")
    else:
        try:
            return find_files(directory, YAML_SUFFIXES)
        except OSError as fault:
            where = Place(str(fault.filename or directory))
            reason = (fault.strerror or str(fault)).lower()
            findings.error(where, f"cannot be listed: {reason}", "check its permissions")
    return []


class Digest:
    """What was read, as one short word: the same files give the same digest, wherever they lie."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._files: dict[str, bytes] = {}
        self.sources: dict[str, Path] = {}
        """What was read, by name: as reached from the directory, or absolute as it was written."""

    def take(self, source: Source, data: bytes, name: str | None = None) -> None:
        """Count the bytes of one file in; without a name it lies under the directory."""
        name = name or str(source.path.relative_to(self._directory))
        self._files[name] = hashlib.sha256(data).digest()
        self.sources[name] = source.path

    def text(self) -> str:
        """Return ``sha256:...`` over names and contents in path order."""
        whole = hashlib.sha256()
        for name, digest in sorted(self._files.items()):
            whole.update(name.encode("utf-8", "surrogateescape") + b"\0" + digest)
        return f"sha256:{whole.hexdigest()}"
