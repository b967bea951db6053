"""Areas that the operator drew take in whoever lies in them."""

import json
from pathlib import Path
from subprocess import run
from sys import executable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.drawn import geojson
from netwatch.inventory.drawn.geojson import read_shapes
from netwatch.inventory.findings import Findings
from netwatch.model.faults import Level
from netwatch.model.names import AreaId, DeviceId, SiteId, SubscriberId
from tests.unit.inventory.support import network_of, reading_of, told

NET = """
vantage: core-1
areas:
  - {id: krakow, name: Kraków}
  - {id: polna, name: {pl: os. Polna, en: Polna estate}, within: krakow}
  - {id: krotka, name: Krótka}
shapes: [drawn/areas.geojson]
sites:
  - {id: pop, lat: 50.06, lon: 19.94}
devices:
  - {id: core-1, kind: router, address: 192.0.2.1, lat: 50.01, lon: 19.81}
  - {id: olt-1, kind: olt, site: pop, uplink: [core-1]}
  - {id: sw-1, kind: switch, site: pop, uplink: [core-1]}
  - {id: sw-2, kind: switch, uplink: [core-1]}
subscribers: [people.csv]
"""
PEOPLE = """id,device,area,address,lat,lon
S-in,,,,50.05,19.95
S-comma,,,,"50,05","19,95"
S-own,,krotka,,50.05,19.95
S-town,,,,50.01,19.81
S-away,sw-1,,,51.5,19.95
S-gear,sw-1,,,,
S-street,sw-1,,ul. Polna 3,,
S-olt,olt-1,,,,
S-bare,sw-2,,,,
"""


def square(west: float, south: float, size: float) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(coordinates: Any, kind: str = "Polygon", /, **properties: Any) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **more, "features": list(features)}, indent=1)


QGIS = {
    "name": "obszary",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
}
DRAWN = collection(
    feature(
        [[[[*point, 210.5] for point in square(19.8, 50.0, 0.3)]]], "MultiPolygon", id="krakow"
    ),
    feature([square(19.9, 50.0, 0.1)], fid=3, id=3, NAZWA="POLNA"),
    **QGIS,
)


def test_a_home_lies_in_the_smallest_area_around_it_unless_it_has_one_of_its_own(
    tmp_path: Path,
) -> None:
    network = network_of(
        tmp_path, {"net.yaml": NET, "people.csv": PEOPLE, "drawn/areas.geojson": DRAWN}
    )

    assert {str(sid): one.area for sid, one in network.subscribers.items()} == {
        "S-in": "polna",
        "S-comma": "polna",
        "S-own": "krotka",
        "S-town": "krakow",
        "S-away": None,
        "S-gear": "polna",
        "S-street": None,
        "S-olt": None,
        "S-bare": None,
    }


def test_sites_and_gear_know_the_area_they_stand_in(tmp_path: Path) -> None:
    network = network_of(
        tmp_path, {"net.yaml": NET, "people.csv": PEOPLE, "drawn/areas.geojson": DRAWN}
    )

    assert network.sites[SiteId("pop")].area == "polna"
    assert {str(one.id): one.area for one in network.devices.values()} == {
        "core-1": "krakow", "olt-1": "polna", "sw-1": "polna", "sw-2": None,
    }  # fmt: skip


def test_another_outline_is_another_inventory(tmp_path: Path) -> None:
    files = {"net.yaml": NET, "people.csv": PEOPLE}
    one = network_of(tmp_path, {**files, "drawn/areas.geojson": DRAWN})
    other = reading_of(tmp_path, {**files, "drawn/areas.geojson": DRAWN.replace("19.9,", "19.91,")})

    assert other.network is not None
    assert other.network.digest != one.digest
    assert "drawn/areas.geojson" in other.sources


def test_devices_in_a_table_have_coordinates_too(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        {
            "net.yaml": NET.replace(
                "  - {id: sw-2, kind: switch, uplink: [core-1]}\n", "  - gear.csv\n"
            ),
            "gear.csv": 'id,kind,uplink,lat,lon\nsw-2,switch,core-1,"50,05","19,95"\n',
            "people.csv": PEOPLE,
            "drawn/areas.geojson": DRAWN,
        },
    )

    assert network.devices[DeviceId("sw-2")].area == "polna"
    assert network.subscribers[SubscriberId("S-bare")].area == "polna"


def test_two_shapes_of_one_area_are_one_outline(tmp_path: Path) -> None:
    drawn = collection(
        feature([square(19.9, 50.0, 0.02)], name="os. Polna"),
        feature([square(19.94, 50.04, 0.02)], name="Polna estate"),
    )
    network = network_of(
        tmp_path, {"net.yaml": NET, "people.csv": PEOPLE, "drawn/areas.geojson": drawn}
    )

    assert network.subscribers[SubscriberId("S-in")].area == "polna"
    assert network.areas[AreaId("polna")].outline
    assert not network.areas[AreaId("krotka")].outline


