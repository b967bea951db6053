"""Whatever crashes when: nothing decided is lost, nothing is said twice to who knows the key."""

import json
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for some hundred lives
ROOT = Path(__file__).parents[2]
SHARES = 2
READY_S = 5.0
LEAST_POINTS = 100


class Receiver(ThreadingHTTPServer):
    """A gateway that knows keys: it hands on each notice once, and counts what it was given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.given: dict[str, Counter[str]] = defaultdict(Counter)
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_address[1]}"


class _Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.given[self.path.strip("/")][self.headers["Idempotency-Key"]] += 1
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def lives(receiver: Receiver, module_tmp_quick: Path) -> list[dict[str, Any]]:
    """Every life: without a crash first, then killed at each point and started again."""
    runs = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.edges.crash_service"),
                *(str(module_tmp_quick), receiver.url, str(share), str(SHARES)),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for share in range(SHARES)
    ]
    with ThreadPoolExecutor(SHARES) as listeners:  # one that nobody listens to would stand still
        told = [*listeners.map(subprocess.Popen.communicate, runs)]
    lived = [json.loads(line) for said, _ in told for line in said.splitlines()]
    complaints = "\n".join(complained[-4000:] for _, complained in told)
    assert all(run.returncode == 0 for run in runs), complaints
    failed = [life for life in lived if "failed" in life]
    assert not failed, (failed, complaints)
    return lived


def whole(lives: list[dict[str, Any]]) -> dict[str, Any]:
    return next(life for life in lives if life["point"] == 0)


def crashed(lives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [life for life in lives if life["point"] > 0]


def test_a_night_has_enough_points_and_each_one_kills(lives: list[dict[str, Any]]) -> None:
    assert len(crashed(lives)) >= LEAST_POINTS
    survived = [life for life in crashed(lives) if life["first"].get("killed") != SIGKILL]
    # Threads race: a life may be over some points earlier than the one that was counted.
    assert len(survived) <= 3, survived
    names = {name.partition(" I-")[0] for name in whole(lives)["points"]}
    assert names >= {
        "journal.before",
        "journal.written",
        "journal.committed",
        "before send website",
        "after send website",
        "before send duty",
        "after send duty",
        "before send sms",
        "after send sms",
    }


def test_each_reader_hears_of_the_outage_and_of_its_end(lives: list[dict[str, Any]]) -> None:
    told = [key for key in whole(lives)["owed"] if "/subscribers/sms/" in key]
    assert told == [
        f"{incident}/subscribers/sms/{reader}/{phase}/1"
        for incident, reader in (("I-1", "S-a0"), ("I-2", "S-b0"), ("I-3", "S-a0"))
        for phase in ("confirmed", "restored")
    ]


def test_the_same_incidents_bear_the_same_names_after_a_crash(lives: list[dict[str, Any]]) -> None:
    expected = whole(lives)["incidents"]
    assert expected == ["I-1", "I-2", "I-3"]
    for life in crashed(lives):
        assert life["incidents"] == expected, life


def test_everything_owed_arrived_and_nothing_arrived_that_was_not_owed(
    lives: list[dict[str, Any]], receiver: Receiver
) -> None:
    for life in crashed(lives):
        assert sorted(receiver.given[str(life["point"])]) == life["owed"], life


def test_every_life_says_the_same_and_each_thing_once(lives: list[dict[str, Any]]) -> None:
    expected = whole(lives)["said"]
    assert len(set(expected)) == len(expected)
    for life in crashed(lives):
        assert life["said"] == expected, (life["point"], life["name"])


def test_only_a_crash_between_send_and_commit_repeats_and_then_once_with_the_same_key(
    lives: list[dict[str, Any]], receiver: Receiver
) -> None:
    for life in crashed(lives):
        given = receiver.given[str(life["point"])]
        repeats = given.total() - len(given)
        assert repeats <= 1, (life["point"], life["name"], given)
        if life["name"].startswith("snapshot"):
            assert repeats == 0


def test_the_page_ends_with_the_truth(lives: list[dict[str, Any]]) -> None:
    for life in crashed(lives):
        phases = {outage["id"]: outage["phase"] for outage in life["page"]}
        assert set(phases.values()) <= {"restored"}, (life["point"], life["name"], phases)


def test_the_journal_is_sound_and_the_service_soon_ready(lives: list[dict[str, Any]]) -> None:
    for life in lives:
        assert life["integrity"] == "ok"
        assert life["ready_s"] <= READY_S
