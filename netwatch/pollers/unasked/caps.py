"""What strangers may cost this machine at most, also where no service manager sees to it."""

import os
import resource
from contextlib import suppress
from typing import Final

MOST_OCTETS: Final = 256 << 20
"""Of memory that the receiver writes to; systemd's unit says the same."""
YIELDS: Final = 5
"""So much nicer than who polls: a flood gets the time that is left."""


def keep_small(most_octets: int = MOST_OCTETS) -> None:
    """Let this process ask for no more memory than this, and go behind those who poll.

    Who reaches the end dies of it, and is started again.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([most_octets, *allowed]), hard))
    with suppress(PermissionError):
        os.nice(YIELDS)
