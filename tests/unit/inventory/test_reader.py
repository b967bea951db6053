"""What the files say is what the network is."""

from ipaddress import ip_address, ip_network
from pathlib import Path

from netwatch.inventory.reader import read_inventory
from netwatch.model.names import (
    AreaId,
    DeviceId,
    LinkId,
    RiskId,
    ServiceId,
    SiteId,
    SubscriberId,
)
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    End,
    Link,
    LocalName,
    Power,
    Risk,
    RiskKind,
    Service,
    ServiceKind,
    Site,
    Subscriber,
)
from tests.unit.inventory.support import CORE, network_of, reading_of, told

EVERY_KEY = """
vantage: core-1
vantages: {poller-2: sw-1}
gateways: [core-1, sw-1]
risks:
  - {id: duct-12, kind: duct, name: "Polna / Krotka"}
  - {id: grid-7, kind: power}
sites:
  - id: pop-polna
    name: POP Polna 4
    lat: 50.0614
    lon: 19.9366
    risks: [grid-7]
    power: {feed: grid-7, backed: true, minutes: 90}
areas:
  - {id: krakow, name: Kraków}
  - {id: polna, name: {pl: "os. Polna", en: "Polna estate"}, within: krakow}
  - {id: nameless}
devices:
  - {id: core-1, kind: router, address: 127.20.0.1, snmp: core, profile: junos, name: Rynek}
  - id: sw-1
    kind: switch
    site: pop-polna
    address: "2001:db8::2"
    snmp: access
    uplink: ["core-1:xe-0/0/1", core-1]
    risks: [duct-12]
    power: {feed: grid-7}
  - {id: olt-1, kind: olt, address: 127.20.0.3, uplink: [sw-1]}
  - {id: s7, kind: splitter, uplink: ["olt-1:0/1/3"]}
  - {id: onu-17, kind: onu, via: olt-1, port: 0/1/3, serial: HWTC1A2B3C4D, uplink: [s7]}
  - {id: onu-18, kind: onu, via: olt-1, port: 0/1/4}
links:
  - {id: l-core-sw, ends: ["core-1:7", "sw-1:8"], risks: [duct-12]}
  - {ends: [sw-1, core-1]}
prefixes: {own: [192.0.2.0/24], management: ["127.20.0.0/16"]}
services:
  - {id: dns-1, kind: dns, target: 192.0.2.53, from: [core-1], needs: [core-1, l-core-sw]}
  - {id: web-1, kind: http, needs: [dns-1, core-1--sw-1]}
"""


def test_every_key_of_every_entry_arrives(tmp_path: Path) -> None:
    network = network_of(tmp_path, EVERY_KEY)
    duct, grid, pop = RiskId("duct-12"), RiskId("grid-7"), SiteId("pop-polna")

    assert network.vantage == "core-1"
    assert network.vantages == {"poller-2": "sw-1"}
    assert network.gateways == ("core-1", "sw-1")
    assert network.risks == {
        duct: Risk(id=duct, kind=RiskKind.DUCT, name="Polna / Krotka"),
        grid: Risk(id=grid, kind=RiskKind.POWER),
    }
    assert network.sites[pop] == Site(
        id=pop,
        name="POP Polna 4",
        lat=50.0614,
        lon=19.9366,
        risks=(grid,),
        power=Power(feed=grid, backed=True, minutes=90),
    )
    assert network.areas[AreaId("polna")] == Area(
        id=AreaId("polna"),
        name=LocalName("os. Polna", (("pl", "os. Polna"), ("en", "Polna estate"))),
        within=AreaId("krakow"),
    )
    assert network.areas[AreaId("nameless")].name == LocalName("nameless")
    assert network.devices[DeviceId("sw-1")] == Device(
        id=DeviceId("sw-1"),
        kind=DeviceKind.SWITCH,
        site=pop,
        address=ip_address("2001:db8::2"),
        snmp="access",
        risks=(duct,),
        power=Power(feed=grid),
    )
    assert network.devices[DeviceId("onu-17")] == Device(
        id=DeviceId("onu-17"),
        kind=DeviceKind.ONU,
        via=DeviceId("olt-1"),
        port="0/1/3",
        serial="HWTC1A2B3C4D",
    )
    assert network.links[LinkId("l-core-sw")] == Link(
        id=LinkId("l-core-sw"),
        ends=(End(device=DeviceId("core-1"), port="7"), End(device=DeviceId("sw-1"), port="8")),
        risks=(duct,),
    )
    assert network.services[ServiceId("web-1")] == Service(
        id=ServiceId("web-1"), kind=ServiceKind.HTTP, needs=("dns-1", "core-1--sw-1")
    )
    assert network.services[ServiceId("dns-1")].asked_from == ("core-1",)
    assert network.own_prefixes == (ip_network("192.0.2.0/24"),)
    assert network.management_prefixes == (ip_network("127.20.0.0/16"),)


