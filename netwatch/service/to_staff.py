"""Words of a command -> the staff, by the first of their channels that takes them.

Alerts go by the service's outbox, which tries until they are read. This is for what can wait, and
is lost when no channel takes it.
"""

import asyncio

from netwatch.delivery.channels import Address, open_channel
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, NetwatchError
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.rules.reader import read_rules
from netwatch.service.settings import Settings


class NobodyTookItError(NetwatchError):
    """No channel of the staff took the words."""

    exit_code = 3


def hand_to_staff(settings: Settings, text: Text, key: NoticeKey) -> ChannelName:
    """Hand words to the staff once; return the channel that took them.

    Args:
        settings: with the channels and their secrets.
        text: in the staff's language.
        key: the same for a repetition.

    Raises:
        ConfigError: a secret is not where its reference points.
        NobodyTookItError: none of the channels took it, or none is set up; says what each said.
    """
    book = read_rules(settings.rules).rulebook
    if book is None:
        raise NobodyTookItError("the rules cannot be used; see: netwatch check")
    refused = []
    for name in book.stages.response.staff_channels:
        written = settings.channels.get(name)
        if written is None:
            refused.append(f"{name}: there is no [channels.{name}] in netwatch.toml")
            continue
        try:
            asyncio.run(_send(name, written.url.reveal(), text, key, settings.languages[0]))
        except DeliveryError as fault:
            refused.append(f"{name}: {fault.detail}")
        else:
            return name
    raise NobodyTookItError("; ".join(refused) or "the staff has no channel")


async def _send(name: ChannelName, url: str, text: Text, key: NoticeKey, language: str) -> None:
    channel = open_channel(name, url)
    try:
        await channel.send(Address(recipient="on-call", language=language), text, key)
    finally:
        await channel.close()
