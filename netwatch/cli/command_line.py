"""netwatch cli: what devices say on their command lines, for what SNMP does not tell."""

import sys
from typing import IO, TYPE_CHECKING, Any, Final

import click

from netwatch.cli.output import Stop, emit, json_option, safe, talk

if TYPE_CHECKING:
    from netwatch.pollers.ssh.rules import Platform

_MOST_OCTETS: Final = 4_000_000
_MOST_LINES: Final = 200
_WIDEST: Final = 60


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
