"""Which tables and columns of LMS are read, and what its numbers mean.

Source: the schema of LMS itself (doc/lms.pgsql, doc/lms.mysql) with dbversion 2015122300 (addresses
in each row), 2019072500 (table ``addresses``), 2021102700 (table ``customerconsents``) and the
steps up to 2024081400; lib/definitions.php; the schemas of its GPON plugins. Columns that a release
does not have are left out. Never read: passwords, PINs, SNMP communities, secrets.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

FILLED: Final[Mapping[str, tuple[str, ...]]] = {
    "customers": ("id",),
    "nodes": ("id", "ownerid", "netdev", "ipaddr"),
    "netdevices": ("id", "name"),
}
"""Tables that have rows wherever there is a provider; the columns that every release has."""
PRESENT: Final[Mapping[str, tuple[str, ...]]] = {
    "macs": ("mac", "nodeid"),
    "netlinks": ("src", "dst"),
    "location_cities": ("id", "name"),
    "location_streets": ("id", "name"),
}
"""Tables that every release has, with or without rows."""
NETWORK: Final[Mapping[str, tuple[str, ...]]] = {
    "netdevices": (
        "id", "name", "model", "serialnumber", "ports", "address_id", "netnodeid", "status",
        "netdevicemodelid", "ownerid",
        "location", "location_city", "location_street", "location_house",
    ),
    "netdevicemacs": ("id", "netdevid", "mac", "main"),
    "netdevicemodels": ("id", "name", "type"),
    "netdevicetypes": ("id", "name"),
    "netnodes": (
        "id", "name", "address_id",
        "location", "location_city", "location_street", "location_house",
    ),
    "netlinks": ("id", "src", "dst", "srcport", "dstport"),
    "nodes": (
        "id", "name", "login", "ipaddr", "ipaddr_pub", "ownerid", "netdev", "port", "access",
        "info", "address_id", "longitude", "latitude",
        "location", "location_city", "location_street", "location_house",
    ),
    "macs": ("id", "mac", "nodeid"),
    "customers": ("id", "status", "type", "deleted", "city", "street", "building"),
    "customer_addresses": ("id", "customer_id", "address_id", "type"),
    "addresses": (
        "id", "city", "city_id", "street", "street_id", "house", "longitude", "latitude",
    ),
    "location_cities": ("id", "name"),
    "location_streets": ("id", "name", "name2"),
    "assignments": (
        "id", "tariffid", "customerid", "period", "datefrom", "dateto", "suspended", "commited",
    ),
    "nodeassignments": ("id", "nodeid", "assignmentid"),
    "tariffs": ("id", "name", "type"),
    "customergroups": ("id", "name"),
    "customerassignments": ("id", "customergroupid", "customerid", "startdate", "enddate"),
}  # fmt: skip
PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "customers": (
        "id", "lastname", "name", "status", "type", "deleted", "mailingnotice", "smsnotice",
    ),
    "customercontacts": ("id", "customerid", "contact", "type"),
    "customerconsents": ("customerid", "type"),
    "dbinfo": ("keytype", "keyvalue"),
}  # fmt: skip

CONNECTED: Final = 3
"""customers.status of one who has service."""
CONTRACTOR: Final = 2
"""customers.type of one who is no customer."""
PLANNED: Final = 2
"""netdevices.status of gear that is not there yet."""
ONCE: Final = 0
"""assignments.period of what is paid once: no service."""
LOCATION_FIRST: Final = (3, 2, 1, 0)
"""customer_addresses.type, best first: default location, location, billing, postal."""
SERVICES: Final[Mapping[int, str]] = {1: "internet", 4: "phone", 5: "tv"}
"""tariffs.type."""
MOBILE: Final = 1
LANDLINE: Final = 4
MAIL: Final = 8
NOTIFICATIONS: Final = 32
DISABLED: Final = 16384
"""customercontacts.type: bits; NULL where nobody said what it is."""
BY_MAIL: Final = 3
BY_SMS: Final = 8
"""customerconsents.type: messages by mail, by SMS."""
APART_SINCE: Final = "2020081800"
"""dbinfo.dbversion since which the two are apart; before, the first stood for both."""

_PLUGIN: Final = re.compile(r"(gpon[a-z]*onu)2customers")


def plugin_tables(here: Mapping[str, set[str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the GPON plugins whose tables are here: their name, and their tables by our word.

    LMSGponDasanPlugin: gpononu, gpononu2customers, gpononu2olt; LMSGponNokiaPlugin and others:
    gponnokiaonus, gponnokiaonu2customers, gponnokiaonu2olts.
    """
    for table in sorted(here):
        found = _PLUGIN.fullmatch(table)
        if found is None:
            continue
        onu = found[1]
        onus = next((name for name in (onu, f"{onu}s") if name in here), "")
        olts = next((name for name in (f"{onu}2olt", f"{onu}2olts") if name in here), "")
        if onus and olts:
            yield onu, {"onus": onus, "of": table, "at": olts}


PLUGIN: Final[Mapping[str, tuple[str, ...]]] = {
    "onus": ("id", "name"),
    "of": ("gpononuid", "customersid"),
    "at": ("gpononuid", "netdevicesid", "numport"),
}
"""Columns of a GPON plugin's tables, by our word for the table; an ONU's name is its serial."""
HOSTS: Final = ("host_id1", "host_id2")
"""Of its ONUs: the nodes at them, where somebody said so."""
