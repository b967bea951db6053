"""What the network itself shows of lines: OLTs and bridges asked, leases and accounting read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from netwatch.inventory.places.extracts import NETWORK, keep_sightings, seen_by
from netwatch.inventory.places.records import MacSeen, OnuSeen, Sightings, SourceError
from netwatch.inventory.reader import read_inventory
from netwatch.inventory.sightings import read_sightings
from netwatch.model.names import DeviceId
from netwatch.model.network import Address, DeviceKind, Network
from netwatch.pollers.discovery.found import Found
from netwatch.pollers.questions import Credential
from netwatch.service.importing import asked_of
from netwatch.service.paths import prepare_state
from netwatch.service.settings import Settings
from netwatch.service.snmp_settings import credentials
from netwatch.service.trunks import Gear

HEARING: Final = frozenset({DeviceKind.OLT, DeviceKind.SWITCH})
"""Kinds of gear that know who is behind which of their ports."""

REMEMBERED: Final = timedelta(days=30)
"""How long a session or circuit counts that no later log shows."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was seen, and who said nothing."""

    sightings: Sightings
    silent: tuple[DeviceId, ...] = ()
    """Asked in vain, or not heard out: what they showed the last time stays."""
    kept: Path | None = None


def read_source(
    settings: Settings, config: Path | None, name: str, at: datetime, *, keep: bool = True
) -> Looked:
    """Read ``[sightings.NAME]`` and keep what it shows.

    Raises:
        SourceError: it was not read whole; what was kept of it stays.
        ConfigError: there is no such section.
        OSError: the state cannot be written.
    """
    kind, asked = asked_of(settings.sightings, "sightings", config, name, at)
    shown = remembered(read_sightings(kind, asked), seen_by(settings.state, name))
    return _kept(settings, name, Looked(sightings=shown), keep)


def remembered(now: Sightings, before: Sightings | None) -> Sightings:
    """Return what is shown now, and of those who are not in it what was shown before.

    A log that was rotated an hour ago, and sessions that are open now, show some of the customers.
    Who is shown anew, by login, MAC or address, is where he is shown; others for a while where
    they were.
    """
    if before is None:
        return now
    since = now.taken_at - REMEMBERED
    logins = {one.login for one in now.sessions}
    words = {word for one in now.circuits for word in (one.login, one.mac, one.address)} - {""}
    return replace(
        now,
        sessions=(
            *now.sessions,
            *(one for one in before.sessions if one.login not in logins and one.seen_at >= since),
        ),
        circuits=(
            *now.circuits,
            *(
                one
                for one in before.circuits
                if words.isdisjoint((one.login, one.mac, one.address)) and one.seen_at >= since
            ),
        ),
    )


async def look_at_network(
    settings: Settings, at: datetime, progress: Progress, *, keep: bool = True
) -> Looked:
    """Ask the inventory's OLTs and switches for ONUs and MACs, and keep what they show.

    Raises:
        SourceError: the inventory cannot be used, or nobody answers.
        ConfigError: a secret is not where its reference points.
        OSError: the state cannot be written.
    """
    from netwatch.service.discovery import discover  # noqa: PLC0415 - reading files needs no engine

    network = read_inventory(settings.inventory).network if settings.inventory.is_dir() else None
    if network is None:
        raise SourceError(NETWORK, "the inventory cannot be used", "see: netwatch check")
    hearing = [one for one in network.devices.values() if one.kind in HEARING]
    heard: dict[Address, Found] = {}
    for name, credential in credentials(settings.snmp).items():
        addresses = [one.address for one in hearing if one.address and one.snmp == name]
        if addresses:
            ways: Mapping[str, Credential] = {name: credential}
            found = await discover(addresses, ways, onus=True, known=addresses, progress=progress)
            heard.update({one.address: one for one in found.found if one.snmp and not one.cut})
    whole = {one.id: heard[one.address] for one in hearing if one.address in heard}
    if not whole:
        raise SourceError(
            NETWORK, "no OLT and no switch answers by SNMP", "what they showed before stays"
        )
    silent = tuple(sorted(one.id for one in hearing if one.address and one.id not in whole))
    shown = _shown(network, whole, at)
    before = seen_by(settings.state, NETWORK) or Sightings(taken_at=at)
    sightings = replace(
        shown,
        onus=(*shown.onus, *(one for one in before.onus if one.olt in silent)),
        macs=(*shown.macs, *(one for one in before.macs if one.device in silent)),
    )
    return _kept(settings, NETWORK, Looked(sightings=sightings, silent=silent), keep)


def _shown(network: Network, whole: Mapping[DeviceId, Found], at: datetime) -> Sightings:
    gear = Gear(network)
    trunks = {device: gear.trunks(device, found) for device, found in whole.items()}
    olts = {one for one in whole if network.devices[one].kind is DeviceKind.OLT}
    return Sightings(
        onus=tuple(
            OnuSeen(
                olt=olt,
                port=onu.port,
                serial=onu.serial,
                description=onu.description,
                state=onu.state,
                onu=onu.number,
            )
            for olt in sorted(olts)
            for onu in whole[olt].onus
        ),
        macs=tuple(
            MacSeen(device=device, port=port, mac=mac)
            for device, found in whole.items()
            for mac, port in found.learnt.items()
            if port not in trunks[device]
        ),
        taken_at=at,
    )


def _kept(settings: Settings, name: str, looked: Looked, keep: bool) -> Looked:
    if not keep:
        return looked
    prepare_state(settings.state)
    return replace(looked, kept=keep_sightings(settings.state, looked.sightings, name))
