"""netwatch desk inbox: what people wrote below our posts, for a person to answer."""

from pathlib import Path
from typing import Any

import click

from netwatch.cli.door import door_of, me, zone_of
from netwatch.cli.output import AnswerIsNo, config_option, emit, json_option, safe
from netwatch.views.local_times import local


@click.group()
def inbox() -> None:
    """See what people wrote below our posts, and what to answer; netwatch answers nobody."""


@inbox.command("list")
@json_option
@config_option
def list_(*, as_json: bool, config: Path | None) -> None:
    r"""Show what waits for an answer, the oldest first, each with words to paste.

    \b
    Example:
        netwatch desk inbox list
    """
    answer = _call("inbox", config)
    emit(answer, as_json, lambda: _print(answer["inbox"], config))


@inbox.command()
@click.argument("number", metavar="NUMBER")
@json_option
@config_option
def take(number: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that you answer NUMBER, so that nobody else does; see the words to paste.

    \b
    Example:
        netwatch desk inbox take M-12
    """
    answer = _call("inbox-take", config, number=_name(number), by=me())
    emit(answer, as_json, lambda: _print([answer], config))


@inbox.command("answered")
@click.argument("number", metavar="NUMBER")
@json_option
@config_option
def answered(number: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that NUMBER was answered, or needs no answer: author and words are erased here.

    \b
    Example:
        netwatch desk inbox answered M-12
    """
    answer = _call("inbox-answered", config, number=_name(number), by=me())
    emit(answer, as_json, lambda: click.echo(f"{_name(number)} is answered, and erased here"))


def _call(ask: str, config: Path | None, **params: str) -> dict[str, Any]:
    from netwatch.intake.door import DoorRefusedError  # noqa: PLC0415 - `--help` needs none

    try:
        answer = door_of(config).call(ask, **params)
    except DoorRefusedError as fault:
        raise AnswerIsNo(safe(str(fault))) from None
    del answer["ok"]
    return answer


def _name(number: str) -> str:
    return safe(number.upper() if number.upper().startswith("M-") else f"M-{number}")


def _print(rows: list[dict[str, Any]], config: Path | None) -> None:
    zone = zone_of(config)
    if not rows:
        click.echo("nothing waits for an answer")
    for one in rows:
        mine = f", {one['taken_by']} answers it" if one["taken_by"] else ""
        author = one["author"] or "somebody"
        click.echo(
            safe(f"{one['number']}  {local(one['at'], zone)}  {one['way']} of {author}{mine}")
        )
        click.echo(safe(f"      {' '.join(one['text'].split())}"))
        if one["suggested"]:
            click.echo(safe(f"      answer: {' '.join(one['suggested'].split())}"))
