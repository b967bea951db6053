"""What the staff answers by messages. Commands, as all arrivals are.

Who wrote them was found out before they come in, and what they mean was understood.
"""

from dataclasses import dataclass, field
from datetime import datetime

from netwatch.model.meaning import Meaning
from netwatch.model.names import ChannelName


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Somebody of the staff answered: all that follows from it is one decision."""

    at: datetime
    by: str
    channel: ChannelName
    """By which our answer leaves; what it came by."""
    message: str
    """The same for a repetition, and for no other message."""
    meaning: Meaning = field(default_factory=Meaning)
    text: str = ""
    """For colleagues, never for the public."""
    seal: str = ""
    """What proved it, where something had to: good once."""
    proved: bool = False
    """The code in it is the one that we sent."""
    numbered: bool = True
    """Its way gives messages numbers; without, the same words a little later are a repetition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A message asked for what only the staff may, and is not to be believed: nothing followed."""

    at: datetime
    by: str
    channel: ChannelName
    why: str
    """A word of the trade: ``unknown-sender``, ``no-role``, ``unsigned``, ``used``, ``too-many``,
    ``wrong-code``."""


Replying = Reply | Stray
