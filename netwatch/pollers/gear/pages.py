"""``profiles/*.yaml`` -> words: each file read once, for all who read a part of it."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from typing import Any, Final

import yaml

from netwatch.model.faults import ConfigError, Place

ENTRY_POINTS: Final = "netwatch.profiles"
"""Other packages announce under this group a package of theirs that holds profiles as files."""
_OURS: Final = "netwatch.pollers.profiles"
_YAML: Final = ".yaml"
REMEDY: Final = "see docs/how-to/profiles.md, and the profiles beside it"


@cache
def pages() -> Mapping[str, Mapping[str, Any]]:
    """Return the words of every file there is, by its name; do not change them.

    Those that come with netwatch, and those of packages that announce more as `ENTRY_POINTS`; such
    a file replaces one of netwatch's that bears its name.

    Raises:
        ConfigError: one of the files is no YAML, or holds something else than keys and values.
    """
    return {
        name: page(file.read_text(encoding="utf-8"), name)
        for name, file in sorted(_files().items())
    }


@cache
def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the families of `pages`: each file bears the name of its."""
    return tuple(name.removesuffix(_YAML) for name in sorted(_files()))


def _files() -> dict[str, Traversable]:
    packages = [_OURS, *(point.module for point in entry_points(group=ENTRY_POINTS))]
    return {
        file.name: file
        for package in packages
        for file in resources.files(package).iterdir()
        if file.name.endswith(_YAML)
    }


def page(text: str, name: str) -> Mapping[str, Any]:
    """Read one file's text.

    Raises:
        ConfigError: it is no YAML, or holds something else than keys and values.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        words = yaml.load(text, Loader=loader)  # noqa: S506 (both are safe loaders)
    except yaml.YAMLError as fault:
        raise ConfigError(Place(name), f"no YAML: {fault}", REMEDY) from fault
    if not isinstance(words, dict):
        raise ConfigError(Place(name), "not a device profile", REMEDY)
    return words
