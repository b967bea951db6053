"""Which files does git keep? Contacts of people must not be among them."""

import os
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
    try:
        root = Path(_git(directory, "rev-parse", "--show-toplevel").rstrip("\n"))
        inside = [str(path.relative_to(root)) for path in wanted if path.is_relative_to(root)]
        names = _git(root, "ls-files", "-z", "--", *inside).split("\0") if inside else []
    except (OSError, subprocess.SubprocessError):
        return set()
    return {wanted[root / name] for name in names if name and root / name in wanted}


def _git(directory: Path, *words: str) -> str:
    # A repository's own settings must not start programs while we only ask, names are no patterns,
    # and a hook that runs us must not make us look into its own index.
    command = ["git", "-C", str(directory), "-c", "core.fsmonitor=false", "--literal-pathspecs"]
    environment = {key: word for key, word in os.environ.items() if not key.startswith("GIT_")}
    answer = subprocess.run(  # noqa: S603 - fixed words and paths, no shell
        [*command, *words],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    return answer.stdout
