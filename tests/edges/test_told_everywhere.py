"""A whole service with gateways as they answer: an outage told by post and SMS, once, and ended."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from netwatch.model.network import Network
from netwatch.service.channel_settings import Channel
from netwatch.service.files import Files
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings
from tests.edges.crash_service import settings_in
from tests.edges.evening import CUT_AT, Outage, ruled_by
from tests.edges.facebook_house import PAGE, FakeFacebook, form
from tests.edges.facebook_house import TOKEN as PAGE_TOKEN
from tests.edges.gateways import TOKEN, FakeSmsApi
from tests.edges.receiver import Asked, Plan, receiver
from tests.unit.service.story import NIGHT, ROUND, town

PROMISED = timedelta(seconds=60)
AT_ONCE = timedelta(seconds=30)
"""From the page to post and SMS."""
POLICY = """\
policy:
  - {id: facebook-confirmed, channel: facebook, phase: confirmed, least_subscribers: 1}
  - {id: sms-confirmed, channel: sms, phase: confirmed, to: everyone, least_subscribers: 1}
"""


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
    return ruled_by(folder, network, "notices/policy.yaml", policy)


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

        script.lived(settings, told_files(tmp_path, network))

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
