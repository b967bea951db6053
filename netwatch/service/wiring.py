"""Which real part stands at each edge. The only module that knows."""

import asyncio
import platform
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from netwatch import __version__
from netwatch.delivery.channels import Channel, Checkpoint, no_checkpoint, open_channel
from netwatch.delivery.channels.website import Website
from netwatch.delivery.page.content import Site
from netwatch.delivery.push.target import target_of
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.render import Renderer
from netwatch.delivery.scribe import Scribe
from netwatch.journal.journal import Journal
from netwatch.model.arrivals import Answered, Change, Readings, Report, Sample, Trouble
from netwatch.model.asks import SecondLook
from netwatch.model.backoff import Chance
from netwatch.model.clock import Clock
from netwatch.model.names import ChannelName
from netwatch.model.network import Network
from netwatch.pollers.library import Library
from netwatch.pollers.polling import Counts, Polling, PollingSettings
from netwatch.pollers.questions import Credential
from netwatch.pollers.snmp.book import FILE as ENGINES
from netwatch.pollers.snmp.book import EngineBook
from netwatch.pollers.snmp.keeping import open_book
from netwatch.pollers.ssh.pins import FILE as PINS
from netwatch.pollers.ssh.pins import Pins
from netwatch.response.judging import out_of_hours
from netwatch.response.rules import Mode
from netwatch.service import channel_ways, snmp_settings
from netwatch.service.channel_settings import two_way
from netwatch.service.clock import SteadyClock
from netwatch.service.contact_settings import contacts_now
from netwatch.service.files import Files
from netwatch.service.lab_namespace import namespace_of
from netwatch.service.measures import database_of, kept_of
from netwatch.service.paths import INFLUX_SPOOL
from netwatch.service.secrets import Secret
from netwatch.service.settings import Settings
from netwatch.service.track_record import TrackRecord
from netwatch.telemetry.device_gauges import DeviceGauges
from netwatch.telemetry.fanout import Sink, Telemetry
from netwatch.telemetry.history.sink import HistorySink
from netwatch.telemetry.influx_sink import InfluxSink
from netwatch.telemetry.metrics_server import MetricsServer
from netwatch.telemetry.vital_signs import Vitals
from netwatch.views.board import Board

if TYPE_CHECKING:
    from netwatch.delivery.push.pusher import Pusher
    from netwatch.pollers.ssh.accounts import Account

Brought = Sample | Answered | Readings | Change | Report | Trouble
Bring = Callable[[Sequence[Brought]], Awaitable[None]]


class Source(Protocol):
    """Where samples come from; polling, in service."""

    last_progress: float
    counts: Counts

    @property
    def lag_s(self) -> float:
        """Return how late the most overdue probe was."""
        ...

    def look(self, ask: SecondLook) -> None:
        """Ask these devices again at once."""
        ...

    def know(self, library: Library) -> None:
        """Know these device families, in place of those known before."""
        ...

    def refit(self, network: Network, credentials: Mapping[str, Credential]) -> None:
        """Go on with another inventory."""
        ...

    async def run(self) -> None:
        """Bring samples until cancelled."""
        ...


class SecondSource(Protocol):
    """Where samples come from that are in no hurry; command lines, in service."""

    def refit(self, network: Network, accounts: "Sequence[Account]") -> None:
        """Go on with another inventory."""
        ...

    async def run(self) -> None:
        """Bring samples until cancelled."""
        ...


OpenSecond = Callable[[Settings, Network, Clock, Bring], SecondSource | None]
OpenSource = Callable[[Settings, Network, Clock, Bring], Source]
OpenChannel = Callable[[ChannelName, str], Channel]


def _clock(not_before: datetime | None) -> SteadyClock:
    return SteadyClock(not_before=not_before)


