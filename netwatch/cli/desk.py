"""netwatch desk: what the person does who has a customer on the line."""

from pathlib import Path
from typing import IO, Any, Final

import click

from netwatch.cli.asking import STATES, ask
from netwatch.cli.callback import callback
from netwatch.cli.cluster import cluster
from netwatch.cli.door import door_of, zone_of
from netwatch.cli.inbox import inbox
from netwatch.cli.output import AnswerIsNo, Stop, config_option, emit, json_option, safe
from netwatch.views.local_times import local

_LONGEST: Final = 4000


@click.group()
def desk() -> None:
    """Hear how a caller's line stands and what to say, and bring in what they report."""


desk.add_command(ask)
desk.add_command(callback)
desk.add_command(cluster)
desk.add_command(inbox)


@desk.command()
@click.argument("subscriber", metavar="SUBSCRIBER")
@click.option(
    "--text-file",
    "text",
    type=click.File("rb"),
    metavar="FILE",
    help="What they said, - for standard input. It is kept on a recording only.",
)
@json_option
@config_option
def report(subscriber: str, *, text: IO[bytes] | None, as_json: bool, config: Path | None) -> None:
    r"""Say that SUBSCRIBER reports to have no service; hear what is known, and what to tell them.

    Their line and its neighbourhood are asked again at once. One report an hour counts of each
    subscriber, and reports alone are no outage, however many come.

    \b
    Examples:
        netwatch desk report S-1042
        netwatch desk report S-1042 --text-file - <mail.txt
    """
    from netwatch.intake.door import DoorRefusedError  # noqa: PLC0415 - `--help` needs none

    words = "" if text is None else _words(text)
    try:
        answer = door_of(config).call("report", subscriber=subscriber, text=words)
    except DoorRefusedError as fault:
        raise AnswerIsNo(safe(str(fault))) from None
    del answer["ok"]
    emit(answer, as_json, lambda: _print(answer, config))


def _words(text: IO[bytes]) -> str:
    try:
        words = text.read(_LONGEST * 4 + 1).decode()
    except UnicodeDecodeError as fault:
        raise Stop(f"the text is no UTF-8 ({fault.reason}); convert it with: iconv") from None
    if len(words) > _LONGEST:
        raise Stop(f"the text is longer than {_LONGEST} characters; shorten it")
    return words


def _print(answer: dict[str, Any], config: Path | None) -> None:
    zone = zone_of(config)
    since = f" since {local(answer['since'], zone)}" if answer["since"] else ""
    of = answer["incident"] or answer["works"]
    click.echo(safe(f"{answer['subscriber']}: {STATES[answer['state']]}{since}"))
    if of:
        end = answer["expected_end"]
        until = f", expected until {local(end, zone)}" if end else ""
        told = f", {answer['reports']} reported it" if answer["reports"] else ""
        click.echo(safe(f"{'what':8} {of}{until}{told}"))
    for way, words in answer["say"].items():
        click.echo(safe(f"{way:8} {words}"))
    click.echo(safe(f"{'next':8} {answer['next']}"))
    if not answer["counted"]:
        click.echo(f"{'counts':8} not again: they reported within the hour, or too many just now")
