"""Who follows areas without a contract there. Names are for ever; fields are only added."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from netwatch.model.names import AreaId, ChannelName, SubscriberId

FOLLOWER: Final = "W+"
"""So begins the id of somebody who follows areas; their address lies in the contact store alone.

No id of a subscriber can begin so (``ID_PATTERN``): both are keys of the same store.
"""
OPT_IN: Final = "opt-in"
"""The subject of the message by which somebody confirms that an address is theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerJoined:
    """Somebody confirmed that they want to hear of these areas by this channel."""

    at: datetime
    follower: str
    channel: ChannelName
    areas: tuple[AreaId, ...]
    line: SubscriberId | None = None
    """Whose line they want to hear of, having proved that it is theirs; None: of areas alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerLeft:
    """They do not want to any more."""

    at: datetime
    follower: str


FollowerFact = FollowerJoined | FollowerLeft


def is_follower(recipient: str) -> bool:
    """Say whether an id is that of somebody who follows areas."""
    return recipient.startswith(FOLLOWER)
