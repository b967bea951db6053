"""netwatch web: the public page and the console, for browsers."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from netwatch.cli.door import door_of, settings_of
from netwatch.cli.output import Stop, config_option

if TYPE_CHECKING:
    from netwatch.web.serving import Stand

DOOR_S: Final = 3.0
"""A service that does not answer so soon is told as such; nobody waits longer for the console."""

ACTS_S: Final = 15.0
"""What somebody does by a link is done when its facts are on the disk."""


@click.command()
@config_option
def web(config: Path | None) -> None:
    r"""Serve the public page and the console, until told to stop.

    The page is the website directory as the service writes it; any other web server can serve it
    as well. The console shows what is open, why, and what to do next. Who has an account (see:
    netwatch account) logs in there, to answer callers and to steer incidents. It listens on this
    machine alone unless [web] console says otherwise.

    \b
    Example:
        netwatch web --config /etc/netwatch/netwatch.toml
    """
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - --help stays quick

        from netwatch.web.serving import serve  # noqa: PLC0415
    except ImportError as fault:
        raise Stop(
            f"{fault.name} is not installed. In the checkout: pip install '.[web]'"
        ) from None

    def ready(stand: "Stand", port: int) -> None:
        host = f"[{stand.host}]" if ":" in stand.host else stand.host
        click.echo(f"{stand.key}: http://{host}:{port}/")
        sys.stdout.flush()

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve(_stands(config), ready))


def _stands(config: Path | None) -> list["Stand"]:
    from netwatch.service.clock import SteadyClock  # noqa: PLC0415
    from netwatch.web.bulletin import Bulletin  # noqa: PLC0415
    from netwatch.web.console import console  # noqa: PLC0415
    from netwatch.web.crowd import AMONG_US  # noqa: PLC0415
    from netwatch.web.desk import DeskApi  # noqa: PLC0415
    from netwatch.web.glimpse import Glimpse  # noqa: PLC0415
    from netwatch.web.office.room import Operator  # noqa: PLC0415
    from netwatch.web.office.routes import office  # noqa: PLC0415
    from netwatch.web.page import Fork, public_page  # noqa: PLC0415
    from netwatch.web.remembered import Remembered  # noqa: PLC0415
    from netwatch.web.serving import Stand  # noqa: PLC0415
    from netwatch.web.staff import is_staff, staff  # noqa: PLC0415
    from netwatch.web.visit import House, is_visit, visit  # noqa: PLC0415

    settings = settings_of(config)
    page_host, page_port = _address(settings.web.public)
    host, port = _address(settings.web.console)
    clock = SteadyClock()
    operator = Operator(
        name=settings.name,
        zone=ZoneInfo(settings.timezone),
        languages=tuple(settings.languages),
        now=clock.now,
    )
    desk = console(
        Glimpse(door_of(config).patient(DOOR_S), clock.monotonic),
        name=settings.name,
        zone=ZoneInfo(settings.timezone),
        now=clock.now,
        hosts=[host, *_named(settings.web.office)],
        more=[
            *DeskApi(door_of(config).patient(DOOR_S)).routes,
            *office(door_of(config).patient(ACTS_S), operator, settings.web.office),
        ],
    )
    bulletin = Bulletin(door_of(config).patient(DOOR_S), clock.monotonic)
    house = House(
        name=settings.name,
        timezone=settings.timezone,
        languages=tuple(settings.languages),
        site=settings.website.url or "",
    )
    answers = visit(bulletin, house, now=clock.now, monotonic=clock.monotonic)
    lies_there = Remembered(public_page(settings.website.directory), clock.monotonic)
    door = door_of(config).patient(ACTS_S)
    links = staff(door, name=settings.name, languages=house.languages, monotonic=clock.monotonic)
    page = Fork(is_staff, links, Fork(is_visit, answers, lies_there))
    return [
        Stand(app=page, host=page_host, port=page_port, key="[web] public", beside=bulletin.run),
        Stand(app=desk, host=host, port=port, key="[web] console", manners=AMONG_US),
    ]


def _named(url: str | None) -> list[str]:
    """Return the host by which a proxy's visitors call the console."""
    host = urlsplit(url or "").hostname
    return [] if host is None else [host]


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)
