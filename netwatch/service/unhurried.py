"""What asks beside the engines and is in no hurry: command lines, helpdesks."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from netwatch.model.network import Network
from netwatch.service.wiring import SecondSource

if TYPE_CHECKING:
    from netwatch.pollers.ssh.accounts import Account


class Several:
    """Several second sources as one."""

    def __init__(self, parts: Sequence[SecondSource]) -> None:
        self._parts = parts

    def refit(self, network: Network, accounts: "Sequence[Account]") -> None:
        """Go on with another inventory."""
        for part in self._parts:
            part.refit(network, accounts)

    async def run(self) -> None:
        """Bring what comes until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for part in self._parts:
                tasks.create_task(part.run())
