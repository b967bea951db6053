"""[channels.NAME] as it was written -> the ways to people themselves."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from netwatch.delivery.channels import Channel, Remembering
from netwatch.delivery.channels.by_hand import ByHand
from netwatch.delivery.detours import Way
from netwatch.model.names import ChannelName
from netwatch.service import channel_settings

FOLDER: Final = "channels"
"""Where under the state channels keep what they must know after a restart."""
Written = Mapping[str, channel_settings.Channel]
Open = Callable[[ChannelName, str], Channel]


def used(channels: Written) -> dict[ChannelName, Way]:
    """Return how each channel is used."""
    return {
        ChannelName(name): Way(
            every_s=channel.rate.every_s, then=tuple(map(ChannelName, channel.then))
        )
        for name, channel in channels.items()
    }


def opened(channels: Written, state: Path, page: str, open_one: Open) -> list[Channel]:
    """Return the channels themselves.

    Args:
        channels: by their names.
        state: the directory that survives.
        page: address of the public page; empty: nobody gave one.
        open_one: makes a channel of a name and a URL.

    Raises:
        ConfigError: a secret is not where its reference points.
    """
    made = {
        name: open_one(ChannelName(name), channel.url.reveal())
        for name, channel in channels.items()
    }
    for name, one in made.items():
        if isinstance(one, Remembering):
            one.keep_in(state / FOLDER / name)
    return [
        ByHand(one, made[channels[name].by_hand], page) if channels[name].by_hand else one
        for name, one in made.items()
    ]
