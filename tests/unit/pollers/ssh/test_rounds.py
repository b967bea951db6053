"""Who is visited as whom, what is asked of them, and what becomes of the answers."""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from netwatch.model.arrivals import Change, Outcome, Readings, Sample
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network
from netwatch.pollers.ssh.accounts import Account, Assignment, assignments, by_python, to_say
from netwatch.pollers.ssh.meaning import Understood
from netwatch.pollers.ssh.pins import Pins
from netwatch.pollers.ssh.telling import changed, identity, told
from netwatch.pollers.ssh.visits import Said, Visit, Visited

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def device(name: str, kind: DeviceKind = DeviceKind.OLT, **other: Any) -> Device:
    return Device(id=DeviceId(name), kind=kind, address=ip_address("192.0.2.7"), **other)


def account(**other: Any) -> Account:
    plain: dict[str, Any] = {
        "name": "olts",
        "devices": "kind:olt",
        "platform": "huawei_smartax",
        "user": "netwatch",
        "password": "not for eyes",
    }
    return Account(**{**plain, **other})


def network(*devices: Device, links: tuple[Link, ...] = ()) -> Network:
    return Network(
        devices={one.id: one for one in devices}, links={link.id: link for link in links}
    )


ONU_1 = Device(id=DeviceId("onu-1"), kind=DeviceKind.ONU, via=DeviceId("olt-1"), port="0/1/3",
               serial="HWTC1A2B3C4D")  # fmt: skip
ONU_2 = Device(id=DeviceId("onu-2"), kind=DeviceKind.ONU, via=DeviceId("olt-1"), port="0/1/4")
UPLINK = Link(
    id=LinkId("l-1"),
    ends=(End(device=DeviceId("core-1")), End(device=DeviceId("olt-1"), port="0/19/0")),
)


def test_the_first_account_that_fits_counts_and_who_has_no_address_is_left_out() -> None:
    town = network(device("olt-1"), device("olt-2"), device("sw-1", DeviceKind.SWITCH), ONU_1)
    first = account(name="special", devices="olt-2")

    found = assignments(town, [first, account(), account(name="onus", devices="kind:onu")])

    assert {name: one.account.name for name, one in found.items()} == {
        "olt-2": "special",
        "olt-1": "olts",
    }


def test_a_word_that_fits_nobody_leaves_the_others() -> None:
    found = assignments(network(device("olt-1")), [account(devices="nobody, olt-1")])

    assert [*found] == ["olt-1"]


def test_an_assignment_knows_the_ports_and_onus_that_the_inventory_names() -> None:
    one = assignments(network(device("olt-1"), ONU_1, ONU_2, links=(UPLINK,)), [account()])["olt-1"]

    assert one.wanted_ports == ("0/19/0", "0/1/3", "0/1/4")
    assert one.onus == (ONU_1, ONU_2)


def test_what_snmp_tells_sooner_is_left_to_it_unless_it_is_named() -> None:
    alone, both = (
        assignments(network(device("olt-1", snmp=snmp)), [account()])["olt-1"]
        for snmp in (None, "olt")
    )

    assert to_say(alone, inventory=False) == ["display temperature", "display ont info summary 0"]
    assert to_say(both, inventory=False) == ["display temperature"]
    assert to_say(both, inventory=True)[0] == "display version"
    named = account(commands=("display ont info  summary 0/1",))
    one = assignments(network(device("olt-1", snmp="olt")), [named])["olt-1"]
    assert to_say(one, inventory=False) == ["display ont info summary 0/1"]


def test_interpreters_and_the_sessions_each_must_bear() -> None:
    old = Path("/opt/old/bin/python")
    some = [account(), account(sessions=2), account(python=old, sessions=1)]

    assert by_python(some) == {None: 6, old: 1}


def visited(*readings: dict[str, Any], **other: Any) -> Visited:
    said = tuple(
        Said(command="x", reading={**Understood().plain(), **reading}) for reading in readings
    )
    plain: dict[str, Any] = {"outcome": Outcome.ANSWERED, "said": said}
    return Visited(**{**plain, **other})


def olt() -> Assignment:
    return assignments(network(device("olt-1"), ONU_1, ONU_2, links=(UPLINK,)), [account()])[
        DeviceId("olt-1")
    ]


def test_onus_are_found_by_serial_else_by_port_and_told_with_their_levels() -> None:
    rows = [
        {"part": "0/1/3:0", "serial": "HWTC1A2B3C4D", "state": "los", "rx_dbm": -27.5},
        {"part": "0/1/4:7", "serial": "ALCL11112222", "state": "online"},
        {"part": "0/1/9:1", "serial": "ZTEG33334444", "state": "online", "rx_dbm": -20.0},
    ]

    arrivals = list(told(olt(), visited({"onus": rows}), NIGHT))

    states = [(a.device, a.value) for a in arrivals if isinstance(a, Sample) and a.value]
    assert states == [("onu-1", "los"), ("onu-2", "online")]
    (optics,) = (a for a in arrivals if isinstance(a, Readings))
    assert (optics.device, optics.check, optics.parts) == ("olt-1", "onu.optics", ("onu-1",))
    assert optics.columns == {"rx_dbm": (-27.5,)}


