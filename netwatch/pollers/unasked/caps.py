"""What strangers may cost this machine at most, also where no service manager sees to it."""

import asyncio
import os
import resource
import sys
from contextlib import suppress
from typing import Any, Final

MOST_OCTETS: Final = 256 << 20
"""Of memory that the receiver writes to; systemd's unit says the same."""
YIELDS: Final = 5
"""So much nicer than who polls: a flood gets the time that is left."""


def keep_small(most_octets: int = MOST_OCTETS) -> None:
    """Let this process ask for no more memory than this, and go behind those who poll.

    Who reaches the end dies of it, and is started again; in a loop of events by `die_of_hunger`.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min([most_octets, *allowed]), hard))
    with suppress(PermissionError):
        os.nice(YIELDS)


def die_of_hunger(loop: asyncio.AbstractEventLoop) -> None:
    """End this process where something in the loop finds no memory: the loop would only log it."""

    def handler(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if isinstance(context.get("exception"), MemoryError):
            sys.stderr.write("netwatch: no memory is left; the receiver ends to be started again\n")
            sys.stderr.flush()
            os._exit(1)  # goodbyes would need memory, and say that somebody stopped us
        loop.default_exception_handler(context)

    loop.set_exception_handler(handler)
