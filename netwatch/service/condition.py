"""How the service is: for `status`, for systemd, for the log."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from netwatch import __version__
from netwatch.model.arrivals import Result
from netwatch.model.facts import Fact, NoticeSent, Phase
from netwatch.model.names import IncidentId
from netwatch.telemetry.vital_signs import TIME_TO_NOTICE, Vitals
from netwatch.views.board import Board

if TYPE_CHECKING:
    from netwatch.service.live import Service

FIRST_WORDS: Final = (Phase.SUSPECTED, Phase.CONFIRMED)
KEY_PARTS: Final = 6
TAKEN: Final = (Result.ACCEPTED, Result.DELIVERED)


class Condition:
    """Looks at a service's parts and says how they are."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._since: datetime = service.clock.now()

    def plain(self) -> dict[str, Any]:
        """Return the answer of ``status``."""
        service = self._service
        board = service.board
        return {
            "version": __version__,
            "started_at": self._since.isoformat(),
            "state": str(service.settings.state),
            "mode": str(service.settings.publishing.mode),
            "held": board.is_held(service.clock.now()),
            "held_until": None if board.held_until is None else board.held_until.isoformat(),
            "held_by": board.held_by,
            **self.summary(),
            "last_fact": service.ledger.last_seq,
            "troubles": {where: trouble.what for where, trouble in board.troubles.items()},
            "goes_on": not service.watchdog.stuck(),
            "ages_s": {name: round(age, 3) for name, age in service.watchdog.ages_s().items()},
            "channels": service.outbox.health(),
            "vitals": service.vitals.plain(),
        }

    def summary(self) -> dict[str, Any]:
        """Return what is watched."""
        files = self._service.reloader.in_force
        return {
            "inventory": files.network.digest,
            "rules": files.rulebook.digest,
            "devices": len(files.network.devices),
            "subscribers": len(files.network.subscribers),
            "open_incidents": len(self._service.board.open()),
        }

    def line(self) -> str:
        """Return one line for systemctl status."""
        summary = self.summary()
        return (
            f"{summary['devices']} devices, {summary['open_incidents']} open incidents,"
            f" {len(self._service.outbox)} notices owed,"
            f" publishing: {self._service.settings.publishing.mode}"
        )


def note_time_to_notice(facts: Iterable[Fact], board: Board, vitals: Vitals) -> None:
    """Note how long it took from the first sign to the first words."""
    for fact in facts:
        if not isinstance(fact, NoticeSent) or fact.result not in TAKEN:
            continue
        for key in fact.keys:
            parts = key.split("/")
            outage = board.outages.get(IncidentId(parts[0]))
            if outage is not None and len(parts) == KEY_PARTS and parts[4] in FIRST_WORDS:
                took = (fact.at - outage.since).total_seconds()
                vitals.set(TIME_TO_NOTICE, took, parts[1], parts[2])
