"""The channel of words that do not leave: worded, kept in the receipt, sent to nobody."""

from typing import Final

from netwatch.delivery.channels import Address, Sleep
from netwatch.delivery.render import Text
from netwatch.model.names import ChannelName, NoticeKey

LONGEST: Final = 2000
"""Characters of words kept with a receipt."""


class Rehearsal:
    """Takes everything and passes nothing on: there is nothing in it to leak through."""

    name: Final = ChannelName("rehearsal")
    width: Final = 1
    longest_s: Final = 5.0

    async def tend(self, sleep: Sleep) -> None:
        """Need nothing."""

    async def send(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002 - protocol
        """Return the words as they would have been read."""
        return f"{text.title}\n{text.body}".strip()[:LONGEST]

    async def close(self) -> None:
        """Hold nothing."""
