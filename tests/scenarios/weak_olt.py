"""netwatch watches the lab's town, and the agent of its OLT is slow, lossy, forgetful or gone.

Time is made up: minutes pass in milliseconds. Schedule, conversations and forbearance are those of
the service; the wire is a few lines that lose, delay and repeat as the asker does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from netwatch.lab.objects.agent_tree import agent_tree
from netwatch.lab.responder import SLOWEST
from netwatch.lab.stale import Stale
from netwatch.model.arrivals import Outcome, Readings, Sample
from netwatch.model.facts import AlarmRaised, Fact
from netwatch.model.names import CheckName, DeviceId
from netwatch.model.network import DeviceKind, Network
from netwatch.pollers.acquaintance import acquaintances
from netwatch.pollers.asking import Heard
from netwatch.pollers.conversation import Conversation, conversation_of
from netwatch.pollers.forbearance import Forbearance
from netwatch.pollers.plan import PollingSettings
from netwatch.pollers.questions import Answer, Credential, Get, Patience, Question, Value, Walk
from netwatch.pollers.schedule import Errand, Kind, Schedule
from netwatch.wire.ber import Tag, parse_oid
from tests.scenarios.night import Told, told
from tests.town import echo
from tests.unit.lab.field import Hammer
from tests.unit.lab.field import field as town

BEGAN = datetime(2026, 11, 14, 18, 0, tzinfo=UTC)
OLT = DeviceId("olt-1")
ONU_STATE = CheckName("onu.state")
DOWN = frozenset({"los", "dying-gasp", "offline"})
A_DATAGRAM = 45
"""So many small objects."""
TALKS = (Kind.STATUS, Kind.PON, Kind.METRICS)


@dataclass
class Wire:
    """The way to the OLT's agent: what it loses, and how long the agent takes."""

    lost: float = 0.0
    slow_s: float = 0.0
    hangs: bool = False
    chance: Random = field(default_factory=lambda: Random(4))  # noqa: S311 (weather, no secret)
    busy_until: float = 0.0
    requests: int = 0

    def exchange(self, at: float, patience: Patience) -> tuple[float, bool]:
        """Send one request until it is answered; return when that was over, and whether it was."""
        over = at + patience.timeout_s * (patience.retries + 1)
        came = over
        for turn in range(patience.retries + 1):
            sent = at + turn * patience.timeout_s
            if sent >= came:
                break
            self.requests += 1
            if not self.hangs and self.chance.random() >= self.lost:
                came = min(came, self._answered_at(sent))
        return came, came < over

    def _answered_at(self, sent: float) -> float:
        if not self.slow_s:
            return sent + 0.02
        takes = self.slow_s * (1 + (SLOWEST - 1) * self.chance.random())
        self.busy_until = max(sent, self.busy_until) + takes
        return self.busy_until


@dataclass
class Talk:
    """An errand under way."""

    errand: Errand
    conversation: Conversation
    question: Question
    patience: Patience
    since: float


