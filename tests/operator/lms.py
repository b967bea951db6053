"""The provider's records, written into an LMS."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import psycopg

from tests.operator.homes import PLANS, Operator
from tests.operator.records import contacts, extract

SCHEMA = Path(__file__).with_name("lms_schema.sql")
TYPES = {"router": 1, "switch": 2, "olt": 5, "splitter": 7}
TYPE_NAMES = (
    "router", "switch", "antenna", "access-point", "PON OLT", "PON ONT", "PON splitter",
    "GSM modem", "DSL modem", "power line adapter", "IPTV decoder",
)  # fmt: skip
"""As a new LMS has them."""
BY_MAIL, BY_SMS = 3, 8

Rows = Iterable[Sequence[Any]]


def fill(
    database: psycopg.Connection[Any], operator: Operator, release: Sequence[str] = ()
) -> None:
    """Make the schema and write all records of the provider, in one transaction.

    ``release``: statements that take it back to an older one.
    """
    database.execute(SCHEMA.read_bytes())
    for table, columns, rows in tables(operator):
        with database.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)
    for statement in release:
        database.execute(statement.encode())
    database.commit()


def tables(operator: Operator) -> Iterator[tuple[str, str, Rows]]:
    """Yield (table, its columns, rows) of the provider's records, those first that others need."""
    said = extract(operator)
    people = contacts(operator)
    yield "tariffs", "id, name, type", ((at, name, 1) for at, name in enumerate(PLANS, 1))
    yield (
        "customers",
        "id, lastname, name, status",
        ((int(one.subscriber), one.name.split()[1], one.name.split()[0], 3) for one in people),
    )
    yield (
        "customerconsents",
        "customerid, type",
        (
            (int(one.subscriber), kind)
            for one in people
            if one.consent
            for kind in (BY_MAIL, BY_SMS)
        ),
    )
    yield (
        "customercontacts",
        "customerid, contact, type",
        (
            row
            for one in people
            for row in (
                (int(one.subscriber), one.phone.removeprefix("+48"), 1),
                (int(one.subscriber), one.email, 8),
                (int(one.subscriber), "old@example.com", 8 | 16384),
                (int(one.subscriber), "what nobody sorted", None),
            )
        ),
    )
    yield "netdeviceproducers", "id, name", [(1, "")]
    yield (
        "netdevicetypes",
        "id, name",
        ((at, name) for at, name in enumerate(TYPE_NAMES, 1)),
    )
    models = sorted({(gear.model, gear.kind) for gear in said.gear})
    model_ids = {model: at for at, model in enumerate(models, 1)}
    yield (
        "netdevicemodels",
        "id, netdeviceproducerid, name, type",
        ((at, 1, model, TYPES[kind]) for (model, kind), at in model_ids.items()),
    )
    addresses = 0
    places: dict[tuple[str, str, str], int] = {}
    for gear in said.gear:
        town, _, street = gear.location.partition(", ")
        places.setdefault((town, street, ""), (addresses := addresses + 1))
    for line in said.lines:
        places.setdefault((line.town, line.street, line.house), (addresses := addresses + 1))
    yield (
        "addresses",
        "id, city, street, house",
        (
            (at, town, f"ul. {street}" if street else None, house)
            for (town, street, house), at in places.items()
        ),
    )
    yield "netdevices", "id, name, ports, netdevicemodelid, address_id, community", (
        (
            int(gear.key), gear.name, gear.ports, model_ids[gear.model, gear.kind],
            places[(*_where(gear.location), "")], "private-community",
        )
        for gear in said.gear
    )  # fmt: skip
    yield (
        "netlinks",
        "src, dst, srcport",
        ((int(wire.a), int(wire.b), int(wire.a_port or 0)) for wire in said.wires),
    )
    yield (
        "nodes",
        "id, name, ipaddr, netdev",
        (
            (int(gear.key), gear.name, int(IPv4Address(gear.address)), int(gear.key))
            for gear in said.gear
            if gear.address
        ),
    )
    yield "nodes", "id, name, login, ipaddr, ownerid, netdev, port, info, address_id, passwd", (
        (
            int(line.key), f"node{line.key}", line.logins[0], int(IPv4Address(line.addresses[0])),
            int(line.subscriber), int(line.gear), int(line.port),
            f"ONU: {line.onu_serial}" if line.onu_serial else "",
            places[line.town, line.street, line.house], "node-password",
        )
        for line in said.lines
    )  # fmt: skip
    yield "macs", "mac, nodeid", ((mac, int(line.key)) for line in said.lines for mac in line.macs)
    yield (
        "assignments",
        "id, tariffid, customerid, period",
        (
            (int(line.key), PLANS.index(line.plan) + 1, int(line.subscriber), 3)
            for line in said.lines
        ),
    )
    yield (
        "nodeassignments",
        "nodeid, assignmentid",
        ((int(line.key), int(line.key)) for line in said.lines),
    )


def _where(location: str) -> tuple[str, str]:
    town, _, street = location.partition(", ")
    return town, street
