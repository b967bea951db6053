"""Changed files come into force all or nothing, while the service goes on."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import structlog

from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.guard import refuse_mass_deletion
from netwatch.model.arrivals import Loaded, Trouble
from netwatch.model.clock import Clock
from netwatch.model.facts import Fact
from netwatch.model.faults import ConfigError, Finding, Level
from netwatch.service.apart import read_files_apart
from netwatch.service.files import (
    Files,
    copy_aside,
    digest_of_copy,
    keep_copy,
    kept_digest,
    kept_places,
    listed,
    places_file,
)
from netwatch.service.intray import Intray
from netwatch.service.loop import UncommittedError
from netwatch.service.notify import Systemd
from netwatch.service.place_guard import lost_places
from netwatch.service.place_news import PlaceFact
from netwatch.service.settings import Settings, read_settings
from netwatch.service.settings_diff import changed

FILES: Final = "files"
"""Where the trouble is when the files on disk are not those in force."""
SETTINGS: Final = "settings"
"""Where it is when netwatch.toml is not what the service was started with."""

log = structlog.get_logger(__name__)


class Reloader:
    """Reads files apart, checks them against those in force, and has them swapped."""

    def __init__(
        self,
        settings: Settings,
        files: Files,
        *,
        config: Path | None,
        prepare: Callable[[Files], Callable[[], None]],
        news: Callable[[datetime], tuple[PlaceFact, ...]],
        intray: Intray,
        clock: Clock,
        systemd: Systemd,
    ) -> None:
        """Know the files in force.

        Args:
            settings: those that the service was started with.
            files: inventory and rules in force.
            config: the file that the settings came from; None: there is none.
            prepare: makes all that other files call for, and returns what puts it into force; in
                another thread, so it changes nothing.
            news: tells what changed about places and was not told yet; in another thread.
            intray: where arrivals are let in.
            clock: tells the time.
            systemd: the supervisor.
        """
        self.in_force = files
        self._settings, self._config, self._prepare = settings, config, prepare
        self._intray, self._clock, self._systemd, self._news = intray, clock, systemd, news
        self._one = asyncio.Lock()
        self._hangups: set[asyncio.Task[None]] = set()

    async def reload(self, allow_removal: bool) -> dict[str, Any]:
        """Bring the files on disk into force; return their digests and what was noted.

        Raises:
            RefusedError: they cannot be used; everything stays as it was.
        """
        async with self._one:
            self._systemd.reloading()
            try:
                return await self._reload(allow_removal)
            finally:
                self._systemd.ready("runs")

    def on_hangup(self) -> None:
        """Reload because of a SIGHUP; what is wrong goes to log and staff."""
        if len(self._hangups) > 1:
            return  # one is under way, and the one that waits will read what is there by then
        task = asyncio.ensure_future(self._hung_up())
        self._hangups.add(task)
        task.add_done_callback(self._hangups.discard)

    async def keep(self) -> None:
        """Keep a copy of the files in force for a start with bad ones.

        The copy is weighed before it counts: the files may have changed since they were read.
        """
        async with self._one:  # two copies at a time would be one in a muddle
            await self._keep()

    async def _keep(self) -> None:
        if self._settings.inventory.is_dir():
            try:
                await asyncio.to_thread(self._copy, self.in_force)
            except (OSError, ConfigError) as fault:  # shutil.Error is an OSError too
                log.warning("the last good files could not be kept", why=str(fault))

    def _copy(self, files: Files) -> None:
        state = self._settings.state
        if kept_digest(state) == files.digest:
            return
        copies = copy_aside(files.sources, self._settings.rules, state)
        if digest_of_copy(copies, files.sources) == files.digest:
            keep_copy(state, files.digest)

    async def _hung_up(self) -> None:
        try:
            await self.reload(allow_removal=False)
        except RefusedError as fault:
            log.warning("reload refused", why=str(fault))

    async def _reload(self, allow_removal: bool) -> dict[str, Any]:
        read = await read_files_apart(
            self._settings.inventory, self._settings.rules, places_file(self._settings.state)
        )
        wrong = list(read.errors)
        if read.files is not None:
            shown = str(self._settings.inventory)
            missed = refuse_mass_deletion(
                self.in_force.network, read.files.network, allow_removal, shown
            )
            wrong.extend([missed] if missed is not None else [])
            lost = None if allow_removal else await asyncio.to_thread(self._lost_places)
            wrong.extend([lost] if lost is not None else [])
        if wrong or read.files is None:
            await self._refuse(wrong)
        else:
            await self._put_into_force(read.files)
            await self._keep()
        noted = [str(note) for note in read.findings if note.level is Level.WARNING]
        news = await self._settings_news()
        return {**self._digests(), "warnings": [*noted, *([news] if news else [])]}

    def _lost_places(self) -> Finding | None:
        state = self._settings.state
        return lost_places(state, kept_places(state))

    async def _settings_news(self) -> str:
        """Say that netwatch.toml is another than at the start; the staff is told too."""
        news = "" if self._config is None else await asyncio.to_thread(self._reread, self._config)
        at = self._clock.now()
        await self._intray.put(Trouble(at=at, where=SETTINGS, what=news, over=not news))
        return news

    def _reread(self, config: Path) -> str:
        settings, findings = read_settings(config)
        if settings is None:
            wrong = [finding for finding in findings if finding.level is Level.ERROR]
            return f"with {config} as it is now the next start fails: {listed(wrong, 1)}"
        keys = changed(self._settings, settings)
        if not keys:
            return ""
        return (
            f"{config} has changed since the start: {', '.join(keys)}; a reload leaves settings as "
            "they were, they come into force with: systemctl restart netwatch"
        )

    async def _refuse(self, wrong: Sequence[Finding]) -> NoReturn:
        what = f"reload refused, the old files stay in force: {listed(wrong, 1)}"
        await self._intray.put(Trouble(at=self._clock.now(), where=FILES, what=what))
        raise RefusedError(f"refused, the old files stay in force\n{listed(wrong)}")

    async def _put_into_force(self, files: Files) -> None:
        try:
            swap = await asyncio.to_thread(self._prepare, files)
        except ConfigError as fault:
            await self._refuse([fault.finding])
        at = self._clock.now()
        loaded = Loaded(
            at=at,
            inventory=files.network.digest,
            rules=files.rulebook.digest,
            places=await asyncio.to_thread(self._news, at),
        )
        done: asyncio.Future[Sequence[Fact]] = asyncio.get_running_loop().create_future()
        await self._intray.put(loaded, done, swap)
        with contextlib.suppress(UncommittedError):  # in force all the same
            await done
        self.in_force = files
        over = Trouble(at=self._clock.now(), where=FILES, what="", over=True)
        await self._intray.put(over)
        log.info("files came into force", **self._digests())

    def _digests(self) -> dict[str, Any]:
        network, book = self.in_force.network, self.in_force.rulebook
        return {
            "inventory": network.digest,
            "rules": book.digest,
            "devices": len(network.devices),
            "subscribers": len(network.subscribers),
        }
