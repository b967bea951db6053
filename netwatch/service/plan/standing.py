"""What can be seen without failing anything: who is asked, what fails together, who has an area."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from netwatch.correlation.topology import cut_roots
from netwatch.model.names import ElementName, LinkId, SiteId
from netwatch.model.network import Device, DeviceKind
from netwatch.service.plan.defects import Defect, Kind, counted
from netwatch.service.plan.outcomes import UNREAD, Records
from netwatch.service.plan.world import HOMES, PASSIVE, World

MOST_TRIED: Final = 40
"""Of a risk with more members in rings, nobody works out which of them matter."""


def not_asked(world: World, records: Records) -> Iterator[Defect]:
    """Yield the gear that nobody asks."""
    network = world.network
    through = Counter(d.via for d in network.devices.values() if d.via is not None)
    for device in network.devices.values():
        name = f"device:{device.id}"
        node = world.seen.device.get(device.id)
        people = world.people_below(node) if node is not None else 0
        if device.kind not in PASSIVE and device.address is None and device.via is None:
            yield Defect(
                kind=Kind.NOT_ASKED,
                element=name,
                wrong=f"{name} ({device.kind}) has no address and is read through no other device: "
                "nobody asks it",
                remedy=_how_to_ask(device),
                subscribers=people,
                place=records.of(name),
                holder=_holder(world, node),
                reason=f"unasked-{'home' if device.kind in HOMES else 'gear'}",
            )
        elif through[device.id] and not world.speaks(device):
            what = "no address" if device.address is None else "no credential (snmp)"
            yield Defect(
                kind=Kind.NOT_ASKED,
                element=name,
                wrong=f"{name} has {what}: nobody reads the states of the {through[device.id]} "
                "devices that are seen through it",
                remedy="give it address: and snmp: NAME, a credential of netwatch.toml",
                subscribers=people,
                place=records.of(name),
                reason=UNREAD,
            )


def _how_to_ask(device: Device) -> str:
    if device.kind is DeviceKind.ONU:
        return "write via: OLT and port: PORT, or give it an address"
    return "give it an address; gear that cannot answer is kind: splitter, cabinet or partner"


def _holder(world: World, node: int | None) -> str:
    """Return the nearest device above, by which homes are told together."""
    above = () if node is None else world.seen.above(node)
    return next((world.seen.names[a] for a in above if a in world.seen.kinds), "")


def shared_risks(world: World, records: Records) -> Iterator[Defect]:
    """Yield what takes both ways of somebody who has two: a risk, or a site on both."""
    for risk, group in world.served.risks.items():
        yield from _together(
            world, records, f"risk:{risk}", group.nodes, "lead each way through another one"
        )
    homes: dict[SiteId, list[int]] = defaultdict(list)
    for device in world.network.devices.values():
        if device.site is not None and device.id in world.served.device:
            homes[device.site].append(world.served.device[device.id])
    for site, nodes in sorted(homes.items()):
        yield from _together(
            world, records, f"site:{site}", sorted(nodes), "end one of the ways at another site"
        )


def _together(
    world: World, records: Records, name: str, nodes: Sequence[int], remedy: str
) -> Iterator[Defect]:
    served = world.served
    ways = {0, *served.gateways}
    if sum(node in served.block for node in nodes) < 2 or ways & set(nodes):  # noqa: PLR2004 - two ways
        return  # where service begins all ways meet
    if _parallel(world, [served.names[n] for n in nodes if n in served.block]):
        return  # members of one trunk: a second port, never meant for a second way
    alone = _below(world, sorted(nodes), singly=True)
    jointly = _below(world, sorted(nodes), singly=False)
    both = jointly - alone
    cut = [n for n in sorted(both) if n in served.kinds]
    if not cut:
        return
    hurt = [served.names[n] for n in cut if served.kinds[n] not in HOMES] or [
        served.names[n] for n in cut
    ]
    people = sum(len(served.people.get(n, ())) for n in both)
    shared = [served.names[n] for n in _guilty(world, sorted(nodes), both)]
    yield Defect(
        kind=Kind.SHARED_RISK,
        element=name,
        wrong=f"{name} takes {' and '.join(shared[:4])} together, and with them both ways of "
        f"{', '.join(hurt[:4])}{f' and {len(hurt) - 4} more' if len(hurt) > 4 else ''}",  # noqa: PLR2004 - as many as a line holds
        remedy=remedy,
        subscribers=people,
        place=records.of(name),
        near=(*shared, *hurt[:4]),
    )


def _guilty(world: World, nodes: list[int], both: set[int]) -> list[int]:
    """Return those of the nodes without which fewer would be cut off; of too many, all."""
    members = [n for n in nodes if n in world.served.block]
    if len(members) > MOST_TRIED:
        return members
    needed = [
        n for n in members if not both <= _below(world, [m for m in nodes if m != n], singly=False)
    ]
    return needed or members


def _parallel(world: World, names: Sequence[ElementName]) -> bool:
    """Say whether these are links between the same two devices."""
    links = [world.network.links.get(LinkId(name.partition("link:")[2])) for name in names]
    pairs = {frozenset(end.device for end in link.ends) for link in links if link is not None}
    return None not in links and len(pairs) == 1


def _below(world: World, nodes: list[int], *, singly: bool) -> set[int]:
    served = world.served
    tops = (
        [t for n in nodes for t in cut_roots(served, [n])] if singly else cut_roots(served, nodes)
    )
    return {n for t in tops for n in range(t, int(served.last[t]))}


def unplaced(world: World, records: Records) -> Iterator[Defect]:
    """Yield the subscribers whom no notice could name: nobody wrote where they live."""
    network = world.network
    reached = {s.area for s in network.subscribers.values() if s.device is not None}
    lonely: Counter[str] = Counter()
    for person in network.subscribers.values():
        name = f"subscriber:{person.id}"
        if person.area is None:
            where = f"device:{person.device}" if person.device else ""
            node = world.seen.device.get(person.device) if person.device else None
            yield Defect(
                kind=Kind.NOBODY_TOLD,
                element=name,
                wrong=f"{name} is in no area{'' if where else ' and on no device'}: "
                "no notice says that it concerns them",
                remedy="write their area into the subscribers' table",
                subscribers=1,
                place=records.of(name),
                near=(where,) if where else (),
                holder=_holder(world, node),
                reason="no-area",
            )
        elif person.device is None and person.area not in reached:
            lonely[person.area] += 1
    for area, count in sorted(lonely.items()):
        yield Defect(
            kind=Kind.NOBODY_TOLD,
            element=f"area:{area}",
            wrong=f"area:{area} has {counted(count)}, none of them on a device: "
            "no failure is ever told there",
            remedy="say on which devices they are: netwatch places reconcile",
            subscribers=count,
            place=records.of(f"area:{area}"),
            reason="area-without-devices",
        )
