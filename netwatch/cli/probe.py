"""netwatch probe: ask one device, say all that netwatch understands of it."""

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, Final

import click

from netwatch.cli.output import FINE, UNKNOWN, Refused, Stop, emit, json_option, talk
from netwatch.cli.own_families import families_of, family_in, is_file
from netwatch.cli.snmp_options import security_of, v3_options

if TYPE_CHECKING:
    from netwatch.pollers.gear.survey import Survey
    from netwatch.pollers.library import Library
    from netwatch.pollers.questions import Patience, Target, Value
    from netwatch.pollers.snmp.security import Security

_RECORDINGS: Final = (".snmprec", ".snmprec.bz2")
_RAW_S: Final = 120.0
_VERSIONS: Final = {"1": 0, "2c": 1, "3": 3}


@click.command()
@click.argument("address", metavar="ADDRESS|RECORDING")
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
@click.option(
    "--profile", metavar="NAME|FILE", help="Take it for one of this family, or of this file's."
)
@click.option(
    "--rules",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Your own profiles lie in DIR/profiles; else in the rules of the settings, else ./rules.",
)
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
@click.option(
    "--raw",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write all that it has to this .snmprec as it is, secrets too: to teach a family from.",
)
@json_option
def probe(  # noqa: PLR0917 (one for each option)
    address: str,
    port: int,
    community: str,
    version: str,
    profile: str | None,
    rules: Path | None,
    timeout: float,
    retries: int,
    explain: bool,
    record: Path | None,
    raw: Path | None,
    as_json: bool,
    **user: str,
) -> None:
    r"""Ask one device once, and say all that netwatch understands of it.

    A recording (FILE.snmprec, as --record and --raw write them) is asked like a device.

    \b
    Example:
        netwatch probe 192.0.2.7 --community public
        netwatch probe 192.0.2.7 --snmp-version 3 --user ewa \
            --auth SHA-256 --auth-key env:AUTH --priv AES --priv-key env:PRIV
        netwatch probe olt.snmprec --profile rules/profiles/maker-olt.yaml --explain
    """
    from netwatch.pollers.probe import probe_device  # noqa: PLC0415 - --help stays quick
    from netwatch.pollers.questions import Patience  # noqa: PLC0415

    families, profile = _families(rules, profile)
    security = security_of(version, user)
    for file in filter(None, (record, raw)):
        if file.exists():
            raise Refused(f"{file}: there already; name another file")
    patience = Patience(timeout, retries)
    with _asked(address, port) as (host, asked_port):
        target = _target(host, asked_port, version, community, security)
        kept: dict[str, Value] | None = None if record is None else {}
        survey, document = probe_device(
            target,
            profile=profile,
            families=families,
            patience=patience,
            explain=explain,
            kept=kept,
            tell=lambda why: talk(f"netwatch: {why}"),
        )
        if raw is not None:
            _write_raw(raw, target, patience, survey)
    if record is not None and not document["asked"]["varbinds"]:
        talk(f"{record}: not written, for nothing was answered")
    elif record is not None and kept:
        from netwatch.pollers.gear.redaction import recording  # noqa: PLC0415

        lines = recording(survey, kept, token_bytes(32))
        _write(record, lines, "read it before you give it away")
    emit(document, as_json, lambda: _print(document))
    sys.exit(FINE if document["reachable"] else UNKNOWN)


def _families(rules: Path | None, profile: str | None) -> "tuple[Library, str | None]":
    """Return all families that are known, and the id of the one that a person named."""
    families = families_of(rules)
    if profile is None:
        return families, None
    if is_file(profile):
        name, families = family_in(profile, families)
        return families, name
    if profile not in families.gear:
        from netwatch.inventory.near import did_you_mean  # noqa: PLC0415

        otherwise = "a file of yours is named with its .yaml; see docs/reference/profiles.md"
        raise Stop(f"no family {profile!r}: {did_you_mean(profile, families.gear, otherwise)}")
    return families, profile


@contextmanager
def _asked(address: str, port: int) -> Iterator[tuple[str, int]]:
    """Yield whom to ask: a device, or a recording that answers like one."""
    if not address.lower().endswith(_RECORDINGS):
        yield address, port
        return
    from netwatch.lab.faults import LabError  # noqa: PLC0415
    from netwatch.lab.served import HOST, served  # noqa: PLC0415

    try:
        with served(Path(address)) as its_port:
            yield HOST, its_port
    except LabError as fault:
        raise Stop(str(fault)) from None


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


def _write_raw(file: Path, target: "Target", patience: "Patience", survey: "Survey") -> None:
    """Write everything that tells what a device is, as it is."""
    from netwatch.pollers.gear.raw import in_order, roots, walking  # noqa: PLC0415
    from netwatch.pollers.gear.redaction import line_of  # noqa: PLC0415
    from netwatch.pollers.line import Line, OutOfTimeError  # noqa: PLC0415

    found: dict[str, Value] = {}
    line = Line(target, patience)
    try:
        subtrees = roots(survey.seen.object_id, survey.not_understood)
        asked = walking(target, subtrees, found)
        line.converse(asked, time.monotonic() + _RAW_S, lambda *_: _progress(len(found)))
    except OutOfTimeError:
        talk(f"not all was read within {_RAW_S:.0f} s; what was is written")
    finally:
        line.close()
    if not found:
        talk(f"{file}: not written, for nothing was answered")
        return
    lines = [line_of(oid, value) for oid, value in in_order(found)]
    _write(file, lines, "names, serials and addresses are in it: keep it to yourself")


def _progress(objects: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{objects} objects", err=True, nl=False)


def _print(document: dict[str, Any]) -> None:
    from netwatch.cli.probe_tables import show  # noqa: PLC0415

    if not document["asked"]["varbinds"]:
        said = "ping, but no SNMP question" if document["reachable"] else "neither ping nor SNMP"
        talk(f"{document['address']} answers {said}; see --port, --community, --snmp-version")
        if document["reachable"]:
            talk("A wrong community, a filter and no agent at all keep the same silence.")
        return
    show(document)


def _write(file: Path, lines: list[str], advice: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.writelines(f"{line}\n" for line in lines)
    except FileExistsError:
        raise Refused(f"{file}: there already; name another file") from None
    except OSError as fault:
        raise Stop(f"{file}: {fault.strerror or fault}") from None
    talk(f"{file}: {len(lines)} objects; {advice}")
