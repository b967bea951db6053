"""Entries -> values of the model; references are followed, so each name leads somewhere."""

from dataclasses import dataclass, field
from typing import Any

from netwatch.inventory.findings import Findings
from netwatch.inventory.marks import Marked
from netwatch.inventory.near import near_word
from netwatch.inventory.readers import Hook
from netwatch.inventory.registry import Registry
from netwatch.inventory.shapes import AREA, DEVICE, LINK, RISK, SERVICE, SITE, Shape
from netwatch.model.names import AreaId, DeviceId, RiskId, ServiceId, SiteId
from netwatch.model.network import Area, Device, LocalName, Power, Risk, RiskKind, Service, Site


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that was read but not yet checked against the others."""

    shape: Shape
    entry: Marked
    values: dict[str, Any]

    @property
    def id(self) -> str | None:
        """Return its id, if it bears one."""
        ident = self.values.get("id")
        return ident if isinstance(ident, str) else None

    def has(self, key: str) -> bool:
        """Say whether ``key`` was written, be it rightly or wrongly."""
        return isinstance(self.entry.value, dict) and key in self.entry.value

    def name(self) -> str:
        """Name it for a message."""
        return self.shape.name(self.entry)

    def mark(self, key: str) -> Marked:
        """Return what stands under ``key``."""
        return self.entry.find((key,))


@dataclass(slots=True)
class Drafts:
    """All entries of all files, by what they are."""

    risks: list[Draft] = field(default_factory=list)
    sites: list[Draft] = field(default_factory=list)
    areas: list[Draft] = field(default_factory=list)
    devices: list[Draft] = field(default_factory=list)
    links: list[Draft] = field(default_factory=list)
    services: list[Draft] = field(default_factory=list)


def read_drafts(lists: dict[str, list[Marked]], registry: Registry, findings: Findings) -> Drafts:
    """Read every entry and claim its id, so that all names are known before one is followed.

    Of two entries with the same id the first in file order keeps it.
    """
    everything: list[Draft] = []

    def read(shape: Shape, entries: list[Marked]) -> list[Draft]:
        drafts: list[Draft] = []
        for entry in entries:
            values = shape.read(entry, findings)
            if values is None:
                continue
            drafts.append(Draft(shape, entry, values))
        everything.extend(drafts)
        return drafts

    drafts = Drafts(
        risks=read(RISK, lists["risks"]),
        sites=read(SITE, lists["sites"]),
        areas=read(AREA, lists["areas"]),
        devices=read(DEVICE, lists["devices"]),
        links=read(LINK, lists["links"]),
        services=read(SERVICE, lists["services"]),
    )
    for draft in sorted(everything, key=lambda draft: draft.mark("id").place):
        if draft.id and not registry.claim(draft.shape.what, draft.id, draft.mark("id").place):
            del draft.values["id"]  # what else is wrong with the second bearer still counts
    return drafts


class Builder:
    """Follows the names in drafts. What it returns is used only if nothing was found wrong."""

    def __init__(self, registry: Registry, findings: Findings) -> None:
        self._registry = registry
        self._findings = findings
        self.unnamed: set[AreaId] = set()
        """Areas that nobody named: people would read their ids."""

    def risks(self, drafts: list[Draft]) -> dict[RiskId, Risk]:
        """Build what fails together."""
        return {
            RiskId(draft.id): Risk(
                id=RiskId(draft.id), kind=draft.values["kind"], name=draft.values.get("name", "")
            )
            for draft in drafts
            if draft.id is not None and "kind" in draft.values
        }

    def sites(self, drafts: list[Draft], risks: dict[RiskId, Risk]) -> dict[SiteId, Site]:
        """Build the places with gear."""
        sites: dict[SiteId, Site] = {}
        for draft in drafts:
            known_risks, power = self.risks_of(draft), self._power(draft, risks)
            if draft.id is not None:
                sites[SiteId(draft.id)] = Site(
                    id=SiteId(draft.id),
                    name=draft.values.get("name", ""),
                    lat=draft.values.get("lat"),
                    lon=draft.values.get("lon"),
                    risks=known_risks,
                    power=power,
                )
        return sites

    def areas(self, drafts: list[Draft]) -> dict[AreaId, Area]:
        """Build the areas; one that lies within itself, however far round, is an error."""
        areas: dict[AreaId, Area] = {}
        for draft in drafts:
            within = self._one(draft, "within", ("area",), "lies within")
            if draft.id is not None:
                if not draft.has("name"):
                    self.unnamed.add(AreaId(draft.id))
                areas[AreaId(draft.id)] = Area(
                    id=AreaId(draft.id),
                    name=draft.values.get("name", LocalName(draft.id)),
                    within=AreaId(within) if within else None,
                )
        self._refuse_circles(drafts, areas)
        return areas

    def devices(self, drafts: list[Draft], risks: dict[RiskId, Risk]) -> dict[DeviceId, Device]:
        """Build the devices; their links are built elsewhere."""
        devices: dict[DeviceId, Device] = {}
        for draft in drafts:
            values = draft.values
            site = self._one(draft, "site", ("site",), "stands at")
            via = self._one(draft, "via", ("device",), "is read through")
            known_risks, power = self.risks_of(draft), self._power(draft, risks)
            if via == draft.id and via is not None:
                wrong = f"{draft.name()} is read through itself"
                self._findings.error(draft.mark("via"), wrong, "name the OLT, or remove 'via'")
            if draft.id is None or "kind" not in values:
                continue
            devices[DeviceId(draft.id)] = Device(
                id=DeviceId(draft.id),
                kind=values["kind"],
                name=values.get("name", ""),
                site=SiteId(site) if site else None,
                address=values.get("address"),
                snmp=values.get("snmp"),
                profile=values.get("profile"),
                via=DeviceId(via) if via else None,
                port=values.get("port"),
                serial=values.get("serial"),
                risks=known_risks,
                power=power,
                lat=values.get("lat"),
                lon=values.get("lon"),
            )
        return devices

    def services(self, drafts: list[Draft]) -> dict[ServiceId, Service]:
        """Build what customers use."""
        services: dict[ServiceId, Service] = {}
        for draft in drafts:
            asked_from = self._many(draft, "from", ("device",), "is asked from")
            needs = self._many(draft, "needs", ("device", "link", "service"), "needs")
            if draft.id is not None and "kind" in draft.values:
                services[ServiceId(draft.id)] = Service(
                    id=ServiceId(draft.id),
                    kind=draft.values["kind"],
                    target=draft.values.get("target", ""),
                    asked_from=tuple(DeviceId(word) for word in asked_from),
                    needs=needs,
                )
        return services

    def risks_of(self, draft: Draft) -> tuple[RiskId, ...]:
        """Return the risks that an entry shares."""
        return tuple(
            RiskId(word) for word in self._many(draft, "risks", ("risk",), "shares the risk")
        )

    def end(self, draft: Draft, hook: Hook, says: str) -> bool:
        """Say whether an end names a device."""
        sentence = f"{draft.name()} {says} {hook.device!r}"
        return self._registry.leads(hook.mark, hook.device, ("device",), sentence)

    def device_named(self, mark: Marked, says: str) -> DeviceId | None:
        """Return the device that ``mark`` names."""
        known = self._registry.leads(mark, mark.text, ("device",), f"{says} {mark.text!r}")
        return DeviceId(mark.text) if known else None

    def _one(self, draft: Draft, key: str, kinds: tuple[str, ...], verb: str) -> str | None:
        word = draft.values.get(key)
        if word is None:
            return None
        says = f"{draft.name()} {verb} {word!r}"
        return word if self._registry.leads(draft.mark(key), word, kinds, says) else None

    def _many(self, draft: Draft, key: str, kinds: tuple[str, ...], verb: str) -> tuple[str, ...]:
        marks: tuple[Marked, ...] = draft.values.get(key, ())
        return tuple(
            mark.text
            for mark in marks
            if self._registry.leads(mark, mark.text, kinds, f"{draft.name()} {verb} {mark.text!r}")
        )

    def _power(self, draft: Draft, risks: dict[RiskId, Risk]) -> Power | None:
        values = draft.values.get("power")
        if values is None:
            return None
        feed = values.get("feed")
        if feed is not None:
            mark = draft.entry.find(("power", "feed"))
            says = f"{draft.name()} is fed by {feed!r}"
            if not self._registry.leads(mark, feed, ("risk",), says):
                return None
            risk = risks.get(RiskId(feed))
            if risk is not None and risk.kind is not RiskKind.POWER:
                powers = [other.id for other in risks.values() if other.kind is RiskKind.POWER]
                near = near_word(feed, powers)
                self._findings.error(
                    mark,
                    f"{says}, which is a risk of kind {risk.kind}",
                    f"did you mean {near!r}?" if near else "name a risk of kind power",
                )
        return Power(
            feed=RiskId(feed) if feed else None,
            backed=values.get("backed", False),
            minutes=values.get("minutes"),
        )

    def _refuse_circles(self, drafts: list[Draft], areas: dict[AreaId, Area]) -> None:
        told: set[AreaId] = set()
        for draft in drafts:
            road: dict[AreaId, None] = {}  # a set that keeps the order in which it was walked
            here = AreaId(draft.id) if draft.id is not None else None
            while here is not None and here in areas and here not in told and here not in road:
                road[here] = None
                here = areas[here].within
            if here in road:
                walked = list(road)
                circle = [*walked[walked.index(here) :], here]
                self._findings.error(
                    draft.mark("within"),
                    f"areas lie within each other in a circle: {' > '.join(circle)}",
                    "remove 'within' from the largest of them",
                )
            told.update(road)
