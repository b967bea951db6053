"""An answer -> its rows, by TextFSM. The only module that knows ntc-templates and textfsm."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import resources
from io import StringIO
from typing import Any, Final

from ntc_templates.parse import ParsingException, parse_output
from textfsm import TextFSM, TextFSMError
from textfsm.clitable import CliTableError

from netwatch.model.faults import NetwatchError
from netwatch.pollers.ssh.files import own_template
from netwatch.pollers.ssh.readable import bare, readable, unwrapped
from netwatch.pollers.ssh.rules import Row

MOST_ROWS: Final = 20_000
CPU_S: Final = 10.0
"""No honest answer takes so long; one made to hold a regular expression does."""


class UnreadableError(NetwatchError):
    """The answer cannot be taken apart."""

    exit_code = 3


class NoTemplateError(NetwatchError):
    """Nobody wrote down how such an answer is taken apart."""

    exit_code = 2


def rows_of(platform: str, command: str, raw: str, template: str = "") -> list[Row]:
    """Return the rows of an answer, as the template's columns in small letters.

    Args:
        platform: as ntc-templates calls it.
        command: what was said to the device.
        raw: what it answered, as it came; echo, prompt and pagers may be in it.
        template: an own template's name; else ntc-templates has it.

    Raises:
        NoTemplateError: there is none for this command.
        UnreadableError: the template does not understand the answer, or too long does not.
    """
    text = unwrapped(readable(raw), command)
    with _bounded(CPU_S):
        try:
            rows = _rows(platform, command, text, template)
        except (UnreadableError, NoTemplateError) as fault:
            without = bare(text, command)
            if isinstance(fault, NoTemplateError) or without.strip() == text.strip():
                raise
            rows = []
        if not rows:
            rows = _rows(platform, command, bare(text, command), template)
    if len(rows) > MOST_ROWS:
        raise UnreadableError(f"more than {MOST_ROWS} rows: no device has so many")
    return rows


def has_templates(platform: str) -> bool:
    """Say whether ntc-templates knows anything of a platform."""
    if not platform.replace("_", "").isalnum():
        return False
    folder = resources.files("ntc_templates") / "templates"
    return any(file.name.startswith(f"{platform}_") for file in folder.iterdir())


def _rows(platform: str, command: str, text: str, template: str) -> list[Row]:
    try:
        if template:
            return [
                {name.lower(): value for name, value in row.items()}
                for row in TextFSM(StringIO(_own(template))).ParseTextToDicts(text)
            ]
        found: list[dict[str, Any]] = parse_output(platform, command, text)
    except ParsingException as fault:
        if "No template found" in str(fault):
            raise NoTemplateError(f"no template for {command!r} of {platform}") from None
        raise UnreadableError(f"the answer to {command!r} is not as its template expects") from None
    except (TextFSMError, CliTableError) as fault:
        raise UnreadableError(
            f"the answer to {command!r} is not as its template expects: {_said(fault)}"
        ) from None
    return list(found)


def _said(fault: Exception) -> str:
    return " ".join(str(fault).split())[:200]


@lru_cache(maxsize=64)
def _own(name: str) -> str:
    return own_template(name)


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Stop after so much processor time; signals reach only the main thread, others go unbounded.

    A regular expression looks for signals while it backtracks.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def too_long(_number: int, _frame: object) -> None:
        raise UnreadableError(f"it took more than {seconds:g} s to understand: no honest answer")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
