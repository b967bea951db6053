"""Places that vanished without anybody's decision: those in force before stay."""

from pathlib import Path
from typing import Final

from netwatch.inventory.places.reconcile import MOST_GONE, ChangeKind
from netwatch.inventory.places.store import PlaceStore, digest_of, read_places
from netwatch.model.faults import ConfigError, Finding, Place

MOST_NAMED: Final = 3


def lost_places(state: Path, before: Path) -> Finding | None:
    """Return the finding that keeps the old places, where too many are gone from the file.

    A reconciliation writes down every line that it lets go. One that is gone without such a word
    was lost: by a folder half restored, a file cut off, a hand.

    Args:
        state: the state with the places that are to come into force.
        before: the file of those that were in force.
    """
    store = PlaceStore(state)
    if not before.is_file() or digest_of(before) == digest_of(store.file):
        return None
    try:
        old = {place.key for place in read_places(before)}
        left = {place.key for place in store.places()}
        last = {(one.change.source, one.change.line): one.change.kind for one in store.changes()}
    except ConfigError:
        return None  # told where the files themselves are read
    gone = sorted(key for key in old - left if last.get(key) is not ChangeKind.GONE)
    if len(gone) <= MOST_GONE * len(old):
        return None
    some = ", ".join("/".join(key) for key in gone[:MOST_NAMED])
    more = ", ..." if len(gone) > MOST_NAMED else ""
    return Finding(
        Place(str(store.file)),
        f"{len(gone)} of {len(old)} lines are gone, and nobody decided that: {some}{more}",
        "put back the file, or join anew: netwatch places reconcile; if it is meant: "
        "netwatch reload --allow-removal",
    )
