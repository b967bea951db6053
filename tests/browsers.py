"""A browser that somebody subscribed in: its keys, and what it can read."""

import json
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from netwatch.model.browsers import Browser


@dataclass
class Subscribed:
    """One browser; ``endpoint`` is its address at its push service."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def browser(self) -> Browser:
        return Browser(endpoint=self.endpoint, point=self.point, secret=self.secret)

    @property
    def said(self) -> str:
        """Return what its ``PushSubscription.toJSON()`` gives."""
        keys = {"p256dh": coded(self.point), "auth": coded(self.secret)}
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})

    def reads(self, body: bytes) -> Any:
        plain = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        return json.loads(plain)


def coded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
