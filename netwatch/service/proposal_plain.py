"""A proposal -> what `netwatch discover --json` prints. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from netwatch.model.names import DeviceId
from netwatch.model.network import Address
from netwatch.pollers.discovery.found import Doubt, Drawn, Found, Place, Stranger
from netwatch.service.parents import Hanging
from netwatch.service.proposal import Proposal


def plain(
    proposal: Proposal,
    found: Sequence[Found],
    drawn: Sequence[Drawn],
    *,
    doubts: Sequence[Doubt] = (),
    hanging: Hanging | None = None,
    strangers: Sequence[Stranger] = (),
) -> dict[str, Any]:
    """Return a proposal as plain values."""
    names = proposal.names
    new = {one.address for one in proposal.devices}
    added = {link.ends for link in proposal.links}
    return {
        "devices": [
            {
                "id": names[one.address],
                "address": str(one.address),
                "kind": one.kind.value if one.kind else None,
                "name": one.name or None,
                "vendor": one.vendor,
                "model": one.model,
                "serial": one.serial,
                "profile": one.profile,
                "snmp": one.snmp,
                "also": [str(address) for address in one.also],
                "cut": list(one.cut),
                "new": one.address in new,
            }
            for one in found
        ],
        "links": [
            {
                "ends": [_end(names, place) for place in link.ends],
                "by": link.by,
                "new": link.ends in added,
            }
            for link in drawn
        ]
        + [
            {
                "ends": [
                    {"device": one.parent, "port": one.port or None},
                    {"device": one.name, "port": None},
                ],
                "by": "parent",
                "new": True,
            }
            for one in (hanging.hung if hanging else ())
        ],
        "parents": [
            {
                "rule": line.rule.text,
                "at": str(line.rule.place) if line.rule.place.path != line.rule.text else None,
                "hung": line.hung,
                "left_alone": line.linked,
                "wrong": line.wrong or None,
            }
            for line in (hanging.told if hanging else ())
        ],
        "unplaced": [
            {
                "device": names[one.address],
                "address": str(one.address),
                "mac": one.mac or None,
                "why": one.why,
                "places": [_end(names, place) for place in one.places],
            }
            for one in doubts
        ],
        "onus": [
            {
                "id": one.id,
                "via": one.via,
                "port": one.port or None,
                "serial": one.serial,
                "new": one.known is None,
            }
            for one in proposal.onus
        ],
        "strangers": [
            {
                "heard_on": _end(names, one.place),
                "name": one.neighbour.device or None,
                "address": one.neighbour.address or None,
                "mac": one.neighbour.mac or None,
                "descr": one.neighbour.descr or None,
                "by": one.neighbour.by,
            }
            for one in strangers
        ],
        "disagreements": [
            {"kind": one.kind, "element": one.element, "wrong": one.wrong, "remedy": one.remedy}
            for one in proposal.disagreements
        ],
        "yaml": proposal.yaml,
    }


def _end(names: Mapping[Address, DeviceId], place: Place) -> dict[str, str | None]:
    address, port = place
    return {"device": names[address], "port": port or None}
