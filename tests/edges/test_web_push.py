"""Web push by apprise: what a browser decrypts is what was said."""

import asyncio
import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from netwatch.delivery.channels import Address
from netwatch.delivery.channels.apprise import AppriseChannel
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

ALL = Address(recipient="everyone", language="pl")
WORDS = Text("Awaria", "os. <b>Polna</b>, od 19:02")
PLAIN, POINT = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
YEAR = timedelta(days=365)


@dataclass
class Browser:
    """One subscription, and the push service it came from."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen octets!!"
    status: int = 201
    url: str = ""
    heard: list[tuple[dict[str, str], str]] = field(default_factory=list)

    def subscription(self) -> dict[str, object]:
        public = self.key.public_key().public_bytes(PLAIN, POINT)
        keys = {"p256dh": letters(public), "auth": letters(self.auth)}
        return {"endpoint": f"{self.url}/wpush/v1/abc", "keys": keys}

    def opened(self, body: bytes) -> str:
        """Decrypt a message as RFC 8291 and RFC 8188 say."""
        salt, theirs, sealed = body[:16], body[21 : 21 + body[20]], body[21 + body[20] :]
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        ours = self.key.public_key().public_bytes(PLAIN, POINT)
        shared = self.key.exchange(ec.ECDH(), sender)
        start = derived(self.auth, shared, b"WebPush: info\0" + ours + theirs, 32)
        key = derived(salt, start, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(salt, start, b"Content-Encoding: nonce\0", 12)
        return AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0").rstrip(b"\x02").decode()


def derived(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def certificate(folder: Path) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + 50 * YEAR)
        .sign(key, hashes.SHA256())
    )
    file = folder / "push.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + in_letters(key))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def in_letters(key: ec.EllipticCurvePrivateKey) -> bytes:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())


@contextmanager
def subscribed(folder: Path, browser: Browser) -> Iterator[str]:
    """Yield the URL of a channel to one browser, its push service being here."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            browser.heard.append((dict(self.headers), browser.opened(body)))
            self.send_response(browser.status)
            self.send_header("Retry-After", "11")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = certificate(folder).wrap_socket(server.socket, server_side=True)
    browser.url = f"https://127.0.0.1:{server.server_address[1]}"
    (folder / "key.pem").write_bytes(in_letters(ec.generate_private_key(ec.SECP256R1())))
    (folder / "browsers.json").write_text(json.dumps({"ewa": browser.subscription()}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        files = f"keyfile={folder}/key.pem&subfile={folder}/browsers.json"
        yield f"vapid://noc@dolina.example/ewa?{files}&verify=no"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(url: str) -> str:
    async def story() -> str:
        channel = AppriseChannel(ChannelName("push"), url)
        try:
            return await channel.send(ALL, WORDS, NoticeKey("I-1/public/push/everyone/confirmed/1"))
        finally:
            await channel.close()

    return asyncio.run(story())


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_browser_hears_what_was_said(tmp_path: Path) -> None:
    browser = Browser()
    with subscribed(tmp_path, browser) as url:
        assert send(url) == "HTTP 201"

    ((head, said),) = browser.heard
    assert said.splitlines() == ["Awaria", "os. <b>Polna</b>, od 19:02"]
    assert head["Authorization"].startswith("vapid t=")
    assert head["Content-Encoding"] == "aes128gcm"


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize(
    ("status", "retry", "after_s"),
    [
        (429, Retry.TRANSIENT, 11.0),
        (503, Retry.TRANSIENT, 11.0),
        (410, Retry.PERMANENT, 11.0),
        (403, Retry.PERMANENT, 11.0),
    ],
)
def test_every_answer_of_a_push_service_has_its_meaning(
    status: int, retry: Retry, after_s: float, tmp_path: Path
) -> None:
    with (
        subscribed(tmp_path, Browser(status=status)) as url,
        pytest.raises(DeliveryError) as caught,
    ):
        send(url)

    assert (caught.value.retry, caught.value.after_s) == (retry, after_s)
