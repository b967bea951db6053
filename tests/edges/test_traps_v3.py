"""Net-SNMP's own senders are heard over SNMPv3, and learn from us what they do wrong."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.edges.test_traps_command import Service, free_port, receiver, wait_for

pytestmark = pytest.mark.needs("snmptrap", "snmpinform")
KEYS = ("-A", "a secret key", "-X", "another secret key")
SETTINGS = """
[snmp.core]
version = "3"
user = "noc"
auth = "SHA-256"
auth_key = "a secret key"
priv = "AES"
priv_key = "another secret key"
[traps.users.old]
auth = "MD5"
auth_key = "a secret key"
priv = "DES"
priv_key = "another secret key"
[traps.users.plain]
[traps.users.unreadable]
auth = "SHA"
auth_key = "file:is-not-there"
"""
WORDS = ["55", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.3", "i", "3"]


class Sender:
    """A device at 127.31.0.1 that uses Net-SNMP."""

    def __init__(self, port: int, service: Service) -> None:
        self.port, self.service = port, service

    def send(self, how: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [how, "-v3", "-t", "1", "-r", "1", "--clientaddr=127.31.0.1", *options,
             f"127.0.0.1:{self.port}", *WORDS],
            capture_output=True, text=True, check=False, timeout=20,
        )  # fmt: skip

    def told(self, words: str) -> bool:
        return any(words in report["troubles"]["trap keys"] for report in self.service.reports)


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    port = free_port()
    with receiver(tmp_path, options=["--listen", f"127.0.0.1:{port}"], settings=SETTINGS) as (
        _,
        service,
    ):
        yield Sender(port, service)


def test_traps_and_informs_of_every_level_are_heard_and_informs_answered(sender: Sender) -> None:
    best = ("-u", "noc", "-l", "authPriv", "-a", "SHA-256", "-x", "AES", *KEYS)
    old = ("-u", "old", "-l", "authPriv", "-a", "MD5", "-x", "DES", *KEYS)
    plain = ("-u", "plain", "-l", "noAuthNoPriv")
    for number, level in enumerate((best, old, plain)):
        assert sender.send("snmpinform", *level).returncode == 0
        engine = ("-e", f"0x80000000010203{number:02x}")
        assert sender.send("snmptrap", *engine, *level).returncode == 0
    wait_for(sender.service, 6)

    assert {(one["device"], one["oid"]) for one in sender.service.arrivals} == {
        ("core-1", "1.3.6.1.6.3.1.1.5.3")
    }


@pytest.mark.parametrize(
    ("options", "device_learns", "staff_learns"),
    [
        (("-u", "nobody", "-l", "authPriv", "-a", "SHA-256", "-x", "AES", *KEYS),
         "Unknown user name", "as SNMPv3 user 'nobody'"),
        (("-u", "noc", "-l", "authPriv", "-a", "SHA-256", "-x", "AES", "-A", "wrong secret key",
          "-X", "another secret key"), "Authentication failure", "compare auth (SHA-256)"),
        (("-u", "noc", "-l", "noAuthNoPriv"), "Unsupported security level", "stands at authPriv"),
    ],
)  # fmt: skip
def test_a_wrong_user_is_told_to_the_device_and_to_the_staff(
    sender: Sender, options: tuple[str, ...], device_learns: str, staff_learns: str
) -> None:
    sent = sender.send("snmpinform", *options)
    assert sent.returncode != 0
    assert device_learns in sent.stderr
    _until(lambda: sender.told(staff_learns))
    assert sender.service.arrivals == []


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
