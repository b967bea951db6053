"""netwatch publish: the one switch for all public words, what waits for people, situations."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from netwatch.cli.approvals import approval_of, became, show_approvals
from netwatch.cli.door import bring, door_of, me, now, zone_of
from netwatch.cli.output import Stop, config_option, emit, json_option, safe
from netwatch.cli.publish_rehearse import rehearse
from netwatch.cli.publish_report import report
from netwatch.model.arrivals import (
    Approve,
    BeginSituation,
    EndSituation,
    Hold,
    Refuse,
    Resume,
)
from netwatch.model.facts import PublishHeld, SituationEnded
from netwatch.views.local_times import local
from netwatch.views.proof import stamp

Answer = dict[str, Any]


@click.group()
def publish() -> None:
    """See, hold and resume public words; approve what waits; tell much as one."""


publish.add_command(report)
publish.add_command(rehearse)


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
        "situation": told.get("situation"),
        "approvals_waiting": told.get("approvals_waiting", 0),
        "spent": told.get("spent"),
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


@publish.command()
@json_option
@config_option
def approvals(*, as_json: bool, config: Path | None) -> None:
    r"""List what waits for people to agree, and what became of the rest.

    \b
    Example:
        netwatch publish approvals
    """
    rows = door_of(config).call("approvals")["approvals"]
    emit({"approvals": rows}, as_json, lambda: show_approvals(rows, zone_of(config)))


@publish.command()
@click.argument("approval", metavar="A-3")
@json_option
@config_option
def approve(approval: str, *, as_json: bool, config: Path | None) -> None:
    r"""Let words go that wait for a person. Some need two different ones.

    \b
    Example:
        netwatch publish approve A-3
    """
    command = Approve(at=now(), approval=approval_of(approval), by=me())
    _answer(config, command, as_json=as_json)


@publish.command()
@click.argument("approval", metavar="A-3")
@json_option
@config_option
def refuse(approval: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say no to words that wait: they are not said of this outage on that channel.

    \b
    Example:
        netwatch publish refuse A-3
    """
    command = Refuse(at=now(), approval=approval_of(approval), by=me())
    _answer(config, command, as_json=as_json)


def _answer(config: Path | None, command: Approve | Refuse, *, as_json: bool) -> None:
    bring(config, command, "nothing waits; see: netwatch publish approvals")
    rows = door_of(config).call("approvals")["approvals"]
    row = next(row for row in rows if row["approval"] == command.approval)
    emit(row, as_json, lambda: click.echo(became(row)))


@publish.group()
def situation() -> None:
    """Tell of all that is broken as one, or of each outage by itself again."""


@situation.command()
@json_option
@config_option
def start(*, as_json: bool, config: Path | None) -> None:
    r"""Tell of all that is broken as one: one post, one headline over the list.

    It begins by itself when several outages come within an hour, see `situation` in the rules.

    \b
    Example:
        netwatch publish situation start
    """
    bring(config, BeginSituation(at=now(), by=me()), "it stands; see: netwatch publish status")
    told = door_of(config).call("status")["situation"]
    said = f"{told['situation']} stands: {len(told['incidents'])} outages are told of as one."
    said += " End it: netwatch publish situation end"
    emit(told, as_json, lambda: click.echo(said))


@situation.command()
@json_option
@config_option
def end(*, as_json: bool, config: Path | None) -> None:
    r"""Tell of each new outage by itself again; what was posted is edited until all is mended.

    \b
    Example:
        netwatch publish situation end
    """
    facts = bring(config, EndSituation(at=now(), by=me()), "nothing is told of as one")
    name = next(fact.situation for fact in facts if isinstance(fact, SituationEnded))
    said = f"{name} is ended; each new outage is told of by itself again."
    emit({"situation": name, "stands": False}, as_json, lambda: click.echo(said))


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
    if (one := answer["situation"]) is not None:
        count = len(one["incidents"])
        since = local(one["began_at"], zone_of(config))
        click.echo(f"{one['situation']}: {count} outages are told of as one since {since}")
    if (spent := answer["spent"]) and spent["priced"]:
        most = "" if spent["most_a_day"] is None else f" of {spent['most_a_day']:.2f}"
        said = f"messages cost {spent['today']:.2f}{most} {spent['currency']}".rstrip()
        click.echo(f"{said} today")
    if answer["approvals_waiting"]:
        click.echo(f"{answer['approvals_waiting']} wait for people: netwatch publish approvals")
    if not answer["held"] and mode == "shadow":
        click.echo("let it speak: set mode in [publishing] of netwatch.toml, then restart netwatch")
