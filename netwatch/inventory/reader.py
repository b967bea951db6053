"""inventory/*.yaml, *.csv -> Network, whole, or every mistake of every file in one run."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from netwatch.inventory import build, document
from netwatch.inventory.build import Builder, Draft
from netwatch.inventory.cells import DEVICE_COLUMNS, device_entries
from netwatch.inventory.document import Document
from netwatch.inventory.drawn.geojson import MOST_BYTES as MOST_GEOJSON_BYTES
from netwatch.inventory.drawn.geojson import Shape, read_shapes
from netwatch.inventory.drawn.matching import draw
from netwatch.inventory.drawn.settling import settle, tell_exchanged
from netwatch.inventory.files import MOST_CSV_BYTES, MOST_YAML_BYTES, read_text
from netwatch.inventory.findings import Findings
from netwatch.inventory.links import build_links
from netwatch.inventory.marked import parse_marked
from netwatch.inventory.marks import Marked
from netwatch.inventory.paths import warn_of_network, warn_of_same_addresses
from netwatch.inventory.readers import kind_of, text
from netwatch.inventory.registry import Registry
from netwatch.inventory.sources import Digest, Source, find_inventory
from netwatch.inventory.subscribers import COLUMNS as SUBSCRIBER_COLUMNS
from netwatch.inventory.subscribers import SubscriberRows
from netwatch.inventory.tables import Table, read_table
from netwatch.inventory.tracked import tracked_by_git
from netwatch.model.faults import Finding, Place
from netwatch.model.garbage import uncollected
from netwatch.model.names import AreaId, DeviceId
from netwatch.model.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading an inventory. No network where a finding is an error."""

    network: Network | None
    findings: tuple[Finding, ...]
    credentials: Mapping[str, Place] = field(default_factory=dict)
    """Names of credentials, and where each is used first; netwatch.toml must know them."""
    profiles: Mapping[str, Place] = field(default_factory=dict)
    """Names of device profiles, and where each is used first."""
    sources: Mapping[str, Path] = field(default_factory=dict)
    """What was read: ``a.yaml``, ``sub/../x.csv``, or absolute as a file wrote it; its path."""
    places: Callable[[], Mapping[str, Place]] = dict
    """Where each id was written; gathered when somebody asks."""
    unnamed: frozenset[AreaId] = frozenset()
    """Areas without a name: their ids stand in for it."""


def read_inventory(directory: Path, elsewhere: Mapping[str, Path] | None = None) -> Reading:
    """Read all files of an inventory and check them against each other.

    Nothing in the files can make this raise. Paths in findings begin with ``directory`` as given.

    Args:
        directory: where the inventory lies.
        elsewhere: where tables are read instead, by their names as in ``Reading.sources``.
    """
    with uncollected():
        return _Run(directory, elsewhere or {}).read()


