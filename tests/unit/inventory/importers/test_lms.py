"""What rows of LMS mean, where they are not plain."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from netwatch.inventory.importers.lms.ends import Onus, noted_serial
from netwatch.inventory.importers.lms.people import People
from netwatch.inventory.importers.lms.shapes import Shaper
from netwatch.inventory.importers.lms.tables import PEOPLE, plugin_tables
from netwatch.inventory.places.records import ContactRecord, Extract

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
OLT = {"id": 1, "name": "OLT-1"}
CUSTOMER = {"id": 7, "status": 3, "type": 0, "deleted": 0}
NODE = {"id": 70, "name": "n70", "login": "u7", "ipaddr": 0, "ownerid": 7, "netdev": 1, "port": 2}

Tables = dict[str, list[dict[str, Any]]]


def _extract(onus: Onus | None = None, **tables: list[dict[str, Any]]) -> Extract:
    whole: Tables = {"customers": [CUSTOMER], "nodes": [NODE], "netdevices": [OLT], **tables}
    return Shaper(whole, NOW, frozenset({"Szpitale"}), onus or Onus()).extract("lms")


def test_behind_gear_of_the_customers_own_stands_what_serves_it() -> None:
    router = {"id": 2, "name": "hAP", "ownerid": 7}
    switch = {"id": 3, "name": "switch-3"}
    at_home = {"id": 4, "name": "kamera", "ownerid": 7}
    read = _extract(
        netdevices=[router, switch, at_home],
        nodes=[{**NODE, "netdev": 2, "port": 1}],
        netlinks=[{"src": 2, "dst": 4}, {"src": 3, "dst": 2, "srcport": 11}],
    )

    assert (read.lines[0].gear, read.lines[0].port) == ("3", "11")


def test_a_customer_with_gear_and_no_node_has_a_line_by_that_gear() -> None:
    onu = {"id": 2, "name": "ONU 7", "ownerid": 7, "serialnumber": "HWTC12345678"}
    read = _extract(
        netdevices=[OLT, onu],
        nodes=[{**NODE, "ownerid": None, "netdev": 2}],
        netlinks=[{"src": 1, "dst": 2, "srcport": 5}],
    )

    line = read.lines[0]
    assert (line.subscriber, line.gear, line.port, line.onu_serial) == (
        "7", "1", "5", "HWTC12345678",
    )  # fmt: skip


def test_the_address_of_gear_is_no_second_line_of_its_owner() -> None:
    onu = {"id": 2, "name": "ONU 7", "ownerid": 7}
    managed = {"id": 71, "name": "onu-7", "ipaddr": 2887000000, "ownerid": None, "netdev": 2}
    read = _extract(netdevices=[OLT, onu], nodes=[NODE, managed])

    assert [line.key for line in read.lines] == ["70"]
    assert read.gear[1].address == "172.20.31.192"


def test_gear_that_is_only_planned_is_not_there() -> None:
    read = _extract(
        netdevices=[OLT, {"id": 2, "name": "OLT-2", "status": 2}],
        netlinks=[{"src": 1, "dst": 2}],
    )

    assert [gear.key for gear in read.gear] == ["1"]
    assert read.wires == ()


def test_contractors_and_deleted_customers_have_no_lines() -> None:
    assert not _extract(customers=[{**CUSTOMER, "type": 2}]).lines
    assert not _extract(customers=[{**CUSTOMER, "deleted": 1}]).lines


def test_what_is_paid_once_or_not_signed_yet_is_no_plan() -> None:
    tariffs = [{"id": 1, "name": "Internet 300", "type": 1}, {"id": 2, "name": "TV", "type": 5}]
    held = {"id": 1, "tariffid": 1, "customerid": 7, "period": 3, "commited": 1}
    once = {"id": 2, "tariffid": 2, "customerid": 7, "period": 0, "commited": 1}
    draft = {"id": 3, "tariffid": 2, "customerid": 7, "period": 3, "commited": 0}
    read = _extract(
        tariffs=tariffs,
        assignments=[once, draft, held],
        nodeassignments=[{"nodeid": 70, "assignmentid": number} for number in (2, 3, 1)],
    )

    assert (read.lines[0].plan, read.lines[0].services) == ("Internet 300", ("internet",))


def test_who_left_a_group_is_no_longer_critical() -> None:
    groups = [{"id": 1, "name": "Szpitale"}]
    member = {"customergroupid": 1, "customerid": 7, "enddate": 0}
    left = int((NOW - timedelta(days=1)).timestamp())

    assert _extract(customergroups=groups, customerassignments=[member]).lines[0].critical
    gone = _extract(customergroups=groups, customerassignments=[{**member, "enddate": left}])
    assert not gone.lines[0].critical


def test_the_plate_tells_the_mac_where_no_node_does() -> None:
    plates = [
        {"netdevid": 1, "mac": "02:00:5E:00:53:02", "main": 0},
        {"netdevid": 1, "mac": "02:00:5E:00:53:01", "main": 1},
    ]

    assert _extract(netdevicemacs=plates).gear[0].mac == "02:00:5E:00:53:01"


def test_an_old_address_stands_in_the_row_itself() -> None:
    read = _extract(
        customers=[{**CUSTOMER, "city": "Dolina", "street": "ul.Polna", "building": "4"}],
        nodes=[{key: value for key, value in NODE.items() if key != "login"}],
    )

    line = read.lines[0]
    assert (line.town, line.street, line.house, line.logins) == ("Dolina", "Polna", "4", ("n70",))


def test_coordinates_are_those_of_the_node_else_of_its_address() -> None:
    address = {"id": 5, "city": "Dolina", "latitude": Decimal("50.1"), "longitude": "19.9"}
    nodes = [
        {**NODE, "latitude": Decimal("50.061400"), "longitude": Decimal("19.936600")},
        {**NODE, "id": 71, "latitude": None, "longitude": None, "address_id": 5},
        {**NODE, "id": 72, "latitude": 0, "longitude": 0},
        {**NODE, "id": 73, "latitude": 19.9, "longitude": 250.0},
    ]
    read = _extract(nodes=nodes, addresses=[address])

    assert [(line.lat, line.lon) for line in read.lines] == [
        (50.0614, 19.9366), (50.1, 19.9), (None, None), (None, None),
    ]  # fmt: skip


def test_a_plugin_tells_an_onu_by_node_and_by_customer_where_there_is_one() -> None:
    onus = Onus()
    onus.add(
        {
            "onus": [
                {"id": 1, "name": "DSNW0a1b2c3d", "host_id1": 70},
                {"id": 2, "name": "DSNW00000002"},
                {"id": 3, "name": "DSNW00000003"},
            ],
            "of": [{"gpononuid": number, "customersid": 8} for number in (2, 3)],
            "at": [{"gpononuid": 1, "netdevicesid": 1, "numport": 9}],
        }
    )
    others = {**NODE, "id": 80, "ownerid": 8}
    read = _extract(onus, customers=[CUSTOMER, {**CUSTOMER, "id": 8}], nodes=[NODE, others])

    first, second = read.lines
    assert (first.gear, first.port, first.onu_serial) == ("1", "9", "DSNW0A1B2C3D")
    assert (second.gear, second.port, second.onu_serial) == ("1", "2", "")  # two ONUs: which?


def test_plugins_are_known_by_their_tables() -> None:
    here: dict[str, set[str]] = {
        table: set()
        for table in (
            "gpononu", "gpononu2customers", "gpononu2olt", "gponnokiaonus",
            "gponnokiaonu2customers", "gponnokiaonu2olts", "gponzteonu2customers",
        )
    }  # fmt: skip

    assert dict(plugin_tables(here)) == {
        "gpononu": {"onus": "gpononu", "of": "gpononu2customers", "at": "gpononu2olt"},
        "gponnokiaonu": {
            "onus": "gponnokiaonus", "of": "gponnokiaonu2customers", "at": "gponnokiaonu2olts",
        },
    }  # fmt: skip


def test_a_serial_is_known_within_notes() -> None:
    assert noted_serial("ONT: hwtc-1a2b3c4d (salon)") == "HWTC1A2B3C4D"
    assert noted_serial("485754431A2B3C4D") == "485754431A2B3C4D"
    assert not noted_serial("klient zadowolony 12345678")


def _contacts(*, consents: bool = True, **tables: list[dict[str, Any]]) -> list[ContactRecord]:
    ways = [
        {"customerid": 7, "contact": "what nobody sorted", "type": None},
        {"customerid": 7, "contact": "501 000 111", "type": 1},
        {"customerid": 7, "contact": "501 000 222", "type": 1 | 32},
        {"customerid": 7, "contact": "a@example.com", "type": 8},
        {"customerid": 7, "contact": "gone@example.com", "type": 8 | 32 | 16384},
    ]
    whole: Tables = {
        **{table: [] for table in PEOPLE},
        "customers": [{**CUSTOMER, "name": "Jan", "lastname": "Przykład"}],
        "customercontacts": ways,
        **tables,
    }
    return list(People(whole, "+48", consents).contacts())


def _said(*types: int) -> list[dict[str, Any]]:
    return [{"customerid": 7, "type": kind} for kind in types]


VERSION = [{"keytype": "dbversion", "keyvalue": "2021102700"}]


def test_the_number_that_is_marked_for_notices_goes_before_others() -> None:
    (one,) = _contacts(customerconsents=_said(3, 8), dbinfo=VERSION)

    assert (one.name, one.phone, one.email) == ("Jan Przykład", "+48501000222", "a@example.com")


def test_only_the_way_that_was_agreed_to_is_taken() -> None:
    (mail,) = _contacts(customerconsents=_said(1, 3), dbinfo=VERSION)
    (sms,) = _contacts(customerconsents=_said(8), dbinfo=VERSION)
    (neither,) = _contacts(customerconsents=_said(1), dbinfo=VERSION)

    assert (mail.phone, mail.email, mail.consent) == ("", "a@example.com", True)
    assert (sms.phone, sms.email, sms.consent) == ("+48501000222", "", True)
    assert (neither.phone, neither.email, neither.consent) == ("", "", False)


def test_before_2020_one_word_stood_for_both_ways() -> None:
    (by_table,) = _contacts(customerconsents=_said(3))
    agreed = {**CUSTOMER, "lastname": "P", "mailingnotice": 1}
    (by_column,) = _contacts(customers=[agreed])
    (refused,) = _contacts(customers=[{**agreed, "mailingnotice": None}])

    assert by_table.phone
    assert by_table.email
    assert by_column.phone
    assert by_column.email
    assert not refused.consent
    assert not refused.phone


def test_where_consents_are_not_asked_for_everybody_is_reached() -> None:
    (one,) = _contacts(consents=False)

    assert one.consent
    assert one.phone
    assert one.email


def test_contractors_are_no_customers() -> None:
    assert not _contacts(customers=[{**CUSTOMER, "type": 2}])


def test_nothing_personal_shows_in_a_repr() -> None:
    shown = repr(People({"customers": [{"lastname": "Przykład"}]}, "+48", consents=True))

    assert "Przykład" not in shown
