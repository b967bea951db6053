"""What a replay is judged by and worded with: the files in force, outside a running service."""

from pathlib import Path
from typing import TYPE_CHECKING

from netwatch.model.facts import NoticeDue
from netwatch.model.faults import Finding, NetwatchError
from netwatch.service.files import Files, places_file, read_files
from netwatch.service.settings import Settings
from netwatch.views.board import Board

if TYPE_CHECKING:
    from netwatch.delivery.scribe import Scribe


class FilesError(NetwatchError):
    """These files cannot be used; every mistake is listed."""

    def __init__(self, errors: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in errors))


def files_of(settings: Settings, inventory: Path | None = None, rules: Path | None = None) -> Files:
    """Read the files that the settings name, or those that a command named instead.

    Raises:
        FilesError: there is a mistake in them.
    """
    read = read_files(
        inventory or settings.inventory,
        rules or settings.rules,
        places=None if inventory else places_file(settings.state),
    )
    if read.files is None:
        raise FilesError(read.errors)
    return read.files


class StaffWords:
    """Words what the staff is told as it would have been worded at that moment."""

    def __init__(self, files: Files, settings: Settings) -> None:
        """Load nothing yet: many a tape says nothing to anybody."""
        self._files, self._settings = files, settings
        self._scribe: Scribe | None = None

    def __call__(self, due: NoticeDue, board: Board) -> str:
        """Return title and body of a staff message."""
        scribe = self._scribe = self._scribe or self._waken()
        spoken = self._files.rulebook.language_of(due.recipients[0])
        text = scribe.text(due, board, spoken or self._settings.languages[0], due.at)
        return f"{text.title}\n{text.body}".strip()

    def _waken(self) -> "Scribe":
        from netwatch.delivery.render import Renderer  # noqa: PLC0415 - slow to load
        from netwatch.delivery.scribe import Scribe  # noqa: PLC0415 - so is this

        name, zone, languages = (
            self._settings.name,
            self._settings.timezone,
            self._settings.languages,
        )
        words, network = self._files.rulebook.words, self._files.network
        return Scribe(Renderer(words, network, name, zone, languages))