class _Run:
    """One reading: the basket of findings and the registry of ids that all steps share."""

    def __init__(self, directory: Path, elsewhere: Mapping[str, Path]) -> None:
        self._directory, self._elsewhere = directory, elsewhere
        self._findings = Findings()
        self._registry = Registry(self._findings)
        self._builder = Builder(self._registry, self._findings)
        self._digest = Digest(directory)
        self._tables: dict[str, Place] = {}
        self._people = SubscriberRows(self._registry, self._findings)
        self._shapes: list[Shape] = []

    def read(self) -> Reading:
        found = document.join(self._read_yaml(), self._findings)
        self._registry.suppose(found.astray)
        found.lists["devices"] = self._with_tables(found.lists["devices"])
        drafts = build.read_drafts(found.lists, self._registry, self._findings)
        network = self._build(found, drafts)
        if self._shapes:
            homes, written = self._people.spots, self._written()
            tell_exchanged(network, self._shapes, homes, written, self._findings)
        if not self._findings.failed:
            network = settle(network, self._people.spots)
            self._warn_of_nothing(network)
            warn_of_network(network, drafts.devices, self._findings)
        return Reading(
            network=None if self._findings.failed else network,
            findings=self._findings.in_order(),
            credentials=_used("snmp", drafts.devices),
            profiles=_used("profile", drafts.devices),
            sources=self._digest.sources,
            places=self._written,
            unnamed=frozenset(self._builder.unnamed),
        )

    def _written(self) -> dict[str, Place]:
        return {**self._people.places(), **self._registry.places()}

    def _read_yaml(self) -> list[Marked]:
        roots: list[Marked] = []
        for source in find_inventory(self._directory, self._findings):
            data, findings = read_text(source.path, source.shown, MOST_YAML_BYTES)
            self._findings.extend(findings)
            if data is None:
                self._registry.incomplete = True
                continue
            self._digest.take(source, data)
            root, findings = parse_marked(data, source.shown)
            self._findings.extend(findings)
            if findings:
                self._registry.suppose(document.ids_in(data))
            if root is not None:
                roots.append(root)
        return roots

    def _with_tables(self, entries: list[Marked]) -> list[Marked]:
        whole: list[Marked] = []
        for entry in entries:
            if isinstance(entry.value, dict):
                whole.append(entry)
                continue
            table = self._read_table(entry, DEVICE_COLUMNS, ("id", "kind"))
            if table is None:
                self._registry.incomplete = True
            else:
                whole += device_entries(table, self._findings)
        return whole

    def _read_table(
        self, mark: Marked, allowed: tuple[str, ...], needed: tuple[str, ...]
    ) -> Table | None:
        found = self._read_named(mark, "CSV", MOST_CSV_BYTES)
        return read_table(*found, allowed, needed, self._findings) if found else None

    def _read_shapes(self, marks: list[Marked]) -> list[Shape]:
        for mark in marks:
            found = self._read_named(mark, "GeoJSON", MOST_GEOJSON_BYTES)
            self._shapes += read_shapes(*found, self._findings) if found else []
        return self._shapes

    def _read_named(self, mark: Marked, kind: str, most_bytes: int) -> tuple[str, bytes] | None:
        """Return the path as it is shown and the text of a file that another one names."""
        if isinstance(mark.value, dict | list):
            wrong = f"the name of a {kind} file belongs here, not a {kind_of(mark)}"
            what = "rows" if kind == "CSV" else "shapes"
            remedy = f"write these {what} into a {kind} file, and its name here"
            self._findings.error(mark, wrong, remedy)
            return None
        name = text(mark, f"the name of a {kind} file", self._findings)
        if name is None:
            return None
        path = Path(mark.path).parent / name
        called = name if Path(name).is_absolute() else str(path.relative_to(self._directory))
        path = self._elsewhere.get(called, path)
        first = self._tables.setdefault(os.path.realpath(path), mark.place)
        if first != mark.place:
            wrong = f"{name!r} is listed a second time; the first is in {first}"
            self._findings.error(mark, wrong, "remove one of the two")
            return None
        if not os.path.exists(path):  # noqa: PTH110 - Path.exists() raises for names too long
            wrong = f"there is no file {str(path)!r}"
            remedy = f"names of {kind} files count from the folder of the file that lists them"
            self._findings.error(mark, wrong, remedy)
            return None
        data, findings = read_text(path, str(path), most_bytes)
        self._findings.extend(findings)
        if data is None:
            return None
        self._digest.take(Source(str(path), path), data, called)
        return str(path), data

    def _build(self, found: Document, drafts: build.Drafts) -> Network:
        builder, findings = self._builder, self._findings
        risks = builder.risks(drafts.risks)
        sites = builder.sites(drafts.sites, risks)
        shapes = self._read_shapes(found.lists["shapes"])
        areas = draw(builder.areas(drafts.areas), shapes, self._registry, findings)
        devices = builder.devices(drafts.devices, risks)
        links = build_links(drafts, builder, findings)
        for link in links:
            self._registry.of_kind("link").add(link)
        services = builder.services(drafts.services)
        warn_of_same_addresses(drafts.devices, findings)
        people = self._read_subscribers(found.lists["subscribers"])
        vantages = {
            poller: device
            for poller, mark in found.vantages.items()
            if (device := builder.device_named(mark, f"poller {poller!r} is plugged into"))
        }
        vantage = self._vantage(found, vantages, drafts)
        gateways = tuple(
            device
            for mark in found.lists["gateways"]
            if text(mark, "a gateway", findings) is not None
            if (device := builder.device_named(mark, "service comes from"))
        )
        return Network(
            vantage=vantage,
            vantages=vantages,
            gateways=gateways or ((vantage,) if vantage else ()),
            risks=risks,
            sites=sites,
            areas=areas,
            devices=devices,
            links=links,
            subscribers=people.subscribers,
            services=services,
            own_prefixes=tuple(found.own_prefixes),
            management_prefixes=tuple(found.management_prefixes),
            digest=self._digest.text(),
        )

    def _vantage(
        self, found: Document, vantages: dict[str, DeviceId], drafts: build.Drafts
    ) -> DeviceId | None:
        if found.vantage is not None:
            return self._builder.device_named(found.vantage, "netwatch is plugged into")
        joined = [draft.mark("ends") for draft in drafts.links]
        for draft in drafts.devices:
            joined += [draft.mark(key) for key in ("uplink", "via") if draft.has(key)]
        if joined and not found.vantages:
            first = min(joined, key=lambda mark: mark.place)
            self._findings.error(
                first,
                "there are links, but no 'vantage': what is seen from where is not known",
                "write vantage: DEVICE, the device that netwatch itself is plugged into",
            )
        return next(iter(vantages.values()), None)

    def _read_subscribers(self, marks: list[Marked]) -> SubscriberRows:
        people = self._people
        for mark in marks:
            table = self._read_table(mark, SUBSCRIBER_COLUMNS, ("id",))
            if table is not None:
                people.take(table)
        paths = {Path(shown): place for shown, place in people.contacts.items()}
        for path in tracked_by_git(self._directory, paths):
            self._findings.warn(
                paths[path],
                "contacts of people stand in a file that git keeps for ever",
                "move them into the contact store, or take the file out of version control",
            )
        return people

    def _warn_of_nothing(self, network: Network) -> None:
        if not network.devices and not network.services:
            self._findings.warn(
                Place(str(self._directory)),
                "there is no device in this inventory, so there is nothing to watch",
                "write devices: [{id: core-1, kind: router, address: 192.0.2.1}] into a .yaml file",
            )


def _used(key: str, drafts: list[Draft]) -> dict[str, Place]:
    used: dict[str, Place] = {}
    for draft in drafts:
        word = draft.values.get(key)
        if isinstance(word, str):
            used.setdefault(word, draft.mark(key).place)
    return used
