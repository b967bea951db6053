"""Weeks over the town of Dolina in which nothing breaks: works are planned, and people are told.

No device is asked: time passes in steps of minutes, and what falls due is written down.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Arrival, Finish, Maintain, Receipt, Result, Tick
from netwatch.model.facts import Audience, Fact, NoticeDue, Purpose, keys_of
from netwatch.model.maintenance_facts import MaintenancePlanned
from netwatch.model.names import ChannelName, ElementName, MaintenanceId
from netwatch.model.network import Network
from netwatch.model.windows import Window
from netwatch.model.works_words import Saying, saying
from netwatch.pipeline import Pipeline, StageRules
from netwatch.response.rules import Mode, ResponseRules, shipped_policy
from netwatch.views.board import Board
from tests.scenarios.night import dolina

TOWN = ZoneInfo("Europe/Warsaw")
SMS, MAIL = ChannelName("sms"), ChannelName("mail")
STEP = timedelta(minutes=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def town_time(text: str) -> datetime:
    """Return a moment on the town's clock, as in ``2026-12-01 02:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=TOWN).astimezone(UTC)


class Message(NamedTuple):
    """What somebody was told."""

    at: str
    channel: str
    what: str
    works: str


def rules(**others: object) -> ResponseRules:
    """Return the policy that ships, with SMS and mail set up."""
    said = {"mode": Mode.FULL, "set_up": (SMS, MAIL), "timezone": "Europe/Warsaw", **others}
    return ResponseRules(**{"policy": shipped_policy(), **said})  # type: ignore[arg-type]


class Days:
    """A calendar whose leaves the test turns."""

    def __init__(
        self, at: str, response: ResponseRules | None = None, network: Network | None = None
    ) -> None:
        self.at = town_time(at)
        self.rules = StageRules(response=response or rules())
        self.network = network or dolina()
        self.pipeline = Pipeline(self.network, self.rules)
        self.facts: list[Fact] = []
        self.board = Board()
        self.answers = True
        """Whether channels take what is due."""

    def bring(self, arrival: Arrival) -> list[Fact]:
        """Let something come in now."""
        facts = list(self.pipeline.advance(arrival).facts)
        self._keep(facts)
        for due in facts if self.answers else ():
            if isinstance(due, NoticeDue):
                self.answer(due, Result.ACCEPTED)
        return facts

    def answer(self, due: NoticeDue, result: Result, only: Iterable[str] = ()) -> None:
        """Let a channel say what became of words, to some or all of their readers."""
        for key, name in zip(keys_of(due), due.recipients, strict=True):
            if not only or name in only:
                receipt = Receipt(at=self.at, key=key, result=result, detail="")
                self._keep(self.pipeline.advance(receipt).facts)

    def passes(self, until: str, step: timedelta = STEP) -> None:
        """Let time pass until a moment on the town's clock."""
        end = town_time(until)
        while self.at < end:
            self.at = min(self.at + step, end)
            self.bring(Tick(at=self.at))

    def plan(
        self,
        starts: str,
        *elements: str,
        lasts: timedelta = 2 * HOUR,
        again: str = "",
        instead_of: str | None = None,
    ) -> MaintenanceId:
        """Let a person plan works; return their name."""
        window = Window(starts=town_time(starts), lasts=lasts, again=again, zone="Europe/Warsaw")
        facts = self.bring(
            Maintain(
                at=self.at,
                by="ewa",
                elements=tuple(map(ElementName, elements or ("device:sw-rynek-1",))),
                window=window,
                instead_of=MaintenanceId(instead_of) if instead_of else None,
            )
        )
        return next(fact.maintenance for fact in facts if isinstance(fact, MaintenancePlanned))

    def end(self, works: MaintenanceId) -> None:
        """Let a person end works, or call them off."""
        self.bring(Finish(at=self.at, maintenance=works, by="ewa"))

    def restart(self, *, from_snapshot: bool) -> None:
        """Let netwatch start anew: from a snapshot, or by folding the journal."""
        fresh = Pipeline(self.network, self.rules)
        if from_snapshot:
            plain = json.loads(json.dumps(self.pipeline.snapshot()))
            assert fresh.restore(plain)
        else:
            fresh.evolve(self.facts)
        self.pipeline = fresh

    def people(self, works: MaintenanceId) -> set[str]:
        """Return whose service works take."""
        planned = (fact for fact in self.facts if isinstance(fact, MaintenancePlanned))
        return {str(s) for fact in planned if fact.maintenance == works for s in fact.subscribers}

    def dues(self) -> list[NoticeDue]:
        """Return what fell due for single readers."""
        due = (fact for fact in self.facts if isinstance(fact, NoticeDue))
        return [one for one in due if one.audience is Audience.SUBSCRIBERS]

    def asked(self) -> list[NoticeDue]:
        """Return what people were asked."""
        due = (fact for fact in self.facts if isinstance(fact, NoticeDue))
        return [one for one in due if one.purpose is Purpose.APPROVAL]

    def messages(self, person: str | None = None) -> list[Message]:
        """Return what single readers were told, or one of them, each once; in order."""
        dues = (due for due in self.dues() if person in (None, *due.recipients))
        return list(dict.fromkeys(map(_message, dues)))

    def _keep(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.facts.append(fact)
            self.board.take(fact)


def told(due: NoticeDue) -> Saying:
    """Return what words about works tell."""
    found = saying(due.detail)
    assert found is not None
    return found


def _message(due: NoticeDue) -> Message:
    said = told(due)
    kept = "" if due.withheld is None else f" ({due.withheld})"
    return Message(
        f"{due.at.astimezone(TOWN):%d.%m %H:%M}",
        due.channel,
        f"{said.told}{kept}",
        " ".join(time.works for time in said.times),
    )
