"""What the page's visitors ask and say <-> what is known: the web process's part of the door."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from netwatch.delivery.channels import Channel, Parting, Receiving
from netwatch.delivery.outbox import Outbox
from netwatch.delivery.scribe import Afterword
from netwatch.intake.doorkeeper import Ask
from netwatch.intake.visitors import KEY_OCTETS, mark, marks_of
from netwatch.inventory.contact_store.wishes import wished
from netwatch.model.arrivals import Report
from netwatch.model.browsers import LONGEST as LONGEST_BROWSER
from netwatch.model.clock import Clock
from netwatch.model.contacts import Contact, Wish
from netwatch.model.homes import Home, home_of
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network
from netwatch.model.plain import to_plain
from netwatch.model.spelling import house_key, street_key
from netwatch.model.voices import Voice, Way
from netwatch.response.rules import Mode
from netwatch.service.accounts.wiring import staff_asks
from netwatch.service.asking import Asking
from netwatch.service.callers import Callers
from netwatch.service.channel_settings import two_way
from netwatch.service.clock import SteadyClock
from netwatch.service.comment_reading import readers
from netwatch.service.condition import Condition
from netwatch.service.contact_settings import contact_store
from netwatch.service.deliveries import Deliveries
from netwatch.service.ear import ear_asks
from netwatch.service.fetching import Runs, by_sms, fetchers, run_all
from netwatch.service.files import Files
from netwatch.service.following import Following
from netwatch.service.house import Rooms
from netwatch.service.inbound import Inbound
from netwatch.service.inbox import Inbox
from netwatch.service.intray import Intray
from netwatch.service.links import Links, sealing_key
from netwatch.service.loop import Loop
from netwatch.service.mind import Mind
from netwatch.service.owed_calls import owed_calls
from netwatch.service.replies import Replies
from netwatch.service.reply_proofs import Proofs
from netwatch.service.settings import Settings
from netwatch.service.switchboard import Switchboard
from netwatch.service.wishes import Change, Changes
from netwatch.views.board import Board
from netwatch.views.known import Told, sees, told
from netwatch.views.proof import stamp

Plain = dict[str, Any]
LONGEST: Final = 500
LONGEST_PHONE: Final = 32
FEWEST_DIGITS: Final = 5
SAID: Final = (
    "number", "proof", "address", "phone", "text", "language", "way", "to", "areas",
    "push", "stop", "source",
)  # fmt: skip
NOBODY_SAID: Final = "web"
"""Where who proves nothing came from, as long as the web process does not say it."""
LONGER: Final = {"push": LONGEST_BROWSER, "stop": LONGEST_BROWSER}


class Marks:
    """The marks of every line of a network, made once, beside everything else."""

    def __init__(self, network: Network, key: bytes) -> None:
        self.of: dict[SubscriberId, str] = {}
        """All marks of a line in a row: they are handed over in heaps."""
        self.who: dict[str, SubscriberId] = {}
        """The line of a mark; the first of several of one customer in one house."""
        self._streets: dict[str, str] = {}
        """Street, with its town or without -> both."""
        self._doors: dict[tuple[str, str, str], SubscriberId | None] = {}
        """Town, street and house -> whose door that is; None: of several."""
        for one in network.subscribers.values():
            town, street = street_key(one.lives.town), street_key(one.lives.street)
            if street:
                self._streets[f"{town}|{street}"] = f"{town}|{street}"
                same = self._streets.setdefault(f"|{street}", f"{town}|{street}")
                if same != f"{town}|{street}":
                    self._streets[f"|{street}"] = ""  # of several towns: nobody knows which
            for place in _places(one.lives):
                self._doors[place] = None if place in self._doors else one.id
            marks = tuple(marks_of(key, one))
            self.of[one.id] = "".join(marks)
            for mark_ in marks:
                self.who.setdefault(mark_, one.id)

        self._joined: dict[str, tuple[frozenset[SubscriberId], str]] = {}

    def at(self, address: str) -> SubscriberId | None:
        """Return whose door an address is; None: nobody's, or several people's."""
        home = home_of(address)
        return next((self._doors.get(place) for place in _places(home, typed=True)), None)

    def street(self, address: str) -> str:
        """Return the street of an address by its key; empty: nobody of ours lives there."""
        home = home_of(address)
        town, street = street_key(home.town), street_key(home.street)
        return self._streets.get(f"{town}|{street}", "")

    def among(self, name: str, people: frozenset[SubscriberId]) -> str:
        """Return the marks of these people's lines, in an order that tells nothing.

        Args:
            name: of what takes them: asked again of the same people, it takes no time.
            people: whose lines.
        """
        before = self._joined.get(name)
        if before is None or before[0] is not people:
            before = self._joined[name] = (people, "".join(self.of.get(one, "") for one in people))
        return before[1]

    def forget(self, names: Iterable[str]) -> None:
        """Keep only what these take."""
        self._joined = {name: self._joined[name] for name in names if name in self._joined}


class Visitors:
    """Answers the web process. It is never told who is a customer, nor what became of a report."""

    def __init__(
        self,
        *,
        board: Callable[[], Board],
        files: Callable[[], Files],
        condition: Callable[[], Plain],
        mode: Mode,
        loop: Loop,
        clock: Clock,
        changes: Changes,
        following: Following | None = None,
        more: Mapping[str, Ask] | None = None,
        callers: Callers | None = None,
        fetchers: Sequence[Runs] = (),
    ) -> None:
        """Make a key of this run's own: marks of another run fit nothing any more."""
        self._board, self._files, self._condition = board, files, condition
        self._mode, self._loop, self._clock = mode, loop, clock
        self._changes, self._following, self._more = changes, following, more or {}
        self._callers, self._fetchers = callers, fetchers
        self._key = os.urandom(KEY_OCTETS)
        self._marks: Marks | None = None
        self._marked: Network | None = None
        self._marking = asyncio.Lock()

    @property
    def asks(self) -> Mapping[str, Ask]:
        """Return the questions that are answered here, by name."""
        return {"known": self._known, "visitor": self._visitor, **self._more}

    def contact(self, line: SubscriberId) -> Contact | None:
        """Return whom to ring for a line; None where nothing is known, or not any more."""
        one = self._files().network.subscribers.get(line)
        if one is None or self._callers is None:
            return None
        return self._callers.contact(one.person, one.id)

    async def prepare(self) -> None:
        """Get ready for the first caller: to read all lines takes a while."""
        if self._callers is not None:
            await self._callers.prepare()

    async def run(self) -> None:
        """Get ready, then fetch what the staff writes, until cancelled."""
        await self.prepare()
        await run_all(self._fetchers)

    async def _known(self, _question: Plain, _who: str) -> Plain:
        """Return what whoever asks about a line may be told; in shadow nothing."""
        board, at, speaks = self._board(), self._clock.now(), self._mode is not Mode.SHADOW
        marks = await self._marks_now()
        rows = [_row(one, marks) for one in told(board, at)] if speaks else []
        marks.forget([row["id"] for row in rows])
        return {
            "as_of": stamp(at),
            "key": self._key.hex(),
            "speaks": speaks,
            "sees": bool(self._condition().get("goes_on", True)) and sees(board),
            "phone": self._files().rulebook.words.operator.phone,
            "callbacks": self._changes.possible,
            "ways": [] if self._following is None else self._following.ways,
            "areas": {} if self._following is None else self._following.places(),
            "push_key": "" if self._following is None else self._following.push_key,
            "told": rows,
        }

    async def _visitor(self, question: Plain, _who: str) -> Plain:
        """Take what a visitor says: a report that it does not work."""
        said = {name: str(question.get(name, ""))[: LONGER.get(name, LONGEST)] for name in SAID}
        if question.get("kind") == "stop":
            if self._following is not None:
                await self._following.browser_moved(said["stop"], said["push"])
            return {"taken": True}
        marks = await self._marks_now()
        proved = marks.who.get(mark(self._key, said["number"], said["proof"]))
        if question.get("kind") == "subscribe":
            if self._following is not None:
                await self._following.asked(said, proved)
            return {"taken": True}
        line = proved or marks.at(said["address"])
        if line is not None:
            source = "" if proved else said["source"] or NOBODY_SAID
            report = Report(at=self._clock.now(), subscriber=line, text=said["text"], source=source)
            self._loop.offer(report)
        elif street := marks.street(said["address"]):
            source = said["source"] or NOBODY_SAID
            at = self._clock.now()
            self._loop.offer(Voice(at=at, way=Way.FORM, source=source, street=street))
        if sum(map(str.isdigit, said["phone"])) >= FEWEST_DIGITS:
            await self._changes.make(self._wished(said, proved))
        return {"taken": True}

    def _wished(self, said: Mapping[str, str], proved: SubscriberId | None) -> Change:
        """Return what keeps somebody's wish to be called back."""
        wish = Wish(
            id="",
            at=self._clock.now(),
            phone=said["phone"][:LONGEST_PHONE],
            subscriber=proved or "",
            address=said["address"],
            text=said["text"],
            language=said["language"],
        )
        return lambda book: wished(book, wish)[0]

    async def _marks_now(self) -> Marks:
        """Return the marks of the inventory in force; they are made apart from the loop."""
        async with self._marking:
            network = self._files().network
            if self._marks is None or self._marked is not network:
                self._marks = await asyncio.to_thread(Marks, network, self._key)
                self._marked = network
            return self._marks


