"""An answer on a command line -> its rows and what they say: the way from text to meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from netwatch.pollers.ssh.allowing import NotAllowedError, allowed
from netwatch.pollers.ssh.meaning import Understood, understand
from netwatch.pollers.ssh.parsing import has_templates, rows_of
from netwatch.pollers.ssh.rules import Command, Platform, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one answer says."""

    platform: str
    command: str
    rows: Sequence[Row]
    understood: Understood

    def plain(self) -> dict[str, Any]:
        """Return it as one JSON document: the rows, and their meaning as `netwatch probe` has it.

        The columns of a row are those of its template, in small letters.
        """
        return {
            "platform": self.platform,
            "command": self.command,
            "rows": [dict(row) for row in self.rows],
            **self.understood.plain(),
        }


def read(platform: Platform, said: str, raw: str) -> Reading:
    """Return what an answer says; of a command that netwatch does not list, the rows alone.

    Raises:
        NoTemplateError: nobody wrote down how such an answer is taken apart.
        UnreadableError: the answer is not what the command answers.
    """
    command = _listed(platform, said)
    rows = rows_of(platform.id, said, raw, command.template)
    return Reading(
        platform=platform.id, command=said, rows=rows, understood=understand(command, rows)
    )


def stranger(name: str) -> Platform | None:
    """Return a platform of which only ntc-templates knows something; nothing may be sent to it."""
    if not has_templates(name):
        return None
    return Platform(id=name, title=name, vendor="", netmiko=name)


def _listed(platform: Platform, said: str) -> Command:
    try:
        return allowed(platform, said)[0]
    except NotAllowedError:
        return Command(say=said)
