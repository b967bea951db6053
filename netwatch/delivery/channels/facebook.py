"""Words -> a Facebook Page: one post an outage, edited as it goes on.

``facebook://PAGE_ID?token=TOKEN``, the token being one of the Page (``pages_manage_posts``,
``pages_read_engagement``). The Graph API knows no key, so what is about to be published is written
down first; where it is not known whether it was, the Page's own posts are read before anything is
published again.

Source: Meta's Graph API reference: Page feed, Post, ``debug_token``, error handling; the plug-in
for embedded posts.
"""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Final

from netwatch.delivery.channels import Address, Channel, Remark
from netwatch.delivery.channels.apprise import harmless
from netwatch.delivery.channels.asking import AskingChannel
from netwatch.delivery.channels.gateway import (
    CONNECT_S,
    LATER,
    SURE_S,
    Gateway,
    Reply,
    not_understood,
    refusal,
)
from netwatch.delivery.channels.link import Link, is_here, read_link, unusable
from netwatch.delivery.channels.posts import Post, Posts
from netwatch.delivery.render import Text
from netwatch.delivery.wording_posts import joined
from netwatch.model.facts import Phase
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

GRAPH: Final = "https://graph.facebook.com"
WEB: Final = "https://www.facebook.com"
VERSION: Final = "v23.0"
OPTIONS: Final = frozenset({"token", "version", "at"})
LOOKED_THROUGH: Final = 50
"""Posts of the Page among which one in doubt is looked for."""
COMMENTS_OF: Final = {
    "fields": (
        "id,comments.limit(50).order(reverse_chronological).filter(stream)"
        "{id,from,message,created_time}"
    ),
    "limit": "10",
}
"""The newest comments of the newest posts, answers to comments among them."""
WARNED: Final = timedelta(days=14)
"""How long before a token ends the staff is told."""
READ_BACK: Final = 40
"""Characters of a post that must be there for everybody."""
LONGEST: Final = 60_000

NEW_TOKEN: Final = "make a new token of the Page and put it where the URL is kept"  # noqa: S105
TOKEN_ENDED: Final = f"the token has ended; {NEW_TOKEN}"
FORBIDDEN: Final = (
    "the token may not publish on this Page: it needs pages_manage_posts and pages_read_engagement"
)
FOR_GOOD: Final = {
    **dict.fromkeys((102, 190, 463, 467), TOKEN_ENDED),
    **dict.fromkeys((3, 10, *range(200, 300)), FORBIDDEN),
    368: "Facebook blocks the Page for a while; look at its messages to you",
}
"""Errors that no other try mends; a person does, or posts by hand."""
TOO_MANY: Final = frozenset({4, 17, 32, 341, 613})
IN_TROUBLE: Final = frozenset({1, 2})
THE_SAME: Final = 506
NO_SUCH: Final = (100, 33)
PAUSE_S: Final = 120.0
ENDS: Final = (Phase.RESTORED, Phase.CORRECTED)
NEVER_OUT: Final = "not published: what it would end never was"
"""A post is not begun with its last line: who reads it knows of nothing that could be over."""


