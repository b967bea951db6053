"""Two readings of netwatch.toml -> what a person changed between them, by the keys they know."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from netwatch.service.settings import Settings


def changed(old: Settings, new: Settings) -> list[str]:
    """Return the keys that say something else, as ``[publishing] mode``; no value is shown."""
    return [_key(path) for path in _paths(old, new, ())]


def _paths(old: object, new: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted(old.keys() | new.keys()):
            if name in old and name in new:
                yield from _paths(old[name], new[name], (*path, name))
            else:
                yield (*path, name)
    elif _is_table(old) and type(old) is type(new):
        for entry in fields(old):  # type: ignore[arg-type]  # _is_table has looked
            ours, theirs = getattr(old, entry.name), getattr(new, entry.name)
            yield from _paths(ours, theirs, (*path, entry.name))
    else:
        yield path


def _is_table(value: object) -> bool:
    """Say whether this is a table of the file, and no secret's reference."""
    return is_dataclass(value) and not hasattr(value, "reveal")


def _key(path: tuple[str, ...]) -> str:
    *table, name = path
    return f"[{'.'.join(table)}] {name}".strip() if table else name
