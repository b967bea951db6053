"""One failure lived through on paper -> what is wrong with how it would go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from netwatch.model.facts import IncidentKind, Phase
from netwatch.model.faults import Place
from netwatch.model.names import AreaId, DeviceId, ElementName, SubscriberId
from netwatch.response.rules import ResponseRules
from netwatch.service.plan.defects import Defect, Kind, counted
from netwatch.service.plan.rehearsal import Rehearsed
from netwatch.service.plan.world import HOMES, PASSIVE, World

NOT_PAGED: Final = frozenset({IncidentKind.LINE})
"""Kinds that are a task for the desk in working hours."""
UNNOTICED: Final = "unnoticed"
"""The reason of a defect that holds for all below as well."""
UNREAD: Final = "unread"
"""The reason of a device that could tell of others, and is not asked for them."""


@dataclass(frozen=True, slots=True)
class Records:
    """Where each thing of the inventory was written."""

    written: Mapping[str, Place]
    unnamed: frozenset[AreaId] = frozenset()
    """Areas that have no name of their own."""

    def of(self, name: str) -> Place | None:
        """Return where an element, site, area or subscriber was written; None: nowhere."""
        kind, _, rest = name.partition(":")
        if kind == "port":
            rest = rest.partition("/")[0]
        if kind == "link" and rest not in self.written:
            rest = rest.partition("--")[2].partition("#")[0]
        return self.written.get(rest)


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what is wrong with how failures would go in one network."""

    world: World
    told: ResponseRules
    records: Records

    def judge(
        self, failed: ElementName, members: Sequence[ElementName], came: Rehearsed
    ) -> Iterator[Defect]:
        """Yield the defects that the failure of one element, or of a risk, brings to light.

        Args:
            failed: the element, or the risk.
            members: what fails with it: itself, or all that the risk touches.
            came: what netwatch made of it.
        """
        lost = self.world.lost(members)
        if any(d.kind is IncidentKind.BLIND for d in came.diagnoses.values()):
            return  # our own way out: the staff hears that we are blind, customers rightly nothing
        if not came.diagnoses:
            yield from self._unnoticed(failed, lost)
            return
        yield from self._unpaged(failed, lost, came)
        yield from self._untold(failed, lost, came)
        yield from self._alike(failed, lost, came)

    def _unpaged(
        self, failed: ElementName, lost: Sequence[SubscriberId], came: Rehearsed
    ) -> Iterator[Defect]:
        wanted = any(d.kind not in NOT_PAGED for d in came.diagnoses.values())
        if not wanted or came.alerted or not (self.told.staff and self.told.staff_channels):
            return
        yield Defect(
            kind=Kind.PAGES_NOBODY,
            element=failed,
            wrong=f"{failed} fails, and nobody of the staff is alerted",
            remedy="see with netwatch replay why no alert falls due, and mend rules/response",
            subscribers=len(lost),
            place=self.records.of(failed),
            reason="no-alert",
        )

    def _unnoticed(self, failed: ElementName, lost: Sequence[SubscriberId]) -> Iterator[Defect]:
        """Yield that nobody would see it, but for single homes: these are told one by one."""
        seen = self.world.seen
        node = seen.node(failed)
        if node is None or _is_home(self.world, node):
            return
        if lost:
            above = next((seen.names[a] for a in seen.above(node) if a > 0), "")
            yield Defect(
                kind=Kind.NOT_ASKED,
                element=failed,
                wrong=f"{failed} fails and leaves {counted(len(lost))} without service, "
                "and nothing that netwatch asks would show it",
                remedy="ask something behind it: an address, via: OLT and port, or port names "
                "on links",
                subscribers=len(lost),
                place=self.records.of(failed),
                near=(above,) if above else (),
                holder=above,
                reason=UNNOTICED,
            )
        elif node in seen.block and failed.startswith("link:"):
            yield Defect(
                kind=Kind.NOT_ASKED,
                element=failed,
                wrong=f"{failed} belongs to a ring, and nobody would notice that the ring is open",
                remedy='name the ports at its ends, as in ends: ["sw-1:ge-0/0/1", "sw-2:ge-0/0/2"]',
                place=self.records.of(failed),
                reason="ring-open-unnoticed",
            )

    def _untold(
        self, failed: ElementName, lost: Sequence[SubscriberId], came: Rehearsed
    ) -> Iterator[Defect]:
        least = threshold(self.told)
        if least is None or len(lost) < least:
            return
        if not came.notices:
            found = "; ".join(
                f"{d.kind} at {' and '.join(d.root_cause)}, {counted(len(d.subscribers))}"
                for d in came.diagnoses.values()
            )
            yield Defect(
                kind=Kind.NOBODY_TOLD,
                element=failed,
                wrong=f"{failed} fails and leaves {counted(len(lost))} without service, and no "
                f"notice falls due; netwatch would see: {found}",
                remedy="ask more of what hangs on it, or lower least_subscribers in rules/notices",
                subscribers=len(lost),
                place=self.records.of(failed),
                reason="no-notice",
            )
            return
        yield from self._left_out(failed, lost, came)

    def _left_out(
        self, failed: ElementName, lost: Sequence[SubscriberId], came: Rehearsed
    ) -> Iterator[Defect]:
        known = self.world.network.subscribers
        living = {s: known[s].area for s in lost}
        missed = [s for s, area in living.items() if area is not None and area not in came.areas]
        if not missed:
            return
        areas = sorted({str(living[s]) for s in missed})
        yield Defect(
            kind=Kind.NOBODY_TOLD,
            element=failed,
            wrong=f"{failed} fails, and the notice leaves out {', '.join(areas[:3])}: "
            f"{counted(len(missed))} there would not be told",
            remedy="ask something there: an address, via: OLT and port",
            subscribers=len(missed),
            place=self.records.of(failed),
            near=tuple(f"area:{a}" for a in areas[:3]),
            reason="area-left-out",
        )

    def _alike(
        self, failed: ElementName, lost: Sequence[SubscriberId], came: Rehearsed
    ) -> Iterator[Defect]:
        """Yield the other passive things that the crew would have to open as well.

        A fibre and the box at its end are one walk; two boxes are two.
        """
        if not _is_passive(self.world, failed):
            return
        names = {n for d in came.diagnoses.values() for n in (*d.root_cause, *d.also_possible)}
        others = sorted(n for n in names if n != failed and _is_passive(self.world, n))
        pair = sorted((failed, *others))
        if not others or failed != pair[0]:
            return  # told once, at the first of them
        yield Defect(
            kind=Kind.INDISTINGUISHABLE,
            element=failed,
            wrong=f"a failure of {failed} cannot be told from one of {', '.join(others)}: "
            "the same subscribers go dark, and nothing in between is asked",
            remedy="record what else hangs on the upper one, or ask something between the two",
            subscribers=len(lost),
            place=self.records.of(failed),
            elements=tuple(pair),
            near=tuple(others),
            reason="alike",
        )


def threshold(told: ResponseRules) -> int | None:
    """Return from how many people on the public is told by itself; None: never."""
    return min((r.least_subscribers for r in told.public(Phase.CONFIRMED)), default=None)


def _is_home(world: World, node: int) -> bool:
    """Say whether a node is a home, or its drop."""
    seen = world.seen
    below = [n for n in range(node, int(seen.last[node])) if n in seen.kinds]
    return len(below) == 1 and seen.kinds[below[0]] in HOMES


def _is_passive(world: World, element: str) -> bool:
    kind, _, rest = element.partition(":")
    device = world.network.devices.get(DeviceId(rest)) if kind == "device" else None
    return device is not None and device.address is None and device.kind in PASSIVE