def _nothing_else(
    _settings: Settings, _network: Network, _clock: Clock, _bring: Bring
) -> SecondSource | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What stands at the two ends. Tests put their own there; nothing else is ever replaced."""

    source: OpenSource
    second: OpenSecond = _nothing_else
    channel: OpenChannel = open_channel
    checkpoint: Checkpoint = no_checkpoint
    clock: Callable[[datetime | None], SteadyClock] = _clock
    chance: random.Random = field(default_factory=random.SystemRandom)


def real_edges(lab: Path | None = None, config: Path | None = None) -> Edges:
    """Return the edges of a service: probing engines, and channels to people.

    Args:
        lab: the state of a lab to ask in.
        config: the file that the settings came from.
    """

    def polling(settings: Settings, network: Network, clock: Clock, bring: Bring) -> Source:
        return Polling(
            network,
            polling_settings(settings),
            credentials(settings),
            clock=clock,
            bring=bring,
            namespace=namespace_of(lab or settings.lab.state),
            book=open_book(EngineBook(settings.state / ENGINES), clock),
        )

    def command_lines(
        settings: Settings, network: Network, clock: Clock, bring: Bring
    ) -> SecondSource | None:
        if not settings.ssh:
            return None
        from netwatch.pollers.ssh.rounds import Rounds  # noqa: PLC0415 - where it is used

        return Rounds(
            network,
            accounts(settings),
            pins=Pins(settings.state / PINS),
            inventory_s=settings.polling.inventory.total_seconds(),
            clock=clock,
            bring=bring,
            namespace=namespace_of(lab or settings.lab.state),
        )

    def unhurried(
        settings: Settings, network: Network, clock: Clock, bring: Bring
    ) -> SecondSource | None:
        visits = command_lines(settings, network, clock, bring)
        if not any(section.get("helpdesk") for section in settings.sources.values()):
            return visits
        from netwatch.service.helpdesk import Tickets  # noqa: PLC0415 - where it is used
        from netwatch.service.unhurried import Several  # noqa: PLC0415

        return Several([*([visits] if visits else []), Tickets(settings, config, clock, bring)])

    return Edges(source=polling, second=unhurried)


def polling_settings(settings: Settings) -> PollingSettings:
    """Return how often and how patiently devices are asked."""
    return PollingSettings(
        icmp=settings.polling.icmp,
        status=settings.polling.status,
        pon=settings.polling.pon,
        metrics=settings.polling.metrics,
        timeout=settings.polling.timeout,
        retries=settings.polling.retries,
        inventory=settings.polling.inventory,
        window=settings.polling.window,
        processes=settings.polling.processes,
    )


def credentials(settings: Settings) -> dict[str, Credential]:
    """Return what stands behind the names that the inventory uses.

    Raises:
        ConfigError: a secret is not where its reference points.
    """
    return snmp_settings.credentials(settings.snmp)


def accounts(settings: Settings) -> "list[Account]":
    """Return as whom command lines are read.

    Raises:
        ConfigError: a secret is not where its reference points.
    """
    if not settings.ssh:
        return []
    from netwatch.service import ssh_settings  # noqa: PLC0415 - where it is used

    return ssh_settings.accounts(settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How facts become words for people, by one inventory and one rulebook."""

    renderer: Renderer
    scribe: Scribe
    recipients: Recipients
    site: Site
    staff_channels: tuple[ChannelName, ...]


def voice(settings: Settings, files: Files) -> Voice:
    """Return how to speak by these files."""
    page, operator = settings.website.url or "", files.rulebook.words.operator
    response = replace(files.rulebook.stages.response, timezone=settings.timezone)
    renderer = Renderer(
        files.rulebook.words,
        files.network,
        settings.name,
        settings.timezone,
        settings.languages,
        page=page,
        two_way=two_way(settings.channels),
    )
    return Voice(
        renderer=renderer,
        scribe=Scribe(renderer),
        recipients=Recipients(
            files.network,
            settings.languages,
            staff_language=files.rulebook.language_of,
            staff_contact=files.rulebook.contact_of,
            staff_ways=files.rulebook.ways_of,
            contact=contacts_now(settings),
            asleep=partial(out_of_hours, response),
            page=page,
        ),
        site=Site(
            name=settings.name,
            timezone=settings.timezone,
            languages=tuple(settings.languages),
            url=page,
            phone=operator.phone,
            report=operator.report,
            ask=(settings.web.url or "").rstrip("/"),
            aim=settings.website.aim and settings.website.aim / 100,
        ),
        staff_channels=response.staff_channels,
    )


