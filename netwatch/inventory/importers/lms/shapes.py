"""Rows of LMS -> gear, wires and lines. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address
from typing import Any, Final

from netwatch.inventory.importers.databases import Row
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.lms.tables import (
    CONNECTED,
    LOCATION_FIRST,
    SERVICES,
)
from netwatch.inventory.places.records import Extract, GearRecord, LineRecord, WireRecord

Tables = Mapping[str, Sequence[Row]]
SERIAL: Final = re.compile(r"(?<![0-9A-Za-z])([A-Z]{4}-?[0-9A-F]{8}|[0-9A-F]{16})(?![0-9A-Za-z])")
_UL: Final = re.compile(r"^(ul|ulica)\.?\s+", re.IGNORECASE)
_HIGHEST_V4: Final = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where something is."""

    town: str = ""
    street: str = ""
    house: str = ""

    @property
    def text(self) -> str:
        return ", ".join(
            part for part in (self.town, f"{self.street} {self.house}".strip()) if part
        )


@dataclass(slots=True)
class Shaper:
    """The tables of one moment, each row where it is looked up."""

    tables: Tables
    at: datetime
    critical_groups: frozenset[str] = frozenset()
    _by_id: dict[str, dict[Any, Row]] = field(default_factory=dict)

    def extract(self, source: str) -> Extract:
        """Return what these tables say of gear and lines."""
        return Extract(
            source=source,
            taken_at=self.at,
            gear=tuple(self._gear()),
            wires=tuple(self._wires()),
            lines=tuple(self._lines()),
        )

    def _gear(self) -> Iterator[GearRecord]:
        nodes = _grouped(
            (node for node in self.tables["nodes"] if not node.get("ownerid")), "netdev"
        )
        macs = _grouped(self.tables["macs"], "nodeid")
        for device in self.tables["netdevices"]:
            own = nodes.get(device["id"], [])
            netnode = self._row("netnodes", device.get("netnodeid"))
            where = device.get("address_id") or netnode.get("address_id")
            yield GearRecord(
                key=str(device["id"]),
                name=_text(device, "name"),
                kind=self.kind_of(device),
                model=_text(self._model(device), "name") or _text(device, "model"),
                serial=_text(device, "serialnumber"),
                address=next((ip for node in own for ip in _addresses(node)), ""),
                mac=next((_text(m, "mac") for n in own for m in macs.get(n["id"], [])), ""),
                location=self.address(where).text
                or _text(device, "location")
                or _text(netnode, "name"),
                ports=int(device.get("ports") or 0),
            )

    def _wires(self) -> Iterator[WireRecord]:
        for link in self.tables["netlinks"]:
            yield WireRecord(
                a=str(link["src"]),
                a_port=_port(link.get("srcport")),
                b=str(link["dst"]),
                b_port=_port(link.get("dstport")),
            )

    def _lines(self) -> Iterator[LineRecord]:
        macs = _grouped(self.tables["macs"], "nodeid")
        plans = self._plans()
        services = self._services()
        critical = self._critical()
        homes = self._homes_of_customers()
        for node in self.tables["nodes"]:
            owner = node.get("ownerid")
            customer = self._row("customers", owner)
            if not owner or not customer or customer.get("deleted"):
                continue
            gear, port, serial = self._end(node)
            where = self.address(node.get("address_id") or homes.get(owner))
            yield LineRecord(
                key=str(node["id"]),
                subscriber=str(owner),
                gear=gear,
                port=port,
                onu_serial=serial,
                logins=tuple(filter(None, [_text(node, "login") or _text(node, "name")])),
                macs=tuple(_text(row, "mac") for row in macs.get(node["id"], [])),
                addresses=tuple(_addresses(node)),
                town=where.town,
                street=where.street,
                house=where.house,
                plan=plans.get(node["id"], ""),
                services=services.get(owner, ("internet",)),
                critical=owner in critical,
                active=customer.get("status", CONNECTED) == CONNECTED
                and bool(node.get("access", 1)),
            )

    def _end(self, node: Row) -> tuple[str, str, str]:
        """Return gear, port and ONU serial of a node; behind an ONU's record stands its OLT."""
        noted = SERIAL.search(_text(node, "info").upper())
        serial = noted[1].replace("-", "") if noted else ""
        device = self._row("netdevices", node.get("netdev"))
        if not device:
            return "", "", serial
        if self.kind_of(device) != "onu":
            return str(device["id"]), _port(node.get("port")), serial
        serial = serial or _text(device, "serialnumber")
        for link in self.tables["netlinks"]:
            if link["dst"] == device["id"]:
                return str(link["src"]), _port(link.get("srcport")), serial
            if link["src"] == device["id"]:
                return str(link["dst"]), _port(link.get("dstport")), serial
        return str(device["id"]), _port(node.get("port")), serial

    def kind_of(self, device: Row) -> str:
        """Return our kind of a device, by its type, else by the words in model and name."""
        model = self._model(device)
        kind = self._row("netdevicetypes", model.get("type"))
        return kind_of(
            _text(kind, "name"),
            f"{_text(model, 'name')} {_text(device, 'model')}",
            _text(device, "name"),
        )

    def address(self, address_id: Any) -> Address:
        """Return an address; where only its TERYT places are given, their names."""
        row = self._row("addresses", address_id)
        street = self._row("location_streets", row.get("street_id"))
        named = f"{_text(street, 'name2')} {_text(street, 'name')}".strip()
        return Address(
            town=_text(row, "city")
            or _text(self._row("location_cities", row.get("city_id")), "name"),
            street=_UL.sub("", _text(row, "street") or named),
            house=_text(row, "house"),
        )

    def _homes_of_customers(self) -> dict[Any, Any]:
        best: dict[Any, tuple[int, Any]] = {}
        for row in self.tables["customer_addresses"]:
            kind = row.get("type")
            rank = LOCATION_FIRST.index(kind) if kind in LOCATION_FIRST else len(LOCATION_FIRST)
            known = best.get(row["customer_id"])
            if known is None or rank < known[0]:
                best[row["customer_id"]] = (rank, row["address_id"])
        return {customer: address for customer, (_, address) in best.items()}

    def _current(self) -> Iterator[Row]:
        now = int(self.at.timestamp())
        for row in self.tables["assignments"]:
            begins, ends = int(row.get("datefrom") or 0), int(row.get("dateto") or 0)
            if begins <= now and (not ends or now <= ends) and not row.get("suspended"):
                yield row

    def _plans(self) -> dict[Any, str]:
        current = {row["id"]: row for row in self._current()}
        plans: dict[Any, str] = {}
        for row in self.tables["nodeassignments"]:
            assignment = current.get(row["assignmentid"], {})
            name = _text(self._row("tariffs", assignment.get("tariffid")), "name")
            if name:
                plans.setdefault(row["nodeid"], name)
        return plans

    def _services(self) -> dict[Any, tuple[str, ...]]:
        found: defaultdict[Any, set[str]] = defaultdict(set)
        for row in self._current():
            service = SERVICES.get(self._row("tariffs", row.get("tariffid")).get("type", 0))
            if service is not None:
                found[row["customerid"]].add(service)
        return {customer: tuple(sorted(services)) for customer, services in found.items()}

    def _critical(self) -> set[Any]:
        groups = {
            row["id"]
            for row in self.tables["customergroups"]
            if _text(row, "name") in self.critical_groups
        }
        return {
            row["customerid"]
            for row in self.tables["customerassignments"]
            if row["customergroupid"] in groups
        }

    def _model(self, device: Row) -> Row:
        return self._row("netdevicemodels", device.get("netdevicemodelid"))

    def _row(self, table: str, number: Any) -> Row:
        if table not in self._by_id:
            self._by_id[table] = {row["id"]: row for row in self.tables[table]}
        return self._by_id[table].get(number, {})


def _grouped(rows: Iterable[Row], by: str) -> dict[Any, list[Row]]:
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.get(by)].append(row)
    return groups


def _text(row: Row, column: str) -> str:
    return str(row.get(column) or "").strip()


def _port(number: Any) -> str:
    return str(number) if number else ""


def _addresses(node: Row) -> Iterator[str]:
    for column in ("ipaddr", "ipaddr_pub"):
        number = int(node.get(column) or 0)
        if 0 < number < _HIGHEST_V4:
            yield str(IPv4Address(number))