def test_without_shapes_no_geometry_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("sites: [{id: pop, lat: 50, lon: 19}]\n")
    code = (
        "import sys; from pathlib import Path;"
        "from netwatch.inventory.reader import read_inventory;"
        f"read_inventory(Path({str(tmp_path)!r})); print('shapely' in sys.modules)"
    )

    done = run([executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_two_areas_of_one_name_need_an_id(tmp_path: Path) -> None:
    twins = NET.replace("name: Krótka", "name: Polna")
    files = {"net.yaml": twins, "people.csv": PEOPLE}
    found = told(reading_of(tmp_path, {**files, "drawn/areas.geojson": DRAWN}))

    assert "shape 'POLNA' may be any of the areas krotka, polna" in found


def test_a_file_of_too_many_shapes_or_points_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "MOST_SHAPES", 2)
    monkeypatch.setattr(geojson, "MOST_POINTS", 9)
    many, detailed = Findings(), Findings()
    one = feature([square(19.9, 50.0, 0.1)], id="polna")

    assert read_shapes("a.geojson", collection(one, one, one).encode(), many) == []
    assert len(read_shapes("a.geojson", collection(one, one).encode(), detailed)) == 1

    assert [finding.wrong for finding in many.in_order()] == ["holds 3 shapes; at most 2 are read"]
    assert [finding.wrong for finding in detailed.in_order()] == [
        "shape 'polna' brings the file to more points than are read"
    ]


@pytest.mark.parametrize(
    ("other", "wrong"),
    [
        ("polna", "the shapes of area 'polna' cross each other too often to be joined"),
        ("krotka", "'krotka' and 'polna' cross each other too often to tell how far they overlap"),
    ],
)
def test_combs_laid_across_each_other_are_told(tmp_path: Path, other: str, wrong: str) -> None:
    teeth = [[n / 2000, n % 2] for n in range(4000)]
    comb = [*teeth, [2, -1], [0, -1], teeth[0]]
    turned = [[y + 0.5, 1.3 - x] for x, y in comb]
    drawn = collection(feature([comb], id="polna"), feature([turned], id=other))
    files = {"net.yaml": NET, "people.csv": PEOPLE, "drawn/areas.geojson": drawn}

    assert wrong in " ".join(told(reading_of(tmp_path, files)))


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    files = {"net.yaml": NET, "people.csv": PEOPLE, "drawn/areas.geojson": ""}
    reading_of(tmp_path, files)
    with (tmp_path / "drawn/areas.geojson").open("r+b") as file:
        file.truncate(17 << 20)
    files.pop("drawn/areas.geojson")

    assert "is 17 MiB large; at most 16 MiB are read" in told(reading_of(tmp_path, files))


def test_a_mistake_is_told_where_its_shape_begins() -> None:
    findings = Findings()
    tricky = feature([square(19.9, 50.0, 0.1)[:-1]], id="polna", note='{"type": "Feature"}, [')
    text = collection(feature([square(19.9, 50.0, 0.1)], id="polna"), tricky, **QGIS)

    read_shapes("a.geojson", text.encode(), findings)

    (finding,) = findings.in_order()
    line = text.splitlines()[finding.place.line - 1]
    assert line[finding.place.column - 1 :] == "{"
    assert text.splitlines()[finding.place.line + 1].strip() == '"properties": {'
    assert text.splitlines()[finding.place.line + 2].strip() == '"id": "polna",'
    assert "note" in text.splitlines()[finding.place.line + 3]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "coordinates", "properties", "id", "crs"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(
    st.one_of(
        JSON,
        JSON.map(lambda one: {"type": "FeatureCollection", "features": [one]}),
        JSON.map(lambda one: {"type": "Feature", "geometry": one}),
        JSON.map(lambda one: feature(one, id="polna")),
        JSON.map(lambda one: feature([[one]], id="polna")),
    )
)
def test_whatever_stands_in_the_file_is_read_or_told(value: Any) -> None:
    findings = Findings()

    shapes = read_shapes("a.geojson", json.dumps(value).encode(), findings)

    assert shapes or findings.in_order()
    assert all(one.level is Level.WARNING or findings.failed for one in findings.in_order())


@given(st.binary(max_size=200))
def test_rubbish_is_told(data: bytes) -> None:
    findings = Findings()

    assert read_shapes("a.geojson", data, findings) == []
    assert findings.in_order()


def test_deep_nesting_ends_in_a_finding() -> None:
    for deep in ("[" * 100_000, '{"type":"Feature","geometry":' * 900, "[" * 900 + "]" * 900):
        findings = Findings()
        read_shapes("a.geojson", deep.encode(), findings)
        assert findings.failed
