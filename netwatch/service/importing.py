"""A source of the settings -> its extract, kept below the state, and what it changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from netwatch.inventory.importers import Asked, Importer, importer_of
from netwatch.inventory.importers.differences import Differences, differences
from netwatch.inventory.importers.parents import Hook, hooks
from netwatch.inventory.importers.wholeness import require_whole
from netwatch.inventory.places.extracts import keep_extract, last_extract
from netwatch.inventory.places.records import ContactRecord, Extract, SourceError
from netwatch.inventory.reader import read_inventory
from netwatch.model.faults import ConfigError, Place
from netwatch.model.network import Network
from netwatch.service.paths import prepare_state
from netwatch.service.proposal import link_line
from netwatch.service.secrets import Secret
from netwatch.service.settings import DEFAULT_PATH, Settings


class NoContactsError(SourceError):
    """A source that tells how to reach nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a source said, and what is other about it."""

    extract: Extract
    differences: Differences
    compared_with_inventory: bool
    hooks: tuple[Hook, ...] = ()
    """Where devices hang from which no links lead to netwatch."""
    kept: Path | None = None


def open_source(settings: Settings, config: Path | None, name: str, at: datetime) -> Importer:
    """Return the importer of ``[sources.NAME]``.

    Raises:
        ConfigError: there is no such section.
        SourceError: one of its keys is wrong, or there is no such kind.
    """
    return importer_of(*asked_of(settings.sources, "sources", config, name, at))


def asked_of(
    sections: Mapping[str, Mapping[str, Any]],
    what: str,
    config: Path | None,
    name: str,
    at: datetime,
) -> tuple[str, Asked]:
    """Return the kind of the section ``[what.NAME]``, and what its reader needs.

    Raises:
        ConfigError: there is no such section.
    """
    path = config or DEFAULT_PATH
    if name not in sections:
        near = get_close_matches(name, sections, n=1)
        raise ConfigError(
            Place(str(path)),
            f"there is no source {name!r}",
            f"did you mean {near[0]!r}?" if near else f"add a section [{what}.{name}]",
        )
    section = sections[name]
    hidden = {one.reference: one for one in section.values() if isinstance(one, Secret)}
    keys = {key: one.reference if isinstance(one, Secret) else one for key, one in section.items()}
    kind = str(keys.pop("kind"))

    def reveal(reference: str) -> str:
        try:
            return hidden[reference].reveal()
        except ConfigError as fault:  # of this source alone: the others can still be read
            raise SourceError(name, fault.finding.wrong, fault.finding.remedy) from None

    asked = Asked(
        name=name,
        at=at,
        keys=keys,
        base=path.resolve().parent,
        reveal=reveal,
    )
    return kind, asked


def import_source(
    settings: Settings, config: Path | None, name: str, at: datetime, *,
    keep: bool = True, allow_fewer: bool = False,
) -> Imported:  # fmt: skip
    """Read a source whole, compare it, and keep it below the state.

    Raises:
        SourceError: it was not read whole; what was kept of it stays.
        ConfigError: there is no such source.
        OSError: the state cannot be written.
    """
    extract = open_source(settings, config, name, at).read()
    before = _before(settings, name)
    require_whole(extract, None if allow_fewer else before)
    network = _network(settings)
    found = differences(extract, before, network)
    if keep:
        prepare_state(settings.state)
    kept = keep_extract(settings.state, extract) if keep else None
    return Imported(
        extract=extract,
        differences=found,
        compared_with_inventory=network is not None,
        hooks=() if network is None else hooks(extract, network),
        kept=kept,
    )


def links_of(imported: Imported) -> str:
    """Return the links that a source knows and the inventory lacks, as inventory (YAML), if any."""
    if not imported.hooks:
        return ""
    source = imported.extract.source
    lines = [
        link_line(
            [(one.parent, ""), (one.device, "")],
            f"{source}, behind {', '.join(one.behind)}" if one.behind else source,
        )
        for one in imported.hooks
    ]
    return "".join(f"{line}\n" for line in ("links:", *(f"  - {line}" for line in lines)))


def read_contacts(
    settings: Settings, config: Path | None, name: str, at: datetime
) -> Iterable[ContactRecord]:
    """Return how to reach a source's customers, all of them or an error.

    Raises:
        SourceError: it was not read whole.
        ConfigError: there is no such source.
    """
    found = tuple(open_source(settings, config, name, at).contacts())
    if not found:
        raise NoContactsError(name, "it holds no contacts", "what was kept before stays")
    return found


def _before(settings: Settings, name: str) -> Extract | None:
    try:
        return last_extract(settings.state, name)
    except SourceError:  # damaged: nothing to compare with; it is about to be replaced
        return None


def _network(settings: Settings) -> Network | None:
    if not settings.inventory.is_dir():
        return None
    return read_inventory(settings.inventory).network
