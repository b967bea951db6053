"""The outbox with real far ends: killed at every mark, it loses nothing and repeats by key."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from netwatch.delivery.channels import Channel, Remembering, open_channel
from netwatch.delivery.channels import apprise as apprise_channel
from netwatch.delivery.channels.website import Website
from netwatch.delivery.outbox import Outbox, Patience
from netwatch.delivery.page.content import Site
from netwatch.delivery.recipients import Recipients
from netwatch.delivery.scribe import Scribe
from netwatch.model.arrivals import Receipt
from netwatch.model.backoff import Backoff
from netwatch.model.facts import Audience, Fact, NoticeSent, Phase, Purpose, keys_of
from netwatch.model.names import AreaId, ChannelName, SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.views.board import Board
from netwatch.views.owed import Owed
from tests.edges.facebook_house import PAGE, FakeFacebook, form
from tests.edges.facebook_house import TOKEN as PAGE_TOKEN
from tests.edges.gateways import TOKEN, FakeSmsApi
from tests.edges.receiver import Plan, receiver
from tests.unit.delivery.hands import Hands, PlainWords, fact_of
from tests.unit.delivery.page.hostile import town
from tests.unit.views.tales import ONE, TWO, alert, confirmed, due, opened, restored

QUICK = Patience(page_s=1.0, staff_s=0.3, beat_s=0.5, backoff=Backoff(first_s=0.05, most_s=0.2))
DUTY, MAIL, POST, TEXTS = (ChannelName(name) for name in ("duty", "mail", "facebook", "sms"))


class KilledError(BaseException):
    """Stands for SIGKILL: nothing of ours runs after it."""


class RealTime(Hands):
    """A clock of these tests: the day is made up, the seconds are real."""

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class House:
    """A journal that survives, and an outbox that does not."""

    directory: Path
    urls: dict[ChannelName, str]
    network: Network = field(default_factory=lambda: town(["Polna"]))
    journal: list[Fact] = field(default_factory=list)

    async def run(
        self, until: Callable[[], bool], mark: Callable[[str], None], *, limit_s: float = 10.0
    ) -> None:
        """Run an outbox on the journal until something holds, or it is killed."""
        board = Board.empty()
        clock = RealTime()
        site = Site(name="Dolina", timezone="UTC", languages=("en",))
        words = PlainWords()
        channels: list[Channel] = [open_channel(name, url) for name, url in self.urls.items()]
        for channel in channels:
            if isinstance(channel, Remembering):
                channel.keep_in(self.directory / "posts")
        website = Website(
            directory=self.directory,
            site=site,
            network=town(["Polna"]),
            words=words,
            board=board,
            clock=clock,
        )

        async def deliver(receipt: Receipt) -> None:
            mark("before commit")
            self.journal.append(fact_of(receipt))
            mark("after commit")
            outbox.notify([self.journal[-1]])

        outbox = Outbox(
            board=board,
            clock=clock,
            channels=[website, *channels],
            scribe=Scribe(words),
            recipients=Recipients(self.network, ("en",)),
            staff_channels=(DUTY, MAIL),
            deliver=deliver,
            chance=lambda: 1.0,
            checkpoint=mark,
            patience=QUICK,
        )
        outbox.notify(self.journal)
        running = asyncio.ensure_future(outbox.run())
        deadline = time.monotonic() + limit_s
        try:
            while not until() and not running.done():
                assert time.monotonic() < deadline, [str(fact) for fact in self.journal[-5:]]
                await asyncio.sleep(0.005)
            if running.done():
                await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    @property
    def owes_nothing(self) -> bool:
        return len(Owed.of(self.journal)) == 0


def story() -> list[Fact]:
    """Return an incident as the pipeline decided it, nothing of it sent yet."""
    return [
        opened(ONE, areas=("a-0",)),
        due(Phase.SUSPECTED, ONE, areas=("a-0",)),
        alert(ONE),
        confirmed(ONE),
        due(Phase.CONFIRMED, ONE, areas=("a-0",)),
        due(Phase.CONFIRMED, ONE, channel=POST),
        alert(ONE, purpose=Purpose.UPDATE, revision=2),
    ]


def test_killed_at_any_mark_nothing_is_lost_and_a_receiver_that_knows_the_key_shows_no_repeat(
    tmp_path: Path,
) -> None:
    wanted = {*keys_of(alert(ONE)), *keys_of(alert(ONE, purpose=Purpose.UPDATE, revision=2))}
    wanted |= {*keys_of(due(channel=POST))}
    point, repeats = 0, 0
    while True:
        point += 1
        passed = 0

        def mark(_name: str, last: int = point) -> None:
            nonlocal passed
            passed += 1
            if passed == last:
                raise KilledError

        with receiver() as far:
            house = House(tmp_path, {DUTY: far.url, POST: far.url}, journal=story())
            killed = False
            try:
                asyncio.run(house.run(lambda: house.owes_nothing, mark))  # noqa: B023 - run now
            except BaseExceptionGroup:
                killed = True
                asyncio.run(house.run(lambda: house.owes_nothing, lambda _: None))  # noqa: B023

            assert house.owes_nothing
            assert far.distinct == wanted
            for channel in (DUTY, POST):
                own = [key for key in far.keys if f"/{channel}/" in str(key)]
                assert len(own) <= len(set(own)) + 1
            repeats += len(far.keys) - len(wanted)
            sent = [fact for fact in house.journal if isinstance(fact, NoticeSent)]
            settled = [key for fact in sent for key in fact.keys]
            assert len(settled) == len(set(settled))
        if not killed:
            break

    assert point > 15
    assert repeats >= 3
    assert "confirmed I-1" in (tmp_path / "index.html").read_text()


def test_killed_at_any_mark_each_customer_gets_one_text_and_the_page_of_facebook_one_post(
    tmp_path: Path,
) -> None:
    people = ("S-1", "S-2", "S-3")
    phones = {
        SubscriberId(name): Subscriber(
            id=SubscriberId(name), area=AreaId("a-0"), phone=f"+4855501010{name[-1]}"
        )
        for name in people
    }
    texts = due(channel=TEXTS, audience=Audience.SUBSCRIBERS, recipients=people)
    facts = [opened(ONE, subscribers=tuple(phones)), due(channel=POST), texts]
    point, killed = 0, True
    while killed:
        point += 1
        left = [point]

        def mark(_name: str, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise KilledError

        texting, posting = FakeSmsApi(), FakeFacebook()
        with (
            receiver(read=form, answer=texting) as gateway,
            receiver(read=form, answer=posting) as page,
        ):
            at = page.web.removeprefix("http://")
            urls = {
                TEXTS: f"smsapi://{TOKEN}@{gateway.web.removeprefix('http://')}",
                POST: f"facebook://{PAGE}?token={PAGE_TOKEN}&at={at}",
            }
            folder = tmp_path / str(point)
            house = House(folder, urls, Network(subscribers=phones), journal=[*facts])
            killed = False
            try:
                asyncio.run(house.run(lambda: house.owes_nothing, mark))  # noqa: B023 - run now
            except BaseExceptionGroup:
                killed = True
                asyncio.run(house.run(lambda: house.owes_nothing, lambda _: None))  # noqa: B023

        assert sorted(order["to"] for order in texting.sent) == [
            f"+4855501010{n}" for n in (1, 2, 3)
        ]
        assert len(posting.posts) == 1

    assert point > 12


@pytest.mark.parametrize(
    "plan",
    [Plan(500), Plan(429, (("Retry-After", "1"),)), Plan(hang_s=9.0), Plan(reset=True), Plan(404)],
    ids=["500", "429", "hangs", "resets", "404"],
)
def test_a_sick_channel_hinders_no_other_and_the_staff_is_told_another_way(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apprise_channel, "ANSWER_S", 0.5)
    facts = [*story(), opened(TWO), alert(TWO)]
    with receiver(*[plan] * 99) as sick, receiver() as sound:
        house = House(tmp_path, {DUTY: sick.url, MAIL: sound.url, POST: sound.url}, journal=facts)
        began = time.monotonic()
        posted: list[float] = []

        def settled() -> bool:
            if keys_of(due(channel=POST))[0] in sound.keys and not posted:
                posted.append(time.monotonic() - began)
            return house.owes_nothing

        asyncio.run(house.run(settled, lambda _: None))

    assert posted[0] < 3.0
    staff = {*keys_of(alert(ONE)), *keys_of(alert(TWO))}
    staff |= {*keys_of(alert(ONE, purpose=Purpose.UPDATE, revision=2))}
    assert staff <= sound.distinct
    assert len(sound.keys) == len(sound.distinct)


def test_a_far_end_that_took_it_and_hung_gets_the_same_key_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apprise_channel, "ANSWER_S", 0.2)
    with receiver(Plan(hang_s=9.0), Plan(503), Plan(body=b'{"error": "quota"}')) as far:
        facts: list[Fact] = [opened(ONE), due(channel=POST), restored(ONE)]
        facts.append(due(Phase.RESTORED, channel=POST))
        house = House(tmp_path, {POST: far.url}, journal=facts)

        asyncio.run(house.run(lambda: house.owes_nothing, lambda _: None))

    down, up = keys_of(due(channel=POST))[0], keys_of(due(Phase.RESTORED, channel=POST))[0]
    assert far.keys == [down, down, down, down, up]
