"""netwatch probe: ask one device, say all that netwatch understands of it."""

import socket
import sys
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.output import FINE, UNKNOWN, Refused, Stop, emit, json_option, talk
from netwatch.cli.snmp_options import security_of, v3_options

if TYPE_CHECKING:
    from netwatch.pollers.questions import Target, Value
    from netwatch.pollers.snmp.security import Security

_VERSIONS: Final = {"1": 0, "2c": 1, "3": 3}


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
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 10),
    default=2.0,
    show_default=True,
    help="Seconds to wait for each answer; 18 s are enough for all.",
)
@click.option("--retries", type=click.IntRange(0, 5), default=2, show_default=True)
@click.option("--explain", is_flag=True, help="Say which rule of which profile gave each line.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what it answered to this .snmprec, without names, serials and addresses.",
)
@json_option
def probe(  # noqa: PLR0917 (one for each option)
    address: str,
    port: int,
    community: str,
    version: str,
    profile: str | None,
    timeout: float,
    retries: int,
    explain: bool,
    record: Path | None,
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
    from netwatch.pollers.questions import Patience  # noqa: PLC0415

    if profile is not None and profile not in known_gear():
        raise Stop(f"no profile {profile!r}: one of {', '.join(known_gear())}")
    security = security_of(version, user)
    target = _target(address, port, version, community, security)
    if record is not None and record.exists():
        raise Refused(f"{record}: there already; name another file")
    kept: dict[str, Value] | None = None if record is None else {}
    survey, document = probe_device(
        target,
        profile=profile,
        patience=Patience(timeout, retries),
        explain=explain,
        kept=kept,
        tell=lambda why: talk(f"netwatch: {why}"),
    )
    if record is not None and not document["asked"]["varbinds"]:
        talk(f"{record}: not written, for nothing was answered")
    elif record is not None and kept:
        from netwatch.pollers.gear.redaction import recording  # noqa: PLC0415

        _write(record, recording(survey, kept, token_bytes(32)))
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
    except UnicodeError:
        raise Stop(f"{address!r} cannot be a host's name; give an IP address") from None
    host, zone = str(found[0][4][0]), address.partition("%")[2]
    if zone and "%" not in host:
        host = f"{host}%{zone}"  # it holds on one cable only
    return Target(host, port, _VERSIONS[version], community, security)


def _print(document: dict[str, Any]) -> None:
    from netwatch.cli.probe_tables import show  # noqa: PLC0415

    if not document["asked"]["varbinds"]:
        said = "ping, but no SNMP question" if document["reachable"] else "neither ping nor SNMP"
        talk(f"{document['address']} answers {said}; see --port, --community, --snmp-version")
        if document["reachable"]:
            talk("A wrong community, a filter and no agent at all keep the same silence.")
        return
    show(document)


def _write(file: Path, lines: list[str]) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.writelines(f"{line}\n" for line in lines)
    except FileExistsError:
        raise Refused(f"{file}: there already; name another file") from None
    except OSError as fault:
        raise Stop(f"{file}: {fault.strerror or fault}") from None
    talk(f"{file}: {len(lines)} objects; read it before you give it away")
