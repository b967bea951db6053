"""netwatch graph: what was measured, as a curve."""

import os
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from netwatch.cli.door import me, now, settings_of
from netwatch.cli.output import (
    AnswerIsNo,
    NotFoundOut,
    Stop,
    config_option,
    emit,
    json_option,
    safe,
    talk,
)
from netwatch.cli.when import past_moment

if TYPE_CHECKING:
    from netwatch.service.settings import Settings
    from netwatch.telemetry.graph.picture import Picture
    from netwatch.telemetry.history.points import Series
    from netwatch.telemetry.history.reading import History

KINDS: Final = ("svg", "png")
LINES_ELSE: Final = 9
"""Lines of a terminal that are not for curves."""
LOWEST: Final = 8
HIGHEST: Final = 24
PIPE_COLUMNS: Final = 100
MOST_TOLD: Final = 40
LOOKS_BACK_S: Final = 14 * 86_400
"""How far back it is looked for what a device is asked."""


@click.command()
@click.argument("device")
@click.argument("check")
@click.option("--part", metavar="NAME", help="Only this port, board or sensor; else the highest.")
@click.option(
    "--since",
    default="24h",
    show_default=True,
    metavar="T",
    help="From when on: 24h or 7d ago, 08:00, a date with a time.",
)
@click.option("--until", metavar="T", help="Until when, written likewise; else until now.")
@click.option("--rate/--raw", "as_rate", default=None, help="Draw rates, or values as they are.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a picture: FILE.svg or FILE.png.",
)
@config_option
@json_option
def graph(  # noqa: PLR0917 (one for each option)
    device: str,
    check: str,
    part: str | None,
    since: str,
    until: str | None,
    as_rate: bool | None,
    output: Path | None,
    config: Path | None,
    as_json: bool,
) -> None:
    r"""Draw what CHECK of DEVICE measured, from the embedded history.

    Counters are drawn as rates. A gap is where nothing was measured, or a counter was set back;
    shaded is when the device was not reached. CHECK may be the beginning of several checks'
    names. Needs no running service.

    \b
    Examples:
        netwatch graph sw-1 port.octets --part ge-0/0/1
        netwatch graph olt-1 onu.rx_dbm --part 0/1/3:12 --since 30d
        netwatch graph core-1 icmp --output core-1.svg
    """
    kind = _kind(output)
    settings = settings_of(config)
    zone = ZoneInfo(settings.timezone)
    end = now() if until is None else past_moment(until, now(), zone)
    begin = past_moment(since, end if until is None else now(), zone)
    if begin >= end:
        raise Stop(f"--since {since} is not before --until {until or 'now'}")
    picture = _picture(settings, (device, check, part), (begin, end), as_rate, whole=as_json)
    if output is not None:
        _write(picture, output, kind, zone)
    if as_json or output is None:
        emit(picture.plain(), as_json, lambda: _print(picture, zone))


def _picture(
    settings: "Settings",
    what: tuple[str, str, str | None],
    when: tuple[datetime, datetime],
    as_rate: bool | None,
    *,
    whole: bool,
) -> "Picture":
    from netwatch.telemetry.graph.picture import MOST_CURVES, picture_of  # noqa: PLC0415 - slow
    from netwatch.telemetry.history.reading import History  # noqa: PLC0415 - slow to load

    folder = settings.history.directory
    _see_into(folder)
    device, check, part = what
    since_s, until_s = (int(moment.timestamp()) for moment in when)
    history = History(folder)

    def drawn(checks: Sequence[str]) -> "Picture | None":
        return picture_of(
            history,
            device,
            checks,
            part,
            since_s=since_s,
            until_s=until_s,
            as_rate=as_rate,
            most=None if whole else MOST_CURVES,
        )

    picture = drawn([check])
    if picture is None and (begun := _begun(history, device, check, since_s, until_s)):
        picture = drawn(begun)
    for name, why in history.unreadable.items():
        talk(f"{folder / name} cannot be read and is left out: {safe(why)}")
    if picture is None:
        raise AnswerIsNo(_nothing(history, settings, what, until_s))
    return picture


def _see_into(folder: Path) -> None:
    """Say what to do where there is no history, or not for us."""
    try:
        next(folder.iterdir(), None)
    except PermissionError:
        raise NotFoundOut(
            f"{folder} may not be read by {me()}; try: sudo -u netwatch netwatch graph ..."
        ) from None
    except OSError:
        raise NotFoundOut(
            f"no history in {folder}: it is written by the service; see [history] in the settings"
        ) from None


