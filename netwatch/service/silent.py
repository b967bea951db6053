"""Found gear that takes no question by SNMP -> whose lines would make it talk. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netwatch.model.names import DeviceId
from netwatch.model.network import Address, Device, Network
from netwatch.pollers.discovery.found import Found
from netwatch.pollers.discovery.names import names_of
from netwatch.pollers.silent.lines import Voice, by_maker, by_profile, by_word
from netwatch.pollers.silent.makers import maker_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A device that answers echoes only."""

    address: Address
    device: DeviceId | None = None
    """As the inventory has it."""
    mac: str = ""
    maker: str = ""
    """As the IEEE registry has it."""
    voices: tuple[Voice, ...] = ()
    """Whose lines fit; several where only the maker is known, none where nothing is."""
    because: str = "nothing tells its maker"


def silent(
    found: Sequence[Found],
    network: Network | None,
    chosen: tuple[Voice, ...] = (),
    resolved_here: Mapping[str, str] | None = None,
) -> list[Silent]:
    """Return the gear that answers no SNMP, with whose lines would change that.

    The inventory's profile is believed first, then what neighbours heard it call itself, then the
    maker of its hardware address. What is ``chosen`` is taken for all.
    """
    known = {d.address: d for d in (network.devices.values() if network else ()) if d.address}
    names = names_of(found, resolved_here)
    heard: dict[Address, str] = {}
    for one in found:
        for neighbour in one.neighbours:
            who = names.who(neighbour)
            if who is not None and neighbour.descr:
                heard.setdefault(who, f"{neighbour.descr} {neighbour.device}")
    said = []
    for one in found:
        if one.snmp is None:
            mac = names.resolved.get(one.address, "")
            said.append(_silent(one.address, known.get(one.address), mac, heard, chosen))
    return said


def _silent(
    address: Address,
    known: Device | None,
    mac: str,
    heard: Mapping[Address, str],
    chosen: tuple[Voice, ...],
) -> Silent:
    profile = known.profile if known else None
    maker = maker_of(mac) if mac else ""
    voices: tuple[Voice, ...]
    if chosen:
        voices, because = chosen, "you named it"
    elif (voice := by_profile(profile)) is not None:
        voices, because = (voice,), f"its profile in the inventory is {profile}"
    elif (words := heard.get(address, "")) and (voice := by_word(words)) is not None:
        voices, because = (voice,), f"its neighbour hears it call itself {words!r}"
    elif families := by_maker(maker) if maker else []:
        voices, because = tuple(families), f"its hardware address {mac} is of {maker}"
    else:
        tail = f"; its hardware address {mac} is of {maker}" if maker else ""
        voices, because = (), f"nothing tells its family{tail}"
    device = known.id if known else None
    return Silent(
        address=address, device=device, mac=mac, maker=maker, voices=voices, because=because
    )
