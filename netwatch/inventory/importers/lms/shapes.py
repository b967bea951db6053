"""Rows of LMS -> gear, wires and lines. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from netwatch.inventory.importers.databases import Row
from netwatch.inventory.importers.gear_words import kind_of
from netwatch.inventory.importers.lms.addresses import Addresses
from netwatch.inventory.importers.lms.ends import Ends, Onus
from netwatch.inventory.importers.lms.rows import (
    Rows,
    Tables,
    addresses,
    degrees,
    grouped,
    port_of,
    text,
)
from netwatch.inventory.importers.lms.tables import (
    CONNECTED,
    CONTRACTOR,
    ONCE,
    PLANNED,
    SERVICES,
)
from netwatch.inventory.places.records import Extract, GearRecord, LineRecord, WireRecord


@dataclass(slots=True)
class Shaper:
    """The tables of one moment, and what they say."""

    tables: Tables
    at: datetime
    critical_groups: frozenset[str] = frozenset()
    onus: Onus = field(default_factory=Onus)
    rows: Rows = field(init=False)
    where: Addresses = field(init=False)
    _kinds: dict[Any, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Lay the rows out for looking up."""
        self.rows = Rows(self.tables)
        self.where = Addresses(self.rows)

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
        nodes = grouped(
            (node for node in self.rows.all("nodes") if not node.get("ownerid")), "netdev"
        )
        macs = grouped(self.rows.all("macs"), "nodeid")
        plates = grouped(self.rows.all("netdevicemacs"), "netdevid")
        for device in self._there():
            own = nodes.get(device["id"], [])
            netnode = self.rows.one("netnodes", device.get("netnodeid"))
            marked = sorted(plates.get(device["id"], ()), key=lambda row: not row.get("main"))
            known = [*(row for node in own for row in macs.get(node["id"], ())), *marked]
            yield GearRecord(
                key=str(device["id"]),
                name=text(device, "name"),
                kind=self.kind_of(device),
                model=text(self._model(device), "name") or text(device, "model"),
                serial=text(device, "serialnumber"),
                address=next((ip for node in own for ip in addresses(node)), ""),
                mac=next((text(row, "mac") for row in known), ""),
                location=self.where.of(device).text
                or self.where.of(netnode).text
                or text(device, "location")
                or text(netnode, "location")
                or text(netnode, "name"),
                ports=int(device.get("ports") or 0),
            )

    def _there(self) -> Iterator[Row]:
        return (row for row in self.rows.all("netdevices") if row.get("status") != PLANNED)

    def _wires(self) -> Iterator[WireRecord]:
        there = {device["id"] for device in self._there()}
        for link in self.rows.all("netlinks"):
            if {link["src"], link["dst"]} <= there:
                yield WireRecord(
                    a=str(link["src"]),
                    a_port=port_of(link.get("srcport")),
                    b=str(link["dst"]),
                    b_port=port_of(link.get("dstport")),
                )

    def _lines(self) -> Iterator[LineRecord]:
        macs = grouped(self.rows.all("macs"), "nodeid")
        plans = self._plans()
        services = self._services()
        critical = self._critical()
        ends = Ends(self.rows, self.kind_of, self.onus)
        for node, owner in self._owned():
            customer = self.rows.one("customers", owner)
            if not customer or customer.get("deleted") or customer.get("type") == CONTRACTOR:
                continue
            end = ends.of(node, owner)
            where = self.where.of(node)
            if not where.text:
                where = self.where.home_of(customer)
            lat, lon = degrees(node)
            if lat is None:
                lat, lon = where.lat, where.lon
            yield LineRecord(
                key=str(node["id"]),
                subscriber=str(owner),
                gear=end.gear,
                port=end.port,
                onu_serial=end.serial,
                logins=tuple(filter(None, [text(node, "login") or text(node, "name")])),
                macs=tuple(text(row, "mac") for row in macs.get(node["id"], [])),
                addresses=tuple(addresses(node)),
                town=where.town,
                street=where.street,
                house=where.house,
                plan=plans.get(node["id"], ""),
                services=services.get(owner, ("internet",)),
                critical=owner in critical,
                active=customer.get("status", CONNECTED) == CONNECTED
                and bool(node.get("access", 1)),
                lat=lat,
                lon=lon,
            )

    def _owned(self) -> Iterator[tuple[Row, Any]]:
        """Yield nodes and whose they are; one of a customer's own gear is that customer's line."""
        having = {node.get("ownerid") for node in self.rows.all("nodes")}
        for node in self.rows.all("nodes"):
            owner = node.get("ownerid")
            if not owner:
                owner = self.rows.one("netdevices", node.get("netdev")).get("ownerid")
                if owner in having:
                    continue
            if owner:
                yield node, owner

    def kind_of(self, device: Row) -> str:
        """Return our kind of a device, by its type, else by the words in model and name."""
        if device.get("id") not in self._kinds:
            model = self._model(device)
            kind = self.rows.one("netdevicetypes", model.get("type"))
            self._kinds[device.get("id")] = kind_of(
                text(kind, "name"),
                f"{text(model, 'name')} {text(device, 'model')}",
                text(device, "name"),
            )
        return self._kinds[device.get("id")]

    def _current(self) -> Iterator[Row]:
        now = int(self.at.timestamp())
        for row in self.rows.all("assignments"):
            begins, ends = int(row.get("datefrom") or 0), int(row.get("dateto") or 0)
            once = row.get("period") == ONCE
            held = not row.get("suspended") and row.get("commited", 1) and not once
            if held and begins <= now and (not ends or now <= ends):
                yield row

    def _plans(self) -> dict[Any, str]:
        current = {row["id"]: row for row in self._current()}
        plans: dict[Any, str] = {}
        for row in self.rows.all("nodeassignments"):
            assignment = current.get(row["assignmentid"], {})
            name = text(self.rows.one("tariffs", assignment.get("tariffid")), "name")
            if name:
                plans.setdefault(row["nodeid"], name)
        return plans

    def _services(self) -> dict[Any, tuple[str, ...]]:
        found: defaultdict[Any, set[str]] = defaultdict(set)
        for row in self._current():
            service = SERVICES.get(self.rows.one("tariffs", row.get("tariffid")).get("type", 0))
            if service is not None:
                found[row["customerid"]].add(service)
        return {customer: tuple(sorted(services)) for customer, services in found.items()}

    def _critical(self) -> set[Any]:
        now = int(self.at.timestamp())
        groups = {
            row["id"]
            for row in self.rows.all("customergroups")
            if text(row, "name") in self.critical_groups
        }
        return {
            row["customerid"]
            for row in self.rows.all("customerassignments")
            if row["customergroupid"] in groups and not 0 < int(row.get("enddate") or 0) <= now
        }

    def _model(self, device: Row) -> Row:
        return self.rows.one("netdevicemodels", device.get("netdevicemodelid"))
