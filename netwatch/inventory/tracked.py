"""Which files does git keep? Contacts of people must not be among them."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PATIENCE_S: Final = 10.0


def tracked_by_git(directory: Path, paths: Iterable[Path]) -> set[Path]:
    """Return those of ``paths`` that git tracks; none where there is no git or no repository."""
    wanted = {path.resolve(): path for path in paths}
    if not wanted:
        return set()
    # A repository's own settings must not start programs of its choice while we only ask.
    command = ["git", "-C", str(directory), "-c", "core.fsmonitor=false", "ls-files", "-z"]
    command += ["--full-name", "--", *map(str, wanted)]
    top = ["git", "-C", str(directory), "rev-parse", "--show-toplevel"]
    try:
        root = _ask(top).strip()
        names = _ask(command).split("\0")
    except (OSError, subprocess.SubprocessError):
        return set()
    return {wanted[path] for name in names if name and (path := Path(root, name)) in wanted}


def _ask(command: list[str]) -> str:
    answer = subprocess.run(  # noqa: S603 - fixed words and paths, no shell
        command, check=True, capture_output=True, text=True, timeout=PATIENCE_S
    )
    return answer.stdout
