"""Inventory, rules and settings -> every mistake in all of them: what a start would say."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from netwatch.inventory.near import did_you_mean
from netwatch.inventory.reader import Reading, read_inventory
from netwatch.model.faults import Finding, Level
from netwatch.model.network import Network
from netwatch.pollers.gear.pages import shipped_ids
from netwatch.rules import Rulebook, RulesReading, read_rules
from netwatch.rules.cover import check_cover
from netwatch.rules.words_check import check_words
from netwatch.service.clock import machine_time
from netwatch.service.files import places_file, with_places
from netwatch.service.settings import Settings, read_settings

INVENTORY_HERE: Final = Path("inventory")
RULES_HERE: Final = Path("rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found, sorted by place, and the network if it can be used."""

    network: Network | None
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> bool:
        """Say whether a start with these files would refuse."""
        return any(finding.level is Level.ERROR for finding in self.findings)


def check_files(inventory: Path | None, rules: Path | None, config: Path | None) -> Checked:
    """Check the files that are named; without any name, those that a start from here would take.

    Args:
        inventory: the directory, instead of the one in ``config``.
        rules: the directory, instead of the one in ``config``.
        config: netwatch.toml, or None where there is none to be checked.
    """
    settings: Settings | None = None
    findings: list[Finding] = []
    own = inventory is None
    if config is not None:
        settings, found = read_settings(config)
        findings += found
        if settings is not None:
            inventory = inventory or _near(settings.inventory)
            rules = rules or (settings.rules and _near(settings.rules))
    elif inventory is None and rules is None:
        inventory = INVENTORY_HERE
        rules = RULES_HERE if RULES_HERE.is_dir() else None
    reading = read_inventory(inventory) if inventory is not None else None
    network = reading.network if reading is not None else None
    findings += reading.findings if reading is not None else ()
    if network is not None and settings is not None and own:
        network, differing = with_places(network, places_file(settings.state))
        findings += differing
    if settings is not None and reading is not None:
        findings += unknown_credentials(reading, settings)
    if settings is not None and settings.ssh and network is not None and config is not None:
        from netwatch.service import ssh_settings  # noqa: PLC0415 - slow to load

        findings += ssh_settings.idle(settings, network, config)
    ruling = read_rules(rules, network)
    findings += ruling.findings
    findings += wrong_words(ruling, network, settings, inventory, config)
    if ruling.rulebook is not None:
        channels = None if settings is None else settings.channels
        findings += check_cover(ruling.rulebook, machine_time(), channels)
    if reading is not None and ruling.rulebook is not None:
        findings += unknown_families(reading, ruling.rulebook)
    return Checked(network=network, findings=tuple(sorted(set(findings))))


def wrong_words(
    ruling: RulesReading,
    network: Network | None,
    settings: Settings | None,
    inventory: Path | None,
    config: Path | None = None,
) -> Sequence[Finding]:
    """Return what is wrong with the rules' words once each is said."""
    if ruling.rulebook is None:
        return ()
    settings = settings or Settings()
    return check_words(
        ruling.rulebook,
        network,
        name=settings.name,
        languages=settings.languages,
        inventory=str(inventory or INVENTORY_HERE),
        settings=str(config or ""),
    )


def unknown_families(reading: Reading, rulebook: Rulebook) -> list[Finding]:
    """Return a warning for each profile that the inventory names and nobody knows."""
    if not reading.profiles:
        return []
    own = {str(words["id"]) for words in rulebook.families.values()}
    known = own.union(shipped_ids())
    return [
        Finding(
            place,
            f"there is no device family {name!r}, so the device is recognised by what it says",
            did_you_mean(name, known, "see docs/reference/profiles.md, or write a profile"),
            Level.WARNING,
        )
        for name, place in reading.profiles.items()
        if name not in known
    ]


def unknown_credentials(reading: Reading, settings: Settings) -> list[Finding]:
    """Return a warning for each credential that the inventory names and netwatch.toml lacks."""
    return [
        Finding(
            place,
            f"the credential {name!r} is not in netwatch.toml, so SNMP is not asked with it",
            did_you_mean(name, settings.snmp, f"add [snmp.{name}] there"),
            Level.WARNING,
        )
        for name, place in reading.credentials.items()
        if name not in settings.snmp
    ]


def _near(path: Path) -> Path:
    """Return the path as a person in this directory would write it."""
    here = Path.cwd()
    return Path(os.path.relpath(path, here)) if path.is_relative_to(here) else path
