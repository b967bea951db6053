"""netwatch probe: ask one device, say all that netwatch understands of it."""

import socket
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.output import FINE, UNKNOWN, Stop, emit, json_option, safe, talk
from netwatch.cli.snmp_options import security_of, v3_options

if TYPE_CHECKING:
    from netwatch.pollers.questions import Target
    from netwatch.pollers.snmp.security import Security

_VERSIONS: Final = {"1": 0, "2c": 1, "3": 3}
_IDENTITY: Final = ("vendor", "model", "os", "version", "serial", "name", "descr", "profile")


@click.command()
@click.argument("address")
@click.option("--port", type=click.IntRange(1, 65535), default=161, show_default=True)
@click.option("--community", default="public", show_default=True)
@click.option(
    "--snmp-version",
    "version",
    type=click.Choice(list(_VERSIONS)),
    default="2c",
    show_default=True,
)
@v3_options
@click.option("--profile", metavar="NAME", help="Take it for one of this family.")
@json_option
def probe(  # noqa: PLR0917 (one for each option)
    address: str,
    port: int,
    community: str,
    version: str,
    profile: str | None,
    as_json: bool,
    **user: str,
) -> None:
    r"""Ask one device once, and say all that netwatch understands of it.

    \b
    Example:
        netwatch probe 192.0.2.7 --community public
        netwatch probe 192.0.2.7 --snmp-version 3 --user ewa \
            --auth SHA-256 --auth-key env:AUTH --priv AES --priv-key env:PRIV
    """
    from netwatch.pollers.gear.files import known_gear  # noqa: PLC0415 - --help stays quick
    from netwatch.pollers.probe import probe_device  # noqa: PLC0415

    if profile is not None and profile not in known_gear():
        raise Stop(f"no profile {profile!r}: one of {', '.join(known_gear())}")
    security = security_of(version, user)
    target = _target(address, port, version, community, security)
    document = probe_device(target, profile=profile, tell=lambda why: talk(f"netwatch: {why}"))
    emit(document, as_json, lambda: _print(document))
    sys.exit(FINE if document["reachable"] else UNKNOWN)


def _target(
    address: str, port: int, version: str, community: str, security: "Security | None"
) -> "Target":
    from netwatch.pollers.questions import Target  # noqa: PLC0415

    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_DGRAM)
    except OSError as fault:
        raise Stop(f"{address}: {fault.strerror or fault}; give an IP address") from None
    return Target(str(found[0][4][0]), port, _VERSIONS[version], community, security)


def _print(document: dict[str, Any]) -> None:
    if not document["asked"]["varbinds"]:
        said = "ping, but no SNMP question" if document["reachable"] else "neither ping nor SNMP"
        talk(f"{document['address']} answers {said}; see --port, --community, --snmp-version")
    for key in _IDENTITY:
        if document[key]:
            click.echo(f"{key:10} {safe(str(document[key]))}")
    for title in ("interfaces", "sensors", "onus", "neighbours"):
        _rows(title, document[title])
    for oid in document["not_understood"]:
        click.echo(f"not understood: {oid}")


def _rows(title: str, rows: Iterable[dict[str, Any]]) -> None:
    rows = list(rows)
    if rows:
        click.echo(f"\n{title} ({len(rows)})")
    for row in rows:
        click.echo(
            "  " + "  ".join(safe(str(v)) for k, v in row.items() if v is not None and k != "oid")
        )
