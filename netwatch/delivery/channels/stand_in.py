"""A channel before another one: it is called by its name, and does what that one does."""

from collections.abc import Iterator
from pathlib import Path

from netwatch.delivery.channels import (
    Address,
    Channel,
    Examined,
    Gone,
    Parting,
    Remark,
    Remembering,
    Reported,
    Reporting,
    Sleep,
)
from netwatch.delivery.render import Text
from netwatch.model.names import ChannelName, NoticeKey


class StandIn:
    """Whatever is asked of it, the channel behind it answers; others change a part of that."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def name(self) -> ChannelName:
        """Return the name by which facts call it."""
        return self._channel.name

    @property
    def width(self) -> int:
        """Return how many sends it takes at a time."""
        return self._channel.width

    @property
    def longest_s(self) -> float:
        """Return after how many seconds a send counts as unanswered."""
        return self._channel.longest_s

    @property
    def warning(self) -> str | None:
        """Return what a person should do something about; empty: nothing, None: not looked at."""
        warning: str | None = getattr(self._channel, "warning", "")
        return warning

    def keep_in(self, folder: Path) -> None:
        """Let the channel remember."""
        if isinstance(self._channel, Remembering):
            self._channel.keep_in(folder)

    def report_to(self, reported: Reported) -> None:
        """Let the channel tell what becomes of what it took, where it hears of it."""
        if isinstance(self._channel, Reporting):
            self._channel.report_to(reported)

    def part_with(self, gone: Gone) -> None:
        """Let the channel tell which address is no more, where it learns of it."""
        if isinstance(self._channel, Parting):
            self._channel.part_with(gone)

    def examine(self) -> Iterator[Remark]:
        """Yield what the channel says of itself."""
        if isinstance(self._channel, Examined):
            yield from self._channel.examine()

    async def tend(self, sleep: Sleep) -> None:
        """Do what is not tied to a notice."""
        await self._channel.tend(sleep)

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice on; it may raise what the channel raises."""
        return await self._channel.send(to, text, key)

    async def close(self) -> None:
        """Let go of what the channel holds."""
        await self._channel.close()
