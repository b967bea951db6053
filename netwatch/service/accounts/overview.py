"""One incident as the page behind an alert shows it: what, where, why, who, and what to do."""

from collections.abc import Iterable
from typing import Any, Final

from netwatch.inventory.callers.masks import masked
from netwatch.model.facts import Fact
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.service.callers import Callers
from netwatch.views.board import Board
from netwatch.views.incidents import incident_show, why

MOST_NAMED: Final = 30
"""So many of those for whom much hangs on it are named on the page."""
MOST_TOLD: Final = 200
"""So many of the latest lines of a time line."""

Plain = dict[str, Any]


def overview(
    board: Board,
    network: Network,
    facts: Iterable[Fact],
    incident: IncidentId,
    callers: Callers,
) -> Plain | None:
    """Return what the page says of one incident; None: there is none of this number.

    Args:
        board: the incidents as they stand.
        network: the one in force.
        facts: what the journal holds of it.
        incident: the one asked for.
        callers: knows how people are reached; it is masked here.
    """
    shown, reasons = incident_show(board, facts, incident), why(board, incident)
    if shown is None or reasons is None:
        return None
    outage = board.outages[board.survivor(incident)]
    people = [network.subscribers[one] for one in outage.subscribers if one in network.subscribers]
    critical = sorted(
        (one for one in people if one.critical),
        key=lambda one: (one.id not in outage.without, one.id),
    )
    line = shown.pop("timeline")
    for unused in ("alerts", "notices", "told"):
        del shown[unused]
    return shown | {
        "timeline": line[-MOST_TOLD:],
        "earlier": max(0, len(line) - MOST_TOLD),
        "rejected": reasons["rejected"],
        "proof": {name: reasons[name] for name in ("for", "of", "against", "reports", "ignored")},
        "critical": [
            {
                "subscriber": one.id,
                "without": one.id in outage.without,
                **masked(
                    one,
                    callers.contact(one.person, one.id),
                    forgotten=callers.is_forgotten(one.person, one.id),
                ),
            }
            for one in critical[:MOST_NAMED]
        ],
        "critical_more": max(0, len(critical) - MOST_NAMED),
        "merged_into": outage.merged_into,
    }
