"""What sources and network said the last time, below the state: replaced whole or not at all."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from netwatch.inventory.places.disk import replace_whole
from netwatch.inventory.places.records import Extract, Sightings, SourceError

EXTRACTS: Final = Path("places", "extracts")
SIGHTINGS: Final = Path("places", "sightings")
NETWORK: Final = "network"
_EXTRACT: Final = TypeAdapter(Extract)
_SIGHTINGS: Final = TypeAdapter(Sightings)


def keep_extract(state: Path, extract: Extract) -> Path:
    """Put an extract in the place of the last one of its source; return its file.

    Raises:
        OSError: there is no room, or no permission; what was there before stands.
    """
    path = _path(state, extract.source)
    replace_whole(path, _EXTRACT.dump_json(extract))
    return path


def drop_extract(state: Path, source: str) -> None:
    """Remove what a source said, because a person let the source go."""
    _path(state, source).unlink(missing_ok=True)


def last_extract(state: Path, source: str) -> Extract | None:
    """Return what a source said the last time; None when it was never read.

    Raises:
        SourceError: the file is damaged.
    """
    try:
        raw = _path(state, source).read_bytes()
    except FileNotFoundError:
        return None
    return _read(source, raw)


def all_extracts(state: Path) -> Iterator[Extract]:
    """Yield the last extract of each source, in name order.

    Raises:
        SourceError: a file is damaged.
    """
    for path in sorted((state / EXTRACTS).glob("*.json")):
        yield _read(path.stem, path.read_bytes())


def keep_sightings(state: Path, sightings: Sightings, source: str = NETWORK) -> Path:
    """Put sightings in the place of the last ones of their source; return their file.

    Raises:
        OSError: there is no room, or no permission; what was there before stands.
    """
    path = state / SIGHTINGS / f"{source}.json"
    replace_whole(path, _SIGHTINGS.dump_json(sightings))
    return path


def last_sightings(state: Path, named: Collection[str] | None = None) -> Sightings | None:
    """Return what all sources of sightings showed the last time; None when nobody looked.

    Args:
        state: where they are kept.
        named: those that count, besides the network itself; None: all.

    Raises:
        SourceError: a file is damaged.
    """
    parts = [
        _seen(path)
        for path in sorted((state / SIGHTINGS).glob("*.json"))
        if named is None or path.stem in named or path.stem == NETWORK
    ]
    if not parts:
        return None
    return Sightings(
        onus=tuple(one for part in parts for one in part.onus),
        macs=tuple(one for part in parts for one in part.macs),
        circuits=tuple(one for part in parts for one in part.circuits),
        sessions=tuple(one for part in parts for one in part.sessions),
        taken_at=max(part.taken_at for part in parts),
    )


def seen_by(state: Path, source: str) -> Sightings | None:
    """Return what one source showed the last time; None when it was never read.

    Raises:
        SourceError: the file is damaged.
    """
    path = state / SIGHTINGS / f"{source}.json"
    return _seen(path) if path.is_file() else None


def _seen(path: Path) -> Sightings:
    try:
        return _SIGHTINGS.validate_json(path.read_bytes())
    except ValidationError:
        raise SourceError(
            path.stem, "what was kept of its sightings is damaged", f"remove {path} and look anew"
        ) from None


def _path(state: Path, source: str) -> Path:
    return state / EXTRACTS / f"{source}.json"


def _read(source: str, raw: bytes) -> Extract:
    try:
        return _EXTRACT.validate_json(raw)
    except ValidationError:
        raise SourceError(
            source, "what was kept of it is damaged", f"import it anew: netwatch import {source}"
        ) from None
