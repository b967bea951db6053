"""Which keys each entry of an inventory may have, and how each is read.

A table of our own and not pydantic: places are kept at no cost, each message can name the near word
and the way out, and 5,000 devices are read in a tenth of a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from netwatch.inventory import readers as read
from netwatch.inventory.findings import Findings
from netwatch.inventory.marks import Marked
from netwatch.inventory.near import did_you_mean
from netwatch.model.network import DeviceKind, RiskKind, ServiceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The keys of one kind of entry; each message ends in a way out."""

    what: str
    keys: Mapping[str, read.Read]
    needed: Mapping[str, str] = field(default_factory=dict)
    """An example of each key that must be there."""
    example: str

    def read(self, entry: Marked, findings: Findings, name: str = "") -> dict[str, Any] | None:
        """Return the values that could be read, by key; None if the entry is no mapping.

        Messages call the entry ``name``, or what ``name()`` makes of its id.
        """
        about = name or self.name(entry)
        if not isinstance(entry.value, dict):
            remedy = f"write {self.example}"
            findings.error(entry, f"{about} must be a mapping, not a {read.kind_of(entry)}", remedy)
            return None
        values: dict[str, Any] = {}
        for key, mark in entry.value.items():
            reader = self.keys.get(key)
            if reader is None:
                remedy = did_you_mean(key, self.keys, f"its keys are: {' '.join(self.keys)}")
                findings.error(entry.key_place(key), f"{about} has an unknown key {key!r}", remedy)
                continue
            value = reader(mark, f"{key!r} of {about}", findings)
            if value is not None:
                values[key] = value
        for key, example in self.needed.items():
            if key not in entry.value:
                findings.error(entry, f"{about} lacks {key!r}", f"write it, such as {example}")
        return values

    def name(self, entry: Marked) -> str:
        """Name the entry for a message: ``device 'sw-1'``."""
        if isinstance(entry.value, dict):
            mark = entry.value.get("id")
            if mark is not None and mark.text:
                return f"{self.what} {read.shorten(mark.text)!r}"
        return f"this {self.what}"


_POWER: Final = Shape(
    what="power",
    keys={"feed": read.ident, "backed": read.flag, "minutes": read.number(0, 100_000)},
    example="{feed: grid-7, backed: true, minutes: 90}",
)


def _power(mark: Marked, what: str, findings: Findings) -> dict[str, Any] | None:
    return _POWER.read(mark, findings, what)


RISK: Final = Shape(
    what="risk",
    keys={"id": read.ident, "kind": read.choice(RiskKind), "name": read.text},
    needed={"id": "id: duct-12", "kind": "kind: duct"},
    example="{id: duct-12, kind: duct}",
)
SITE: Final = Shape(
    what="site",
    keys={
        "id": read.ident,
        "name": read.text,
        "lat": read.number(-90, 90),
        "lon": read.number(-180, 180),
        "risks": read.idents,
        "power": _power,
    },
    needed={"id": "id: pop-polna"},
    example="{id: pop-polna}",
)
AREA: Final = Shape(
    what="area",
    keys={"id": read.ident, "name": read.local_name, "within": read.ident},
    needed={"id": "id: polna"},
    example="{id: polna, name: os. Polna}",
)
DEVICE: Final = Shape(
    what="device",
    keys={
        "id": read.ident,
        "kind": read.choice(DeviceKind),
        "name": read.text,
        "site": read.ident,
        "address": read.address,
        "snmp": read.text,
        "profile": read.text,
        "via": read.ident,
        "port": read.text,
        "serial": read.text,
        "uplink": read.hooks,
        "risks": read.idents,
        "power": _power,
        "lat": read.number(-90, 90),
        "lon": read.number(-180, 180),
    },
    needed={"id": "id: sw-1", "kind": "kind: switch"},
    example="{id: sw-1, kind: switch}",
)
LINK: Final = Shape(
    what="link",
    keys={"id": read.ident, "ends": read.hooks, "risks": read.idents},
    needed={"ends": "ends: [core-1, sw-1]"},
    example="{ends: [core-1, sw-1]}",
)
SERVICE: Final = Shape(
    what="service",
    keys={
        "id": read.ident,
        "kind": read.choice(ServiceKind),
        "target": read.text,
        "from": read.idents,
        "needs": read.idents,
    },
    needed={"id": "id: dns-1", "kind": "kind: dns"},
    example="{id: dns-1, kind: dns}",
)
