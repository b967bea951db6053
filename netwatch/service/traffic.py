"""The history's counters of ports -> which port went quiet whenever gear without a link fell."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from netwatch.inventory.places.companions import CARRIERS, Candidate
from netwatch.inventory.places.falls import Falls, Spell
from netwatch.inventory.places.quiet_ports import AROUND_S, stopped, worth_looking
from netwatch.model.names import DeviceId
from netwatch.model.network import DeviceKind, Network

if TYPE_CHECKING:
    from netwatch.telemetry.history.reading import History

OCTETS: Final = "port.octets.in_octets"
BACK_S: Final = 14 * 86_400
"""Raw readings are kept so long."""
MOST_FALLS: Final = 3
"""So many falls of one device are looked at, the newest."""
MOST_PARENTS: Final = 3
FEW_CARRIERS: Final = 40
"""Of so many each is looked at for a device of which nothing else tells anything."""
MOST_LOOKS: Final = 300
"""So often the history is asked in one run; each takes some hundredths of a second."""
_NOT_LOOKED_AT: Final = frozenset({DeviceKind.OLT, DeviceKind.BNG, DeviceKind.PARTNER})
"""Gear with thousands of ports, or none of ours."""

Look = tuple[DeviceId, Spell]


def quiet_with(
    folder: Path,
    *,
    falls: Falls,
    found: Mapping[DeviceId, Sequence[Candidate]],
    adrift: Collection[DeviceId],
    network: Network,
    at: datetime,
) -> dict[str, tuple[Spell, ...]]:
    """Return, by ``device:port``, the falls of gear without a link in which that port went quiet.

    Args:
        folder: where the history lies; none there: nothing is known.
        falls: of all devices.
        found: what each may hang on, as far as falls tell.
        adrift: the gear without a link.
        network: the inventory.
        at: when this is.
    """
    looks = list(islice(_looks(falls, found, adrift, network, at), MOST_LOOKS))
    if not looks or not folder.is_dir():
        return {}
    from netwatch.telemetry.history.reading import History  # noqa: PLC0415 - slow to load

    history = History(folder)
    quiet: dict[str, set[Spell]] = defaultdict(set)
    try:
        for device, spell in looks:
            for port in _quiet_ports(history, device, spell):
                quiet[f"{device}:{port}"].add(spell)
    except OSError:  # it may not be read by us, or changes too fast: what was seen so far holds
        pass
    finally:
        history.close()
    return {name: tuple(sorted(spells)) for name, spells in sorted(quiet.items())}


def _looks(
    falls: Falls,
    found: Mapping[DeviceId, Sequence[Candidate]],
    adrift: Collection[DeviceId],
    network: Network,
    at: datetime,
) -> Iterator[Look]:
    """Yield which device's ports are looked at, and when; each once, the likeliest first."""
    lost = frozenset(adrift)
    carriers = sorted(
        one.id
        for one in network.devices.values()
        if one.kind in CARRIERS - _NOT_LOOKED_AT and one.id not in lost and one.snmp is not None
    )
    readable, many = frozenset(carriers), len(carriers) > FEW_CARRIERS
    since_s = int(at.timestamp()) - BACK_S
    seen: set[Look] = set()
    for unknown in (False, True):
        for device in sorted(lost):
            likely = [one.parent for one in found.get(device, ())]
            if bool(likely) is unknown or (unknown and many):
                continue
            parents = [one for one in dict.fromkeys(likely) if one in readable][:MOST_PARENTS]
            spells = worth_looking(falls.of.get(device, ()), since_s, MOST_FALLS)
            for spell in spells:
                for parent in carriers if unknown else parents:
                    look = (parent, spell)
                    if look not in seen and not _fell_too(falls, parent, spell):
                        seen.add(look)
                        yield look


def _fell_too(falls: Falls, parent: DeviceId, spell: Spell) -> bool:
    """Say whether a parent was silent itself meanwhile: it told nothing of its ports then."""
    fell, rose = spell
    return any(
        begun < rose and (not ended or ended > fell) for begun, ended in falls.of.get(parent, ())
    )


def _quiet_ports(history: "History", device: DeviceId, spell: Spell) -> Iterator[str]:
    from netwatch.telemetry.history.rates import rates  # noqa: PLC0415 - with the history

    fell, rose = spell
    points = history.points(device, OCTETS, None, since_s=fell - AROUND_S, until_s=rose + AROUND_S)
    for port, readings in points.items():
        counted = rates((one.at_s, one.value) for one in readings)
        if port and stopped([(one.since_s, one.at_s, one.per_s) for one in counted], spell):
            yield port
