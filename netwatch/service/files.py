"""Inventory and rules as they come into force: read, or the last good ones instead."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from netwatch.inventory.places.disk import FOLDER, PLACES
from netwatch.inventory.reader import read_inventory
from netwatch.inventory.sources import YAML_SUFFIXES, Digest, Source, find_files
from netwatch.journal.numbers import sync_directory
from netwatch.model.faults import ConfigError, Finding, Level, NetwatchError, Place
from netwatch.model.network import Network
from netwatch.rules import Rulebook, read_rules
from netwatch.rules.files import CALENDARS

if TYPE_CHECKING:
    from netwatch.inventory.places.spread import Conflict

LAST_GOOD: Final = "last-good"
DIGEST: Final = "digest"
OUTSIDE: Final = "outside"
"""Where copies of tables stand that do not lie under the inventory."""
OUTSIDE_NAMES: Final = "outside.json"
"""Which copy is which: the name as the inventory writes it, and its number in that folder."""
PRIVATE: Final = 0o700
RULE_SUFFIXES: Final = YAML_SUFFIXES | CALENDARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """An inventory and rules that fit together."""

    network: Network
    rulebook: Rulebook
    sources: Mapping[str, Path] = field(default_factory=dict)
    """The files that the inventory was read from, by name."""

    @property
    def digest(self) -> str:
        """Return one word for all that was read: other files, another word."""
        return _both(self.network.digest, self.rulebook.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRead:
    """What came of reading: files, unless a finding is an error."""

    files: Files | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return the findings that stop a start or a reload."""
        return tuple(finding for finding in self.findings if finding.level is Level.ERROR)


class BadFilesError(NetwatchError):
    """The files cannot be used and there are none from before."""

    exit_code = 2


def places_file(state: Path) -> Path:
    """Return where the derived places of a state lie; there may be none yet."""
    return state / FOLDER / PLACES


def with_places(network: Network, places: Path) -> tuple[Network | None, tuple[Finding, ...]]:
    """Return the network with the derived places in it, and where the inventory says otherwise.

    The inventory's word holds; None when the file of places is damaged.
    """
    from netwatch.inventory.places.spread import spread  # noqa: PLC0415 - a replay has no places
    from netwatch.inventory.places.store import read_places  # noqa: PLC0415

    try:
        joined = spread(network, read_places(places))
    except ConfigError as fault:
        return None, (fault.finding,)
    return joined.network, tuple(_differs(one, places) for one in joined.conflicts)


def _differs(conflict: "Conflict", places: Path) -> Finding:
    return Finding(
        Place(str(places)),
        f"subscriber {conflict.subscriber!r} is written on {conflict.written!r}, "
        f"and is seen on {conflict.derived!r}",
        "correct the inventory, or leave the device out there; until then the inventory holds",
        Level.WARNING,
    )


def read_files(
    inventory: Path,
    rules: Path | None,
    elsewhere: Mapping[str, Path] | None = None,
    places: Path | None = None,
) -> FilesRead:
    """Read both directories; every mistake of every file comes back.

    Args:
        inventory: the directory of the inventory.
        rules: that of the rules; None: those that ship.
        elsewhere: where tables of the inventory are read instead, by name.
        places: the file of derived places, joined with the inventory; None: none.
    """
    reading = read_inventory(inventory, elsewhere)
    network, differing = reading.network, tuple[Finding, ...]()
    if network is not None and places is not None:
        network, differing = with_places(network, places)
    ruling = read_rules(rules, network or reading.network)
    findings = tuple(sorted({*reading.findings, *differing, *ruling.findings}))
    if network is None or ruling.rulebook is None:
        return FilesRead(files=None, findings=findings)
    return FilesRead(
        files=Files(network=network, rulebook=ruling.rulebook, sources=dict(reading.sources)),
        findings=findings,
    )


def read_or_last_good(
    inventory: Path, rules: Path | None, state: Path
) -> tuple[Files, tuple[Finding, ...]]:
    """Return the files that a start takes, and why they are not those that were asked for.

    Returns:
        The files, and no findings; or the last good files, and what is wrong with the new ones.

    Raises:
        BadFilesError: the files are bad and there are no last good ones.
    """
    read = read_files(inventory, rules, places=places_file(state))
    if read.files is not None:
        return _with_no_place_lost(read.files, inventory, rules, state)
    for end in ("", ".new", ".old"):  # the latter two: a crash while they changed places
        kept = state / f"{LAST_GOOD}{end}"
        if (kept / DIGEST).is_file():
            before = read_copy(kept)
            if before.files is not None:
                return before.files, read.errors
    raise BadFilesError(listed(read.errors))


