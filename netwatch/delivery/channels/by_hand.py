"""A channel that refuses, and a person who can do it by hand: the ready words go to them."""

from typing import Final
from urllib.parse import quote

from netwatch.delivery.channels import Address, Channel
from netwatch.delivery.channels.stand_in import StandIn
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import NoticeKey

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


class ByHand(StandIn):
    """A channel with a helper: what it refuses for good goes to a staff channel, ready to post.

    The notice stays refused, since nobody knows whether the person does it. The helper is tended
    where it is a channel of its own.
    """

    def __init__(self, channel: Channel, helper: Channel, page: str = "") -> None:
        """Put a helper beside a channel.

        Args:
            channel: what should do it.
            helper: a channel to the staff, with an address of its own.
            page: the public page, to be shared with one tap; empty: there is none.
        """
        super().__init__(channel)
        self._helper, self._page = helper, page

    @property
    def longest_s(self) -> float:
        """Return after how many seconds a send counts as unanswered."""
        return self._channel.longest_s + self._helper.longest_s

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

    def _ready(self, text: Text, language: str) -> Text:
        please = PLEASE.get(language.partition("-")[0], PLEASE["en"]).format(way=self.name)
        share = f"\n\n{SHARE}{quote(self._page, safe='')}" if self._page else ""
        words = "\n\n".join(part for part in (text.title, text.body) if part)
        return Text(please, f"{words}{share}")
