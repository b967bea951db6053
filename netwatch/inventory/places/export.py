"""Derived places -> inventory files that say the same: YAML for gear and areas, CSV for people."""

import csv
import os
from pathlib import Path
from typing import Any, Final

import yaml

from netwatch.model.network import Network

COLUMNS: Final = (
    "id",
    "device",
    "area",
    "language",
    "plan",
    "critical",
    "services",
    "login",
    "status",
)
"""No contacts and no address: what places are about."""


def write_export(directory: Path, network: Network, written: Network | None) -> list[Path]:
    """Write what ``network`` has and the operator's own files have not; return the files."""
    old = written or Network()
    ports = {}
    for link in network.links.values():
        if link.id not in old.links:
            upper, own = link.ends
            ports[own.device] = f"{upper.device}:{upper.port}" if upper.port else upper.device
    devices = []
    for one in network.devices.values():
        if one.id in old.devices:
            continue
        entry: dict[str, Any] = {"id": str(one.id), "kind": one.kind.value}
        if one.via is not None:
            entry |= {"via": str(one.via), "port": one.port, "serial": one.serial}
        elif one.id in ports:
            entry["uplink"] = [str(ports[one.id])]
        devices.append({key: value for key, value in entry.items() if value})
    areas = [
        {"id": str(one.id), "name": one.name.default}
        | ({"within": str(one.within)} if one.within else {})
        for one in network.areas.values()
        if one.id not in old.areas
    ]
    directory.mkdir(parents=True, exist_ok=True)
    people = directory / "subscribers.csv"
    with open(people, "w", newline="", encoding="utf-8", opener=_private) as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for person in network.subscribers.values():
            if old.subscribers.get(person.id) == person:
                continue
            rows.writerow(
                (
                    person.id,
                    person.device or "",
                    person.area or "",
                    person.language or "",
                    person.plan,
                    "yes" if person.critical else "no",
                    ";".join(person.services),
                    person.login,
                    "suspended" if person.suspended else "",
                )
            )
    gear = directory / "places.yaml"
    document = {"areas": areas, "devices": devices, "subscribers": [people.name]}
    gear.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return [gear, people]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
