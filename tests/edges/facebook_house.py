"""The part of the Graph API that a Page's posts need, on loopback: as documented, with a memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import parse_qsl

from tests.edges.gateways import said
from tests.edges.receiver import Asked, Plan

PAGE = "1234567890"
TOKEN = "canary-page-token"  # noqa: S105 - nobody's


def form(raw: bytes) -> dict[str, str]:
    return dict(parse_qsl(raw.decode(), keep_blank_values=True))


def failed(code: int, status: int = 400, **more: object) -> Plan:
    kind = {"type": "OAuthException", "fbtrace_id": "A1", "message": "(#1) canary"}
    return said({"error": {**kind, "code": code, **more}}, status)


@dataclass
class FakeFacebook:
    """A Page, its posts, and who may see them."""

    posts: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    ends: datetime | None = None
    live: bool = True
    """Posts of an app that is still in development are seen by its admins alone."""
    serial: int = 0
    comments: list[dict[str, object]] = field(default_factory=list)
    readable: bool = True
    """The token may read what people write."""

    def __call__(self, asked: Asked) -> Plan:
        self.asked.append((asked.method, asked.path))
        if asked.path == "/plugins/post.php":
            return self.embedded(asked)
        if asked.head.get("Authorization") != f"Bearer {TOKEN}":
            return failed(190, error_subcode=463)
        path = asked.path.removeprefix("/v23.0/")
        if asked.method == "GET":
            return self.read(path, asked.query)
        if path == f"{PAGE}/feed":
            return self.publish(asked.body["message"])
        if path not in self.posts:
            return failed(100, error_subcode=33)
        self.posts[path] = asked.body["message"]
        return said({"success": True})

    def publish(self, message: str) -> Plan:
        if message in list(self.posts.values())[-1:]:
            return failed(506, error_subcode=1455006)
        self.serial += 1
        number = f"{PAGE}_{self.serial}"
        self.posts[number] = message
        return said({"id": number})

    def read(self, path: str, query: Mapping[str, str]) -> Plan:
        if path == "debug_token":
            soon = int(self.ends.timestamp()) if self.ends else 0
            return said({"data": {"is_valid": True, "type": "PAGE", "expires_at": soon}})
        if path.endswith("published_posts") and "comments" in query.get("fields", ""):
            return self.below()
        rows = [{"id": number, "message": words} for number, words in self.posts.items()]
        return said({"data": rows[::-1], "paging": {}})

    def below(self) -> Plan:
        if not self.readable:
            return failed(10, 403)
        rows = [{"id": number} for number in self.posts]
        if rows:
            rows[0] |= {"comments": {"data": self.comments, "paging": {}}}  # type: ignore[dict-item]
        return said({"data": rows})

    def embedded(self, asked: Asked) -> Plan:
        number = asked.query["href"].rpartition("/")[2]
        words = (
            self.posts.get(f"{PAGE}_{number}", "") if self.live else "This content isn't available"
        )
        return Plan(200, (("Content-Type", "text/html"),), f"<p>{escape(words)}</p>".encode())

    def ends_in(self, days: int) -> None:
        self.ends = datetime.now(UTC) + timedelta(days=days)  # noqa: TID251 - as a server tells it
