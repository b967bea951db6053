"""Links of records tell what gear hangs on, and where the light of a splitter comes from."""

from dataclasses import replace
from ipaddress import IPv4Address

from netwatch.inventory.importers.parents import Hook, hooks, lifted
from netwatch.inventory.places.records import Extract, GearRecord, LineRecord, WireRecord
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network
from tests.operator.homes import SMALL, make_operator
from tests.operator.records import EVENING, extract


def _device(name: str, address: str = "") -> Device:
    return Device(
        id=DeviceId(name),
        kind=DeviceKind.SWITCH,
        address=IPv4Address(address) if address else None,
    )


def _network(*names: str, linked: tuple[tuple[str, str], ...] = ()) -> Network:
    devices = {DeviceId(name): _device(name) for name in names}
    links = {
        LinkId(f"{a}--{b}"): Link(
            id=LinkId(f"{a}--{b}"), ends=(End(device=DeviceId(a)), End(device=DeviceId(b)))
        )
        for a, b in linked
    }
    return Network(devices=devices, links=links, vantage=DeviceId(names[0]))


def _said(wires: str, *names: str) -> Extract:
    """Return gear, each numbered by its place, and links such as ``a-b c-d`` by name."""
    keys = {name.lower(): str(at) for at, name in enumerate(names, 1)}
    pairs = [wire.split("-") for wire in wires.split()]
    return Extract(
        source="lms",
        taken_at=EVENING,
        gear=tuple(GearRecord(key=keys[name.lower()], name=name) for name in names),
        wires=tuple(WireRecord(a=keys[a], b=keys[b]) for a, b in pairs),
    )


def _hook(device: str, parent: str, *behind: str) -> Hook:
    return Hook(device=DeviceId(device), parent=DeviceId(parent), behind=behind)


def test_a_chain_of_devices_without_links_is_hung_up_link_by_link() -> None:
    network = _network("core", "a", "b")

    assert hooks(_said("core-a a-b", "CORE", "A", "b"), network) == (
        _hook("a", "b"),
        _hook("a", "core"),
    )


def test_what_has_a_link_is_left_alone() -> None:
    network = _network("core", "a", "b", linked=(("core", "a"),))

    assert hooks(_said("core-a core-b", "core", "a", "b"), network) == (_hook("b", "core"),)


def test_a_whole_branch_that_hangs_apart_is_hung_up_by_one_link() -> None:
    network = _network("core", "sw", "olt", "cpe", linked=(("sw", "olt"), ("olt", "cpe")))
    said = _said("core-sw sw-olt olt-cpe", "core", "sw", "olt", "cpe")

    assert hooks(said, network) == (_hook("sw", "core"),)


def test_behind_gear_that_the_inventory_lacks_stands_what_it_leads_to() -> None:
    network = _network("core", "olt", "x", "y", linked=(("core", "olt"),))
    said = _said("olt-s1 s1-s2 s2-x s2-y", "olt", "s1", "s2", "x", "y")

    assert hooks(said, network) == (
        _hook("x", "olt", "s1", "s2"),
        _hook("y", "olt", "s1", "s2"),
    )


def test_between_two_ways_up_behind_unknown_gear_nothing_is_guessed() -> None:
    network = _network("core", "one", "two", "x", linked=(("core", "one"), ("core", "two")))

    assert hooks(_said("one-s two-s s-x", "one", "two", "s", "x"), network) == ()


def test_gear_is_known_by_its_address_before_its_name() -> None:
    network = Network(
        devices={one.id: one for one in (_device("core"), _device("a", "192.0.2.1"))},
        vantage=DeviceId("core"),
    )
    said = Extract(
        source="lms",
        taken_at=EVENING,
        gear=(
            GearRecord(key="1", name="core"),
            GearRecord(key="2", name="core", address="192.0.2.1"),
        ),
        wires=(WireRecord(a="1", b="2"), WireRecord(a="2", b="2"), WireRecord(a="2", b="77")),
    )

    assert hooks(said, network) == (_hook("a", "core"),)


def test_the_whole_operator_without_one_link_is_hung_up_by_its_records() -> None:
    operator = make_operator(SMALL)
    network = _network("core-1", *(one.id for one in operator.boxes if one.kind == "switch"),
                       *(one.id for one in operator.olts))  # fmt: skip
    found = hooks(extract(operator), network)

    hung = {one.device for one in found} | {one.parent for one in found}
    assert hung == set(network.devices)
    assert len(found) == 2 * len(operator.olts)


def _on_splitters(said: Extract) -> Extract:
    """Return the records of a provider who notes of each home the splitter that it hangs on."""
    splitters = {one.key for one in said.gear if one.kind == "splitter"}
    at = {(wire.a, wire.a_port): wire.b for wire in said.wires if wire.b in splitters}
    lines = (
        replace(line, gear=at[line.gear, line.port], port="7")
        if (line.gear, line.port) in at
        else line
        for line in said.lines
    )
    return replace(said, lines=tuple(lines))


def test_a_line_on_a_splitter_is_one_on_the_port_that_this_hangs_on() -> None:
    said = extract(make_operator(SMALL))
    noted = _on_splitters(said)

    assert sum(one != other for one, other in zip(said.lines, noted.lines, strict=True)) > 200
    assert lifted(noted, Network()).lines == said.lines


def _light(*wires: WireRecord, at: str = "s2", **kinds: str) -> tuple[str, str]:
    """Return where a line on ``at`` is put."""
    said = Extract(
        source="lms",
        taken_at=EVENING,
        gear=tuple(GearRecord(key=key, name=key, kind=kind) for key, kind in kinds.items()),
        wires=wires,
        lines=(LineRecord(key="1", subscriber="7", gear=at, port="3"),),
    )
    (line,) = lifted(said, _network("core", "known")).lines
    return line.gear, line.port


def _wire(a: str, b: str, a_port: str = "") -> WireRecord:
    return WireRecord(a=a, a_port=a_port, b=b)


def test_light_goes_through_splitters_behind_splitters_and_by_homes() -> None:
    wires = (_wire("olt", "s1", "4"), _wire("s1", "s2"), _wire("s2", "home"))

    assert _light(*wires, olt="olt", s1="splitter", s2="splitter", home="onu") == ("olt", "4")


def test_where_light_comes_from_two_sides_a_line_stays_on_its_splitter() -> None:
    wires = (_wire("a", "s2", "1"), _wire("b", "s2", "1"))

    assert _light(*wires, a="olt", b="olt", s2="splitter") == ("s2", "3")


def test_two_fibres_of_one_olt_tell_the_olt_and_no_port() -> None:
    wires = (_wire("olt", "s2", "1"), _wire("olt", "s1", "2"), _wire("s1", "s2"))

    assert _light(*wires, olt="olt", s1="splitter", s2="splitter") == ("olt", "")


def test_a_splitter_that_the_inventory_has_keeps_its_lines() -> None:
    wires = (_wire("olt", "known", "1"),)

    assert _light(*wires, at="known", olt="olt", known="splitter") == ("known", "3")


def test_gear_that_can_be_asked_keeps_its_lines_even_if_nobody_knows_it() -> None:
    assert _light(_wire("olt", "s2", "1"), olt="olt", s2="switch") == ("s2", "3")