class FacebookPage(AskingChannel):
    """One Page. One notice at a time: an edit must not overtake its post."""

    longest_s = 3 * SURE_S + CONNECT_S
    """It may have to look for a post, to publish it and to read what stands there."""

    def __init__(self, name: ChannelName, link: Link) -> None:
        here = link.option("at")
        if here and not is_here(here.rpartition(":")[0]):
            raise unusable(link.scheme, "at= is for tests on this machine alone")
        super().__init__(name, f"http://{here}" if here else GRAPH, width=1)
        if not (link.host.isdecimal() and link.option("token")):
            raise unusable(link.scheme, "it is written facebook://PAGE_ID?token=TOKEN")
        self._page, self._token = link.host, link.option("token")
        self._headers = {"Authorization": f"Bearer {self._token}"}
        self._version = link.option("version", VERSION)
        self._readers = Gateway(f"http://{here}" if here else WEB, width=1)
        self._posts = Posts()
        self._one = threading.Lock()

    def keep_in(self, folder: Path) -> None:
        """Keep which post tells of what, so that it is edited after a restart too."""
        self._posts.keep_in(folder / f"posts-{self.name}.json")

    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:  # noqa: ARG002 - all read it
        """Publish what is new of an outage, or let its post say what is so now.

        What goes below the post stays there for good; handed over again, it takes its own place.
        """
        with self._one:  # a try that nobody waits for any more may still be under way
            return self._tell(text, key)

    def _tell(self, text: Text, key: NoticeKey) -> str:
        about = key.rsplit("/", 5)[0]
        words = _words(text)
        post = self._posts.of(about)
        if post is not None and not post.number:
            number = self._find(post.text)
            post = None if number is None else self._note(about, post.text, number)
        if post is None:
            if key.rsplit("/", 2)[1] in ENDS:
                return NEVER_OUT
            return self._publish(about, words)
        before = post.before if post.newest == key else post.text
        words = joined(before, words) if text.adds else words
        if post.text == words:
            return f"stands in {post.number}"
        self._edit(post.number, words)
        self._posts.write(about, Post(text=words, number=post.number, before=before, newest=key))
        return f"edited {post.number}"

    def examine(self) -> Iterator[Remark]:
        """Yield how long the token lasts, and whether everybody sees the newest post."""
        reply = self._ask("GET", "/debug_token", {"input_token": self._token})
        data = reply.get("data")
        if not isinstance(data, dict):
            raise not_understood()
        yield _of_token(data, reply.at)
        post = self._posts.last()
        if post is not None:
            yield self._read_back(post)

    @property
    def page(self) -> str:
        """Return the number of the Page."""
        return self._page

    def comments(self) -> list[dict[str, Any]]:
        """Return the newest comments below the newest posts; it takes ``pages_read_user_content``.

        A post that is being published does not wait for it.
        """
        reply = self._ask("GET", f"/{self._page}/published_posts", COMMENTS_OF)
        rows = reply.get("data")
        found: list[dict[str, Any]] = []
        for row in rows if isinstance(rows, list) else []:
            below = row.get("comments") if isinstance(row, dict) else None
            every = below.get("data") if isinstance(below, dict) else None
            found += [one for one in every or () if isinstance(one, dict)]
        return found

    def let_go(self) -> None:
        """Let go of connections."""
        super().let_go()
        self._readers.close()

    def _publish(self, about: str, words: str) -> str:
        self._posts.write(about, Post(text=words))
        try:
            reply = self._ask("POST", f"/{self._page}/feed", {"message": words})
            number = reply.get("id")
        except _SameAgainError:
            number = self._find(words)
        if not (isinstance(number, str) and number):
            raise not_understood()
        self._note(about, words, number)
        return f"published {number}"

    def _edit(self, number: str, words: str) -> None:
        reply = self._ask("POST", f"/{number}", {"message": words})
        if reply.get("success") is not True:
            raise not_understood()

    def _note(self, about: str, words: str, number: str) -> Post:
        post = Post(text=words, number=number)
        self._posts.write(about, post)
        return post

    def _find(self, words: str) -> str | None:
        """Return the number of the post that says ``words``; None when the Page has none."""
        asked = {"fields": "id,message", "limit": str(LOOKED_THROUGH)}
        rows = self._ask("GET", f"/{self._page}/published_posts", asked).get("data")
        if not isinstance(rows, list):
            raise not_understood()
        for row in rows:
            if isinstance(row, dict) and _same(row.get("message"), words):
                return str(row.get("id"))
        return None

    def _read_back(self, post: Post) -> Remark:
        """Read a post as people do who are not its admins."""
        page, _, story = post.number.partition("_")
        where = f"{WEB}/{page}/posts/{story}"
        reply = self._readers.ask(
            "GET", "/plugins/post.php", form={"href": where, "show_text": "true"}
        )
        seen = unescape(reply.body.decode(errors="replace"))
        start = _plain(post.text)[:READ_BACK]
        if reply.is_fine and start in _plain(seen):
            return Remark(is_fine=True, text="everybody sees the newest post")
        return Remark(
            is_fine=False,
            when_asked=True,
            text=f"nobody but its admins can be sure to see the newest post, {where}",
            remedy="open it in a browser that is not signed in; if it is not there, switch the app "
            "from development to live, and see that the post's audience is Public",
        )

    def _ask(self, method: str, path: str, form: dict[str, str]) -> Reply:
        reply = self.gateway.ask(
            method, f"/{self._version}{path}", headers=self._headers, form=form
        )
        error = reply.get("error")
        if isinstance(error, dict):
            raise _fault(error, reply)
        if not reply.is_fine:
            raise refusal(reply)
        return reply


class _SameAgainError(DeliveryError):
    """Facebook has just published the same words: they are out."""


def open_facebook(name: ChannelName, url: str) -> Channel:
    """Return the channel of a Facebook Page.

    Raises:
        DeliveryError: the URL cannot be used.
    """
    return FacebookPage(name, read_link(url, options=OPTIONS))


def _fault(error: dict[str, Any], reply: Reply) -> DeliveryError:
    code = error.get("code")
    code = code if isinstance(code, int) else 0
    if code == THE_SAME:
        return _SameAgainError(Retry.UNKNOWN, f"error {code}: it has these words already")
    if code in TOO_MANY:
        pause_s = reply.after_s or PAUSE_S
        return DeliveryError(Retry.TRANSIENT, f"error {code}: too many requests", pause_s)
    if code in FOR_GOOD:
        return DeliveryError(Retry.PERMANENT, f"error {code}: {FOR_GOOD[code]}")
    passes = reply.status in LATER or error.get("is_transient") is True
    if not code or code in IN_TROUBLE or passes:
        return DeliveryError(Retry.UNKNOWN, f"error {code}: it is in trouble", reply.after_s)
    known = "look it up in the Graph API's list of errors"
    if (code, error.get("error_subcode")) == NO_SUCH:
        known = "somebody took the post away, and none is put in its place"
    return DeliveryError(Retry.PERMANENT, f"error {code}: {known}")


def _of_token(data: dict[str, Any], at: datetime | None) -> Remark:
    if data.get("is_valid") is not True:
        return Remark(is_fine=False, text="Facebook's token has ended", remedy=NEW_TOKEN)
    ends = [data.get("expires_at"), data.get("data_access_expires_at")]
    numbers = [end for end in ends if isinstance(end, int) and end > 0]
    if not numbers or at is None:
        return Remark(is_fine=True, text="Facebook takes the token, which does not end")
    end = datetime.fromtimestamp(min(*numbers, 2**33), UTC)
    text = f"Facebook's token ends on {end:%Y-%m-%d}"
    if end - at > WARNED:
        return Remark(is_fine=True, text=text)
    return Remark(is_fine=False, text=text, remedy=f"before that, {NEW_TOKEN}")


def _words(text: Text) -> str:
    parts = (harmless(text.title, one_line=True), harmless(text.body).strip())
    return "\n\n".join(part for part in parts if part)[:LONGEST] or "-"


def _same(message: object, words: str) -> bool:
    return isinstance(message, str) and _plain(message) == _plain(words)


def _plain(text: str) -> str:
    return " ".join(text.split())