def website(
    settings: Settings, files: Files, edges: Edges, *, board: Board, journal: Journal, clock: Clock
) -> "tuple[Website, tuple[Pusher, ...]]":
    """Return the public page's writer, and who keeps the places off our network like it."""
    spoken = voice(settings, files)
    page = Website(
        directory=settings.website.directory,
        site=spoken.site,
        network=files.network,
        words=spoken.renderer,
        board=board,
        clock=clock,
        track=None if settings.publishing.mode is Mode.SHADOW else TrackRecord(journal.reader),
    )
    return page, _pushers(settings, page, clock, edges.chance.random)


def _pushers(
    settings: Settings, page: Website, clock: Clock, chance: Chance
) -> "tuple[Pusher, ...]":
    if not settings.website.push:
        return ()
    from netwatch.delivery.push.pusher import Pusher  # noqa: PLC0415 - its libraries are large

    def reveal(reference: str) -> str:
        return Secret(reference).reveal()

    return tuple(
        Pusher(target_of(line), reveal, page, clock, chance) for line in settings.website.push
    )


def lagging(pushers: "Iterable[Pusher]") -> Iterator[tuple[str, str]]:
    """Yield the far places where the page is out of date, and why."""
    return ((one.target.name, one.trouble) for one in pushers if one.trouble)


@dataclass(frozen=True, slots=True)
class Outward:
    """The ways that measurements leave by."""

    telemetry: Telemetry
    metrics: MetricsServer | None

    def troubles(self) -> Iterator[tuple[str, str]]:
        """Yield what a person must do something about: where, and what."""
        yield from self.telemetry.troubles()
        if self.metrics is not None and self.metrics.trouble:
            yield "telemetry:metrics", f"nobody can ask at {self.metrics.trouble}"

    async def run(self) -> None:
        """Let measurements leave until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.telemetry.run(), name="telemetry")
            if self.metrics is not None:
                tasks.create_task(self.metrics.run(), name="metrics")


def outward(
    settings: Settings,
    network: Network,
    vitals: Vitals,
    clock: Clock,
    *,
    look: Callable[[], None],
) -> Outward:
    """Return the ways that measurements leave by: to every sink that the settings name.

    Raises:
        ConfigError: a secret is not where its reference points.
    """
    sinks: list[Sink] = [HistorySink(history_folder(settings), kept_of(settings.history), clock)]
    if settings.influxdb is not None:
        folder = settings.state / INFLUX_SPOOL
        sinks.append(InfluxSink(database_of(settings.influxdb), folder, clock.monotonic))
    gauges = None
    if settings.metrics.listen is not None and settings.metrics.devices:
        gauges = DeviceGauges(lambda: telemetry.devices, lambda: clock.now().timestamp())
        sinks.append(gauges)
    telemetry = Telemetry(network, sinks, vitals, clock, look=look)
    if settings.metrics.listen is None:
        return Outward(telemetry, None)
    from netwatch.telemetry.exposition import Exposition  # noqa: PLC0415 - 14 MB, where it is used

    exposition = Exposition(vitals, _build(), gauges)
    return Outward(
        telemetry, MetricsServer(settings.metrics.listen, exposition.page, telemetry.look)
    )


def history_folder(settings: Settings) -> Path:
    """Return where the history lies."""
    return settings.state / settings.history.directory


def _build() -> dict[str, str]:
    return {"version": __version__, "python": platform.python_version()}


def channels(settings: Settings, edges: Edges) -> list[Channel]:
    """Return the ways to people that the settings name.

    Raises:
        ConfigError: a secret is not where its reference points.
    """
    page = settings.website.url or ""
    return channel_ways.opened(settings.channels, settings.state, page, edges.channel)