def _begun(
    history: "History", device: str, check: str, since_s: int, until_s: int
) -> Sequence[str]:
    """Return the checks whose names this begins."""
    known = history.series(device, since_s=since_s, until_s=until_s)
    return [*dict.fromkeys(one.check for one in known if one.check.startswith(f"{check}."))]


def _nothing(
    history: "History", settings: "Settings", what: tuple[str, str, str | None], until_s: int
) -> str:
    """Say why there is nothing to draw, and what could be drawn instead."""
    device, check, part = what
    known = history.series(device, since_s=until_s - LOOKS_BACK_S, until_s=until_s)
    if not known:
        return f"nothing was measured of {safe(device)} in 14 days{_near_device(settings, device)}"
    checks = _counted(known)
    if check not in checks and not any(name.startswith(f"{check}.") for name in checks):
        near = get_close_matches(check, checks, n=1)
        said = f"; did you mean {near[0]}?" if near else ""
        return f"no check {safe(check)} of {safe(device)}{said}\n    {_listed(checks)}"
    parts = [one.part for one in known if one.check == check or one.check.startswith(f"{check}.")]
    if part is not None and part not in parts:
        near = get_close_matches(part, parts, n=1)
        said = f"; did you mean {safe(near[0])}?" if near else ""
        names = ", ".join(safe(name) for name in dict.fromkeys(parts) if name)
        return f"no part {safe(part)} of {safe(check)}{said}\n    known parts: {_cut(names)}"
    return (
        f"{safe(check)} of {safe(device)} was not measured in this span; "
        "try an earlier one: --since 14d"
    )


def _counted(known: Sequence["Series"]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in known:
        counts[one.check] = counts.get(one.check, 0) + 1
    return counts


def _listed(checks: dict[str, int]) -> str:
    words = [
        safe(name) + (f" ({parts} parts)" if parts > 1 else "") for name, parts in checks.items()
    ]
    more = f" and {len(words) - MOST_TOLD} more" if len(words) > MOST_TOLD else ""
    return f"known checks of this device: {', '.join(words[:MOST_TOLD])}{more}"


def _cut(text: str) -> str:
    most = 1000
    return text if len(text) <= most else text[:most] + " ..."


def _near_device(settings: "Settings", device: str) -> str:
    """Say which device may have been meant, if the inventory can be read."""
    from netwatch.inventory.reader import read_inventory  # noqa: PLC0415 - slow to load

    network = read_inventory(settings.inventory).network
    if network is None or device in network.devices:
        return "; is it polled? see: netwatch why-not " + safe(device)
    near = get_close_matches(device, network.devices, n=1)
    return f"; did you mean {near[0]}?" if near else "; there is no such device in the inventory"


def _kind(output: Path | None) -> str:
    if output is None:
        return ""
    kind = output.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise Stop(f"--output {output}: write FILE.svg or FILE.png")
    return kind


def _write(picture: "Picture", output: Path, kind: str, zone: ZoneInfo) -> None:
    try:
        from netwatch.telemetry.graph.figure import painted  # noqa: PLC0415 - an extra
    except ImportError:
        raise Stop(
            "pictures need matplotlib: pip install 'netwatch[graph]'; the terminal does not"
        ) from None
    try:
        output.write_bytes(painted(picture, zone=zone, kind=kind))
    except OSError as fault:
        raise Stop(f"{output} cannot be written: {fault.strerror}") from None
    talk(f"written: {output}")


def _print(picture: "Picture", zone: ZoneInfo) -> None:
    from netwatch.telemetry.graph.terminal import drawn  # noqa: PLC0415 - slow to load

    size = shutil.get_terminal_size((PIPE_COLUMNS, HIGHEST + LINES_ELSE))
    height = max(LOWEST, min(HIGHEST, size.lines - LINES_ELSE))
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    text = drawn(
        picture,
        zone=zone,
        width=size.columns,
        height=height,
        plain=_knows_ascii(),
        colours=colours,
    )
    click.echo(text, color=colours)


def _knows_ascii() -> bool:
    """Say whether stdout can write nothing but ASCII."""
    try:
        "⠿".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False
