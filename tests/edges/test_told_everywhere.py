"""A whole service with gateways as they answer: an outage told by post and SMS, once, and ended."""

import asyncio
import re
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from netwatch.delivery.channels import open_channel
from netwatch.model.network import Network
from netwatch.rules import read_rules
from netwatch.service.channel_settings import Channel
from netwatch.service.files import Files
from netwatch.service.live import Service
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings
from netwatch.service.wiring import Edges
from tests.edges.crash_service import Script, settings_in
from tests.edges.crash_service import files as quick_files
from tests.edges.facebook_house import PAGE, FakeFacebook, form
from tests.edges.facebook_house import TOKEN as PAGE_TOKEN
from tests.edges.gateways import TOKEN, FakeSmsApi
from tests.edges.receiver import Asked, Plan, receiver
from tests.unit.service.story import NIGHT, ROUND, behind, round_of, town

PROMISED = timedelta(seconds=60)
AT_ONCE = timedelta(seconds=30)
"""From the page to post and SMS."""
POLICY = """\
policy:
  - {id: facebook-confirmed, channel: facebook, phase: confirmed, least_subscribers: 1}
  - {id: sms-confirmed, channel: sms, phase: confirmed, to: everyone, least_subscribers: 1}
"""
CUT_AT, MENDED_AT, OVER_AT = 3, 20, 40


@dataclass(slots=True)
class Outage(Script):
    """One switch is cut off for three minutes."""

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(OVER_AT):
            silent = behind(self.network, "a") if CUT_AT <= step < MENDED_AT else frozenset()
            self.at = NIGHT + step * ROUND
            samples = [replace(one, at=self.at) for one in round_of(self.network, self.at, silent)]
            await self.bring(samples)
            await self._settled(self.service)
        self.over.set()
        await asyncio.Event().wait()

    network: Network = field(default_factory=town)


@dataclass
class Clocked:
    """A far end that notes at what time of the story it was asked to publish something."""

    answer: FakeFacebook | FakeSmsApi
    script: Outage
    asked: list[tuple[datetime, Asked]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Plan:
        if asked.method == "POST":
            self.asked.append((self.script.at, asked))
        return self.answer(asked)


def with_phones(network: Network) -> Network:
    people = {
        name: replace(one, phone=f"+485550101{number:02}", language="pl")
        for number, (name, one) in enumerate(network.subscribers.items())
    }
    return replace(network, subscribers=people)


def told_files(folder: Path, network: Network, policy: str = POLICY) -> Files:
    (folder / "rules" / "notices").mkdir(parents=True)
    (folder / "rules" / "notices" / "policy.yaml").write_text(policy)
    book = read_rules(folder / "rules", network).rulebook
    assert book is not None
    stages = replace(book.stages, correlation=quick_files().rulebook.stages.correlation)
    return Files(network=network, rulebook=replace(book, stages=stages))


def test_an_outage_is_one_post_and_two_texts_for_each_household(tmp_path: Path) -> None:
    network = with_phones(town())
    script = Outage(tmp_path / "script", network=network)
    posting, texting = Clocked(FakeFacebook(), script), Clocked(FakeSmsApi(), script)
    with ExitStack() as stack:
        page = stack.enter_context(receiver(read=form, answer=posting))
        gateway = stack.enter_context(receiver(read=form, answer=texting))
        duty = stack.enter_context(receiver())
        at = page.web.removeprefix("http://")
        urls = {
            "duty": duty.url,
            "facebook": f"facebook://{PAGE}?token={PAGE_TOKEN}&at={at}",
            "sms": f"smsapi://{TOKEN}@{gateway.web.removeprefix('http://')}?from=DOLINA",
        }
        channels = {name: Channel(url=Secret(url)) for name, url in urls.items()}
        settings: Settings = replace(settings_in(tmp_path, ""), channels=channels)

        def source(_: object, __: object, ___: object, bring: object) -> Outage:
            script.bring = bring  # type: ignore[assignment]
            return script

        edges = Edges(source=source, channel=open_channel, clock=script.clock)
        service = Service(settings, told_files(tmp_path, network), edges)
        script.service = service

        async def until_over() -> None:
            async with asyncio.timeout(120):
                await service.run(script.over)

        asyncio.run(until_over())

    cut = NIGHT + CUT_AT * ROUND
    dark = sorted(one.phone for one in network.subscribers.values() if "S-a" in one.id)
    fake = texting.answer
    assert isinstance(fake, FakeSmsApi)
    half = len(fake.sent) // 2
    assert sorted(order["to"] for order in fake.sent[:half]) == dark
    assert sorted(order["to"] for order in fake.sent[half:]) == dark
    assert len({order["message"] for order in fake.sent[:half]}) == 1
    assert isinstance(posting.answer, FakeFacebook)
    (post,) = posting.answer.posts.values()
    assert re.search(r"\d\d:\d\d", post)
    posted, texted = posting.asked[0][0], texting.asked[0][0]
    assert posted - cut <= PROMISED
    assert texted - cut <= PROMISED
    assert abs(posted - texted) <= AT_ONCE
