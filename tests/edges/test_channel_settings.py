"""[channels.NAME] against far ends: what the service opens, and what the doctor says of it."""

import asyncio
from pathlib import Path

from netwatch.delivery.channels import Address, open_channel
from netwatch.delivery.detours import Way
from netwatch.delivery.render import Text
from netwatch.model.names import ChannelName, NoticeKey
from netwatch.service.channel_verdicts import channels
from netwatch.service.channel_ways import opened, used
from netwatch.service.settings import Settings, load_settings
from tests.edges.facebook_house import PAGE, FakeFacebook, form
from tests.edges.facebook_house import TOKEN as PAGE_TOKEN
from tests.edges.gateways import TOKEN, FakeSmsApi, form_or_json
from tests.edges.receiver import receiver

DOWN = Text("Awaria", "os. Polna, od 19:02")
ALL = Address(recipient="everyone", language="pl")


def written(folder: Path, text: str) -> Settings:
    path = folder / "netwatch.toml"
    path.write_text(text)
    return load_settings(path)


def test_the_service_opens_what_is_written_and_it_remembers(tmp_path: Path) -> None:
    fake = FakeFacebook()
    key = NoticeKey("I-1/public/facebook/everyone/confirmed/1")
    with receiver(read=form, answer=fake) as far, receiver() as duty:
        settings = written(
            tmp_path,
            f"""
            state = "state"
            [channels.duty]
            url = "{duty.url}"
            [channels.facebook]
            url = "facebook://{PAGE}?token={PAGE_TOKEN}&at={far.web.removeprefix("http://")}"
            by_hand = "duty"
            rate = "6/min"
            then = ["duty"]
            """,
        )

        async def story() -> list[str]:
            made = opened(settings.channels, settings.state, "", open_channel)
            by_name = {one.name: one for one in made}
            said = [await by_name[ChannelName("facebook")].send(ALL, DOWN, key)]
            for one in made:
                await one.close()
            return said

        assert asyncio.run(story()) == [f"published {PAGE}_1"]
        assert asyncio.run(story()) == [f"stands in {PAGE}_1"]
        verdicts = {one.text: one.state for one in channels(settings)}

    assert used(settings.channels)[ChannelName("facebook")] == Way(
        every_s=10.0, then=(ChannelName("duty"),)
    )
    assert verdicts == {
        "duty: its URL can be used; whether it takes anything is not asked": "ok",
        "facebook: Facebook takes the token, which does not end": "ok",
        "facebook: everybody sees the newest post": "ok",
    }


def test_the_doctor_says_of_each_channel_what_is_wrong_without_its_secret(tmp_path: Path) -> None:
    with receiver(read=form_or_json, answer=FakeSmsApi(points=3.0)) as far:
        settings = written(
            tmp_path,
            f"""
            [channels.away]
            url = "file:canary-missing"
            [channels.broken]
            url = "smsapi://{TOKEN}@api.smsapi.pl?form=DOLINA"
            [channels.low]
            url = "smsapi://{TOKEN}@{far.web.removeprefix("http://")}"
            [channels.nobody]
            url = "smsapi://{TOKEN}@127.0.0.1:9"
            [channels.nonsense]
            url = "nonsense://canary"
            """,
        )
        verdicts = {one.name: one for one in channels(settings)}

    assert {name: str(one.state) for name, one in verdicts.items()} == {
        "channel-away": "warning",
        "channel-broken": "fail",
        "channel-low": "warning",
        "channel-nobody": "warning",
        "channel-nonsense": "fail",
    }
    assert verdicts["channel-low"].remedy == "top the account up"
    assert "nobody answers there" in verdicts["channel-nobody"].text
    said = " ".join(one.text + one.remedy for one in verdicts.values())
    assert TOKEN not in said


def test_without_settings_no_channel_is_looked_at() -> None:
    assert list(channels(None)) == []
