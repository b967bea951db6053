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
        """Yield the contacts of the files; who stands in several rows is one."""
        known: dict[str, ContactRecord] = {}
        for one in self._filled(ContactRecord, ("subscriber",), "", self._mapped().contacts):
            number = dialled(one.phone, self.country) if one.phone else ""
            reached = replace(one, phone=number or "")
            before = known.get(one.subscriber)
            known[one.subscriber] = _together(before, reached) if before else reached
        yield from known.values()

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


def _together(before: ContactRecord, now: ContactRecord) -> ContactRecord:
    """Return what two rows say of a customer: the later word counts, and a no more than a yes."""
    return replace(
        now,
        name=now.name or before.name,
        phone=now.phone or before.phone,
        email=now.email or before.email,
        language=now.language or before.language,
        consent=_unless_no(before.consent, now.consent),
        two_way=_unless_no(before.two_way, now.two_way),
        not_agreed=tuple(dict.fromkeys((*before.not_agreed, *now.not_agreed))),
    )


def _unless_no(*said: bool | None) -> bool | None:
    return None if said == (None, None) else False not in said


def importer(asked: Asked) -> SheetImporter:
    """Return the importer of this section.

    Raises:
        SourceError: a key of the section is wrong.
    """
    keys = asked.fit(SheetKeys)
    return SheetImporter(asked, asked.base / keys.mapping, keys.country)
