"""An endpoint comes from anybody: none leads into a network that is not public."""

import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from netwatch.delivery.channels.push_services import SERVICES, Services, is_public, named
from netwatch.model.faults import DeliveryError, Retry

KNOWN = Services(named(SERVICES))


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x", "https://FCM.googleapis.com:443/wp/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x", "https://web.push.apple.com/x",
        "https://wns2-db5p.notify.windows.com/w/?token=x",
    ],
)  # fmt: skip
def test_the_push_services_of_browsers_are_asked(endpoint: str) -> None:
    KNOWN.see(urlsplit(endpoint))


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x", "https://fcm.googleapis.com:8443/x", "https://10.0.0.1/x",
        "https://evil.example/fcm.googleapis.com", "https://fcm.googleapis.com.evil.example/x",
        "https://xfcm.googleapis.com/x", "https://push.services.mozilla.com/x",
        "https://evilpush.services.mozilla.com/x", "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:8081/x", "https://localhost/x", "https://[::1]/x", "https://0x7f000001/",
        "https://fcm.googleapis.com./x",
    ],
)  # fmt: skip
def test_nobody_else_is(endpoint: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        KNOWN.see(urlsplit(endpoint))
    assert refused.value.retry is Retry.PERMANENT


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1",
        "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "2001:db8::1", "::127.0.0.1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_known_by_its_address(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["142.250.1.95", "2a00:1450:4001::5f", "::ffff:142.250.1.95"])
def test_what_is_public_is_known_too(address: str) -> None:
    assert is_public(address)


def found(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]

    def answers(*_asked: Any, **_how: Any) -> Any:
        return rows

    monkeypatch.setattr(socket, "getaddrinfo", answers)


def test_a_name_that_leads_inside_by_one_of_its_addresses_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found(monkeypatch, "142.250.1.95", "10.0.0.1")
    with pytest.raises(DeliveryError, match="not public"):
        KNOWN.address("fcm.googleapis.com", 443)
    found(monkeypatch, "142.250.1.95")
    assert KNOWN.address("fcm.googleapis.com", 443) == "142.250.1.95"


def test_an_operator_may_name_hosts_and_addresses_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Services(named(["push.dolina.example:8443", "10.0.0.1", "127.0.0.1:8080", "[::1]:9"]))
    for endpoint in (
        "https://push.dolina.example:8443/x", "https://10.0.0.1/x", "http://127.0.0.1:8080/x",
        "http://[::1]:9/x",
    ):  # fmt: skip
        ours.see(urlsplit(endpoint))
    for endpoint in ("http://push.dolina.example:8443/x", "http://10.0.0.1:443/x"):
        with pytest.raises(DeliveryError, match="https"):
            ours.see(urlsplit(endpoint))
    found(monkeypatch, "10.0.0.1")
    assert ours.address("push.dolina.example", 8443) == "10.0.0.1"
    found(monkeypatch, "10.0.0.2")
    with pytest.raises(DeliveryError, match="not public"):
        ours.address("push.dolina.example", 8443)


@pytest.mark.parametrize(
    "word", ["a/b", "user@host", "*", "*.", "a.*.b", "host:port", "x:99999999"]
)
def test_what_is_no_host_cannot_be_named(word: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        named([word])


@pytest.mark.parametrize(
    ("fault", "retry"),
    [
        (socket.gaierror(socket.EAI_NONAME, "no name"), Retry.PERMANENT),
        (socket.gaierror(socket.EAI_AGAIN, "no answer"), Retry.TRANSIENT),
        (OSError("no network"), Retry.TRANSIENT),
    ],
)
def test_a_name_that_does_not_exist_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, fault: OSError, retry: Retry
) -> None:
    def fails(*_asked: Any, **_how: Any) -> Any:
        raise fault

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(DeliveryError) as refused:
        KNOWN.address("nothing.notify.windows.com", 443)
    assert refused.value.retry is retry
