"""A channel that refuses, and a person who can do it by hand: the ready words go to them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from netwatch.delivery.channels import (
    Address,
    Channel,
    Examined,
    Remark,
    Remembering,
    Reported,
    Reporting,
    Sleep,
)
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

SHARE: Final = "https://www.facebook.com/sharer/sharer.php?u="
PLEASE: Final = {
    "pl": "Proszę opublikować ręcznie, {way} tego nie przyjmuje",
    "cs": "Prosím zveřejněte ručně, {way} to nepřijímá",
    "sk": "Prosím zverejnite ručne, {way} to neprijíma",
    "uk": "Прошу опублікувати вручну, {way} цього не приймає",
    "ru": "Прошу опубликовать вручную, {way} этого не принимает",
    "de": "Bitte von Hand veröffentlichen, {way} nimmt es nicht an",
    "en": "Please post this by hand, {way} does not take it",
}
"""What the person on duty is asked for, above the words."""


class ByHand:
    """A channel with a helper: what it refuses for good goes to a staff channel, ready to post.

    The notice stays refused, since nobody knows whether the person does it.
    """

    def __init__(self, channel: Channel, helper: Channel, page: str = "") -> None:
        """Put a helper beside a channel.

        Args:
            channel: what should do it.
            helper: a channel to the staff, with an address of its own.
            page: the public page, to be shared with one tap; empty: there is none.
        """
        self._channel, self._helper, self._page = channel, helper, page

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
        return self._channel.longest_s + self._helper.longest_s

    @property
    def warning(self) -> str | None:
        """Return what a person should do something about."""
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

    def examine(self) -> Iterator[Remark]:
        """Yield what the channel says of itself."""
        if isinstance(self._channel, Examined):
            yield from self._channel.examine()

    async def tend(self, sleep: Sleep) -> None:
        """Do what the channel does; the helper is tended where it is a channel of its own."""
        await self._channel.tend(sleep)

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one notice over, or its words to the helper.

        Raises:
            DeliveryError: as the channel says; TRANSIENT also when the helper has to be tried
                again, with the channel first.
        """
        try:
            return await self._channel.send(to, text, key)
        except DeliveryError as fault:
            if fault.retry is not Retry.PERMANENT or to.to is not None:
                raise  # what is for one person alone is nobody's to post
            refused = fault
        duty = Address(recipient="on-call", language=to.language)
        try:
            await self._helper.send(
                duty, self._ready(text, to.language), NoticeKey(f"{key}/by-hand")
            )
        except DeliveryError as fault:
            both = f"{refused.detail}; and {self._helper.name}: {fault.detail}"
            raise DeliveryError(fault.retry, both, fault.after_s) from None
        done = f"{refused.detail}; the words are with {self._helper.name}, to be posted by hand"
        raise DeliveryError(Retry.PERMANENT, done)

    async def close(self) -> None:
        """Let go of what the channel holds."""
        await self._channel.close()

    def _ready(self, text: Text, language: str) -> Text:
        please = PLEASE.get(language.partition("-")[0], PLEASE["en"]).format(way=self.name)
        share = f"\n\n{SHARE}{quote(self._page, safe='')}" if self._page else ""
        words = "\n\n".join(part for part in (text.title, text.body) if part)
        return Text(please, f"{words}{share}")
