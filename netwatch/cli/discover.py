"""netwatch discover: look who is at some addresses, and propose inventory for it."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import settings_of
from netwatch.cli.explain_silent import address_named, documented, show, voices_named
from netwatch.cli.output import Stop, config_option, emit, json_option, safe, talk
from netwatch.cli.own_families import families_of

if TYPE_CHECKING:
    from netwatch.model.network import Network
    from netwatch.pollers.questions import Credential
    from netwatch.service.discovery import Discovery
    from netwatch.service.settings import Settings

_MOST_STRANGERS: Final = 20


@click.command()
@click.argument("where", nargs=-1, metavar="CIDR|ADDRESS|FILE...")
@click.option("--community", help="Ask with this, instead of the credentials in the settings.")
@click.option(
    "--snmp",
    "name",
    default="access",
    show_default=True,
    metavar="NAME",
    help="The credential's name that proposed devices bear, with --community.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=161, show_default=True)
@click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="What is known already; else the inventory of the settings.",
)
@click.option("--vantage", metavar="DEVICE", help="Where netwatch is plugged in.")
@click.option(
    "--parent",
    "parents",
    multiple=True,
    metavar="RULE|FILE",
    help="Where gear hangs that does not tell: 'sw-7:3 = 10.1.7.0/24', 'sw-{n} = 10.1.{n}.*'; or "
    "a file with one such rule a line.",
)
@click.option("--onus", is_flag=True, help="Propose the ONUs that OLTs list, too.")
@click.option(
    "--explain-silent",
    is_flag=True,
    help="Print instead what to paste into gear that answers echoes only, so that it talks.",
)
@click.option(
    "--vendor",
    metavar="NAME",
    help="With --explain-silent: the family of all that is silent; alone, the lines for it.",
)
@click.option(
    "--poller",
    metavar="ADDRESS",
    help="With --explain-silent: whom gear is to talk to; else our own address on the way to it.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the proposal there; a file that is there already is left alone.",
)
@config_option
@json_option
def discover(  # noqa: PLR0917 (one for each option)
    where: tuple[str, ...],
    community: str | None,
    name: str,
    port: int,
    inventory: Path | None,
    vantage: str | None,
    parents: tuple[str, ...],
    onus: bool,
    explain_silent: bool,
    vendor: str | None,
    poller: str | None,
    output: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Look who is at some addresses, how it hangs together, and propose inventory for it.

    Asks by echo and by SNMP; links come from LLDP, CDP, MNDP and bridge tables. Prints what is not
    in the inventory yet, as YAML, and where the wire disagrees with it. Writes nothing unasked.

    \b
    Example:
        netwatch discover 192.0.2.0/24 --output inventory/found.yaml
        netwatch discover 192.0.2.0/24 --explain-silent
        netwatch discover --explain-silent --vendor mikrotik-routeros --poller 192.0.2.10
    """
    from netwatch.model.names import DeviceId  # noqa: PLC0415 - --help stays quick
    from netwatch.service.discovery import addresses_of, discover  # noqa: PLC0415
    from netwatch.service.own_neighbours import own_neighbours  # noqa: PLC0415
    from netwatch.service.parents import hang, rules_of  # noqa: PLC0415
    from netwatch.service.proposal import given_names, propose  # noqa: PLC0415
    from netwatch.service.proposal_plain import plain  # noqa: PLC0415
    from netwatch.service.silent import silent  # noqa: PLC0415

    chosen = voices_named(vendor) if vendor is not None else ()
    ours = address_named(poller)
    if (chosen or ours) and not explain_silent:
        raise Stop("--vendor and --poller go with --explain-silent")
    if explain_silent and (parents or output):
        raise Stop("--explain-silent proposes nothing: leave out --parent and --output")
    if not where:
        if not chosen:
            raise Stop("say where to look, such as 192.0.2.0/24; see netwatch discover --help")
        told = documented([], chosen, ours)
        emit(told, as_json, lambda: show(told))
        return
    if output is not None:
        _may_write(output)
    settings = settings_of(config)
    network = _network(inventory, settings)
    credentials = _credentials(settings, community, name, port)
    asked = addresses_of(where)
    rules = rules_of(parents)
    known = {d.address for d in network.devices.values() if d.address} if network else set()
    families = families_of(settings.rules)
    seen = asyncio.run(
        discover(asked, credentials, known=known, onus=onus, families=families, progress=_progress)
    )
    if explain_silent:
        _explain(
            seen,
            documented(silent(seen.found, network, chosen, own_neighbours()), chosen, ours),
            as_json,
        )
        return
    names = given_names(seen.found, network)
    hanging = hang(rules, seen.found, seen.drawn, seen.doubts, names=names, network=network)
    proposal = propose(
        seen.found,
        hanging.drawn,
        network,
        asked=asked,
        vantage=DeviceId(vantage) if vantage else None,
        hanging=hanging,
    )
    document = {
        "asked": seen.asked,
        "answered": len(seen.found),
        "whole": seen.whole,
        "seconds": round(seen.seconds, 1),
        **plain(
            proposal,
            seen.found,
            hanging.drawn,
            doubts=hanging.doubts,
            hanging=hanging,
            strangers=seen.strangers,
        ),
    }
    emit(document, as_json, lambda: _print(document))
    if output is not None and proposal.yaml:
        _write(output, proposal.yaml)
    if any(line.wrong for line in hanging.told):
        raise Stop("some rules of --parent hang nothing; the rest stands above")


