"""Which device families a command knows: those that ship, and the operator's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from netwatch.cli.door import settings_of
from netwatch.cli.output import Stop, config_path, talk

if TYPE_CHECKING:
    from netwatch.pollers.library import Library, Own

_RULES_HERE: Final = Path("rules")
_YAML: Final = (".yaml", ".yml")


def families_of(rules: Path | None, config: Path | None = None) -> "Library":
    """Return the families of a directory of rules, over those that ship.

    Args:
        rules: the directory; else that of the settings, else ./rules where it has profiles.
        config: the settings, where a person named them.

    Raises:
        Stop: a profile there has errors; they are told on stderr.
    """
    from netwatch.pollers.library import library  # noqa: PLC0415 - --help stays quick

    if rules is None and config_path(config) is not None:
        rules = settings_of(config).rules
    place = (rules or _RULES_HERE) / "profiles"
    return library(own_in(place) if place.is_dir() else {})


def family_in(file: str, known: "Library") -> tuple[str, "Library"]:
    """Return the id of the family that a file tells of, and all families with it.

    Raises:
        Stop: the file has errors; they are told on stderr.
    """
    from netwatch.pollers.library import library  # noqa: PLC0415

    own = own_in(Path(file))
    (words,) = own.values()
    others = {name: one for name, one in known.own.items() if one["id"] != words["id"]}
    return str(words["id"]), library({**others, **own})


def is_file(profile: str) -> bool:
    """Say whether a person named a file, and not a family."""
    return profile.lower().endswith(_YAML)


def own_in(place: Path) -> "Own":
    """Return the profiles of a folder, or of a file.

    Raises:
        Stop: they have errors; they are told on stderr, warnings too.
    """
    from netwatch.inventory.findings import Findings  # noqa: PLC0415
    from netwatch.rules.families import read_families  # noqa: PLC0415

    findings = Findings()
    own = read_families(place, findings)
    for finding in findings.in_order():
        talk(str(finding))
    if findings.failed or (place.is_file() and not own):
        raise Stop(f"{place} cannot be used; mend the errors above")
    return own
