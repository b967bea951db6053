"""Another system, read only -> what it says of gear and lines (Extract), and contacts apart.

Kinds that ship are known by name; a package announces another under the entry point
``netwatch.importers``: its name is the kind, its object a function ``(Asked) -> Importer``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Final, Protocol, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from netwatch.inventory.places.records import ContactRecord, Extract, SourceError

ENTRY_POINTS: Final = "netwatch.importers"
SHIPPED: Final = {
    "csv": "netwatch.inventory.importers.sheets:importer",
    "librenms": "netwatch.inventory.importers.librenms:importer",
    "lms": "netwatch.inventory.importers.lms:importer",
    "netbox": "netwatch.inventory.importers.netbox:importer",
    "splynx": "netwatch.inventory.importers.splynx:importer",
    "zabbix": "netwatch.inventory.importers.zabbix:importer",
}
"""What each kind is read by."""

Shape = TypeVar("Shape")
CountryCode = Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{0,2})?$")]
"""What stands before telephone numbers that are written without it, such as ``+48``; or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which source is to be read: its section of the settings, and when."""

    name: str
    at: datetime
    keys: Mapping[str, Any]
    """All keys of ``[sources.NAME]`` but ``kind``."""
    base: Path = Path()
    """What paths are relative to."""
    reveal: Callable[[str], str] = field(default=str, repr=False)
    """A reference to a secret -> the secret."""

    def fit(self, shape: type[Shape]) -> Shape:
        """Return the keys in the shape that the importer needs.

        Raises:
            SourceError: a key is missing, unknown or of the wrong kind; no value is shown.
        """
        try:
            return TypeAdapter(shape).validate_python(dict(self.keys))
        except ValidationError as fault:
            first = fault.errors(include_url=False, include_input=False)[0]
            key = ".".join(str(step) for step in first["loc"])
            raise self.fault(
                f"its key {key!r}: {first['msg']}", f"correct [sources.{self.name}]"
            ) from None

    def fault(self, wrong: str, remedy: str) -> SourceError:
        """Return the error that refuses this source."""
        return SourceError(self.name, wrong, remedy)


class Importer(Protocol):
    """Reads one source. It never writes there."""

    def read(self) -> Extract:
        """Return all that the source says now.

        Raises:
            SourceError: it was not there, or not whole.
        """
        ...

    def contacts(self) -> Iterable[ContactRecord]:
        """Yield how to reach its customers: for the contact store alone.

        Raises:
            SourceError: it was not there, or not whole.
        """
        ...


def importer_of(kind: str, asked: Asked) -> Importer:
    """Return the importer of a kind: an announced one, else one that ships.

    Raises:
        SourceError: there is no such kind, or what it needs is not installed.
    """
    for point in entry_points(group=ENTRY_POINTS, name=kind):
        announced: Importer = point.load()(asked)
        return announced
    if kind not in SHIPPED:
        near = get_close_matches(kind, SHIPPED, n=1)
        known = f"did you mean {near[0]!r}?" if near else f"kinds: {', '.join(SHIPPED)}"
        raise asked.fault(f"there is no kind {kind!r}", known)
    module, _, name = SHIPPED[kind].partition(":")
    opened: Importer = getattr(import_module(module), name)(asked)
    return opened
