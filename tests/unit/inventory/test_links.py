"""Links, by whatever way they are written."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.reader import read_inventory
from netwatch.model.network import Network
from tests.unit.inventory.support import CORE, network_of, reading_of, told


def ends(network: Network) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(
            end.device if end.port is None else f"{end.device}:{end.port}" for end in link.ends
        )
        for name, link in network.links.items()
    }


def test_an_uplink_is_a_link_whose_upper_end_comes_first(tmp_path: Path) -> None:
    network = network_of(tmp_path, CORE + '  - {id: agg, kind: switch, uplink: ["core-1:7"]}\n')

    assert ends(network) == {"agg--core-1": ("core-1:7", "agg")}


def test_a_port_without_an_uplink_is_what_the_device_hangs_on(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        CORE
        + "  - {id: cpe-1, kind: cpe, via: core-1, port: ge-7}\n"
        + "  - {id: cpe-2, kind: cpe, via: core-1}\n"
        + "  - {id: cpe-3, kind: cpe, via: core-1, port: ge-8, uplink: [cpe-1]}\n",
    )

    assert ends(network) == {
        "core-1--cpe-1": ("core-1:ge-7", "cpe-1"),
        "core-1--cpe-2": ("core-1", "cpe-2"),
        "cpe-1--cpe-3": ("cpe-1", "cpe-3"),
    }


def test_parallel_members_are_counted_in_file_order(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        {
            "a.yaml": 'links:\n  - {ends: ["sw-1:1", core-1]}\n',
            "b.yaml": CORE + '  - {id: sw-1, kind: switch, uplink: ["core-1:2", "core-1:3"]}\n',
            "c.yaml": "links:\n  - {id: l-1, ends: [core-1, sw-1]}\n"
            '  - {ends: ["core-1:4", sw-1]}\n',
        },
    )

    assert ends(network) == {
        "core-1--sw-1": ("sw-1:1", "core-1"),
        "core-1--sw-1#2": ("core-1:2", "sw-1"),
        "core-1--sw-1#3": ("core-1:3", "sw-1"),
        "l-1": ("core-1", "sw-1"),
        "core-1--sw-1#4": ("core-1:4", "sw-1"),
    }


def test_an_uplink_that_a_named_link_tells_in_full_is_one_cable(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        CORE
        + "  - {id: sw-1, kind: switch, uplink: [core-1]}\n"
        + "links:\n  - {id: l-core-sw, ends: [core-1, sw-1]}\n",
    )

    assert ends(network) == {"l-core-sw": ("core-1", "sw-1")}


def test_a_name_that_somebody_gave_is_left_out_of_the_counting(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        CORE
        + '  - {id: sw-1, kind: switch, uplink: ["core-1:2"]}\n'
        + 'links: [{id: core-1--sw-1, ends: ["core-1:3", "sw-1:3"]}]\n',
    )

    assert ends(network) == {
        "core-1--sw-1#2": ("core-1:2", "sw-1"),
        "core-1--sw-1": ("core-1:3", "sw-1:3"),
    }


def test_two_pairs_whose_names_run_together_stay_two_links(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        "vantage: a\ndevices:\n"
        "  - {id: a, kind: other}\n  - {id: b--c, kind: other, uplink: [a]}\n"
        "  - {id: a--b, kind: other, uplink: [a]}\n  - {id: c, kind: other, uplink: [a--b]}\n",
    )

    assert len(network.links) == 3


def test_a_port_is_compared_with_the_one_reached_through_all_splitters(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        CORE
        + "  - {id: olt, kind: olt, address: 192.0.2.9, uplink: [core-1]}\n"
        + '  - {id: s1, kind: splitter, uplink: ["olt:0/1/3"]}\n'
        + "  - {id: box, kind: cabinet, uplink: [s1]}\n"
        + "  - {id: s2, kind: splitter, uplink: [box]}\n"
        + "  - {id: onu-1, kind: onu, via: olt, port: 0/1/3, uplink: [s2]}\n"
        + "  - {id: onu-2, kind: onu, via: olt, port: 0/1/5, uplink: [s2]}\n"
        + "  - {id: onu-3, kind: onu, via: olt, port: 0/1/5}\n",
    )

    (doubt,) = told(reading)
    assert "'onu-2' is written on port '0/1/5'" in doubt


def test_an_uplink_without_a_port_raises_no_doubt(tmp_path: Path) -> None:
    assert (
        reading_of(
            tmp_path,
            CORE
            + "  - {id: olt, kind: olt, address: 192.0.2.9, uplink: [core-1]}\n"
            + "  - {id: s1, kind: splitter, uplink: [olt]}\n"
            + "  - {id: onu-1, kind: onu, via: olt, port: 0/1/3, uplink: [s1]}\n",
        ).findings
        == ()
    )


@given(order=st.permutations(range(6)), cuts=st.sets(st.integers(1, 5)))
def test_splitting_the_lists_over_files_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], cuts: set[int]
) -> None:
    """Entries in the same order, in however many files and under whatever names: one network."""
    above = {number: f'"sw-{number - 1}:1", "sw-{number - 1}:2"' for number in order}
    above[0] = "core-1"
    entries = ["  - {id: core-1, kind: router}\n"] + [
        f"  - {{id: sw-{number}, kind: switch, uplink: [{above[number]}]}}\n" for number in order
    ]
    whole = tmp_path_factory.mktemp("whole")
    parts = tmp_path_factory.mktemp("parts")
    (whole / "net.yaml").write_text("vantage: core-1\ndevices:\n" + "".join(entries))
    (parts / "z.yaml").write_text("vantage: core-1\n")
    edges = [0, *sorted(cuts), len(entries)]
    for number, (first, last) in enumerate(itertools.pairwise(edges)):
        folder = parts / f"{number}"
        folder.mkdir()
        (folder / "part.yaml").write_text("devices:\n" + "".join(entries[first:last]))

    one, many = read_inventory(whole).network, read_inventory(parts).network

    assert one is not None
    assert many is not None
    assert replace(one, digest="") == replace(many, digest="")
    assert list(one.links) == list(many.links)
