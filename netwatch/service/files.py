"""Inventory and rules as they come into force: read, or the last good ones instead."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netwatch.inventory.reader import read_inventory
from netwatch.model.faults import Finding, Level, NetwatchError
from netwatch.model.network import Network
from netwatch.rules import Rulebook, read_rules

LAST_GOOD: Final = "last-good"
DIGEST: Final = "digest"
PRIVATE: Final = 0o700


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """An inventory and rules that fit together."""

    network: Network
    rulebook: Rulebook


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


def read_files(inventory: Path, rules: Path | None) -> FilesRead:
    """Read both directories; every mistake of every file comes back."""
    reading = read_inventory(inventory)
    ruling = read_rules(rules, reading.network)
    findings = tuple(sorted({*reading.findings, *ruling.findings}))
    if reading.network is None or ruling.rulebook is None:
        return FilesRead(files=None, findings=findings)
    return FilesRead(
        files=Files(network=reading.network, rulebook=ruling.rulebook), findings=findings
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
    read = read_files(inventory, rules)
    if read.files is not None:
        return read.files, ()
    for end in ("", ".new", ".old"):  # the latter two: a crash while they changed places
        kept = state / f"{LAST_GOOD}{end}"
        if (kept / DIGEST).is_file():
            old = kept / "rules"
            before = read_files(kept / "inventory", old if old.is_dir() else None)
            if before.files is not None:
                return before.files, read.errors
    raise BadFilesError(listed(read.errors))


def copy_aside(inventory: Path, rules: Path | None, state: Path) -> tuple[Path, Path | None]:
    """Copy files into ``state`` without putting them in the place of the last good ones yet.

    Returns:
        The copies of inventory and rules.
    """
    new = state / f"{LAST_GOOD}.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=PRIVATE)
    shutil.copytree(inventory, new / "inventory", ignore=_left_out)
    if rules is None:
        return new / "inventory", None
    shutil.copytree(rules, new / "rules", ignore=_left_out)
    return new / "inventory", new / "rules"


def keep_copy(state: Path, digest: str) -> None:
    """Put the copy into the place of the last good files, whole."""
    kept, new, old = (state / f"{LAST_GOOD}{end}" for end in ("", ".new", ".old"))
    (new / DIGEST).write_text(f"{digest}\n")
    shutil.rmtree(old, ignore_errors=True)
    if kept.exists():
        kept.rename(old)
    new.rename(kept)
    shutil.rmtree(old, ignore_errors=True)


def kept_digest(state: Path) -> str:
    """Return the digest of the last good files; empty where there are none."""
    try:
        return (state / LAST_GOOD / DIGEST).read_text().strip()
    except OSError:
        return ""


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Return what is no part of an inventory: a checkout's .git, pipes, links to folders."""
    return [name for name in names if name.startswith(".") or not _plain(Path(folder, name))]


def _plain(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and not path.is_symlink())


def listed(findings: Iterable[Finding], most: int = 20) -> str:
    """Return findings as a person reads them, the first ``most``."""
    findings = list(findings)
    lines = [str(finding) for finding in findings[:most]]
    if len(findings) > most:
        lines.append(f"... and {len(findings) - most} more; see them all with: netwatch check")
    return "\n".join(lines)
