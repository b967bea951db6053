"""A payload is read by one browser alone, and each request says who sends it."""

import stat
from base64 import urlsafe_b64decode
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from netwatch.delivery.channels.push_keys import (
    FILE,
    KEPT_S,
    LASTS_S,
    kept_keys,
    made_keys,
    new_keys,
    sealed,
)
from netwatch.model.browsers import Browser
from netwatch.model.faults import DeliveryError, Retry
from tests.browsers import Subscribed

FAR = "https://push.example.net"
NOC = "mailto:noc@dolina.example"


def octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(octets(text), "big"), ec.SECP256R1())


def test_a_payload_is_sealed_as_rfc_8291_shows_it() -> None:
    """RFC 8291, section 5 and appendix A."""
    browser = Browser(
        endpoint=f"{FAR}/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        point=octets(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        ),
        secret=octets("BTBZMqHH6r4Tts7J_aSIgg"),
    )
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        browser,
        once=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=octets("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert body == octets(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
        "lcy4a-fN"
    )


def test_no_two_payloads_are_alike_and_each_is_read_by_its_browser_alone() -> None:
    ewa, jan = Subscribed(f"{FAR}/ewa"), Subscribed(f"{FAR}/jan")
    bodies = [sealed(b'{"title":"awaria"}', ewa.browser) for _ in range(2)]
    assert len(set(bodies)) == 2
    assert [ewa.reads(one) for one in bodies] == [{"title": "awaria"}] * 2
    with pytest.raises(http_ece.ECEException):
        jan.reads(bodies[0])


def test_a_key_that_is_no_point_of_the_curve_is_refused_for_good() -> None:
    bad = Browser(endpoint=FAR, point=b"\x04" + bytes(64), secret=bytes(16))
    with pytest.raises(DeliveryError) as refused:
        sealed(b"{}", bad)
    assert refused.value.retry is Retry.PERMANENT


def test_a_request_says_who_sends_it_to_whom_and_for_half_a_day() -> None:
    keys, now = new_keys(), [1_800_000_000.0]
    keys.now = lambda: now[0]
    said = keys.authorization(FAR, NOC)
    assert Vapid02.verify(said)
    assert said.rpartition("k=")[2] == keys.public
    assert len(octets(keys.public)) == 65
    claims = octets(said.partition("t=")[2].split(".")[1]).decode()
    assert f'"exp":{int(now[0]) + LASTS_S}' in claims.replace(" ", "")
    assert f'"aud":"{FAR}"' in claims.replace(" ", "")
    assert f'"sub":"{NOC}"' in claims.replace(" ", "")

    assert keys.authorization(FAR, NOC) == said
    assert keys.authorization("https://other.example.net", NOC) != said
    now[0] += KEPT_S
    assert keys.authorization(FAR, NOC) != said
    later = keys.authorization(FAR, NOC)
    now[0] -= 2 * KEPT_S
    assert keys.authorization(FAR, NOC) != later, "a clock that was set back"


def test_the_key_is_made_once_and_nobody_else_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "channels" / "webpush"
    assert kept_keys(folder) is None
    assert not folder.exists()
    made = made_keys(folder)
    assert made_keys(folder).public == made.public
    kept = kept_keys(folder)
    assert kept is not None
    assert kept.public == made.public
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert [one.name for one in folder.iterdir()] == [FILE]


@pytest.mark.parametrize("rubbish", [b"", b"rubbish", b"-----BEGIN\nAAAA\n-----END\n", b"\xff\xfe"])
def test_a_damaged_key_is_told_and_never_replaced(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / FILE).write_bytes(rubbish)
    with pytest.raises(DeliveryError, match="restore it from a backup"):
        made_keys(tmp_path)
    assert (tmp_path / FILE).read_bytes() == rubbish