def _explain(seen: "Discovery", told: dict[str, Any], as_json: bool) -> None:
    """Print what would make silent gear talk."""
    head = {"asked": seen.asked, "answered": len(seen.found), "whole": seen.whole}
    silent = len(told["silent"])
    talk(f"{silent} of {len(seen.found)} that answer take no question by SNMP")
    emit(head | told, as_json, lambda: show(told))


def _may_write(output: Path) -> None:
    """Find out before the network is asked, which takes minutes."""
    if output.exists():
        raise Stop(f"{output} is there already: name another file, or move it away")
    if not output.parent.is_dir():
        raise Stop(f"{output.parent} is no directory: make it, or name another file")


def _write(output: Path, yaml: str) -> None:
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(yaml)
    except OSError as fault:
        why = fault.strerror or fault
        raise Stop(f"{output}: {why}; the proposal stands above, nothing is lost") from None
    talk(f"wrote {output}; now: netwatch check --inventory {output.parent}")


def _network(inventory: Path | None, settings: "Settings") -> "Network | None":
    from netwatch.cli.poll import read_network  # noqa: PLC0415

    if inventory is not None:
        return read_network(inventory)
    return read_network(settings.inventory) if settings.inventory.is_dir() else None


def _credentials(
    settings: "Settings", community: str | None, name: str, port: int
) -> "dict[str, Credential]":
    from netwatch.pollers.questions import Credential  # noqa: PLC0415
    from netwatch.service.wiring import credentials  # noqa: PLC0415

    if community is not None:
        return {name: Credential(community=community, port=port)}
    found = dict(credentials(settings))
    return found or {name: Credential(port=port)}


def _progress(what: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{what}: {done} of {of} ", err=True, nl=done == of)


def _print(document: dict[str, Any]) -> None:
    talk(
        f"{document['answered']} of {document['asked']} addresses answer, "
        f"{len(document['links'])} links, {document['seconds']} s"
    )
    if not document["whole"]:
        talk("cut short by its time: ask for fewer addresses at once")
    for one in document["parents"]:
        alone = f", {one['left_alone']} have their link already" if one["left_alone"] else ""
        talk(safe(f"{one['rule']}: {one['wrong'] or one['hung']}{alone}"))
    for one in document["disagreements"]:
        click.echo(f"# {safe(one['element'])}: {safe(one['wrong'])}; {one['remedy']}")
    for one in document["devices"]:
        for what in one["cut"]:
            click.echo(f"# device:{safe(one['id'])}: {what}; links may be missing")
    for one in document["unplaced"]:
        places = ", ".join(_place(place) for place in one["places"])
        where = f": {places}" if places else ""
        click.echo(f"# device:{safe(one['device'])}, no link drawn: {safe(one['why'])}{where}")
    for one in document["strangers"][:_MOST_STRANGERS]:
        said = " ".join(filter(None, (one["name"], one["address"], one["mac"])))
        click.echo(f"# {_place(one['heard_on'])} hears {safe(said)}, which was not found")
    if (more := len(document["strangers"]) - _MOST_STRANGERS) > 0:
        talk(f"{more} more are heard that were not found: see --json")
    for line in document["yaml"].splitlines():
        click.echo(f"+ {safe(line)}")
    if not document["yaml"]:
        talk("nothing to add: the inventory has it all")


def _place(place: dict[str, Any]) -> str:
    return safe(":".join(filter(None, (place["device"], place["port"]))))
