"""Where a node of LMS ends: gear, port and ONU serial, by plugins, notes and links. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from netwatch.inventory.importers.databases import Row
from netwatch.inventory.importers.lms.rows import Rows, Tables, grouped, port_of, text
from netwatch.inventory.importers.lms.tables import HOSTS

SERIAL: Final = re.compile(r"(?<![0-9A-Za-z])([A-Z]{4}-?[0-9A-F]{8}|[0-9A-F]{16})(?![0-9A-Za-z])")


@dataclass(frozen=True, slots=True)
class End:
    """Where a line ends, as far as the records say; each part may be empty."""

    gear: str = ""
    port: str = ""
    serial: str = ""


NOWHERE: Final = End()


def noted_serial(told: str) -> str:
    """Return the ONU serial in a text, without its hyphen; empty where there is none."""
    found = SERIAL.search(told.upper())
    return found[1].replace("-", "") if found else ""


@dataclass(slots=True)
class Onus:
    """ONUs as GPON plugins keep them: by node, else by customer where one has just one."""

    by_node: dict[Any, End] = field(default_factory=dict)
    by_customer: dict[Any, End] = field(default_factory=dict)

    def add(self, plugin: Tables) -> None:
        """Take in the tables ``onus``, ``of`` and ``at`` of one plugin."""
        at = {row["gpononuid"]: row for row in plugin["at"]}
        ends: dict[Any, End] = {}
        for onu in plugin["onus"]:
            place = at.get(onu["id"], {})
            end = End(
                text(place, "netdevicesid"),
                port_of(place.get("numport")),
                noted_serial(text(onu, "name")) or text(onu, "name"),
            )
            ends[onu["id"]] = end
            for host in HOSTS:
                if onu.get(host):
                    self.by_node[onu[host]] = end
        for customer, rows in grouped(plugin["of"], "customersid").items():
            theirs = {row["gpononuid"] for row in rows} & ends.keys()
            if len(theirs) == 1 and customer not in self.by_customer:
                self.by_customer[customer] = ends[theirs.pop()]


@dataclass(slots=True)
class Ends:
    """Looks up where nodes end."""

    rows: Rows
    kind_of: Callable[[Row], str]
    onus: Onus
    _links: dict[Any, list[tuple[Any, Any]]] | None = field(default=None, init=False)
    """Device -> the devices that it is linked to, and their port."""

    def of(self, node: Row, owner: Any) -> End:
        """Return where a node ends: gear at the customer's gives way to what serves it."""
        known = self.onus.by_node.get(node["id"]) or self.onus.by_customer.get(owner) or NOWHERE
        serial = noted_serial(text(node, "info")) or known.serial
        if known.gear:
            return End(known.gear, known.port, serial)
        device = self.rows.one("netdevices", node.get("netdev"))
        if not device:
            return End("", "", serial)
        if not self._at_customer(device):
            return End(str(device["id"]), port_of(node.get("port")), serial)
        if self.kind_of(device) == "onu":
            serial = serial or text(device, "serialnumber")
        for other, port in self._linked(device["id"]):
            if not self._at_customer(self.rows.one("netdevices", other)):
                return End(str(other), port_of(port), serial)
        return End(str(device["id"]), port_of(node.get("port")), serial)

    def _at_customer(self, device: Row) -> bool:
        return bool(device.get("ownerid")) or self.kind_of(device) == "onu"

    def _linked(self, device: Any) -> Sequence[tuple[Any, Any]]:
        if self._links is None:
            self._links = defaultdict(list)
            for link in self.rows.all("netlinks"):
                self._links[link["dst"]].append((link["src"], link.get("srcport")))
                self._links[link["src"]].append((link["dst"], link.get("dstport")))
        return self._links.get(device, ())
