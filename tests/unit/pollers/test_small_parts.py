"""The small parts of polling: frames, deadlines, the choice of devices."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.names import DeviceId, SiteId
from netwatch.model.network import Device, DeviceKind, Network, Site
from netwatch.pollers.choice import ChoiceError, choose
from netwatch.pollers.deadlines import Deadlines
from netwatch.pollers.frames import FrameError, Unpacker, pack
from netwatch.pollers.memory import most_kb

DOCUMENTS = st.lists(
    st.dictionaries(
        st.text(max_size=5),
        st.one_of(st.integers(-(2**63), 2**64 - 1), st.text(), st.none()),
        max_size=3,
    ),
    max_size=5,
)


@given(DOCUMENTS, st.integers(1, 50))
def test_batches_come_whole_however_the_socket_cuts_them(
    documents: list[dict[str, object]], size: int
) -> None:
    stream = b"".join(map(pack, documents))
    unpacker = Unpacker()
    came = []
    for at in range(0, len(stream), size):
        came += list(unpacker.feed(stream[at : at + size]))

    assert came == documents


@pytest.mark.parametrize(
    "stream", [b"\xff\xff\xff\xff", b"\0\0\0\2xx", b"\0\0\0\2[]", b"\0\0\0\1\xff"]
)
def test_what_is_no_batch_is_refused(stream: bytes) -> None:
    with pytest.raises(FrameError):
        list(Unpacker().feed(stream))


def test_octets_travel_as_text() -> None:
    raw = bytes(range(256)).decode("latin-1")
    (back,) = Unpacker().feed(pack({"value": raw}))
    assert back["value"].encode("latin-1") == bytes(range(256))
    assert json.loads(pack({"value": raw})[4:])["value"] == raw


def test_time_runs_out_in_order_whatever_the_timeouts() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.add(0.0, 2.0, 1, "slow")
    deadlines.add(0.5, 0.5, 1, "quick")
    deadlines.add(1.0, 2.0, 2, "slow again")

    assert deadlines.next() == 1.0
    assert deadlines.expired(0.9) == []
    assert deadlines.expired(2.0) == [(1, "slow"), (1, "quick")]
    assert deadlines.expired(9.0) == [(2, "slow again")]
    assert deadlines.next() is None


def network() -> Network:
    def device(name: str, kind: DeviceKind, site: str | None = None) -> Device:
        return Device(id=DeviceId(name), kind=kind, site=SiteId(site) if site else None)

    devices = [
        device("sw-1", DeviceKind.SWITCH, "pop-polna"),
        device("sw-2", DeviceKind.SWITCH),
        device("olt-1", DeviceKind.OLT, "pop-polna"),
    ]
    site = Site(id=SiteId("pop-polna"))
    return Network(devices={one.id: one for one in devices}, sites={site.id: site})


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (None, ["sw-1", "sw-2", "olt-1"]),
        ("sw-*", ["sw-1", "sw-2"]),
        ("olt-1, sw-2", ["sw-2", "olt-1"]),
        ("kind:olt", ["olt-1"]),
        ("site:pop-polna,sw-2", ["sw-1", "sw-2", "olt-1"]),
    ],
)
def test_devices_are_chosen_by_id_kind_and_site(words: str | None, ids: list[str]) -> None:
    assert [device.id for device in choose(network(), words)] == ids


@pytest.mark.parametrize(
    ("words", "near"), [("swx-1", "sw-1"), ("kind:olts", "olt"), ("site:pop-polan", "pop-polna")]
)
def test_a_word_that_fits_nothing_is_told_with_the_near_one(words: str, near: str) -> None:
    with pytest.raises(ChoiceError, match=f"did you mean '{near}'"):
        list(choose(network(), words))


def test_memory_is_what_this_process_had_and_not_its_parent(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t   51234 kB\nVmRSS:\t   40000 kB\n")
    assert most_kb(status) == 51234
    assert most_kb(tmp_path / "no such") > 1000