def test_service_comes_from_the_vantage_unless_said_otherwise(tmp_path: Path) -> None:
    assert network_of(tmp_path, CORE).gateways == ("core-1",)


def test_several_pollers_need_no_vantage_besides(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        "vantages: {poller-1: core-1}\ndevices:\n  - {id: core-1, kind: router}\n"
        "  - {id: sw-1, kind: switch, uplink: [core-1]}\n",
    )

    assert network.vantage == "core-1"


def test_a_number_may_be_a_name(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        CORE + "  - {id: 007, kind: cpe, via: core-1, port: 24, serial: 1e10}\n",
    )

    assert network.devices[DeviceId("007")].port == "24"
    assert network.devices[DeviceId("007")].serial == "1e10"


def test_a_ring_of_uplinks_is_a_ring_and_no_mistake(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        CORE
        + "".join(
            f"  - {{id: sw-{number}, kind: switch, uplink: [{above}]}}\n"
            for number, above in ((1, "core-1, sw-3"), (2, "sw-1"), (3, "sw-2"))
        ),
    )

    assert reading.findings == ()
    assert reading.network is not None
    assert len(reading.network.links) == 4


def test_an_inventory_of_nothing_is_allowed_and_said(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {})

    assert reading.network is not None
    assert told(reading) == ["there is no device in this inventory, so there is nothing to watch"]


def test_a_list_with_nothing_in_it_is_an_empty_list(tmp_path: Path) -> None:
    assert reading_of(tmp_path, CORE + "links:\nsites: ~\nareas: []\n").findings == ()


def test_a_directory_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, {"net.yaml": CORE})
    assert reading.findings == ()

    for wrong in (tmp_path / "nowhere", tmp_path / "net.yaml"):
        (finding,) = read_inventory(wrong).findings
        assert finding.place.path == str(wrong)


def test_hidden_files_and_leftovers_are_not_looked_at(tmp_path: Path) -> None:
    files = {
        "net.yaml": CORE,
        ".net.yaml.swp": "x",
        ".git/config.yaml": "nonsense: 1",
        "net.yaml~": "nonsense: 1",
        "notes.txt": "nonsense: 1",
    }

    assert reading_of(tmp_path, files).findings == ()


def test_a_folder_linked_into_itself_is_entered_once(tmp_path: Path) -> None:
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)

    assert reading_of(tmp_path, CORE).findings == ()


def test_a_table_linked_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "people.csv").symlink_to("people.csv")

    reading = reading_of(tmp_path, f"{CORE}subscribers: [people.csv]\n")

    assert [finding.wrong for finding in reading.findings] == [
        f"there is no file {str(tmp_path / 'people.csv')!r}"
    ]


def test_names_of_csv_files_count_from_the_file_that_lists_them(tmp_path: Path) -> None:
    network = network_of(
        tmp_path,
        {
            "net.yaml": CORE,
            "polna/people.yaml": "subscribers: [people.csv, ../more.csv]\n",
            "polna/people.csv": "id,device\nS-1,core-1\n",
            "more.csv": "id\nS-2\n",
        },
    )

    assert list(network.subscribers) == ["S-1", "S-2"]


