"""netwatch run, reload, heartbeat, facts: the service, and what other programs ask of it."""

import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from netwatch.cli.door import door_of, settings_of
from netwatch.cli.output import (
    FINE,
    NO,
    AnswerIsNo,
    Refused,
    Stop,
    as_line,
    config_option,
    config_path,
    emit,
    json_option,
    talk,
)
from netwatch.model.faults import NetwatchError

if TYPE_CHECKING:
    from netwatch.service.settings import Settings

PING_S: Final = 10.0
RELOAD_S: Final = 180.0


@click.command()
@config_option
@click.option(
    "--tape",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Record all that comes in, for netwatch replay: one .jsonl file, or NAME.tape, a folder "
    "of compressed files whose oldest make room.",
)
@click.option(
    "--tape-budget",
    default="5GB",
    show_default=True,
    metavar="SIZE",
    help="So much a recording may take: 500MB, 20GB.",
)
@click.option(
    "--lab",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Ask from inside the lab whose state lies in DIR.",
)
def run(config: Path | None, tape: Path | None, tape_budget: str, lab: Path | None) -> NoReturn:
    r"""Watch the network and tell people: the service.

    Runs until SIGTERM; SIGHUP brings changed inventory and rules into force.

    \b
    Example:
        netwatch run --config /etc/netwatch/netwatch.toml
    """
    from netwatch.service.running import run_service  # noqa: PLC0415 - the whole service

    code = FINE
    try:
        run_service(
            settings_of(config),
            config=config_path(config),
            tape=tape and _recordable(tape),
            tape_budget=_size(tape_budget),
            lab=lab,
        )
    except (NetwatchError, Stop):
        raise
    except Exception:  # noqa: BLE001 - told in full; systemd starts us again at once
        traceback.print_exc()
        code = NO
    # A send that hangs in a thread must not keep the process: what it owes is in the journal.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _recordable(tape: Path) -> Path:
    if tape.is_dir() and tape.suffix != ".tape":
        raise Stop(f"--tape {tape} is a folder; write {tape / 'night.jsonl'} or {tape}.tape")
    if tape.is_file() and tape.suffix == ".tape":
        raise Stop(f"--tape {tape} is a file; a recording of that name is a folder")
    return tape


def _size(text: str) -> int:
    from netwatch.model.sizes import octets  # noqa: PLC0415

    try:
        return octets(text)
    except ValueError as fault:
        raise Stop(f"--tape-budget: {fault}") from None


@click.command()
@config_option
@json_option
@click.option(
    "--allow-removal", is_flag=True, help="Let more than a tenth of the devices disappear."
)
def reload(config: Path | None, as_json: bool, allow_removal: bool) -> None:
    r"""Bring changed inventory and rules into force: all of it, or nothing.

    \b
    Example:
        netwatch check && netwatch reload
    """
    from netwatch.intake.door import DoorRefusedError  # noqa: PLC0415 - `--help` needs none

    try:
        answer = door_of(config).patient(RELOAD_S).call("reload", allow_removal=allow_removal)
    except DoorRefusedError as fault:
        kind = Refused if "--allow-removal" in str(fault) else Stop
        raise kind(str(fault)) from None
    del answer["ok"]
    emit(answer, as_json, lambda: _reloaded(answer))


@click.command()
@config_option
@json_option
def heartbeat(config: Path | None, as_json: bool) -> None:
    """Tell the outside world that netwatch lives, if it does; exit 1 if it does not go on.

    A timer calls this; the dead-man's switch at [heartbeat] url calls people when it stops coming.
    """
    settings = settings_of(config)
    status = door_of(config).call("status")
    if not status["goes_on"]:
        slow = ", ".join(f"{part} {age:.0f} s" for part, age in status["ages_s"].items())
        raise AnswerIsNo(f"the service stands still (last moved: {slow}); nothing was sent out")
    told = _ping(settings)
    answer = {"goes_on": True, "told": told, "last_fact": status["last_fact"]}
    emit(answer, as_json, lambda: talk("the service goes on; " + _told(told)))


@click.command()
@config_option
@click.option("--after", type=click.IntRange(min=0), default=0, metavar="SEQ", show_default=True)
@click.option("--follow", is_flag=True, help="Go on as more is decided.")
def facts(config: Path | None, after: int, follow: bool) -> None:
    r"""Print what was decided, one JSON object a line, each with its number (seq).

    \b
    Example:
        netwatch facts --after 1042 --follow
    """
    for plain in door_of(config).plain_facts(after, follow=follow):
        click.echo(as_line(plain))
        if follow:
            sys.stdout.flush()


def _reloaded(answer: dict[str, Any]) -> None:
    click.echo(f"in force: {answer['devices']} devices, {answer['subscribers']} subscribers")
    for warning in answer["warnings"]:
        talk(warning)


def _told(told: bool) -> str:
    return "the outside was told" if told else "no [heartbeat] url is set, nobody was told"


def _ping(settings: "Settings") -> bool:
    """Tell the switch outside; False when there is none."""
    if settings.heartbeat.url is None:
        return False
    from urllib.error import URLError  # noqa: PLC0415 - only here
    from urllib.parse import urlsplit  # noqa: PLC0415
    from urllib.request import urlopen  # noqa: PLC0415

    url = settings.heartbeat.url.reveal()
    if urlsplit(url).scheme not in ("http", "https"):
        raise Stop("[heartbeat] url must be a web address (http or https)")
    try:
        with urlopen(url, timeout=PING_S) as answer:  # noqa: S310 - the scheme was looked at
            answer.read(1024)
    except (URLError, OSError, ValueError) as fault:
        why = getattr(fault, "reason", None) or type(fault).__name__
        raise AnswerIsNo(f"the dead-man's switch could not be told: {why}") from None
    return True