class Town(Hammer):
    """The lab's town with one weak OLT, and netwatch that watches it."""

    def __init__(self, wire: Wire | None = None, stale_s: float = 0.0) -> None:
        """Begin with everything whole."""
        network = _with_serials(town())
        super().__init__(network)
        self.network = network
        self.wire = wire or Wire()
        self.arrivals: list[Sample | Readings] = []
        self._known = acquaintances(network, {"access": Credential()})[OLT]
        tree = agent_tree(self.world, OLT, lambda: self.now)
        self._objects = Stale(tree, lambda: self.now, stale_s) if stale_s else tree
        self._settings = PollingSettings()
        echoes = [Errand(Kind.ICMP, d.id) for d in network.devices.values() if d.address]
        talks = [Errand(kind, OLT) for kind in TALKS]
        self._schedule = Schedule(self._settings.intervals, [*echoes, *talks], 0.0)
        self._forbearance = Forbearance()
        self._queue: list[Talk] = []
        self._asked: tuple[float, Talk, Answer] | None = None

    def passes(self, seconds: float) -> None:
        """Let netwatch watch for so long."""
        end = self.now + seconds
        while True:
            at = min(self._asked[0] if self._asked else end, self._schedule.next_at() or end)
            if at >= end:
                break
            self.waits(max(0.0, at - self.now))
            if self._asked and self._asked[0] <= self.now:
                self._heard()
            for errand in self._schedule.due(self.now):
                self._begin(errand)
            self._ask()
        self.waits(end - self.now)

    def _begin(self, errand: Errand) -> None:
        if errand.kind is Kind.ICMP:
            there = self.world.standing.hears(errand.device)
            self._brings([echo(self.at(), errand.device, there)])
            self._schedule.done(errand, self.now, silent=not there)
            if errand.device == OLT and there:
                self._forbearance.echoed(self.now)
            return
        patience = self._forbearance.patience(self._settings.patience)
        weak = self._forbearance
        self._known.slow, self._known.surely_slow = weak.slow, weak.rests
        conversation = conversation_of(errand.kind, self._known, self.now)
        try:
            self._queue.append(Talk(errand, conversation, next(conversation), patience, self.now))
        except StopIteration as end:
            self._brings(end.value)
            self._schedule.done(errand, self.now, silent=False)

    def _brings(self, arrivals: Iterable[Sample | Readings]) -> None:
        """Bring what a conversation was worth at its end: what is late, is late."""
        self.arrivals += [replace(one, at=self.at()) for one in arrivals]

    def _ask(self) -> None:
        """Put the next question, if none is under way: an agent is asked one at a time."""
        if self._asked is None and self._queue:
            talk = self._queue.pop(0)
            answer, at = self._answer(talk.question, talk.patience)
            self._asked = at, talk, answer

    def _heard(self) -> None:
        assert self._asked is not None
        _, talk, answer = self._asked
        self._asked = None
        silent = answer.outcome is Outcome.SILENT
        if not silent:
            self._forbearance.answered(self.now - talk.since)
        try:
            talk.question = talk.conversation.send(Heard(answer, self.at(), self.now))
        except StopIteration as end:
            self._brings(end.value)
            self._forbearance.over(self.now, self._settings.patience, silent=silent)
            again = silent and not self._forbearance.rests
            self._schedule.done(talk.errand, self.now, silent=again)
        else:
            talk.since = self.now
            self._queue.append(talk)

    def _answer(self, question: Question, patience: Patience) -> tuple[Answer, float]:
        """Return what comes of a question, and when."""
        at = self.now
        self.wire.hangs = OLT in self.world.standing.damage.hanging
        there = self.world.standing.hears(OLT)
        if isinstance(question, Get):
            at, answered = self.wire.exchange(at, patience) if there else _gone(at, patience)
            values = tuple(self._value(oid) for oid in question.oids)
            return (Answer(Outcome.ANSWERED, values=values) if answered else _SILENT), at
        assert isinstance(question, Walk)
        rows = self._rows(question)
        whole = list(rows.items())[: question.rows]
        at_once = max(1, A_DATAGRAM // len(question.columns))
        for start in range(0, len(whole) + 1, at_once):
            at, answered = self.wire.exchange(at, patience) if there else _gone(at, patience)
            if not answered:
                return Answer(Outcome.SILENT, rows=dict(whole[:start])), at
        return Answer(Outcome.ANSWERED, rows=dict(whole)), at

    def _value(self, oid: str) -> Value:
        bind = self._objects.get(parse_oid(oid))
        return None if bind is None else _plain(bind.tag, bind.value)

    def _rows(self, walk: Walk) -> dict[str, tuple[Value, ...]]:
        rows: dict[str, list[Value]] = {}
        for place, column in enumerate(walk.columns):
            prefix = parse_oid(column)
            bind = self._objects.after(prefix)
            while bind is not None and bind.oid[: len(prefix)] == prefix:
                index = ".".join(map(str, bind.oid[len(prefix) :]))
                row = rows.setdefault(index, [None] * len(walk.columns))
                row[place] = _plain(bind.tag, bind.value)
                bind = self._objects.after(bind.oid)
        return {index: tuple(row) for index, row in rows.items()}

    def at(self) -> datetime:
        """Return what the clock shows."""
        return BEGAN + timedelta(seconds=self.now)

    # --- what came of it ------------------------------------------------------------------------

    def called_down(self) -> set[DeviceId]:
        """Return the ONUs that were ever called down."""
        return {one.device for one in self._states() if one.value in DOWN}

    def first_seen_down(self, onu: str) -> float:
        """Return when netwatch first heard that an ONU is down, in the lab's seconds."""
        return next(_s(one.at) for one in self._states() if one.device == onu and one.value in DOWN)

    def last_said(self, onu: str) -> object:
        """Return what was told of an ONU the last time."""
        return [one.value for one in self._states() if one.device == onu][-1]

    def known_onus(self) -> set[DeviceId]:
        """Return the ONUs of which anything was told."""
        return {one.device for one in self._states()}

    def told(self) -> Told:
        """Return what netwatch makes of all that came."""
        return told(self.network, self.arrivals, self.at())

    def _states(self) -> Iterable[Sample]:
        samples = (one for one in self.arrivals if isinstance(one, Sample))
        return (one for one in samples if one.check == ONU_STATE)


def raised(facts: Iterable[Fact], check: str) -> set[DeviceId]:
    """Return the devices that a check raised an alarm of."""
    alarms = (fact for fact in facts if isinstance(fact, AlarmRaised))
    return {fact.device for fact in alarms if fact.check == check}


_SILENT = Answer(Outcome.SILENT)


def _gone(at: float, patience: Patience) -> tuple[float, bool]:
    return at + patience.timeout_s * (patience.retries + 1), False


def _plain(tag: int, value: object) -> Value:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if tag == Tag.OID and isinstance(value, tuple):
        return value
    return value if isinstance(value, int) else None


def _s(at: datetime) -> float:
    return (at - BEGAN).total_seconds()


def _with_serials(network: Network) -> Network:
    """Leave only the OLT's neighbourhood to be asked by SNMP."""
    devices = {
        name: one if one.kind in (DeviceKind.OLT, DeviceKind.ONU) else replace(one, snmp=None)
        for name, one in network.devices.items()
    }
    return replace(network, devices=devices)
