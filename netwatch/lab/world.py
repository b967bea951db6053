"""The simulated ISP: what is broken, how everything stands, and what happened on the way.

Pure: time is an argument (the lab's own seconds), chance is a hash of names.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from netwatch.lab.damage import Broken, Damage, assess
from netwatch.lab.faults import Fault, Kind, LabError, known
from netwatch.lab.happenings import Happening, between
from netwatch.lab.plan import Plan, Port
from netwatch.lab.segments import Segments, segments_of
from netwatch.lab.standing import OnuState, Standing, standing_of
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import DeviceKind

TRAP_AGAIN_S: Final = 60.0
"""upsTrapOnBattery repeats this often while a UPS runs on its battery."""


@dataclass(slots=True)
class Darkness:
    """How long something was dark so far, so that its counters stand still meanwhile."""

    spent_s: float = 0.0
    since: float | None = None

    def seconds(self, now: float) -> float:
        """Return the dark seconds up to ``now``."""
        return self.spent_s + (0.0 if self.since is None else now - self.since)

    def turn(self, dark: bool, now: float) -> None:
        """Note that it is dark, or light, from ``now`` on."""
        if dark and self.since is None:
            self.since = now
        elif not dark and self.since is not None:
            self.spent_s += now - self.since
            self.since = None


@dataclass(slots=True)
class World:
    """All that the lab knows. ``settle`` must follow every change and every ``next_change``."""

    plan: Plan
    standing: Standing = field(init=False)
    booted_at: dict[DeviceId, float] = field(default_factory=dict)
    last_down: dict[DeviceId, OnuState] = field(default_factory=dict)
    """Why each ONU went down the last time; an OLT remembers that while the ONU is up again."""
    darkness: dict[LinkId | Port, Darkness] = field(default_factory=lambda: defaultdict(Darkness))
    faults: dict[tuple[str, Kind], Broken] = field(default_factory=dict)
    next_change: float = math.inf
    settled_at: float = 0.0
    _segments: Segments | None = None

    def __post_init__(self) -> None:
        """Begin with everything whole."""
        self.standing = standing_of(self.plan, Damage(), {})

    def break_(self, fault: Fault, now: float) -> None:
        """Break something; the same thing broken anew in the same way starts again."""
        self.faults[fault.element, fault.kind] = Broken(fault, now)

    def mend(self, element: str) -> int:
        """Mend all that is broken of ``element`` (``all``: of everything); return how much.

        Raises:
            LabError: there is no such element, or nothing is broken there.
        """
        hit = [key for key in self.faults if element in (key[0], "all")]
        if not hit and element != "all":
            known(element, self.plan.elements)
            broken = ", ".join(sorted({name for name, _ in self.faults})) or "nothing"
            raise LabError(f"{element} is not broken; broken are: {broken}")
        for key in hit:
            del self.faults[key]
        return len(hit)

    def settle(self, now: float) -> list[Happening]:
        """Let everything follow from what is broken now; return what happened."""
        before = self.standing
        damage = assess(self.plan, self.faults.values(), now)
        after = standing_of(self.plan, damage, before.onus)
        self.standing, self.settled_at, self._segments = after, now, None
        self._remember(before, after, now)
        self.next_change = damage.next_change
        if any(
            self.plan.network.devices[d].kind is DeviceKind.UPS for d in damage.on_battery_since
        ):
            self.next_change = min(self.next_change, now + TRAP_AGAIN_S)
        return between(self.plan, before, after)

    def _remember(self, before: Standing, after: Standing, now: float) -> None:
        for device in before.damage.dead - after.damage.dead:
            self.booted_at[device] = now
        for element in before.dark_links ^ after.dark_links:
            self.darkness[element].turn(element in after.dark_links, now)
        for port in before.dark_pon ^ after.dark_pon:
            self.darkness[port].turn(port in after.dark_pon, now)
        for onu, now_so in after.onus.items():
            if now_so.state not in (OnuState.ONLINE, before.onus[onu].state):
                self.last_down[onu] = now_so.state

    @property
    def segments(self) -> Segments:
        """Return who has heard whom, worked out when it is first asked for."""
        if self._segments is None:
            self._segments = segments_of(self.plan, self.standing.damage)
        return self._segments

    def up_seconds(self, device: DeviceId, now: float) -> float:
        """Return how long a device has been up."""
        return now - self.booted_at.get(device, 0.0)

    def light_seconds(self, element: LinkId | Port, now: float) -> float:
        """Return how long a link or PON port has carried traffic since the lab began."""
        dark = self.darkness.get(element)
        return now - (dark.seconds(now) if dark is not None else 0.0)
