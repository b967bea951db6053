"""Whom the desk calls back, and at which number."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.service.accounts.calls import Calls
from netwatch.service.callers import Callers
from netwatch.service.wishes import Changes
from tests.unit.service.accounts.lodge_house import LodgeHouse
from tests.unit.service.story import town

PHONE = "+48555010100"


def test_who_asked_to_be_forgotten_is_called_at_no_number_that_files_still_hold(
    tmp_path: Path,
) -> None:
    network = town()
    gone, here, *_ = network.subscribers
    people = {key: replace(one, phone=PHONE) for key, one in network.subscribers.items()}
    network = replace(network, subscribers=people)
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    with store.changing() as write:
        write(Book(forgotten=frozenset({gone})))

    async def story() -> None:
        callers, changes = Callers(lambda: network, store), Changes(store)
        await callers.prepare()
        calls = Calls(store, changes, lambda: network, callers, LodgeHouse(tmp_path))
        with pytest.raises(RefusedError, match="asked to be forgotten"):
            await calls.add("", gone, "")
        assert store.read().wishes == {}
        await calls.add("", here, "")
        assert [one.phone for one in store.read().wishes.values()] == [PHONE]

    asyncio.run(story())
