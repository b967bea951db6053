"""Files and settings -> the planner of what is in force, or of what would be."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from netwatch.delivery.push.target import target_of
from netwatch.inventory.reader import Reading, read_inventory
from netwatch.model.faults import ConfigError, Level, Place
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from netwatch.pollers.choice import ChoiceError, choose
from netwatch.rules import Rulebook, read_rules
from netwatch.service.files import places_file, with_places
from netwatch.service.plan.defects import Defect, Kind
from netwatch.service.plan.outcomes import Records
from netwatch.service.plan.planner import Plan, Planner
from netwatch.service.replay_words import FilesError
from netwatch.service.secrets import Secret
from netwatch.service.settings import Settings

WITH_HOSTS: Final = frozenset(
    {
        *("smpp", "smpps"),
        *("http", "https", "sftp", "ftp", "ftps", "rsync", "ssh", "scp"),
        *("json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos", "syslog"),
        *("smsapi", "gosms", "smpp", "smpps", "smseagle", "smseagles"),
        *("matrix", "matrixs", "ntfys", "gotify", "gotifys", "mqtt", "mqtts", "nctalk", "nctalks"),
    }
)
"""Schemes whose URLs name a host there; of others that part may be a key that is not to be asked
of anybody's name servers."""
Resolve = Callable[[str], tuple[IPv4Address | IPv6Address, ...]]
"""Host name -> its addresses; none where it cannot be found out."""


def planner_of(
    settings: Settings,
    inventory: Path | None = None,
    rules: Path | None = None,
    config: Path | None = None,
) -> Planner:
    """Read the files that the settings name, or those that a command named instead.

    Args:
        settings: in force.
        inventory: instead of the settings' one; derived places are joined with the latter alone.
        rules: instead of the settings'.
        config: the file of the settings; without one nothing is asked of channels.

    Raises:
        FilesError: there is a mistake in them.
    """
    reading = read_inventory(inventory or settings.inventory)
    network, book = _sound(reading, rules or settings.rules)
    if inventory is None:
        joined, findings = with_places(network, places_file(settings.state))
        if joined is None:
            raise FilesError(findings)
        network = joined
    return Planner(
        network,
        book,
        Records(reading.places(), reading.unnamed),
        name=settings.name,
        languages=settings.languages if config else (),
        channels=frozenset(settings.channels) if config else None,
        config=Place(str(config)) if config else None,
        by_hand=frozenset(_by_hand(settings, network)),
    )


def _sound(reading: Reading, rules: Path | None) -> tuple[Network, Rulebook]:
    ruling = read_rules(rules, reading.network)
    if reading.network is None or ruling.rulebook is None:
        found = (*reading.findings, *ruling.findings)
        raise FilesError(tuple(sorted(f for f in found if f.level is Level.ERROR)))
    return reading.network, ruling.rulebook


def _by_hand(settings: Settings, network: Network) -> Iterator[DeviceId]:
    for ssh in settings.ssh.values():
        try:
            yield from (device.id for device in choose(network, ssh.devices))
        except ChoiceError:
            continue  # `netwatch check` tells of it


def without_accepted(plan: Plan, book: Rulebook, today: date) -> Plan:
    """Return the plan without the defects that somebody lives with until a later day."""
    known = {
        (one.kind, one.element) for one in book.accepted if one.until is None or today < one.until
    }
    kept = [d for d in plan.defects if (d.kind.value, d.element) not in known]
    lived_with = [d for d in plan.defects if (d.kind.value, d.element) in known]
    return replace(plan, defects=tuple(kept), accepted=tuple(lived_with))


def dying_with_us(
    settings: Settings, network: Network, resolve: Resolve, place: Place | None
) -> Iterator[Defect]:
    """Yield what people need in an outage and what stands on our own network.

    Args:
        settings: which name the page, where it is pushed to, the ways to people, who watches us
            from outside, and what else people need.
        network: with our own prefixes.
        resolve: finds addresses of a name.
        place: of the settings.
    """
    own = (*network.own_prefixes, *network.management_prefixes)
    for key, host, remedy in _needed(settings):
        inside = [a for a in _addresses(host, resolve) if any(a in prefix for prefix in own)]
        if inside:
            yield Defect(
                kind=Kind.DIES_WITH_US,
                element=key,
                wrong=f"{key} leads to {host} ({inside[0]}), which is on our own network and "
                "falls silent with it",
                remedy=remedy,
                subscribers=len(network.subscribers),
                place=place,
            )


def _needed(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield the key of each address that must work in an outage, its host, and the remedy."""
    page = "let the page stand with somebody else, and push it there: website.push"
    way = "name a way over another network beside it: a phone network, a provider elsewhere"
    urls = [("website.url", settings.website.url or "", page)]
    urls += [
        (f"channel:{name}", _revealed(channel.url), way)
        for name, channel in settings.channels.items()
    ]
    for number, line in enumerate(settings.website.push):
        if machine := target_of(line).machine:
            yield f"website.push[{number}]", machine, page
    elsewhere = "let it stand with somebody else, or have a second one there"
    yield from ((f"lifeline:{name}", host, elsewhere) for name, host in settings.lifelines.items())
    urls.append(("heartbeat.url", _revealed(settings.heartbeat.url), way))
    for key, url, remedy in urls:
        host = _host(url)
        if host:
            yield key, host, remedy


def _revealed(secret: Secret | None) -> str:
    try:
        return "" if secret is None else secret.reveal()
    except ConfigError:
        return ""  # the service has it, whoever plans need not


def _host(url: str) -> str | None:
    """Return the host of a URL, where its scheme has one: else that part may be a token."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in WITH_HOSTS else None


def _addresses(host: str, resolve: Resolve) -> tuple[IPv4Address | IPv6Address, ...]:
    try:
        return (ip_address(host),)
    except ValueError:
        return resolve(host)
