"""Entries -> the drills that can be held, held against the inventory they will be held in."""

from collections.abc import Iterator
from typing import Any

from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.model.drills import Scenario
from netwatch.model.network import Network
from netwatch.rules.files import Rules

ACTS = ("falls", "darkens", "mends")


def drills(rules: Rules) -> dict[str, Scenario]:
    """Return the drills that can be held, by id."""
    return {ruled.entry.id: ruled.entry.scenario() for ruled in rules.entries("drills")}


def warn_of_drills(rules: Rules, network: Network, findings: Findings) -> None:
    """Note the elements that drills name and the inventory does not have."""
    known = elements_of(network)
    for ruled in rules.entries("drills"):
        for where, name in _named(ruled.entry):
            if name and ":" in name and name not in known:
                remedy = did_you_mean(name, known, "name an element of the inventory, or `here`")
                findings.warn(ruled.mark.find(where), f"the inventory has no {name!r}", remedy)


def elements_of(network: Network) -> frozenset[str]:
    """Return the names of what can be made to fall, ports by their devices' links."""
    ports = {
        f"port:{end.device}/{end.port}"
        for link in network.links.values()
        for end in link.ends
        if end.port is not None
    }
    homes = {
        f"port:{one.via}/{one.port}" for one in network.devices.values() if one.via and one.port
    }
    return frozenset(
        {
            *(f"device:{name}" for name in network.devices),
            *(link.element for link in network.links.values()),
            *(f"risk:{name}" for name in network.risks),
            *(f"site:{name}" for name in network.sites),
            *(f"area:{name}" for name in network.areas),
            *ports,
            *homes,
        }
    )


def _named(entry: Any) -> Iterator[tuple[list[str | int], str | None]]:
    yield ["at"], entry.at
    for place, step in enumerate(entry.steps):
        for act in ACTS:
            yield ["steps", place, act], getattr(step, act)
