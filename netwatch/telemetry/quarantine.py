"""Lines that a database refused for good -> a file, each lot below the server's own words."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

FILE: Final = "refused.txt"
BEFORE: Final = "refused.1.txt"
MOST_OCTETS: Final = 8 * 1024 * 1024
MOST_FILES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """A folder of what was refused: two text files of 8 MB at most, the older one goes.

    It is a help for who looks for the reason; where it cannot be written, sending goes on.
    """

    folder: Path
    now: Callable[[], datetime]

    def keep(self, lines: Sequence[str], words: str) -> None:
        """Write lines down, and why they were refused."""
        told = f"# {self.now().isoformat(timespec='seconds')} {' '.join(words.split())}\n"
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            file = self.folder / FILE
            if file.exists() and file.stat().st_size > MOST_OCTETS:
                file.replace(self.folder / BEFORE)
            with file.open("a", encoding="utf-8") as page:
                page.write(told + "".join(f"{line}\n" for line in lines))

    def keep_file(self, path: Path) -> None:
        """Put a file aside that cannot be read; beyond some of them it is removed."""
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if len(list(self.folder.glob("*.damaged"))) < MOST_FILES:
                path.rename(self.folder / f"{path.name}.damaged")
                return
        except OSError:
            pass
        with suppress(OSError):
            path.unlink()
