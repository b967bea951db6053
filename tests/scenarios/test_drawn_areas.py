"""An outage in an estate that the operator drew is told by its name, and few are told by more."""

import json
from pathlib import Path

from netwatch.delivery.page.content import Site, content
from netwatch.delivery.page.crowds import FEWEST, Crowds
from netwatch.delivery.page.edition import Edition
from netwatch.delivery.page.machine import outages_json
from netwatch.inventory.reader import read_inventory
from netwatch.model.names import LinkId
from netwatch.model.network import Network
from tests.scenarios.night import MINUTE, SECOND, Night, World
from tests.unit.delivery.wording_examples import renderer

HOMES = {
    "estate": (20, 50.05, 19.95),
    "yard": (FEWEST - 1, 50.055, 19.955),
    "field": (9, 50.3, 19.0),
}
"""Behind a splitter each: how many, and where they live."""
AREAS = """
areas:
  - {id: krakow, name: Kraków}
  - {id: polna, name: {pl: os. Polna, en: Polna estate}, within: krakow}
  - {id: podworze, name: Podwórze, within: polna}
shapes: [areas.geojson]
"""


def square(west: float, south: float, size: float, **properties: str) -> dict[str, object]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def town(folder: Path) -> Network:
    """Write and read a town: an OLT, splitters, homes of which only the coordinates are known."""
    gear = ["vantage: core", "devices:", "  - {id: core, kind: router, address: 127.20.0.1}"]
    gear.append("  - {id: olt, kind: olt, address: 127.20.0.2, uplink: [core]}")
    people = ["id,device,lat,lon"]
    for port, (name, (homes, lat, lon)) in enumerate(HOMES.items()):
        gear.append(f'  - {{id: {name}, kind: splitter, uplink: ["olt:0/1/{port}"]}}')
        for n in range(homes):
            onu = f"onu-{name}-{n}"
            gear.append(f"  - {{id: {onu}, kind: onu, via: olt, uplink: [{name}]}}")
            people.append(f"S-{name}-{n},{onu},{lat + n / 1e6},{lon}")
        if name == "yard":  # and two across the fence
            for n in range(homes, homes + 2):
                onu = f"onu-{name}-{n}"
                gear.append(f"  - {{id: {onu}, kind: onu, via: olt, uplink: [{name}]}}")
                people.append(f"S-{name}-{n},{onu},50.06,{lon}")
    drawn = [
        square(19.8, 49.9, 0.3, name="Kraków"),
        square(19.9, 50.0, 0.1, id="polna"),
        square(19.955, 50.055, 0.001, nazwa="podworze"),
    ]
    folder.joinpath("net.yaml").write_text(
        "\n".join(gear) + f"\n{AREAS}subscribers: [people.csv]\n", encoding="utf-8"
    )
    folder.joinpath("people.csv").write_text("\n".join(people) + "\n")
    collection = {"type": "FeatureCollection", "features": drawn}
    folder.joinpath("areas.geojson").write_text(json.dumps(collection))
    reading = read_inventory(folder)
    assert reading.network is not None, reading.findings
    return reading.network


def said(network: Network, splitter: str) -> tuple[set[str], str, str]:
    """Return the areas of an outage, its title in Polish and what programs read of it."""
    night = Night()
    night.world = World(network)
    night.passes(30 * SECOND)
    night.world.cut.add(LinkId("--".join(sorted(("olt", splitter)))))
    night.passes(2 * MINUTE)
    night.world.cut.clear()
    night.passes(3 * MINUTE)
    told = night.told()
    (outage,) = told.incidents
    crowds, at = Crowds(network), outage.opened_at + 5 * MINUTE
    page = Edition(
        content=content(told.replayed.board, crowds, at),
        site=Site(name="Kraków", timezone="Europe/Warsaw", languages=("pl", "en")),
        crowds=crowds,
        words=renderer(network),
        at=at,
    )
    (card,) = page.content.recent
    machine = outages_json(page).decode()
    return {*outage.areas}, page.text(card, "pl").title, machine


def test_an_estate_is_told_by_the_name_it_was_drawn_with(tmp_path: Path) -> None:
    areas, title, machine = said(town(tmp_path), "estate")

    assert areas == {"polna"}
    assert "os. Polna" in title
    assert '"name":"os. Polna"' in machine


def test_a_yard_of_few_homes_is_told_as_what_lies_around_it(tmp_path: Path) -> None:
    areas, title, machine = said(town(tmp_path), "yard")

    assert areas == {"podworze", "polna"}
    assert "os. Polna" in title
    assert "odw" not in title + machine, "four homes would know each other"


def test_homes_outside_all_that_was_drawn_are_in_no_area(tmp_path: Path) -> None:
    network = town(tmp_path)

    outside = {one.area for one in network.subscribers.values() if "field" in one.id}
    assert outside == {None}
    assert said(network, "field")[0] == set()
