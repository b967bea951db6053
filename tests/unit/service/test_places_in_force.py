"""Derived places come into force with the inventory, and the last good ones with the last good."""

import asyncio
from pathlib import Path

import pytest

from netwatch.inventory.places.store import PlaceStore
from netwatch.model.names import DeviceId, SubscriberId
from netwatch.service.apart import read_files_apart
from netwatch.service.check import check_files
from netwatch.service.files import (
    copy_aside,
    digest_of_copy,
    keep_copy,
    places_file,
    read_copy,
    read_files,
    read_or_last_good,
)
from tests.unit.inventory.places.test_reconcile import FIRST
from tests.unit.inventory.places.town import NIGHT

INVENTORY = """
vantage: sw-1
devices:
  - {id: sw-1, kind: switch, address: 127.20.0.2}
  - {id: olt-1, kind: olt, address: 127.20.0.3, uplink: [sw-1]}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "a.yaml").write_text(INVENTORY)
    (tmp_path / "netwatch.toml").write_text('inventory = "inventory"\nstate = "state"\n')
    PlaceStore(tmp_path / "state").keep(FIRST, NIGHT)
    return tmp_path


def test_check_start_and_reload_see_the_same_network(root: Path) -> None:
    checked = check_files(None, None, root / "netwatch.toml").network
    started, stale = read_or_last_good(root / "inventory", None, root / "state")
    reloaded = asyncio.run(
        read_files_apart(root / "inventory", None, places_file(root / "state"))
    ).files

    assert checked is not None
    assert reloaded is not None
    assert (stale, len(started.network.subscribers)) == ((), len(FIRST.places))
    assert started.network.subscribers[SubscriberId("S0")].device == DeviceId("onu-hwtc00000001")
    assert checked.digest == started.network.digest == reloaded.network.digest


def test_damaged_places_are_no_start_without_people(root: Path) -> None:
    state = root / "state"
    good = read_files(root / "inventory", None, places=places_file(state)).files
    assert good is not None
    copies = copy_aside(good.sources, None, state)
    copied = read_copy(copies).files
    assert copied is not None
    assert copied.network.digest == good.network.digest
    assert digest_of_copy(copies, good.sources) == good.digest
    keep_copy(state, good.network.digest)
    places_file(state).write_text('{"source": 7}\n')

    files, why = read_or_last_good(root / "inventory", None, state)

    assert files.network.digest == good.network.digest
    assert "places.jsonl" in str(why[0])
    assert check_files(None, None, root / "netwatch.toml").failed
