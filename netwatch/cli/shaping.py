"""netwatch incident merge, split, retract: what a person knows better."""

from collections.abc import Sequence
from pathlib import Path

import click

from netwatch.cli.door import carry_out, incident_of, me, now
from netwatch.cli.output import config_option, json_option
from netwatch.cli.proof import named
from netwatch.model.arrivals import Resolve
from netwatch.model.names import ElementName
from netwatch.model.shaping import Merge, Split


@click.command()
@named
@click.argument("into", metavar="INTO")
@json_option
@config_option
def merge(number: str, into: str, *, as_json: bool, config: Path | None) -> None:
    r"""Say that INCIDENT is the same fault as INTO, which goes on with both.

    Whoever was told of INCIDENT hears the rest from INTO; its own notice is taken from the page.

    \b
    Example:
        netwatch incident merge I-1043 I-1042
    """
    name, other = incident_of(number), incident_of(into)
    command = Merge(at=now(), incident=name, into=other, by=me())
    said = f"{name} goes on as {other}. To undo it: netwatch incident split {other} ELEMENT"
    carry_out(command, said, as_json=as_json, config=config)


@click.command()
@named
@click.argument("elements", metavar="ELEMENT...", nargs=-1, required=True)
@json_option
@config_option
def split(number: str, elements: Sequence[str], *, as_json: bool, config: Path | None) -> None:
    r"""Say that what hangs below ELEMENT is a fault of its own, and no part of INCIDENT.

    ELEMENT is written as in answers: device:ID, link:ID, port:DEVICE/PORT, risk:ID. The people
    below it go on in a new incident, with what they were told; nobody hears "down" twice.

    \b
    Example:
        netwatch incident split I-1042 device:sw-7 device:sw-8
    """
    name = incident_of(number)
    chosen = tuple(map(ElementName, elements))
    command = Split(at=now(), incident=name, elements=chosen, by=me())
    said = f"{', '.join(elements)} goes on by itself; see: netwatch incident list"
    carry_out(command, said, as_json=as_json, config=config)


@click.command()
@named
@click.option("--note", default="", help="What it was.")
@json_option
@config_option
def retract(number: str, note: str, *, as_json: bool, config: Path | None) -> None:
    r"""Take INCIDENT back: it never was. Page and whoever was told of it hear that it was ours.

    \b
    Example:
        netwatch incident retract I-1042 --note "test of the backup line"
    """
    name = incident_of(number)
    command = Resolve(at=now(), incident=name, by=me(), note=note, mistaken=True)
    said = f"{name} is closed as our mistake; whoever was told of it is told so."
    carry_out(command, said, as_json=as_json, config=config)
