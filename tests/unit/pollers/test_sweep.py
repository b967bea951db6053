"""A sweep has an end, whatever becomes of the engine that asks for it."""

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

import pytest

from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind
from netwatch.pollers import sweep
from netwatch.pollers.driver import Account
from netwatch.pollers.questions import Patience
from netwatch.pollers.sweep import Check

DEVICE = Device(id=DeviceId("olt-1"), kind=DeviceKind.OLT, address=ip_address("192.0.2.1"))


class DyingEngine:
    """An engine that dies of whatever it is asked, and is up again at once."""

    def __init__(self, _take: Any, tell: Any, *_more: Any, **_options: Any) -> None:
        self._tell = tell
        self.lives = 0

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def wait_until_up(self) -> None:
        await asyncio.sleep(0)

    async def account(self) -> Account | None:
        return Account()

    async def ask(self, questions: Sequence[Any]) -> None:
        assert questions
        self.lives += 1
        self._tell("the polling engine was killed by signal 9; it is started again", False)


def test_an_engine_that_dies_of_every_question_makes_the_sweep_blind_and_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweep, "Engine", DyingEngine)

    async def look() -> sweep.Sweep:
        async with asyncio.timeout(5):
            return await sweep.sweep([DEVICE], [Check.ICMP], {}, patience=Patience())

    told = asyncio.run(look())

    assert (told.devices, told.blind) == (1, 1)
    assert [missed.detail for missed in told.missed] == [
        "the polling engine was killed by signal 9"
    ]