def test_ports_are_told_where_the_inventory_names_them() -> None:
    rows = [
        {"part": "0/19/0", "alias": "", "oper": "down", "admin": None},
        {"part": "0/19/1", "alias": "", "oper": "up", "admin": None},
    ]

    arrivals = list(told(olt(), visited({"interfaces": rows}), NIGHT))

    assert [(a.part, a.value) for a in arrivals if isinstance(a, Sample) and a.part] == [
        ("0/19/0", "down")
    ]


def test_sensors_become_readings_as_snmps_do_and_counts_samples() -> None:
    sensors = [
        {"check": "temperature", "part": "slot 1", "value": 41.0, "unit": "Cel"},
        {"check": "state", "part": "fan", "state": "critical"},
        {"check": "state", "part": "psu", "state": "unknown"},
    ]
    came = visited({"sensors": sensors, "counts": {"sessions.count": 1200.0}})

    arrivals = list(told(olt(), came, NIGHT))

    readings = {a.check: (a.parts, a.columns) for a in arrivals if isinstance(a, Readings)}
    assert readings == {
        "temperature": (("slot 1",), {"value": (41.0,)}),
        "state": (("fan",), {"value": (0.0,)}),
    }
    assert [(a.check, a.value) for a in arrivals if isinstance(a, Sample)] == [
        ("sessions.count", 1200.0),
        ("ssh", None),
    ]


def test_the_visit_itself_is_told_last_with_why_it_was_blind() -> None:
    *_, last = told(olt(), visited(outcome=Outcome.BLIND, detail="its key has changed"), NIGHT)

    assert isinstance(last, Sample)
    assert (last.check, last.outcome, last.detail) == ("ssh", Outcome.BLIND, "its key has changed")


def test_another_serial_is_a_change_and_the_same_one_is_none() -> None:
    before = {"serial": "A1", "version": "5"}
    now = identity(visited({"serial": "B2", "version": "5"}, {"model": "MA5608T"}))

    assert [*changed(DeviceId("olt-1"), before, now, NIGHT)] == [
        Change(at=NIGHT, device=DeviceId("olt-1"), what="serial A1 -> B2")
    ]
    assert not [*changed(DeviceId("olt-1"), now, now, NIGHT)]
    assert not [*changed(DeviceId("olt-1"), {}, now, NIGHT)]


def test_secrets_are_in_no_repr_and_survive_the_way_to_the_worker() -> None:
    visit = olt().visit(["display version"], [("ssh-ed25519", "AAAA")])

    assert "not for eyes" not in repr(visit)
    assert "not for eyes" not in repr(account())
    assert Visit.of(visit.plain()) == visit


def test_what_came_of_a_visit_survives_the_way_back() -> None:
    came = visited({"version": "5"}, key=("ssh-ed25519", "AAAA"), seconds=1.5)

    assert Visited.of(came.plain()) == came


KEY, OTHER = ("ssh-ed25519", "AAAAC3Nz"), ("ssh-rsa", "AAAAB3Nz")


def test_pins_are_kept_as_ssh_keeps_them_and_read_again_when_they_change(tmp_path: Path) -> None:
    path = tmp_path / "state" / "known"
    ours, theirs = Pins(path), Pins(path)
    assert ours.of("192.0.2.7", 22) == ()

    theirs.pin("192.0.2.7", 22, KEY)
    theirs.pin("2001:db8::7", 2222, OTHER)

    assert ours.of("192.0.2.7", 22) == (KEY,)
    assert ours.of("2001:db8::7", 2222) == (OTHER,)
    assert path.read_text() == (
        "192.0.2.7 ssh-ed25519 AAAAC3Nz\n[2001:db8::7]:2222 ssh-rsa AAAAB3Nz\n"
    )
    theirs.pin("192.0.2.7", 22, OTHER)
    assert ours.of("192.0.2.7", 22) == (OTHER,)


def test_a_damaged_file_of_pins_trusts_nobody(tmp_path: Path) -> None:
    path = tmp_path / "known"
    path.write_bytes(b"\xff\xfe\x00 nonsense\n# 192.0.2.7 ssh-ed25519 AAAA\n192.0.2.7\n")

    assert Pins(path).of("192.0.2.7", 22) == ()


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
def test_addresses_of_both_kinds_are_pinned_by_port(tmp_path: Path, host: str) -> None:
    pins = Pins(tmp_path / "known")
    pins.pin(host, 2222, KEY)

    assert pins.of(host, 22) == ()
    assert pins.of(host, 2222) == (KEY,)
