"""netwatch cli: what devices say on their command lines, for what SNMP does not tell."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import click

from netwatch.cli.door import settings_of
from netwatch.cli.output import (
    FINE,
    UNKNOWN,
    Stop,
    config_option,
    emit,
    json_option,
    safe,
    talk,
)

if TYPE_CHECKING:
    from netwatch.pollers.ssh.rules import Platform

_MOST_OCTETS: Final = 4_000_000
_MOST_LINES: Final = 200
_WIDEST: Final = 60


inventory_option = click.option(
    "--inventory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the devices stand; else the inventory of the settings.",
)


@click.group()
def command_line() -> None:
    """Ask devices on their command lines, and read what they say.

    Only commands that are listed are ever sent, and none that is listed changes a device.
    """


@command_line.command()
@click.option("--platform", "name", metavar="NAME", help="Only of this one.")
@json_option
def commands(name: str | None, as_json: bool) -> None:
    r"""List the platforms, and the commands that may be sent to each.

    \b
    Example:
        netwatch cli commands --platform huawei_smartax
    """
    from netwatch.pollers.ssh.files import platforms  # noqa: PLC0415 - --help stays quick

    chosen = [platform_named(name)] if name else list(platforms().values())
    emit(
        {
            "platforms": [
                {
                    "platform": one.id,
                    "title": one.title,
                    "commands": [
                        {
                            "command": command.say,
                            "every": command.every,
                            "understood": command.means_something,
                        }
                        for command in one.commands
                    ],
                }
                for one in chosen
            ]
        },
        as_json,
        lambda: _show_platforms(chosen),
    )


@command_line.command()
@click.option("--platform", "name", required=True, metavar="NAME", help="Of whom it is.")
@click.option("--command", "said", required=True, metavar="COMMAND", help="What was asked.")
@click.argument("answer", type=click.File("rb"), default="-", metavar="[FILE]")
@json_option
def parse(name: str, said: str, answer: IO[bytes], as_json: bool) -> None:
    r"""Read what a device answered to a command: its rows, and what they mean.

    FILE holds the answer as it came from the device, standard input without it. Nothing is asked.

    \b
    Example:
        netwatch cli parse --platform cisco_ios --command "show version" answer.txt
    """
    from netwatch.pollers.ssh.reading import read  # noqa: PLC0415 - --help stays quick

    raw = answer.read(_MOST_OCTETS + 1)
    if len(raw) > _MOST_OCTETS:
        raise Stop(f"the answer is larger than {_MOST_OCTETS // 1_000_000} MB")
    reading = read(platform_named(name, parse_only=True), said, raw.decode(errors="replace"))
    emit(reading.plain(), as_json, lambda: show_rows(reading.plain()))


@command_line.command()
@click.argument("device")
@click.argument("said", nargs=-1, metavar="[COMMAND]...")
@inventory_option
@config_option
@json_option
def ask(
    device: str, said: tuple[str, ...], inventory: Path | None, config: Path | None, as_json: bool
) -> None:
    r"""Log in to one DEVICE, ask what is listed, and say what it means.

    As whom is said by [ssh.NAME] of the settings; its host key must be pinned. Without COMMAND all
    is asked that the service asks. Needs no running service.

    \b
    Example:
        netwatch cli ask olt-1 "display temperature"
    """
    from netwatch.cli.visits import answer_of, ask_once, assigned, show_answer  # noqa: PLC0415
    from netwatch.pollers.ssh.accounts import to_say  # noqa: PLC0415
    from netwatch.pollers.ssh.allowing import allowed  # noqa: PLC0415

    settings = settings_of(config)
    chosen = assigned(settings, inventory, device)
    if len(chosen) != 1:
        raise Stop(f"{device!r} chooses {len(chosen)} devices; ask one at a time")
    name, one = chosen[0]
    if one is None:
        raise Stop(f"no [ssh.NAME] of the settings is for {name}, or it has no address")
    say = [allowed(one.platform, words)[1] for words in commands_of(one.platform, said)]
    say = say or to_say(one, inventory=True)
    came = ask_once(settings, one, say)
    document = answer_of(one, came)
    emit(document, as_json, lambda: show_answer(document))
    sys.exit(FINE if came.outcome == "answered" else UNKNOWN)


def commands_of(platform: "Platform", said: Sequence[str]) -> Sequence[str]:
    """Return the commands that a person typed, each in quotes or one without any."""
    from netwatch.pollers.ssh.allowing import is_allowed  # noqa: PLC0415

    whole = " ".join(said)
    return [whole] if len(said) > 1 and is_allowed(platform, whole) else said


@command_line.command()
@click.argument("devices", metavar="DEVICES")
@click.option("--replace", is_flag=True, help="Pin the new key of a device that shows another.")
@inventory_option
@config_option
@json_option
def trust(
    devices: str, replace: bool, inventory: Path | None, config: Path | None, as_json: bool
) -> None:
    r"""Look at the host keys of DEVICES and pin them: only those are spoken to from then on.

    Compare the fingerprints with the devices' own, as somebody may stand between. DEVICES are ids
    with wildcards, kind:olt, site:ID, separated by commas. Nobody is logged in.

    \b
    Example:
        netwatch cli trust olt-1
    """
    from dataclasses import asdict  # noqa: PLC0415

    from netwatch.cli.tables import show_table  # noqa: PLC0415
    from netwatch.cli.visits import assigned, exit_code, pin  # noqa: PLC0415

    settings = settings_of(config)
    pinnings = pin(settings, assigned(settings, inventory, devices), replace=replace)
    emit(
        {"keys": [asdict(one) for one in pinnings]},
        as_json,
        lambda: show_table(
            ("device", "address", "key", "result", ""),
            ((one.device, one.address, one.key, one.result, one.detail) for one in pinnings),
        ),
    )
    sys.exit(exit_code(pinnings))


def platform_named(name: str, *, parse_only: bool = False) -> "Platform":
    """Return a platform; where only rows are wanted, also one that ntc-templates alone knows.

    Raises:
        Stop: there is none of that name.
    """
    from difflib import get_close_matches  # noqa: PLC0415

    from netwatch.pollers.ssh.files import platforms  # noqa: PLC0415
    from netwatch.pollers.ssh.reading import stranger  # noqa: PLC0415

    known = platforms()
    if name in known:
        return known[name]
    if parse_only and (unclaimed := stranger(name)) is not None:
        return unclaimed
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
    raise Stop(f"no platform {name!r}; {hint}")


def show_rows(document: dict[str, Any]) -> None:
    """Print what an answer means, and its rows, for a person."""
    from netwatch.cli.tables import show_table  # noqa: PLC0415

    for key in ("model", "version", "serial", "os", "name"):
        if document.get(key):
            click.echo(f"{key:10} {safe(document[key])}")
    for check, value in document["counts"].items():
        click.echo(f"{check}: {value:g}")
    for sensor in document["sensors"]:
        told = sensor.get("state") or f"{sensor['value']:g} {sensor['unit']}"
        click.echo(safe(f"{sensor['check']:12} {sensor['part']}: {told}"))
    rows = document["rows"]
    if not rows:
        talk("no rows: there is nothing of what the command lists")
        return
    columns = [name for name in rows[0] if any(row[name] for row in rows)]
    show_table(columns, ([_cell(row[name]) for name in columns] for row in rows[:_MOST_LINES]))
    if len(rows) > _MOST_LINES:
        talk(f"and {len(rows) - _MOST_LINES} more rows; --json has them all")
    sys.stdout.flush()


def _cell(told: str | list[str]) -> str:
    text = ", ".join(told) if isinstance(told, list) else told
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _show_platforms(chosen: "list[Platform]") -> None:
    for one in chosen:
        click.echo(f"{one.id}: {one.title}")
        for command in one.commands:
            told = "" if command.every == "never" else f"  [asked by the service: {command.every}]"
            click.echo(f"    {command.say}{told}")
