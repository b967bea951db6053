"""How the service is: for `status`, for systemd, for the log."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from netwatch import __version__
from netwatch.delivery.outbox import Outbox
from netwatch.inventory.places.coverage import Coverage, coverage
from netwatch.model.arrivals import Outcome, Result
from netwatch.model.facts import (
    Fact,
    IncidentKind,
    NoticeExpired,
    NoticeRefused,
    NoticeSent,
    Phase,
)
from netwatch.model.names import IncidentId
from netwatch.model.network import Network
from netwatch.service.clock import SteadyClock
from netwatch.service.ledger import Ledger
from netwatch.service.mind import Mind
from netwatch.service.reload import Reloader
from netwatch.service.settings import Settings
from netwatch.service.watchdog import Watchdog
from netwatch.service.wiring import Source
from netwatch.telemetry.vital_signs import (
    ARRIVALS_DROPPED,
    ARRIVALS_QUARANTINED,
    ARRIVALS_TAKEN,
    CHANNEL_SICK,
    DEVICES_WATCHED,
    ENGINE_RESTARTS,
    INCIDENTS_OPEN,
    NOTICES_OWED,
    NOTICES_SETTLED,
    PART_IDLE,
    POLL_LAG,
    POLL_LAG_TAIL,
    POLLS_LEFT_OUT,
    POLLS_SKIPPED,
    SAMPLES,
    STARTED_AT,
    SUBSCRIBERS,
    SUBSCRIBERS_MISSED,
    TIME_TO_NOTICE,
    Vitals,
)
from netwatch.views.board import Board
from netwatch.views.situations import situation_answer

FIRST_WORDS: Final = (Phase.SUSPECTED, Phase.CONFIRMED)
KEY_PARTS: Final = 6


class Parts(Protocol):
    """What is looked at: the service, and no more of it than this."""

    settings: Settings
    clock: SteadyClock
    vitals: Vitals
    board: Board
    ledger: Ledger
    mind: Mind
    outbox: Outbox
    watchdog: Watchdog
    reloader: Reloader
    source: Source


class Condition:
    """Looks at a service's parts and says how they are."""

    def __init__(self, service: Parts) -> None:
        self._service = service
        self._since: datetime = service.clock.now()
        self._counted: tuple[Network, Coverage] | None = None
        vitals = service.vitals
        vitals.set(STARTED_AT, self._since.timestamp())
        for result in Result:  # a count that is there from the start has a rate
            vitals.set(NOTICES_SETTLED, 0, result)
        for sign in (ARRIVALS_TAKEN, ARRIVALS_DROPPED, ARRIVALS_QUARANTINED):
            vitals.set(sign, 0)

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
            "situation": situation_answer(board.situations),
            "spent": self._spent(),
            "approvals_waiting": sum(one.is_open for one in board.approvals.values()),
            **self.summary(),
            "last_fact": service.ledger.last_seq,
            "troubles": {where: trouble.what for where, trouble in board.troubles.items()},
            "goes_on": not service.watchdog.stuck(),
            "ages_s": {name: round(age, 3) for name, age in service.watchdog.ages_s().items()},
            "channels": service.outbox.health(),
            "vitals": service.vitals.plain(),
        }

    def _spent(self) -> dict[str, Any]:
        """Return what messages to subscribers cost since midnight, and what they may cost."""
        response = self._service.mind.pipeline.response
        rules = response.rules
        day = self._service.clock.now().astimezone(ZoneInfo(rules.timezone)).date()
        return {
            "today": response.spending.on(day),
            "most_a_day": rules.caps.day,
            "most_an_incident": rules.caps.incident,
            "currency": rules.caps.currency,
            "priced": bool(rules.prices),
        }

    def summary(self) -> dict[str, Any]:
        """Return what is watched."""
        files = self._service.reloader.in_force
        return {
            "inventory": files.network.digest,
            "rules": files.rulebook.digest,
            "devices": len(files.network.devices),
            "subscribers": len(files.network.subscribers),
            "coverage": self._coverage_plain(),
            "open_incidents": len(self._service.board.open()),
        }

    def coverage(self) -> Coverage:
        """Return who would be told by the inventory in force, counted once for each."""
        network = self._service.reloader.in_force.network
        if self._counted is None or self._counted[0] is not network:
            self._counted = (network, coverage(network))
        return self._counted[1]

    def _coverage_plain(self) -> dict[str, Any]:
        told = self.coverage()
        return {
            "placed": told.placed,
            "by_area": told.by_area,
            "not_placed": told.not_placed,
            "costs": {what.value: people for what, people in told.costs().items() if people},
        }

    def look(self) -> None:
        """Write down the vital signs that nobody else keeps up."""
        service, vitals = self._service, self._service.vitals
        counts = service.source.counts
        vitals.set(DEVICES_WATCHED, len(service.reloader.in_force.network.devices))
        told = self.coverage()
        for how in ("placed", "by_area", "not_placed"):
            vitals.set(SUBSCRIBERS, getattr(told, how), how.replace("_", "-"))
        for lack, people in told.costs().items():
            vitals.set(SUBSCRIBERS_MISSED, people, lack)
        vitals.set(NOTICES_OWED, len(service.outbox))
        vitals.set(POLL_LAG, service.source.lag_s)
        vitals.set(POLL_LAG_TAIL, counts.lag_tail_s)
        vitals.set(POLLS_SKIPPED, counts.skipped)
        for polled, left_out in counts.left_out.items():
            vitals.set(POLLS_LEFT_OUT, left_out, polled.name.lower())
        vitals.set(SAMPLES, counts.answered, Outcome.ANSWERED)
        vitals.set(SAMPLES, counts.silent, Outcome.SILENT)
        vitals.set(SAMPLES, counts.blind, Outcome.BLIND)
        vitals.set(ENGINE_RESTARTS, counts.engine_deaths)
        incidents = Counter(outage.kind for outage in service.board.open())
        for kind in IncidentKind:
            vitals.set(INCIDENTS_OPEN, incidents[kind], kind)
        for name, age_s in service.watchdog.ages_s().items():
            vitals.set(PART_IDLE, age_s, name)
        for name, health in service.outbox.health().items():
            vitals.set(CHANNEL_SICK, bool(health["sick"] or health["refuses"]), name)

    def line(self) -> str:
        """Return one line for systemctl status."""
        summary = self.summary()
        return (
            f"{summary['devices']} devices, {summary['open_incidents']} open incidents,"
            f" {len(self._service.outbox)} notices owed,"
            f" publishing: {self._service.settings.publishing.mode}"
        )


def note_notices(facts: Iterable[Fact], board: Board, vitals: Vitals) -> None:
    """Count notices by what became of them, and how long the first words of an outage took."""
    for fact in facts:
        match fact:
            case NoticeSent(result=result):
                vitals.add(NOTICES_SETTLED, len(fact.keys), result)
                if result is Result.ACCEPTED:
                    _note_time(fact, board, vitals)
            case NoticeRefused():
                vitals.add(NOTICES_SETTLED, len(fact.keys), Result.REFUSED)
            case NoticeExpired():
                vitals.add(NOTICES_SETTLED, len(fact.keys), Result.EXPIRED)
            case _:
                pass


def _note_time(fact: NoticeSent, board: Board, vitals: Vitals) -> None:
    for key in fact.keys:
        parts = key.split("/")
        outage = board.outages.get(IncidentId(parts[0]))
        if outage is not None and len(parts) == KEY_PARTS and parts[4] in FIRST_WORDS:
            took = (fact.at - outage.since).total_seconds()
            vitals.set(TIME_TO_NOTICE, took, parts[1], parts[2])
