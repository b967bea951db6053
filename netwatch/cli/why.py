"""netwatch why and why-not: the evidence, and the reason for silence."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from netwatch.cli.door import about, door_of, incident_of, zone_of
from netwatch.cli.incident import unknown
from netwatch.cli.output import (
    AnswerIsNo,
    Stop,
    config_option,
    emit,
    json_option,
    safe,
)
from netwatch.views import incidents as view
from netwatch.views.board import Outage
from netwatch.views.local_times import local, with_local_times
from netwatch.views.why_words import LANGUAGES, because, but, what_next

Answer = dict[str, Any]


@click.command()
@click.argument("number", metavar="INCIDENT")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="In which the reasons are told."
)
@json_option
@config_option
def why(number: str, *, language: str, as_json: bool, config: Path | None) -> None:
    r"""Show the evidence for INCIDENT's cause, and what was rejected with which odds.

    \b
    Examples:
        netwatch why I-1042
        netwatch why I-1042 --language pl
    """
    name = incident_of(number)
    board, _ = about(config, name)
    answer = view.why(board, name)
    if answer is None:
        raise AnswerIsNo(unknown(name))
    _word(answer, board.outages[board.survivor(name)], language)
    emit(answer, as_json, lambda: _print_why(answer, zone_of(config)))


@click.command("why-not")
@click.argument("device")
@json_option
@config_option
def why_not(device: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say why nothing was said about DEVICE.

    \b
    Example:
        netwatch why-not olt-polna
    """
    from netwatch.intake.door import DoorRefusedError  # noqa: PLC0415 - `--help` needs none

    try:
        answer = door_of(config).call("why-not", device=device)
    except DoorRefusedError as fault:
        raise Stop(f"{safe(device)}: {fault}") from None
    del answer["ok"]
    emit(answer, as_json, lambda: _print_why_not(answer, config))


def _word(answer: Answer, outage: Outage, language: str) -> None:
    answer["because"] = because(outage.proof, outage.root_cause, language)
    answer["but"] = but(outage.proof, language)
    answer["next"] = what_next(outage, language)


def _print_why(answer: Answer, zone: ZoneInfo) -> None:
    also = ", ".join(answer["also_possible"]) or "nothing"
    said = f", as {answer['cause_by']} said," if answer["cause_by"] else ""
    lines = {
        "cause": f"{answer['cause']}{said} at {' and '.join(answer['root_cause'])}"
        f" ({answer['confidence']:.1%})",
        "because": answer["because"],
        "against": answer["but"],
        "or": f"cannot be told apart from: {also}",
        "next": answer["next"],
    }
    for name, text in lines.items():
        click.echo(f"{name:8} {safe(with_local_times(text, zone))}")
    for rival in answer["rejected"]:
        where = " and ".join(rival["root_cause"])
        click.echo(f"rejected {safe(where)}: odds {rival['odds']:.2g} to 1")
    if answer["suspects"]:
        click.echo(f"check the inventory of {safe(', '.join(answer['suspects']))}")


def _print_why_not(answer: Answer, config: Path | None) -> None:
    since = local(answer["since"], zone_of(config)) if answer["since"] else ""
    click.echo(f"{answer['device']}: {answer['reason']}{f', since {since}' if since else ''}")
    click.echo(safe(answer["text"]))
    if swapped := answer.get("swapped"):
        at = local(swapped["at"], zone_of(config))
        was, now = safe(swapped["before"]), safe(swapped["serial"])
        click.echo(f"swapped {at}: its serial number was {was} and is {now}")