def test_devices_in_csv_are_the_same_devices(tmp_path: Path) -> None:
    rows = (
        "id;kind;name;site;address;snmp;profile;via;port;serial;uplink;risks;"
        "power.feed;power.backed;power.minutes\r\n"
        'sw-1;switch;Polna;pop;192.0.2.2;access;vrp;;;;"core-1:7;core-1:8";'
        '"duct-1;grid";grid;yes;30\r\n'
        "onu-1;onu;;;;;;sw-1;0/1;HWTC1;;;;;\r\n"
    )
    ground = "risks: [{id: duct-1, kind: duct}, {id: grid, kind: power}]\nsites: [{id: pop}]\n"
    by_hand = """
  - id: sw-1
    kind: switch
    name: Polna
    site: pop
    address: 192.0.2.2
    snmp: access
    profile: vrp
    uplink: ["core-1:7", "core-1:8"]
    risks: [duct-1, grid]
    power: {feed: grid, backed: true, minutes: 30}
  - {id: onu-1, kind: onu, via: sw-1, port: 0/1, serial: HWTC1}
"""

    table = network_of(tmp_path / "a", {"net.yaml": ground + CORE + "  - d.csv\n", "d.csv": rows})
    hand = network_of(tmp_path / "b", ground + CORE + by_hand)

    assert table.devices == hand.devices
    assert table.links == hand.links


def test_a_subscriber_has_all_that_its_row_says(tmp_path: Path) -> None:
    head = "id,device,area,language,name,phone,email,address,plan,critical,services,login\n"
    rows = (
        'S-1,core-1,polna,uk,Олена,+48 555 010 100,o@example.com,"Polna 4, Dolina",home,YES,'
        "internet; tv,olena\nS-2,,,,,,,,,,,\n"
    )
    network = network_of(
        tmp_path,
        {"net.yaml": CORE + "areas: [{id: polna}]\nsubscribers: [p.csv]\n", "p.csv": head + rows},
    )

    assert network.subscribers[SubscriberId("S-1")] == Subscriber(
        id=SubscriberId("S-1"),
        device=DeviceId("core-1"),
        area=AreaId("polna"),
        language="uk",
        name="Олена",
        phone="+48555010100",
        email="o@example.com",
        address="Polna 4, Dolina",
        plan="home",
        critical=True,
        services=("internet", "tv"),
        login="olena",
    )
    assert network.subscribers[SubscriberId("S-2")] == Subscriber(id=SubscriberId("S-2"))


def test_a_contract_is_suspended_where_its_row_says_so_and_another_word_is_told(
    tmp_path: Path,
) -> None:
    rows = "id,status\nS-1,suspended\nS-2,active\nS-3,\nS-4,Suspended\n"
    files = {"net.yaml": CORE + "subscribers: [p.csv]\n", "p.csv": rows}
    people = network_of(tmp_path / "a", files).subscribers

    assert [one for one in people if people[one].suspended] == ["S-1", "S-4"]
    reading = reading_of(tmp_path / "b", {**files, "p.csv": "id,status\nS-1,gone\n"})
    assert any("'status' of subscriber 'S-1' is 'gone'" in str(one) for one in reading.findings)


def test_the_digest_is_of_names_and_contents_wherever_they_lie(tmp_path: Path) -> None:
    files = {"net.yaml": CORE + "subscribers: [p.csv]\n", "p.csv": "id\nS-1\n"}
    here, there = network_of(tmp_path / "a", files), network_of(tmp_path / "b", files)
    other = network_of(tmp_path / "c", {**files, "p.csv": "id\nS-2\n"})
    renamed = network_of(tmp_path / "d", {"net.yml": files["net.yaml"], "p.csv": files["p.csv"]})

    assert here.digest.startswith("sha256:")
    assert here.digest == there.digest
    assert len({here.digest, other.digest, renamed.digest}) == 3


def test_the_first_use_of_each_credential_and_profile_is_known(tmp_path: Path) -> None:
    more = """\
  - {id: sw-1, kind: switch, address: 192.0.2.2, snmp: access, uplink: [core-1]}
  - {id: sw-2, kind: switch, address: 192.0.2.3, snmp: access, profile: vrp, uplink: [sw-1]}
"""
    reading = reading_of(tmp_path, CORE + more)

    assert {name: place.line for name, place in reading.credentials.items()} == {"access": 4}
    assert {name: place.line for name, place in reading.profiles.items()} == {"vrp": 5}


def test_names_that_may_stand_in_a_half_edited_file_do_not_dangle(tmp_path: Path) -> None:
    files = {"a.yaml": CORE + "  - {id: sw-1, kind: switch, uplink: [sw-2]}\n"}
    broken = {**files, "b.yaml": "devices:\n  - {id: sw-2, kind: swi\n"}

    assert len(reading_of(tmp_path / "a", files).findings) == 1
    assert [one.place.path[-6:] for one in reading_of(tmp_path / "b", broken).findings] == [
        "b.yaml"
    ]
