"""Whether each way to people is fit: asked of the far end itself, and nothing is sent."""

import asyncio
from collections.abc import Iterator

from netwatch.delivery.channels import Channel, Examined, Remembering, open_channel
from netwatch.model.faults import ConfigError, DeliveryError
from netwatch.model.names import ChannelName
from netwatch.response.shipped import WEBPUSH
from netwatch.service.channel_ways import FOLDER
from netwatch.service.push_settings import lacks
from netwatch.service.settings import Settings
from netwatch.service.verdicts import Verdict, fail, ok, warn


def channels(settings: Settings | None) -> Iterator[Verdict]:
    """Yield what can be said of each channel that the settings name."""
    for name, written in ({} if settings is None else settings.channels).items():
        about = f"channel-{name}"
        try:
            url = written.url.reveal()
        except ConfigError as fault:
            yield warn(
                about,
                f"{name} is not looked at: {fault.finding.wrong}",
                "run this where the service finds its secrets, such as: systemd-run"
                " -p LoadCredential=... netwatch doctor",
            )
            continue
        channel = open_channel(ChannelName(name), url)
        if settings is not None and isinstance(channel, Remembering):
            channel.keep_in(settings.state / FOLDER / name)
        if settings is not None and name == WEBPUSH:
            for _, wrong, remedy in lacks(settings):
                yield warn(about, wrong, remedy)
        try:
            yield from _of(about, name, channel)
        finally:
            asyncio.run(channel.close())


def _of(about: str, name: str, channel: Channel) -> Iterator[Verdict]:
    problem = getattr(channel, "problem", lambda: None)()
    if problem:
        yield fail(about, f"{name}: {problem}", "correct the URL; see: Ways to people")
        return
    if not isinstance(channel, Examined):
        yield ok(about, f"{name}: its URL can be used; whether it takes anything is not asked")
        return
    try:
        for said in channel.examine():
            one = f"{name}: {said.text}"
            yield ok(about, one) if said.is_fine else warn(about, one, said.remedy)
    except DeliveryError as fault:
        yield warn(about, f"{name} could not be asked: {fault.detail}", "see: Ways to people")
