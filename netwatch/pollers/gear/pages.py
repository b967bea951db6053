"""``profiles/*.yaml`` -> words: each file read once, for all who read a part of it."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from netwatch.model.faults import ConfigError, Place

_YAML: Final = ".yaml"
REMEDY: Final = "see docs/how-to/profiles.md, and the profiles beside it"


@cache
def pages() -> Mapping[str, Mapping[str, Any]]:
    """Return the words of every file that comes with netwatch, by its name; do not change them.

    Raises:
        ConfigError: one of the files is no YAML, or holds something else than keys and values.
    """
    folder = resources.files("netwatch.pollers.profiles")
    names = [f"{one}{_YAML}" for one in shipped_ids()]
    return {name: page((folder / name).read_text(encoding="utf-8"), name) for name in names}


@cache
def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the families that come with netwatch: each file bears the name of its."""
    folder = resources.files("netwatch.pollers.profiles")
    files = (file.name for file in folder.iterdir() if file.name.endswith(_YAML))
    return tuple(name.removesuffix(_YAML) for name in sorted(files))


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
