"""CSV and XLSX files, by a mapping file -> Extract."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, with_config

from netwatch.inventory.contacts import dialled
from netwatch.inventory.importers import Asked, CountryCode
from netwatch.inventory.importers.sheets.filling import fill
from netwatch.inventory.importers.sheets.mapping import Sheet, read_mapping
from netwatch.inventory.places.records import (
    ContactRecord,
    Extract,
    GearRecord,
    LineRecord,
    SourceError,
    WireRecord,
)
from netwatch.model.faults import ConfigError


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class SheetKeys:
    """Keys of a section of kind ``csv``."""

    mapping: str
    """The mapping file, relative to the settings."""
    country: CountryCode = ""


@dataclass(frozen=True, slots=True)
class SheetImporter:
    """Files that somebody exports."""

    asked: Asked
    mapping: Path
    country: str

    def read(self) -> Extract:
        """Return what the files say; every file is whole, or none counts."""
        sheets = self._mapped()
        return Extract(
            source=self.asked.name,
            taken_at=self.asked.at,
            gear=tuple(self._filled(GearRecord, ("key",), "key", sheets.gear)),
            wires=tuple(self._filled(WireRecord, ("a", "b"), "", sheets.wires)),
            lines=tuple(self._filled(LineRecord, ("key", "subscriber"), "key", sheets.lines)),
        )

    def contacts(self) -> Iterator[ContactRecord]:
        """Yield the contacts of the files."""
        sheet = self._mapped().contacts
        for one in self._filled(ContactRecord, ("subscriber",), "", sheet):
            yield replace(one, phone=dialled(one.phone, self.country) or "") if one.phone else one

    def _mapped(self) -> Any:
        try:
            return read_mapping(self.mapping)
        except ConfigError as fault:
            raise self._refused(fault) from None

    def _filled(
        self, record: Any, needed: tuple[str, ...], unique: str, sheet: Sheet | None
    ) -> Iterator[Any]:
        try:
            if sheet is not None:
                yield from fill(record, needed, unique, sheet, self.mapping)
        except ConfigError as fault:
            raise self._refused(fault) from None

    def _refused(self, fault: ConfigError) -> SourceError:
        finding = fault.finding
        return self.asked.fault(f"{finding.place}: {finding.wrong}", finding.remedy)


def importer(asked: Asked) -> SheetImporter:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    keys = asked.fit(SheetKeys)
    return SheetImporter(asked, asked.base / keys.mapping, keys.country)
