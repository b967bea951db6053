"""The service as systemd and a NOC admin see it: started, asked, stopped, started again."""

import json
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from netwatch.intake.door import DoorRefusedError
from netwatch.model.arrivals import Acknowledge, Hold, Resume
from netwatch.model.facts import (
    FilesLoaded,
    PublishHeld,
    ServiceStarted,
    TroubleBegan,
)
from netwatch.model.names import IncidentId
from tests.edges.service_house import SETTINGS, House
from tests.edges.test_check_large import SUBSCRIBERS, write_large
from tests.unit.service.story import NIGHT

STALL_S = 3.0
"""A door that is shut for longer than this would look dead to people."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.end()


@pytest.mark.alone
def test_starts_answers_and_stops_within_five_seconds(house: House) -> None:
    house.start()
    started, loaded = house.facts()[:2]
    assert isinstance(started, ServiceStarted)
    assert isinstance(loaded, FilesLoaded)
    code, took_s = house.stop()
    assert (code, took_s < 5) == (0, True)
    assert not (house.state / "run" / "door.sock").exists()


def test_systemd_is_told_of_ready_of_life_and_of_the_end(house: House, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        house.start(
            environ={"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000000"}
        )
        assert systemd.recv(4096).startswith(b"READY=1\nSTATUS=2 devices, 0 open incidents")
        assert systemd.recv(4096).startswith(b"WATCHDOG=1\nSTATUS=")
        house.run("reload")
        heard = [systemd.recv(4096) for _ in range(2)]
        while not heard[-1].startswith(b"READY=1"):
            heard.append(systemd.recv(4096))
        assert any(word.startswith(b"RELOADING=1\nMONOTONIC_USEC=") for word in heard)
        house.stop()
        while not heard[-1].startswith(b"STOPPING=1"):
            heard.append(systemd.recv(4096))


def test_a_hold_outlives_a_restart(house: House) -> None:
    house.start()
    house.door.bring(Hold(at=NIGHT, by="ewa"))
    house.stop(signal.SIGKILL)
    house.start()
    assert house.door.call("status")["held"] is True
    house.door.bring(Resume(at=NIGHT, by="ewa"))
    with pytest.raises(DoorRefusedError, match="nothing is held"):
        house.door.bring(Resume(at=NIGHT, by="ewa"))
    with pytest.raises(DoorRefusedError, match="there is no incident I-7"):
        house.door.bring(Acknowledge(at=NIGHT, incident=IncidentId("I-7"), by="ewa"))
    held = [fact for fact in house.facts() if isinstance(fact, PublishHeld)]
    assert len(held) == 1


def test_a_second_service_on_the_same_state_is_refused(house: House) -> None:
    house.start()
    second = house.run("run")
    assert second.returncode == 2
    assert "a service already runs on" in second.stderr


def test_bad_files_and_none_from_before_is_exit_2_with_every_mistake(house: House) -> None:
    house.write("b.yaml", "devices:\n  - {id: sw-2, kind: swich, uplink: [core-2]}\n")
    ended = house.run("run")
    assert ended.returncode == 2
    assert "inventory/b.yaml:2:" in ended.stderr
    assert "did you mean 'core-1'?" in ended.stderr


def test_bad_files_at_a_start_leave_the_last_good_ones_in_force_and_the_staff_is_told(
    house: House,
) -> None:
    house.start()
    house.until((house.state / "last-good" / "digest").exists)
    before = house.door.call("status")["inventory"]
    house.stop()
    house.write("b.yaml", "devices: [\n")
    house.start()
    status = house.door.call("status")
    assert status["inventory"] == before
    assert "the last good files are used" in status["troubles"]["files"]
    house.write("b.yaml", "")
    house.run("reload")
    house.until(lambda: "files" not in house.door.call("status")["troubles"])


def test_a_secret_that_is_not_there_is_exit_2_with_its_place(house: House) -> None:
    house.config.write_text(SETTINGS + '[channels.duty]\nurl = "file:none"\n')
    ended = house.run("run")
    assert ended.returncode == 2
    assert "netwatch.toml:8:1: the secret file" in ended.stderr


def test_a_damaged_journal_gives_way_to_its_hourly_copy_and_the_staff_is_told(
    house: House,
) -> None:
    house.start()
    house.until((house.state / "journal.db.hourly").exists)
    house.stop()
    damage(house.state / "journal.db")
    house.start()
    house.until_fact(lambda f: isinstance(f, TroubleBegan) and f.where == "journal file")
    assert (house.state / "journal.db.damaged-1").exists()
    started = [fact for fact in house.facts() if isinstance(fact, ServiceStarted)]
    assert len(started) == 2, "what was decided before is still known"


def test_with_the_copy_damaged_too_a_new_journal_is_begun(house: House) -> None:
    house.start()
    house.until((house.state / "journal.db.hourly").exists)
    house.stop()
    damage(house.state / "journal.db")
    damage(house.state / "journal.db.hourly")
    house.start()
    house.until_fact(lambda f: isinstance(f, TroubleBegan) and "forgotten" in f.what)


def damage(journal: Path) -> None:
    raw = bytearray(journal.read_bytes())
    raw[100:6000] = b"\xa5" * 5900
    journal.write_bytes(raw)


def test_a_crash_does_not_wait_for_a_send_that_hangs(house: House) -> None:
    with socket.socket() as gateway:
        gateway.bind(("127.0.0.1", 0))
        gateway.listen()
        url = f"json://127.0.0.1:{gateway.getsockname()[1]}/"
        house.config.write_text(SETTINGS + f'[channels.duty]\nurl = "{url}"\n')
        house.start()
        house.write("b.yaml", "devices: [\n")
        assert house.run("reload").returncode == 2
        gateway.settimeout(20)
        send, _ = gateway.accept()  # and never answers
        db = sqlite3.connect(house.state / "journal.db")
        db.execute("DROP TABLE fact")
        db.close()

        began = time.monotonic()
        house.run("publish", "hold")
        assert house.process is not None
        code = house.process.wait(30)

        send.close()
    assert (code, time.monotonic() - began < 10) == (1, True)
    assert "no such table: fact" in house.log.read_text()


def test_a_journal_that_another_program_holds_is_no_reason_to_stop_trying(house: House) -> None:
    house.start()
    house.stop()
    with closing(sqlite3.connect(house.state / "journal.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        ended = house.run("run")
    assert ended.returncode == 3, "2 would keep systemd from starting it again"
    assert "another program holds the journal" in ended.stderr


def test_a_journal_of_a_newer_netwatch_is_refused_politely(house: House) -> None:
    house.start()
    house.stop()
    db = sqlite3.connect(house.state / "journal.db")
    db.execute("PRAGMA user_version = 99")
    db.close()
    ended = house.run("run")
    assert ended.returncode == 2
    assert "install the newer netwatch again" in ended.stderr


def test_what_came_in_is_on_the_tape_and_can_be_played(house: House) -> None:
    tape = house.folder / "night.jsonl"
    house.start("--tape", str(tape))
    house.until(lambda: tape.exists() and '"check":"icmp"' in tape.read_text())
    house.stop()
    first, second = (json.loads(line) for line in tape.read_text().splitlines()[:2])
    assert "started" in first
    assert second["loaded"]["inventory"].startswith("sha256:")
    played = house.run("replay", "--tape", str(tape), "--inventory", str(house.inventory))
    assert played.returncode == 0, played.stderr


class _Switch(BaseHTTPRequestHandler):
    """A dead-man's switch that remembers being told."""

    told: list[str]

    def do_GET(self) -> None:
        self.told.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


