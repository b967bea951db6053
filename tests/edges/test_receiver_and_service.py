"""The receiver beside a real service: it learns what is in force, and is missed when dead."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netwatch.model.facts import TroubleBegan, TroubleEnded
from netwatch.service.receiver_watch import INTAKE, RECEIVER
from tests.bench.agent import build
from tests.bench.flood import SOURCE, link_down
from tests.edges.ports import free_port
from tests.edges.service_house import SETTINGS, House
from tests.edges.test_traps_command import trap
from tests.edges.test_traps_provoke import asked

pytestmark = pytest.mark.needs("raw-sockets")


class Receiver:
    """A `netwatch traps` beside a house."""

    def __init__(self, house: House, port: int) -> None:
        self.house, self.port = house, port
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "netwatch", "traps", "--config", str(self.house.config)],
            stderr=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if k != "RUNTIME_DIRECTORY"},
        )
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        assert line.startswith("listening for traps"), line

    def end(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.communicate(timeout=15)
        return self.process.returncode

    def accepted(self) -> int:
        return int(self.house.door.call("receiver").get("counts", {}).get("accepted", 0))

    def send(self, source: str, datagram: bytes, times: int = 1) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((source, 0))
            for _ in range(times):
                sock.sendto(datagram, ("127.0.0.1", self.port))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    port = free_port()
    house = House(tmp_path, SETTINGS + f'[traps]\nlisten = "127.0.0.1:{port}"\n')
    yield house
    house.end()


@pytest.fixture
def receiver(house: House) -> Iterator[Receiver]:
    receiver = Receiver(house, int(house.config.read_text().split("127.0.0.1:")[1].split('"')[0]))
    yield receiver
    if receiver.process is not None and receiver.process.poll() is None:
        receiver.end(signal.SIGKILL)


def test_a_reload_of_the_service_reaches_the_receiver(house: House, receiver: Receiver) -> None:
    house.start()
    receiver.start()
    more = "devices:\n  - {id: sw-9, kind: switch, address: 127.20.7.9, uplink: [core-1]}\n"
    house.write("b.yaml", more)
    assert house.run("reload").returncode == 0

    def heard() -> bool:
        receiver.send("127.20.7.9", trap())
        time.sleep(0.2)
        return receiver.accepted() > 0

    house.until(heard, within_s=20)
    assert receiver.end() == 0


def test_a_dead_receiver_is_told_and_its_return_ends_it(house: House, receiver: Receiver) -> None:
    house.start()
    receiver.start()
    house.until(lambda: house.door.call("receiver")["heard"])
    receiver.end(signal.SIGKILL)
    receiver.start()
    house.until_fact(lambda f: isinstance(f, TroubleBegan) and f.where == RECEIVER, within_s=40)
    house.until_fact(lambda f: isinstance(f, TroubleEnded) and f.where == RECEIVER, within_s=60)
    assert house.door.call("receiver")["deaths"] == 1
    assert receiver.end() == 0


@pytest.mark.needs("gcc")
def test_in_a_flood_a_quiet_device_is_heard_and_the_staff_told_once(
    house: House, receiver: Receiver
) -> None:
    house.config.write_text(house.config.read_text().replace('icmp = "2s"', 'icmp = "1h"'))
    tape = house.folder / "tape.jsonl"
    house.start("--tape", str(tape))
    receiver.start()
    payload = link_down().hex()
    groups = [f"127.99.0.0:1000:{payload}", f"127.20.7.0:1:{payload}"]
    with subprocess.Popen(
        [str(build(SOURCE)), str(receiver.port), "20000", "9", *groups], stdout=subprocess.DEVNULL
    ):
        time.sleep(5)
        receiver.send("127.20.7.2", trap())
        house.until(lambda: "sw-1" in asked(tape), within_s=30)
    house.until_fact(lambda f: isinstance(f, TroubleBegan) and f.where == INTAKE, within_s=20)

    told = house.door.call("receiver")
    assert told["counts"]["received"] + told["counts"]["kernel"] > 100_000
    assert {row["address"][:7] for row in told["strangers"]} == {"127.99."}
    troubles = [fact for fact in house.facts() if isinstance(fact, TroubleBegan)]
    assert [fact.where for fact in troubles].count(INTAKE) == 1
    assert receiver.end() == 0
