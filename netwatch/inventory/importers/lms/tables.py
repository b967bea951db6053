"""Which tables and columns of LMS are read, and what its numbers mean.

Source: the schema of LMS itself (doc/lms.pgsql, doc/lms.mysql). Columns that a release does not
have are left out. Never read: passwords, SNMP communities, secrets.
"""

from collections.abc import Mapping
from typing import Final

NEEDED: Final = ("customers", "nodes", "netdevices")
NETWORK: Final[Mapping[str, tuple[str, ...]]] = {
    "netdevices": (
        "id", "name", "description", "producer", "model", "serialnumber", "ports", "address_id",
        "location", "netnodeid", "netdevicemodelid", "ownerid",
    ),
    "netdevicemodels": ("id", "name", "type", "netdeviceproducerid"),
    "netdevicetypes": ("id", "name", "passive"),
    "netnodes": ("id", "name", "address_id"),
    "netlinks": ("id", "src", "dst", "srcport", "dstport"),
    "nodes": (
        "id", "name", "login", "ipaddr", "ipaddr_pub", "ownerid", "netdev", "port", "access",
        "info", "address_id", "location",
    ),
    "macs": ("id", "mac", "nodeid"),
    "customers": ("id", "status", "deleted"),
    "customer_addresses": ("id", "customer_id", "address_id", "type"),
    "addresses": ("id", "city", "city_id", "street", "street_id", "house", "flat"),
    "location_cities": ("id", "name", "ident"),
    "location_streets": ("id", "name", "name2", "typeid", "ident"),
    "assignments": ("id", "tariffid", "customerid", "datefrom", "dateto", "suspended"),
    "nodeassignments": ("id", "nodeid", "assignmentid"),
    "tariffs": ("id", "name", "type"),
    "customergroups": ("id", "name"),
    "customerassignments": ("id", "customergroupid", "customerid"),
}  # fmt: skip
PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "customers": ("id", "lastname", "name", "status", "deleted", "mailingnotice", "smsnotice"),
    "customercontacts": ("id", "customerid", "contact", "type"),
}

CONNECTED: Final = 3
"""customers.status of one who has service."""
LOCATION_FIRST: Final = (3, 2, 1, 0)
"""customer_addresses.type, best first: default location, location, billing, postal."""
SERVICES: Final[Mapping[int, str]] = {1: "internet", 4: "phone", 5: "tv"}
"""tariffs.type."""
MOBILE: Final = 1
LANDLINE: Final = 4
MAIL: Final = 8
NOTIFICATIONS: Final = 32
DISABLED: Final = 16384
"""customercontacts.type: bits."""
