"""netwatch doctor: what this machine lacks, and how to mend it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from netwatch.cli.output import FINE, NO, config_option, emit, json_option

if TYPE_CHECKING:
    from netwatch.service.doctor import Verdict

MARKS = {"ok": ("ok", "green"), "warning": ("warning", "yellow"), "fail": ("FAIL", "red")}


@click.command()
@config_option
@json_option
def doctor(config: Path | None, as_json: bool) -> int:
    r"""Say what this machine lacks, and how to mend it; exit 1 if netwatch cannot work here.

    \b
    Example:
        netwatch doctor --config /etc/netwatch/netwatch.toml
    """
    from netwatch.service.doctor import State, as_plain, examine  # noqa: PLC0415 - `--help` first

    verdicts = examine(config)
    emit(as_plain(verdicts), as_json, lambda: _show(verdicts))
    return NO if any(verdict.state is State.FAIL for verdict in verdicts) else FINE


def _show(verdicts: "list[Verdict]") -> None:
    for verdict in verdicts:
        word, colour = MARKS[verdict.state]
        click.echo(f"{click.style(f'{word:8}', fg=colour)}{verdict.text}")
        if verdict.remedy:
            click.echo(f"        {verdict.remedy}")
