"""A reload must not quietly forget the network: a half-copied folder looks like a deletion."""

from typing import Final

from netwatch.model.faults import Finding, Place
from netwatch.model.network import Network

MOST_REMOVED: Final = 0.1
"""The share of devices that may go in one reload without a word."""


def removed_share(old: Network, new: Network) -> float:
    """Return which share of the old network's devices, from 0 to 1, the new one no longer has."""
    if not old.devices:
        return 0.0
    return sum(device not in new.devices for device in old.devices) / len(old.devices)


def refuse_mass_deletion(
    old: Network, new: Network, allow: bool, shown: str = "inventory"
) -> Finding | None:
    """Return the finding that stops a reload when more than a tenth of the devices is gone.

    Args:
        old: the network in force.
        new: the network that was read.
        allow: a person said that it is meant.
        shown: the inventory's directory, as it stands in the finding.
    """
    share = removed_share(old, new)
    if allow or share <= MOST_REMOVED:
        return None
    gone = sorted(device for device in old.devices if device not in new.devices)
    some = ", ".join(gone[:3]) + (", ..." if len(gone) > 3 else "")  # noqa: PLR2004 - three names
    return Finding(
        Place(shown),
        f"{len(gone)} of {len(old.devices)} devices are gone ({share:.0%}): {some}",
        "put them back; or, if it is meant: netwatch reload --allow-removal",
    )