def _with_no_place_lost(
    files: Files, inventory: Path, rules: Path | None, state: Path
) -> tuple[Files, tuple[Finding, ...]]:
    """Return the files; with the places that were in force before where too many are gone."""
    from netwatch.service.place_guard import lost_places  # noqa: PLC0415 - a replay has no places

    before = kept_places(state)
    lost = lost_places(state, before)
    if lost is None:
        return files, ()
    kept = read_files(inventory, rules, places=before)
    return (files, ()) if kept.files is None else (kept.files, (lost,))


def kept_places(state: Path) -> Path:
    """Return where the places are that were in force last; there may be none."""
    return state / LAST_GOOD / PLACES


def copy_aside(sources: Mapping[str, Path], rules: Path | None, state: Path) -> Path:
    """Copy what was read into ``state``, not yet into the place of the last good files.

    Wherever a table lies and through whatever link a folder is reached, its copy is found again.

    Returns:
        The directory of the copies.
    """
    new = state / f"{LAST_GOOD}.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=PRIVATE)
    (new / "inventory").mkdir()
    (new / OUTSIDE).mkdir()
    outside: dict[str, str] = {}
    for name, path in sources.items():
        if _lies_inside(name):
            _copy(path, new / "inventory" / name)
        else:
            number = outside.setdefault(name, str(len(outside)))
            _copy(path, new / OUTSIDE / number)
    (new / OUTSIDE_NAMES).write_text(json.dumps(outside))
    if places_file(state).is_file():
        _copy(places_file(state), new / PLACES)
    for source in find_files(rules, RULE_SUFFIXES) if rules is not None else ():
        _copy(source.path, new / "rules" / source.path.relative_to(rules or ""))
    return new


def read_copy(kept: Path) -> FilesRead:
    """Read copies that ``copy_aside`` made."""
    return read_files(kept / "inventory", _copied_rules(kept), _outside(kept), kept / PLACES)


def digest_of_copy(kept: Path, sources: Iterable[str]) -> str:
    """Return what ``Files.digest`` would be if the copies were read; the network is not built.

    Args:
        kept: the directory of the copies.
        sources: the names of the files that the inventory was read from.

    Raises:
        OSError: a copy cannot be read.
        ConfigError: the copied places are damaged.
    """
    from netwatch.inventory.places.spread import spread_digest  # noqa: PLC0415
    from netwatch.inventory.places.store import read_places  # noqa: PLC0415

    inside, outside = kept / "inventory", _outside(kept)
    inventory = Digest(inside)
    for name in sources:
        path = outside.get(name, inside / name)
        inventory.take(Source(name, path), path.read_bytes(), name)
    network = spread_digest(inventory.text(), read_places(kept / PLACES))
    rulebook = read_rules(_copied_rules(kept)).rulebook
    return _both(network, rulebook.digest if rulebook is not None else "")


def _outside(kept: Path) -> dict[str, Path]:
    try:
        outside = json.loads((kept / OUTSIDE_NAMES).read_text())
    except (OSError, ValueError):
        return {}
    return {name: kept / OUTSIDE / number for name, number in outside.items()}


def _copied_rules(kept: Path) -> Path | None:
    rules = kept / "rules"
    return rules if rules.is_dir() else None


def _both(network: str, rulebook: str) -> str:
    return f"{network} {rulebook}"


def keep_copy(state: Path, digest: str) -> None:
    """Put the copy into the place of the last good files, whole."""
    kept, new, old = (state / f"{LAST_GOOD}{end}" for end in ("", ".new", ".old"))
    (new / DIGEST).write_text(f"{digest}\n")
    _force_to_disk(new)  # else a power cut leaves empty files under the name of good ones
    shutil.rmtree(old, ignore_errors=True)
    if kept.exists():
        kept.rename(old)
    new.rename(kept)
    sync_directory(state)
    shutil.rmtree(old, ignore_errors=True)


def kept_digest(state: Path) -> str:
    """Return the digest of the last good files; empty where there are none."""
    try:
        return (state / LAST_GOOD / DIGEST).read_text().strip()
    except OSError:
        return ""


def _force_to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            sync_directory(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_directory(folder)


def _lies_inside(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def listed(findings: Iterable[Finding], most: int = 20) -> str:
    """Return findings as a person reads them, the first ``most``."""
    findings = list(findings)
    lines = [str(finding) for finding in findings[:most]]
    if len(findings) > most:
        lines.append(f"... and {len(findings) - most} more; see them all with: netwatch check")
    return "\n".join(lines)
