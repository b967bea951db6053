"""A push service on loopback, as RFC 8030 and the browsers' makers describe theirs."""

from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any

from py_vapid import Vapid02

from tests.browsers import Subscribed
from tests.edges.receiver import Asked, Plan

LARGEST, LONGEST_TOPIC = 4096, 32
URGENCIES = ("very-low", "low", "normal", "high")


@dataclass
class FakePushService:
    """Takes what is sealed for a browser of its own and signed by who subscribed it."""

    web: str = ""
    browsers: dict[str, Subscribed] = field(default_factory=dict)
    """By the path of its address."""
    sender: str = ""
    """The public key that browsers were subscribed with; empty: of the first who sends."""
    shown: list[tuple[str, Any]] = field(default_factory=list)
    """Which browser showed what, in order."""
    heads: list[dict[str, str]] = field(default_factory=list)

    def subscribe(self, name: str) -> Subscribed:
        """Return a new subscription."""
        one = self.browsers[f"/push/{name}"] = Subscribed(f"{self.web}/push/{name}")
        return one

    def __call__(self, asked: Asked) -> Plan:
        head = {name.lower(): value for name, value in asked.head.items()}
        self.heads.append(head)
        browser = self.browsers.get(asked.path)
        if asked.method != "POST" or browser is None:
            return Plan(410 if asked.method == "POST" else 405)
        if not self._is_sender(head.get("authorization", "")):
            return Plan(403)
        if len(asked.body or b"") > LARGEST:
            return Plan(413)
        if not _is_sound(head):
            return Plan(400)
        self.shown.append((asked.path.rpartition("/")[2], browser.reads(asked.body)))
        return Plan(201, (("Location", f"{self.web}/message/{len(self.shown)}"),))

    def _is_sender(self, said: str) -> bool:
        if not said.startswith("vapid ") or not Vapid02.verify(said):
            return False
        claims = said.partition("t=")[2].split(".")[1]
        plain = urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode().replace(" ", "")
        self.sender = self.sender or said.rpartition("k=")[2]
        mine = said.rpartition("k=")[2] == self.sender
        return mine and f'"aud":"{self.web}"' in plain and '"sub":"mailto:' in plain


def _is_sound(head: dict[str, str]) -> bool:
    topic = head.get("topic", "")
    named = not topic or topic.replace("-", "").replace("_", "").isalnum()
    known = head.get("urgency") in URGENCIES and head.get("content-encoding") == "aes128gcm"
    return head.get("ttl", "").isdigit() and known and named and len(topic) <= LONGEST_TOPIC
