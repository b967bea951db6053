"""What sources said is kept whole, and a source that was cut off does not take its place."""

from dataclasses import replace
from pathlib import Path

import pytest

from netwatch.inventory.importers.differences import differences
from netwatch.inventory.importers.wholeness import require_whole
from netwatch.inventory.places.extracts import (
    all_extracts,
    keep_extract,
    keep_sightings,
    last_extract,
    last_sightings,
)
from netwatch.inventory.places.records import Extract, GearRecord, SourceError
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from tests.operator.homes import SMALL, make_operator
from tests.operator.night import pass_night
from tests.operator.records import EVENING, extract, sightings

OPERATOR = make_operator(SMALL)
SAID = extract(OPERATOR)


def test_what_is_kept_is_what_is_read_back(tmp_path: Path) -> None:
    kept = keep_extract(tmp_path, SAID)
    keep_sightings(tmp_path, sightings(OPERATOR))

    assert last_extract(tmp_path, "lms") == SAID
    assert list(all_extracts(tmp_path)) == [SAID]
    assert last_sightings(tmp_path) == sightings(OPERATOR)
    assert kept.stat().st_mode & 0o077 == 0


def test_sightings_that_the_settings_no_longer_name_count_no_more(tmp_path: Path) -> None:
    seen = sightings(OPERATOR)
    keep_sightings(tmp_path, seen)
    keep_sightings(tmp_path, seen, "radius")

    assert last_sightings(tmp_path, ()) == seen
    both = last_sightings(tmp_path, ("radius",))
    assert both is not None
    assert len(both.onus) == 2 * len(seen.onus)


def test_a_source_never_read_is_none_and_a_damaged_file_is_told(tmp_path: Path) -> None:
    assert last_extract(tmp_path, "lms") is None
    keep_extract(tmp_path, SAID).write_bytes(b"{")

    with pytest.raises(SourceError, match="damaged"):
        last_extract(tmp_path, "lms")


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (Extract(source="lms", taken_at=EVENING), "neither gear nor lines"),
        (replace(SAID, lines=SAID.lines[:199]), "199 lines, the last time 400"),
        (replace(SAID, gear=SAID.gear[:19]), "19 devices, the last time 40"),
        (replace(SAID, wires=()), "0 links, the last time"),
    ],
)
def test_half_a_source_is_refused(now: Extract, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        require_whole(now, SAID)


def test_a_night_is_told_as_what_it_was() -> None:
    morning, changes = pass_night(OPERATOR, 40)
    found = differences(extract(morning), SAID, None)

    assert set(found.lines.new) == {one.line for one in changes if one.kind == "new"}
    assert set(found.lines.gone) == {one.line for one in changes if one.kind == "cancel"}
    assert {one.key for one in found.lines.changed} <= {
        one.line for one in changes if one.kind in {"swap", "move"}
    }


def test_the_same_again_is_no_difference() -> None:
    assert not differences(SAID, SAID, None).any


def test_gear_is_the_inventorys_by_address_id_or_name() -> None:
    olt = Device(id=DeviceId("olt-1"), kind=DeviceKind.OLT, name="OLT Polna")
    said = (
        GearRecord(key="1", name="Olt-1", address="192.0.2.1"),
        GearRecord(key="2", name="olt polna", address="192.0.2.2"),
        GearRecord(key="3", name="olt-3", address="192.0.2.3"),
    )
    found = differences(replace(SAID, gear=said), None, Network(devices={olt.id: olt}))

    assert [one.key for one in found.unknown] == ["3"]