def test_heartbeat_tells_the_outside_only_while_the_service_goes_on(house: House) -> None:
    told: list[str] = []
    handler = type("Told", (_Switch,), {"told": told})
    with HTTPServer(("127.0.0.1", 0), handler) as switch:
        thread = threading.Thread(target=switch.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{switch.server_port}/ping/abc"
        (house.folder / "url").write_text(url)
        house.config.write_text(SETTINGS + '[heartbeat]\nurl = "file:url"\n')
        house.start()
        assert house.run("heartbeat").returncode == 0
        house.stop()
        gone = house.run("heartbeat")
        switch.shutdown()
        thread.join()
    assert gone.returncode in (1, 3)
    assert "no service answers" in gone.stderr
    assert told == ["/ping/abc"]


def test_facts_are_printed_a_line_each(house: House) -> None:
    house.start()
    printed = house.run("facts", "--after", "1")
    first = json.loads(printed.stdout.splitlines()[0])
    assert (first["seq"], first["fact"]) == (2, "FilesLoaded")


def test_a_large_network_is_watched_and_the_door_stays_open_while_it_is_read_anew(
    house: House,
) -> None:
    for path in house.inventory.iterdir():
        path.unlink()
    write_large(house.inventory)
    house.start()
    assert house.door.call("status")["subscribers"] == SUBSCRIBERS
    with (house.inventory / "network.yaml").open("a") as file:
        file.write("services: []\n")
    reloading = threading.Thread(target=lambda: house.run("reload"))
    began = time.monotonic()
    reloading.start()
    answers_s = []
    while reloading.is_alive():
        asked = time.monotonic()
        house.door.call("status")
        answers_s.append(time.monotonic() - asked)
        time.sleep(0.01)
    took_s = time.monotonic() - began
    assert sum(isinstance(fact, FilesLoaded) for fact in house.facts()) == 2
    assert max(answers_s) < max(took_s / 2, STALL_S), "a reload shuts the door"