class Parts(Protocol):
    """What a service has that its visitors' answers are made of."""

    settings: Settings
    board: Board
    condition: Condition
    loop: Loop
    intray: Intray
    mind: Mind
    clock: SteadyClock
    rooms: Rooms
    outbox: Outbox
    channels: list[Channel]


def visitors_of(service: Parts, files: Callable[[], Files]) -> Visitors:
    """Return who answers the visitors of a service, its staff's links, and what comes back."""
    settings, store = service.settings, contact_store(service.settings)
    changes = Changes(store)
    key, bring, clock = sealing_key(settings.state), service.rooms.bring, service.clock
    replies = Replies(
        key=key,
        files=files,
        state=lambda: service.mind.pipeline.response,
        bring=bring,
        clock=clock,
        timezone=settings.timezone,
        languages=settings.languages,
        two_way=two_way(settings.channels),
        channels=tuple(settings.channels),
    )
    inbound = Inbound(
        replies=replies,
        secret=settings.web.hooks,
        store=store,
        changes=changes,
        files=files,
        bring=bring,
        loop=service.loop,
        clock=clock,
    )
    deliveries = Deliveries(settings.web.hooks, service.outbox.report)
    following = Following(
        settings,
        key,
        network=lambda: files().network,
        changes=changes,
        bring=bring,
        clock=clock,
    )
    callers = Callers(lambda: files().network, store)
    asking = Asking(
        board=lambda: service.board,
        ways=service.rooms.ways,
        renderer=service.rooms.renderer,
        files=files,
        callers=callers,
        languages=tuple(settings.languages),
        clock=clock,
        open_to_web=settings.web.desk,
    )
    for channel in service.channels:
        if isinstance(channel, Parting):
            channel.part_with(following.browser_gone)
        if isinstance(channel, Receiving) and channel.name in two_way(settings.channels):
            channel.receive_to(by_sms(inbound.take, channel.name))
    switchboard = Switchboard(
        secret=settings.web.hooks,
        board=lambda: service.board,
        ways=service.rooms.ways,
        renderer=service.rooms.renderer,
        callers=callers,
        changes=changes,
        languages=settings.languages,
        clock=clock,
        heard=service.loop.offer,
        mode=settings.publishing.mode,
    )
    inbox = Inbox(
        secret=settings.web.comments,
        verify=settings.web.comments_verify,
        store=store,
        changes=changes,
        network=lambda: files().network,
        board=lambda: service.board,
        renderer=service.rooms.renderer,
        languages=tuple(settings.languages),
        offer=service.loop.offer,
        clock=clock,
    )
    more: dict[str, Ask] = {
        **inbox.asks,
        "desk-ask": asking.ask,
        "call": switchboard.call,
        "missed": switchboard.missed,
        "counts": switchboard.counts,
        "inbound": inbound.ask,
        "delivery": deliveries.ask,
        "answer": following.answered,
        **staff_asks(service, files, store=store, changes=changes, callers=callers, asking=asking),
        **ear_asks(lambda: service.mind.pipeline.correlation),
    }
    below: list[Afterword] = [following.afterword, Proofs(key, clock).afterword]
    if settings.web.staff is not None:
        links = Links(
            settings.state, settings.web.staff, key, clock, bring, office=settings.web.office
        )
        more["link"] = links.ask
        below.append(links.afterword)
    service.outbox.afterword = lambda *of: "\n".join(filter(None, (one(*of) for one in below)))
    if settings.web.url is not None:
        service.outbox.invitation = following.invitation
    return Visitors(
        board=lambda: service.board,
        files=files,
        condition=service.condition.plain,
        mode=settings.publishing.mode,
        loop=service.loop,
        clock=service.clock,
        changes=changes,
        following=following,
        more=more,
        callers=callers,
        fetchers=[
            *fetchers(settings, inbound.take, clock, service.intray.put),
            *readers(service.channels, inbox.keep, clock, possible=changes.possible),
            *owed_calls(store, lambda: service.board, service.loop.offer, clock),
        ],
    )


def _places(home: Home, *, typed: bool = False) -> Iterator[tuple[str, str, str]]:
    """Yield how a door is called: with its town, and as people say it who name no town."""
    street, house, town = street_key(home.street), house_key(home.house), street_key(home.town)
    if street and house:
        yield (town, street, house)
        if town and not typed:
            yield ("", street, house)


def _row(one: Told, marks: Marks) -> Plain:
    return {
        "id": one.id,
        "state": one.state,
        "since": stamp(one.since),
        "expected_end": None if one.expected_end is None else stamp(one.expected_end),
        "public": one.public,
        "stretches": to_plain(one.where)["stretches"],
        "others": one.where.others,
        "lines": marks.among(one.id, one.people),
    }
