"""netwatch desk cluster: what customers report out of one place, and what a person makes of it."""

from pathlib import Path
from typing import Any, Final

import click

from netwatch.cli.door import carry_out, door_of, me, now, zone_of
from netwatch.cli.output import config_option, emit, json_option, safe
from netwatch.model.names import ClusterId
from netwatch.model.voices import ConfirmCluster, DismissCluster
from netwatch.views.local_times import local

STATES: Final = {
    "asking": "devices are being asked",
    "open": "nothing seen explains it",
    "confirmed": "it is a fault",
    "dismissed": "nothing of ours",
    "over": "no more came",
}


@click.group()
def cluster() -> None:
    """See where several customers report at once, and say what it is."""


@cluster.command("list")
@json_option
@config_option
def list_(*, as_json: bool, config: Path | None) -> None:
    r"""Show the places out of which several reported within the day, the latest first.

    \b
    Example:
        netwatch desk cluster list
    """
    answer = door_of(config).call("clusters")
    del answer["ok"]
    emit(answer, as_json, lambda: _print(answer, config))


@cluster.command()
@click.argument("number", metavar="CLUSTER")
@json_option
@config_option
def confirm(number: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that CLUSTER is a fault, whatever is seen: it becomes an incident of all lines there.

    It is told of as any other, cause unknown, until somebody resolves it or what is seen says more.

    \b
    Example:
        netwatch desk cluster confirm C-3
    """
    name = _name(number)
    command = ConfirmCluster(at=now(), cluster=name, by=me())
    said = f"{name} is an incident now; see: netwatch incident list"
    carry_out(command, said, as_json=as_json, config=config)


@cluster.command()
@click.argument("number", metavar="CLUSTER")
@click.option("--note", default="", help="What it was.")
@json_option
@config_option
def dismiss(number: str, note: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that CLUSTER is nothing of ours: nobody is told of that place for two hours.

    \b
    Example:
        netwatch desk cluster dismiss C-3 --note "a television channel is away"
    """
    name = _name(number)
    command = DismissCluster(at=now(), cluster=name, by=me(), note=note[:500])
    said = f"{name} is dismissed; that place is quiet for two hours"
    carry_out(command, said, as_json=as_json, config=config)


def _name(number: str) -> ClusterId:
    return ClusterId(number.upper() if number.upper().startswith("C-") else f"C-{number}")


def _print(answer: dict[str, Any], config: Path | None) -> None:
    zone = zone_of(config)
    if not answer["clusters"]:
        click.echo("nowhere did several customers report at once within the day")
    for one in answer["clusters"]:
        who = f" by {one['by']}" if one["by"] else ""
        click.echo(safe(f"{one['cluster']}  {STATES.get(one['state'], one['state'])}{who}"))
        heard = f"{one['callers']} of {one['lines']} lines since {local(one['since'], zone)}"
        click.echo(safe(f"      {one['place']}: {heard}"))
        if one["state"] != "asking" and one["asked"]:
            click.echo(f"      {one['answering']} of {one['asked']} asked there answer")
        if one["incident"]:
            click.echo(safe(f"      goes on as {one['incident']}"))
        if one["note"]:
            click.echo(safe(f"      {one['note']}"))
    if answer["calls_unusual_since"]:
        since = local(answer["calls_unusual_since"], zone)
        click.echo(f"more people call than usual at this hour, since {since}")
