"""Rule files -> entries with their places, those of the operator put over those that ship."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from netwatch.inventory.files import MEBIBYTE, read_text
from netwatch.inventory.findings import Findings
from netwatch.inventory.marked import Marked, parse_marked
from netwatch.inventory.near import did_you_mean
from netwatch.inventory.sources import YAML_SUFFIXES, Digest, Source, find_files
from netwatch.model.faults import Place
from netwatch.rules.entries import Entry
from netwatch.rules.mistakes import explain
from netwatch.rules.schemas import FOLDERS, KEY_DEFAULTS, SECTIONS, Section

MOST_BYTES: Final = 4 * MEBIBYTE
SHIPPED: Final = "netwatch/rules/defaults"
"""How findings name the files that ship."""
PEOPLE: Final = "people"
CALENDARS: Final = frozenset({".ics"})
"""Calendars of duties lie beside the files of people."""
PROFILES: Final = "profiles"
"""The folder in which profiles of device families stand."""
Key = tuple[str, ...]


class Page(NamedTuple):
    """One file as it was read."""

    source: Source
    data: bytes


@dataclass(frozen=True, slots=True)
class Ruled:
    """An entry, and where it stands."""

    entry: Any
    mark: Marked
    ships: bool = False
    """Whether it comes with netwatch, whose own words its tests look through."""


@dataclass(slots=True)
class Rules:
    """All entries in force, by section and key."""

    lists: dict[str, dict[Key, Ruled]] = field(default_factory=dict)
    mappings: dict[str, dict[str, Ruled]] = field(default_factory=dict)
    """Fields of the sections that are one mapping, by section and field."""
    calendars: dict[str, Page] = field(default_factory=dict)
    """Calendars of duties, by their path below ``people/``."""

    def entries(self, name: str) -> Iterator[Ruled]:
        """Yield the entries of a list, shipped ones first."""
        yield from self.lists.get(name, {}).values()

    def copy(self) -> "Rules":
        """Return the same entries, to be overridden."""
        return Rules(
            {name: dict(entries) for name, entries in self.lists.items()},
            {name: dict(entries) for name, entries in self.mappings.items()},
            dict(self.calendars),
        )

    def fields(self, name: str) -> dict[str, Any]:
        """Return what is said in a section that is one mapping."""
        return {key: ruled.entry for key, ruled in self.mappings.get(name, {}).items()}

    def place(self, name: str, key: str, otherwise: Place) -> Place:
        """Return where a field of a mapping stands."""
        ruled = self.mappings.get(name, {}).get(key)
        return ruled.mark.place if ruled else otherwise


@dataclass(slots=True)
class Layer:
    """The files of one directory, read over those that ship."""

    rules: Rules
    findings: Findings
    digest: Digest
    ships: bool = False
    seen: dict[tuple[str, Key], Place] = field(default_factory=dict)
    """What this directory said: an id twice in one directory is a mistake, over two it is not."""
    families: list[Page] = field(default_factory=list)
    """The profiles of device families that this directory has."""

    def read(self, directory: Path, shown: str) -> None:
        """Read every rule file under ``directory``; ``shown`` stands for it in findings."""
        for source in self._sources(directory, shown):
            folder = source.path.relative_to(directory).parts[0]
            data, findings = read_text(source.path, source.shown, MOST_BYTES)
            self.findings.extend(findings)
            if data is None:
                continue
            self.digest.take(source, data)
            if folder == PROFILES:
                self.families.append(Page(source, data))
                continue
            root, findings = parse_marked(data, source.shown)
            self.findings.extend(findings)
            if root is not None:
                self._file(root, folder)
        self._calendars(directory, shown)

    def _calendars(self, directory: Path, shown: str) -> None:
        folder = directory / PEOPLE
        if not folder.is_dir():
            return
        for source in find_files(folder, CALENDARS):
            name = source.path.relative_to(folder).as_posix()
            named = Source(str(Path(shown, PEOPLE, name)), source.path)
            data, findings = read_text(named.path, named.shown, MOST_BYTES)
            self.findings.extend(findings)
            if data is not None:
                self.digest.take(named, data)
                self.rules.calendars[name] = Page(named, data)

    def _sources(self, directory: Path, shown: str) -> Iterator[Source]:
        place = Place(shown)
        if not directory.is_dir():
            wrong = "is not a directory" if directory.exists() else "there is no such directory"
            self.findings.error(place, wrong, "name the rules with --rules DIR")
            return
        try:
            found = find_files(directory, YAML_SUFFIXES)
        except OSError as fault:
            reason = (fault.strerror or str(fault)).lower()
            self.findings.error(place, f"cannot be listed: {reason}", "check its permissions")
            return
        known_folders = (*FOLDERS, PROFILES)
        for source in found:
            parts = source.path.relative_to(directory).parts
            named = Source(str(Path(shown, *parts)), source.path)
            if len(parts) > 1 and parts[0] in known_folders:
                yield named
                continue
            wrong = f"{parts[0]!r} is no folder of rules" if len(parts) > 1 else "lies too high up"
            known = f"put it into one of: {' '.join(known_folders)}"
            remedy = did_you_mean(parts[0], known_folders, known) if len(parts) > 1 else known
            self.findings.error(Place(named.shown), wrong, remedy)

    def _file(self, root: Marked, folder: str) -> None:
        if root.value is None:
            return
        known = {section.name: section for section in SECTIONS if section.folder == folder}
        if not isinstance(root.value, dict):
            remedy = f"begin with one of: {' '.join(known)}"
            self.findings.error(root, "a rule file is a mapping of sections", remedy)
            return
        language = self._language(root, folder)
        for name, mark in root.value.items():
            if name == "language" and folder == "notices":
                continue
            if name not in known:
                self._strange(root.key_place(name), name, folder, list(known))
            elif mark.value is None:
                continue
            elif known[name].key:
                self._list(known[name], mark, language)
            else:
                self._mapping(known[name], mark)

    def _language(self, root: Marked, folder: str) -> str | None:
        mark = root.value.get("language") if isinstance(root.value, dict) else None
        if mark is None or folder != "notices":
            return None
        if isinstance(mark.value, str):
            return mark.value
        self.findings.error(mark, "'language' must be a code", "write it like: language: pl")
        return None

    def _strange(self, place: Place, name: str, folder: str, known: list[str]) -> None:
        elsewhere = next((section for section in SECTIONS if section.name == name), None)
        if elsewhere is not None:
            remedy = f"it belongs into the folder {elsewhere.folder}/"
        else:
            remedy = did_you_mean(name, known, f"there are: {' '.join(known)}")
        self.findings.error(place, f"{folder}/ has no section {name!r}", remedy)

    def _list(self, section: Section, mark: Marked, language: str | None) -> None:
        if not isinstance(mark.value, list):
            remedy = "begin each entry with '- '"
            self.findings.error(mark, f"{section.name!r} must be a list", remedy)
            return
        for item in mark.value:
            if not isinstance(item.value, dict):
                remedy = f"write {{{', '.join(section.key)}, ...}}"
                self.findings.error(item, f"an entry of {section.name!r} is a mapping", remedy)
                continue
            self._entry(section, item, language)

    def _entry(self, section: Section, item: Marked, language: str | None) -> None:
        plain = item.plain()
        if language is not None and "language" in section.key:
            plain.setdefault("language", language)
        key = tuple(str(plain.get(part, KEY_DEFAULTS.get(part, ""))) for part in section.key)
        if (section.name, key) in self.seen:
            wrong = f"{_spoken(section, key)} stands twice, first in {self.seen[section.name, key]}"
            self.findings.error(item, wrong, "keep one of the two")
            return
        self.seen[section.name, key] = item.place
        into = self.rules.lists.setdefault(section.name, {})
        if plain.get("remove") is True:
            self._remove(section, item, plain, into)
            return
        entry = self._valid(section, item, {k: v for k, v in plain.items() if k != "remove"})
        if entry is not None:
            into[key] = Ruled(entry, item, self.ships)

    def _remove(
        self, section: Section, item: Marked, plain: dict[str, Any], into: dict[Key, Ruled]
    ) -> None:
        more = sorted(set(plain) - set(section.key) - {"remove"})
        if more:
            wrong = f"'remove: true' stands beside {more[0]!r}"
            remedy = "an entry is removed, or replaced: keep one of the two"
            self.findings.error(item.key_place(more[0]), wrong, remedy)
        key = tuple(str(plain.get(part, KEY_DEFAULTS.get(part, ""))) for part in section.key)
        if into.pop(key, None) is None:
            near = did_you_mean(key[-1], [other[-1] for other in into], "remove this entry")
            wrong = f"there is no {_spoken(section, key)} to remove"
            self.findings.error(item, wrong, near)

    def _mapping(self, section: Section, mark: Marked) -> None:
        if not isinstance(mark.value, dict):
            wrong = f"{section.name!r} must be a mapping"
            self.findings.error(mark, wrong, f"write {section.name}: and its fields below")
            return
        entry = self._valid(section, mark, mark.plain())
        into = self.rules.mappings.setdefault(section.name, {})
        for name, inner in mark.value.items():
            if (section.name, (name,)) in self.seen:
                first = self.seen[section.name, (name,)]
                wrong = f"{section.name}.{name} stands twice, first in {first}"
                self.findings.error(mark.key_place(name), wrong, "keep one of the two")
            self.seen[section.name, (name,)] = mark.key_place(name)
            if entry is not None:
                into[name] = Ruled(getattr(entry, name), inner, self.ships)

    def _valid(self, section: Section, mark: Marked, plain: dict[str, Any]) -> Entry | None:
        try:
            return section.model.model_validate(plain)
        except ValidationError as fault:
            for place, wrong, remedy in explain(fault, mark, section):
                self.findings.error(place, wrong, remedy)
            return None


def _spoken(section: Section, key: Key) -> str:
    return f"{section.name} {'/'.join(key)!r}"


def shipped() -> Path:
    """Return the directory of the rules that ship inside the package."""
    return Path(str(resources("netwatch.rules") / "defaults"))
