"""Inventory and rules for a replay: all or nothing, every mistake named."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netwatch.inventory.reader import read_inventory
from netwatch.model.facts import NoticeDue
from netwatch.model.faults import Finding, Level, NetwatchError
from netwatch.model.network import Network
from netwatch.pipeline import StageRules
from netwatch.rules import Rulebook, read_rules
from netwatch.service.settings import Settings
from netwatch.views.board import Board

if TYPE_CHECKING:
    from netwatch.delivery.scribe import Scribe


class FilesError(NetwatchError):
    """These files cannot be used; every mistake is listed."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        errors = sorted(finding for finding in findings if finding.level is Level.ERROR)
        super().__init__("\n".join(str(finding) for finding in errors))


@dataclass(frozen=True, slots=True)
class Files:
    """What a tape is played against."""

    network: Network
    rules: StageRules
    words: "StaffWords"


def read_files(settings: Settings, inventory: Path | None, rules: Path | None) -> Files:
    """Read what the settings name, or what the command named instead.

    Raises:
        FilesError: there is a mistake in them.
    """
    reading = read_inventory(inventory or settings.inventory)
    ruled = read_rules(rules or settings.rules, reading.network)
    if reading.network is None or ruled.rulebook is None:
        raise FilesError((*reading.findings, *ruled.findings))
    book, network = ruled.rulebook, reading.network
    response = replace(book.stages.response, mode=settings.publishing.mode)
    return Files(
        network=network,
        rules=replace(book.stages, response=response),
        words=StaffWords(book, network, settings),
    )


class StaffWords:
    """Words what the staff is told as it would have been worded at that moment."""

    def __init__(self, book: Rulebook, network: Network, settings: Settings) -> None:
        """Load nothing yet: most tapes of a test say nothing to anybody."""
        self._book, self._network, self._settings = book, network, settings
        self._scribe: Scribe | None = None

    def __call__(self, due: NoticeDue, board: Board) -> str:
        """Return title and body of a staff message."""
        scribe = self._scribe = self._scribe or self._waken()
        text = scribe.text(due, board, self._settings.languages[0], due.at)
        return f"{text.title}\n{text.body}".strip()

    def _waken(self) -> "Scribe":
        from netwatch.delivery.render import Renderer  # noqa: PLC0415 - slow to load
        from netwatch.delivery.scribe import Scribe  # noqa: PLC0415 - so is this

        settings = self._settings
        return Scribe(
            Renderer(
                self._book.words,
                self._network,
                settings.name,
                settings.timezone,
                settings.languages,
            )
        )
