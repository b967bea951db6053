"""The parents rule of Nagios, Icinga, LibreNMS and Zabbix, with all that an operator can add to it.

A host is down after so many bad checks of the last few, and flaps as Nagios counts it. It is told
of when one of its parents is up, and is unreachable, without an alert, when all of them are down.
Ports that lead to a host that is down are held back; of a PON port with many dark ONUs one alert
is told instead of each home's. Splitters, ducts and feeds cannot be checked and have no state.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from netwatch.model.names import (
    SELF,
    DeviceId,
    ElementName,
    LinkId,
    device_element,
    link_element,
    port_element,
)
from netwatch.model.network import Network
from tests.bench.rivals.command import play
from tests.bench.rivals.ground import Ground
from tests.bench.rivals.problems import Problem
from tests.bench.rivals.watch import Patience, Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator sets."""

    patience: Patience = field(default_factory=Patience)
    delay: timedelta = timedelta(seconds=0)
    """A problem is told once it has stood so long (first_notification_delay)."""
    parents: str = "nearer"
    port_homes: int = 4
    """So many dark ONUs of a PON port are a problem of the port; 0: ports are not watched."""
    port_share: float = 0.0
    """And so many of all of them."""
    hold_back: str = "unreachable"
    """Which hosts at a link's ends hold its ports back: ``none``, ``down``, ``unreachable``."""
    homes_page: bool = False
    """Whether a lone home that is down wakes somebody; else it is a task for the desk."""


class ParentsRule:
    """Hosts with their parents; at the end of each round, what is told as down."""

    def __init__(self, network: Network, settings: Settings) -> None:
        self._settings = settings
        self._ground = Ground(network)
        self._parents = self._ground.parents(settings.parents)
        self._children: dict[DeviceId, list[DeviceId]] = defaultdict(list)
        for host, parents in self._parents.items():
            for parent in parents:
                self._children[parent].append(host)
        self._on_port: dict[tuple[DeviceId, str], list[DeviceId]] = defaultdict(list)
        for device in network.devices.values():
            if device.via is not None and device.port is not None:
                self._on_port[device.via, device.port].append(device.id)

    def begin(self) -> None:
        """Do nothing: all that is remembered is in the watch."""

    def problems(self, watch: Watch) -> list[Problem]:
        """Return what stands, each held back by what it depends on."""
        bad = {device for device, part in watch.bad if part is None}
        vantage = self._ground.network.vantage
        if vantage in bad:
            return [Problem(key="self", kind="blind", roots=(SELF,))]
        down = {h for h in bad if not (parents := self._parents.get(h)) or parents - bad}
        links = self._heard(watch, bad)
        flapping = {device for device, part in watch.flapping if part is None}
        ports = list(self._ports(down))
        covered = {home for _, homes in ports for home in homes}
        return [
            *(self._port(port, homes) for port, homes in ports),
            *(self._host(h, bad, links, flaps=h in flapping) for h in sorted(down - covered)),
            *(self._link(link, bad) for link in sorted(self._left(links, bad, down))),
        ]

    def _heard(self, watch: Watch, bad: set[DeviceId]) -> dict[LinkId, bool]:
        """Return each link that an end can speak of, and whether all such ends say down."""
        told: dict[LinkId, list[bool]] = defaultdict(list)
        wrong = watch.bad
        for device, part in watch.known:
            link = self._ground.link_at.get((device, part)) if part is not None else None
            if link is not None and device not in bad:
                told[link.id].append((device, part) in wrong)
        return {link: all(downs) for link, downs in told.items()}

    def _ports(self, down: set[DeviceId]) -> Iterator[tuple[ElementName, list[DeviceId]]]:
        least = self._settings.port_homes
        for (olt, port), homes in self._on_port.items():
            dark = [home for home in homes if home in down]
            if least and len(dark) >= max(least, self._settings.port_share * len(homes)):
                yield port_element(olt, port), dark

    def _left(
        self, links: dict[LinkId, bool], bad: set[DeviceId], down: set[DeviceId]
    ) -> list[LinkId]:
        """Return the links that are down and not held back by a host at an end."""
        holding = {"none": set[DeviceId](), "down": down, "unreachable": bad}
        held_by = holding[self._settings.hold_back]
        return [x for x, cut in links.items() if cut and self._ends(x).isdisjoint(held_by)]

    def _ends(self, link: LinkId) -> set[DeviceId]:
        return {end.device for end in self._ground.network.links[link].ends}

    def _host(
        self, host: DeviceId, bad: set[DeviceId], links: dict[LinkId, bool], *, flaps: bool
    ) -> Problem:
        home = host in self._ground.homes
        page = self._settings.homes_page
        kind = "line" if home and not page else "flapping" if flaps else "outage"
        heard = [x for x in self._ground.links_of[host] if x.id in links]
        only = heard[0] if len(heard) == 1 and links[heard[0].id] else None
        return Problem(
            key=f"host {host}",
            kind=kind,
            roots=(device_element(host),),
            also=(only.element,) if only is not None else (),
            subscribers=self._ground.subscribers(self._behind(host, bad)),
            pages=page or not home,
        )

    def _behind(self, host: DeviceId, bad: set[DeviceId]) -> set[DeviceId]:
        """Return what is down or unreachable with a host; homes share their parents' fate."""
        dark, queue = {host}, [host]
        while queue:
            for child in self._children[queue.pop()]:
                fits = child in bad or child in self._ground.homes
                if fits and child not in dark and self._parents[child] <= bad:
                    dark.add(child)
                    queue.append(child)
        return dark

    def _port(self, port: ElementName, dark: list[DeviceId]) -> Problem:
        return Problem(
            key=port, kind="partial", roots=(port,), subscribers=self._ground.subscribers(dark)
        )

    def _link(self, link: LinkId, bad: set[DeviceId]) -> Problem:
        ends = self._ends(link)
        home = bool(ends & self._ground.homes)
        pages = self._settings.homes_page or not home
        kind = "line" if not pages else "outage" if ends & bad else "degraded"
        name = link_element(link)
        return Problem(key=name, kind=kind, roots=(name,), pages=pages)


def main(words: Iterable[str] | None = None) -> int:
    """Play tapes as `netwatch replay` does; settings are given as ``--set bad=2``."""
    return play(ParentsRule, Settings(), words)


if __name__ == "__main__":
    sys.exit(main())
