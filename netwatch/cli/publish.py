"""netwatch publish: the one switch for all public words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from netwatch.cli.door import bring, door_of, me, now, zone_of
from netwatch.cli.output import Stop, config_option, emit, json_option, safe
from netwatch.model.arrivals import Hold, Resume
from netwatch.model.facts import PublishHeld
from netwatch.views.local_times import local
from netwatch.views.proof import stamp

Answer = dict[str, Any]


@click.group()
def publish() -> None:
    """See, hold and resume all public words."""


@publish.command()
@json_option
@config_option
def status(*, as_json: bool, config: Path | None) -> None:
    r"""Say how far netwatch may speak to the public, and who stopped it.

    \b
    Example:
        netwatch publish status
    """
    told = door_of(config).call("status")
    answer = {
        "mode": told["mode"],
        "held": told["held"],
        "held_until": told["held_until"],
        "by": told["held_by"] or None,
    }
    emit(answer, as_json, lambda: _print_status(answer, config))


@publish.command()
@click.option("--for", "span", metavar="1h", help="End by itself after this long.")
@json_option
@config_option
def hold(span: str | None, *, as_json: bool, config: Path | None) -> None:
    r"""Stop all public words at once. Staff alerts go on.

    \b
    Examples:
        netwatch publish hold
        netwatch publish hold --for 1h
    """
    command = Hold(at=now(), by=me(), lasts=None if span is None else _span(span))
    facts = bring(config, command, "nothing was held; see: netwatch publish status")
    held = next(fact for fact in facts if isinstance(fact, PublishHeld))
    held_until = None if held.until is None else stamp(held.until)
    answer = {"held_until": held_until, "by": held.by}
    said = f"All public words are held {_how_long(held_until, config)}."
    said += " Let them out: netwatch publish resume"
    emit(answer, as_json, lambda: click.echo(said))


@publish.command()
@json_option
@config_option
def resume(*, as_json: bool, config: Path | None) -> None:
    r"""Let public words out again; what is still true is then said.

    \b
    Example:
        netwatch publish resume
    """
    bring(config, Resume(at=now(), by=me()), "nothing is held; see: netwatch publish status")
    said = "Public words go out again; what is still true is being said now."
    emit({"held_until": None, "by": None}, as_json, lambda: click.echo(said))


def _span(text: str) -> timedelta:
    from netwatch.model.spans import span  # noqa: PLC0415 - only needed here

    try:
        return span(text)
    except ValueError as fault:
        raise Stop(str(fault)) from None


def _how_long(held_until: str | None, config: Path | None) -> str:
    if held_until is None:
        return "until somebody resumes"
    return f"until {local(held_until, zone_of(config))}"


def _print_status(answer: Answer, config: Path | None) -> None:
    means = {
        "shadow": "everything is decided and worded, nothing leaves for the public",
        "website": "the website speaks, all other public channels are silent",
        "full": "all public channels speak",
    }
    mode = answer["mode"]
    click.echo(f"{mode}: {means[mode]}")
    if answer["held"]:
        until = _how_long(answer["held_until"], config)
        click.echo(f"held by {safe(answer['by'] or '?')} {until}")
        click.echo("let public words out: netwatch publish resume")
    elif mode == "shadow":
        click.echo("let it speak: set mode in [publishing] of netwatch.toml, then restart netwatch")
