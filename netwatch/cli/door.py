"""What commands need of a running service: its door, its settings, and who is asking."""

import getpass
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from netwatch.cli.output import AnswerIsNo, Refused, Stop, config_path, emit
from netwatch.model.facts import Fact
from netwatch.model.names import IncidentId
from netwatch.views.board import Board

if TYPE_CHECKING:
    from netwatch.intake.door import About, Door
    from netwatch.model.arrivals import Command
    from netwatch.service.settings import Settings

SOCKET: Final = "door.sock"
SYSTEM_RUN: Final = Path("/run/netwatch")


def door_of(config: Path | None) -> "Door":
    """Return the door of the service that ``config`` describes, else of the one on this machine.

    A service started by systemd has its door in its runtime directory, others in their state. Who
    names a configuration means that service: its own state is looked at first.
    """
    from netwatch.intake.door import Door  # noqa: PLC0415 - `--help` needs no socket

    state = settings_of(config).state / "run"
    runtime = os.environ.get("RUNTIME_DIRECTORY")
    first = [Path(runtime.split(":")[0])] if runtime else []
    rest = [SYSTEM_RUN, state] if config is None else [state, SYSTEM_RUN]
    return Door([folder / SOCKET for folder in dict.fromkeys((*first, *rest))])


def settings_of(config: Path | None) -> "Settings":
    """Return the settings that hold, or the defaults where there is no file.

    Raises:
        ConfigError: the file cannot be used.
    """
    from netwatch.service.settings import settings_or_defaults  # noqa: PLC0415 - slow to load

    return settings_or_defaults(config_path(config))


def zone_of(config: Path | None) -> ZoneInfo:
    """Return the timezone people here live in."""
    return ZoneInfo(settings_of(config).timezone)


def me() -> str:
    """Return who is asking; the service takes the kernel's word for it, not this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def now() -> datetime:
    """Return the present."""
    from netwatch.service.clock import machine_time  # noqa: PLC0415

    return machine_time()


def incident_of(text: str) -> IncidentId:
    """Return the incident a person means: ``1042`` and ``i-1042`` are ``I-1042``."""
    number = text.strip()
    return IncidentId(f"I-{number}" if number.isdigit() else number.upper())


def bring(config: Path | None, command: "Command", otherwise: str) -> list[Fact]:
    """Bring a command to the service; return its facts, committed.

    Raises:
        AnswerIsNo: nothing followed from it; ``otherwise`` says why and what to do.
        Refused: it takes another person.
    """
    from netwatch.intake.door import AnotherPersonError, DoorRefusedError  # noqa: PLC0415

    try:
        facts = door_of(config).bring(command)
    except AnotherPersonError as fault:
        raise Refused(str(fault)) from None
    except DoorRefusedError as fault:
        raise AnswerIsNo(str(fault) or otherwise) from None
    if not facts:
        raise AnswerIsNo(otherwise)
    return facts


def carry_out(command: "Command", said: str, *, as_json: bool, config: Path | None) -> None:
    """Bring a command about an incident to the service and print what came of it.

    Raises:
        AnswerIsNo: nothing followed from it.
        Refused: it takes another person.
    """
    name = getattr(command, "incident", "")
    otherwise = f"no open incident {name}; see them with: netwatch incident list"
    facts = bring(config, command, otherwise)
    emit({"facts": _plain(facts)}, as_json, lambda: click.echo(said))


def _plain(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    from netwatch.model.plain import fact_to_plain  # noqa: PLC0415 - slow to load

    return [fact_to_plain(fact) for fact in facts]


def about(config: Path | None, incident: IncidentId) -> "tuple[Board, About]":
    """Return the board as far as it concerns one incident, and what was decided of that."""
    told = door_of(config).about(incident)
    return Board.of(told.facts), told


def everything(config: Path | None) -> Board:
    """Return the board of all that was ever decided; takes the longer the older the journal is."""
    return Board.of(fact for _, fact in door_of(config).facts())


def moment(text: str, at: datetime, zone: ZoneInfo) -> datetime | None:
    """Read when something ends, as people say it; None takes it back.

    Args:
        text: ``21:00`` (the next time it is that late), ``2h`` or ``1h30m`` from now, a date with
            a time, or ``none``.
        at: now.
        zone: of times without one.

    Raises:
        Stop: it is none of these, or it is over already.
    """
    if text.strip().lower() in ("none", "unknown", "?"):
        return None
    end = _span(text, at) or _time_of_day(text, at, zone) or _date(text, zone)
    if end is None:
        raise Stop(f"{text!r} is no time; write 21:00, 2h, 2026-11-14T21:00, or none")
    if end <= at:
        raise Stop(f"{end.astimezone(zone):%Y-%m-%d %H:%M} is over; write a time to come, or none")
    return end


def _span(text: str, at: datetime) -> datetime | None:
    from netwatch.model.spans import span  # noqa: PLC0415

    try:
        return at + span(text.strip())
    except ValueError:
        return None


def _time_of_day(text: str, at: datetime, zone: ZoneInfo) -> datetime | None:
    try:
        hour = datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        return None
    today = at.astimezone(zone)
    end = datetime.combine(today.date(), hour, zone)
    if end > today:
        return end
    return datetime.combine(today.date() + timedelta(days=1), hour, zone)


def _date(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        end = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return end.replace(tzinfo=zone) if end.tzinfo is None else end
