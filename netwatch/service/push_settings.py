"""What visitors' notices in the browser need beside their channel: told by check and doctor."""

from collections.abc import Iterator
from typing import Final

from netwatch.response.shipped import WEBPUSH
from netwatch.service.channel_settings import Where
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings
from netwatch.service.website_settings import is_secure

SCHEME: Final = "webpush://"


def lacks(settings: Settings) -> Iterator[tuple[Where, str, str]]:
    """Yield where something is missing, what, and the way out."""
    name = WEBPUSH
    for other, channel in settings.channels.items():
        if other != name and holds_no_secret(channel.url):
            wrong = f"visitors' browsers are told by the channel {name}, not by {other}"
            yield ("channels", other), wrong, f"call it [channels.{name}]"
    if name not in settings.channels:
        return
    none = "so no visitor is offered notices in the browser"
    if settings.web.url is None:
        remedy = 'add url = "https://..." to [web]: where customers reach netwatch web'
        yield ("channels", name), f"there is no [web] url, {none}", remedy
    elif not is_secure(settings.web.url):
        remedy = "put a web server with TLS in front; see: Let customers ask and report"
        yield ("web", "url"), f"browsers show notices of https pages alone, {none}", remedy
    if settings.contacts.key is None:
        remedy = 'add [contacts] with key = "credential:contacts-key"'
        yield ("channels", name), f"there is no [contacts] key to keep browsers by, {none}", remedy


def holds_no_secret(url: Secret) -> bool:
    """Say whether a channel's URL is that of web push, written out: a mailbox is no secret."""
    return url.kind == "plain" and url.reveal().startswith(SCHEME)
