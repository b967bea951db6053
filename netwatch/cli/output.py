"""What commands share: options, exit codes, data on stdout, talk on stderr."""

import json
import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from netwatch.model.faults import NetwatchError

FINE: Final = 0
NO: Final = 1
"""The answer is no: not affected, defects found."""
USAGE: Final = 2
"""Wrong usage, or files that cannot be used."""
UNKNOWN: Final = 3
"""Could not find out."""
REFUSED: Final = 4
"""Needs a second person, or would leak."""
INTERRUPTED: Final = 130

DEFAULT_CONFIG: Final = Path("/etc/netwatch/netwatch.toml")

config_option = click.option(
    "--config",
    "config",
    envvar="NETWATCH_CONFIG",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"Settings of the service (or NETWATCH_CONFIG); {DEFAULT_CONFIG} where it exists.",
)
"""``--config FILE``; the command takes ``config: Path | None``, see ``config_path``."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
"""``--json``; the command takes ``as_json: bool``."""


class Stop(click.ClickException):
    """End the command with a message that says what to do next; the kinds differ in exit code."""

    exit_code = USAGE

    def show(self, file: Any = None) -> None:
        """Print the message on stderr."""
        click.echo(f"netwatch: {self.message}", file=file, err=True)


class AnswerIsNo(Stop):
    """End with 1: the question was understood, the answer is no."""

    exit_code = NO


class NotFoundOut(Stop):
    """End with 3: could not find out, so neither yes nor no."""

    exit_code = UNKNOWN


class Refused(Stop):
    """End with 4: it needs a second person, or would leak."""

    exit_code = REFUSED


def config_path(config: Path | None) -> Path | None:
    """Return the settings file to use: the one named, else the default where it exists."""
    if config is not None:
        return config
    return DEFAULT_CONFIG if DEFAULT_CONFIG.is_file() else None


def exit_code_of(fault: NetwatchError, otherwise: int) -> int:
    """Return the exit code a fault asks for by its ``exit_code``, else ``otherwise``."""
    code = getattr(fault, "exit_code", otherwise)
    return code if isinstance(code, int) else otherwise


def emit(document: Any, as_json: bool, human: Callable[[], object]) -> None:
    """Print ``document`` as one JSON document, or let ``human`` print it for a person."""
    if not as_json:
        human()
        return
    click.echo(as_line(document))


def as_line(document: Any) -> str:
    """Return a document as one line of JSON, letters kept as they are."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def talk(text: str) -> None:
    """Say something that is not data: on stderr."""
    click.echo(text, err=True)


def safe(text: str) -> str:
    """Return text from devices or strangers with everything removed that a terminal would obey.

    Control characters (ESC among them), line breaks and direction overrides become ``?``.
    """
    return "".join("?" if _commands_a_terminal(letter) else letter for letter in text)


def _commands_a_terminal(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp", "Cs")


def silence_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
