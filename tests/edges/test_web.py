"""netwatch web, as a browser meets it: the page as it lies there, the console that never lies."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netwatch.intake.arrivals import Foreign
from netwatch.intake.doorkeeper import Brought
from netwatch.model.arrivals import Command
from netwatch.service.clock import SteadyClock
from tests.edges.ports import free_port
from tests.edges.web_house import DEADLINE_S, Served, door_at, serving, start_web

HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\u202e\"'"
INCIDENT: dict[str, Any] = {
    "id": "I-7",
    "kind": "outage",
    "cause": "fibre",
    "root_cause": ["link:l-core-sw"],
    "also_possible": ["risk:duct-12"],
    "opened_at": "2026-11-14T19:02:41Z",
    "closed_at": None,
    "confidence": 0.998,
    "services": ["internet"],
    "areas": ["polna"],
    "subscribers": 312,
    "because": "12 of 12 asked below link:l-core-sw are silent, since 2026-11-14T19:02:40Z",
    "against": "nothing asked below it answers",
    "runner_up": None,
    "alarms": 13,
    "state": "acknowledged",
    "owner": HOSTILE,
    "expected_end": None,
    "notes": [{"at": "2026-11-14T19:04:00Z", "by": "ewa", "text": HOSTILE}],
    "confirmed_at": None,
    "restored_at": None,
    "without_now": 300,
    "streets": ["ul. Polna 1-19", HOSTILE],
    "streets_more": 12,
    "possibly": 4,
    "phase": "confirmed",
    "next": "say until when: netwatch incident eta I-7 TIME",
}


class Guests:
    """A house whose board is what the test wants."""

    def __init__(self) -> None:
        self.incidents: list[dict[str, Any]] = []
        self.asked = 0

    async def bring(self, command: Command) -> Brought:
        raise AssertionError(f"the console brought a command: {command}")

    def take(self, arrival: Foreign) -> bool:
        raise AssertionError(f"the console brought an arrival: {arrival}")

    async def facts(self, after: int, limit: int) -> list[dict[str, Any]]:
        raise AssertionError(f"the console read {limit} facts after {after}")

    async def news(self, after: int) -> None:
        raise AssertionError(f"the console waits for news after {after}")

    def status(self) -> dict[str, Any]:
        told = {"placed": 300, "by_area": 40, "not_placed": 2, "costs": {"parent": 17}}
        return {
            "goes_on": True, "mode": "shadow", "held": False, "subscribers": 342, "coverage": told,
        }  # fmt: skip

    def board(self) -> dict[str, Any]:
        self.asked += 1
        return {"incidents": self.incidents, "troubles": {"channel:duty": HOSTILE}}

    async def reload(self, *, allow_removal: bool) -> dict[str, Any]:
        raise AssertionError(f"the console asked for a reload, {allow_removal}")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    page, desk = free_port(), free_port()
    config = tmp_path / "netwatch.toml"
    config.write_text(
        f'name = "Dolina"\ntimezone = "Europe/Warsaw"\nstate = "{tmp_path}"\n'
        f'[web]\npublic = "127.0.0.1:{page}"\nconsole = "127.0.0.1:{desk}"\n'
    )
    with serving(config) as (process, said):
        yield Served(tmp_path, page, desk, process)
    assert said == [
        f"[web] public: http://127.0.0.1:{page}/\n",
        f"[web] console: http://127.0.0.1:{desk}/\n",
    ]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Guests]:
    """Open a door where the settings of ``served`` look for it."""
    guests = Guests()
    with door_at(tmp_path / "run" / "door.sock", guests):
        yield guests


def test_the_page_is_served_as_it_lies_there(served: Served) -> None:
    website = served.home / "website"
    (website / "pl").mkdir(parents=True)
    (website / "index.html").write_text("<p>Dolina</p>")
    (website / "pl" / "polna.html").write_text("<p>Awaria</p>")
    (website / "outages.json").write_text("{}")
    (website / "banner.html").write_text("<p>Awaria</p>")

    status, headers, body = served.get(served.page, "/")
    assert (status, body) == (200, "<p>Dolina</p>")
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"].startswith("public, max-age=15")
    assert "server" not in headers
    assert served.get(served.page, "/pl/polna.html")[2] == "<p>Awaria</p>"
    assert served.get(served.page, "/outages.json")[1]["access-control-allow-origin"] == "*"
    for place in ("/banner.html", "/pl/more/banner.html"):
        banner = served.get(served.page, place)[1]
        assert "frame-ancestors *" in banner["content-security-policy"]


def test_nothing_outside_the_page_and_nothing_unfinished_is_served(served: Served) -> None:
    website = served.home / "website"
    (website / ".new").mkdir(parents=True)
    (website / ".new" / "0").write_text("half a page")
    (website / "index.html").write_text("<p>Dolina</p>")
    (website / "out").symlink_to(served.home / "netwatch.toml")

    for path in (
        "/.new/0",
        "/../netwatch.toml",
        "/..%2fnetwatch.toml",
        "/%2e%2e/netwatch.toml",
        "/out",
        "//etc/passwd",
        "/nothing.html",
        "/%00",
    ):
        status, headers, body = served.get(served.page, path)
        assert status == 404, path
        assert "first page" in body, path
        assert "content-security-policy" in headers, path


def test_a_page_that_was_never_written_says_to_come_again(served: Served) -> None:
    status, headers, body = served.get(served.page, "/")
    assert (status, headers["retry-after"]) == (503, "30")
    assert "not been written yet" in body


def test_the_console_says_who_is_without_service_why_and_what_to_do(
    served: Served, house: Guests
) -> None:
    house.incidents = [INCIDENT, INCIDENT | {"id": "I-6", "state": "closed"}]

    status, headers, body = served.get(served.desk, "/")

    assert status == 200
    for expected in (
        "I-7", "fibre at link:l-core-sw", "<strong>300</strong> without service now, 312 at worst",
        "11-14 20:02:41", "since 11-14 20:02:40", "12 of 12 asked below", "eta I-7 TIME", "shadow",
        "I-6", "ul. Polna 1-19; ", "and 12 more", "4 more people there",
        "<strong>300</strong> of 342 subscribers placed, 40 by area only, 2 not placed",
        "parent (17 people)",
    ):  # fmt: skip
        assert expected in body, expected
    assert headers["cache-control"] == "no-store"
    assert "'unsafe-inline'" not in headers["content-security-policy"]
    assert json.loads(served.get(served.desk, "/api/incidents")[2])["incidents"][0] == INCIDENT


def test_what_people_and_devices_wrote_stays_text(served: Served, house: Guests) -> None:
    house.incidents = [INCIDENT]
    body = served.get(served.desk, "/")[2]
    assert "<script" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in body
    assert " style=" not in body
    assert "onclick" not in body


def test_without_the_service_the_console_says_so_and_comes_back_with_it(
    served: Served, request: pytest.FixtureRequest
) -> None:
    status, _, body = served.get(served.desk, "/")
    assert status == 503
    assert "The service does not answer" in body
    assert "No incident is open" not in body
    status, _, body = served.get(served.desk, "/api/incidents")
    assert status == 503
    assert "no service answers" in json.loads(body)["error"]

    request.getfixturevalue("house")

    clock = SteadyClock()
    until = clock.monotonic() + DEADLINE_S
    while served.get(served.desk, "/")[0] != 200:
        assert clock.monotonic() < until
    assert "No incident is open" in served.get(served.desk, "/")[2]


def test_many_who_look_ask_the_service_once_a_second(served: Served, house: Guests) -> None:
    clock = SteadyClock()
    began = clock.monotonic()
    for _ in range(50):
        assert served.get(served.desk, "/")[0] == 200
    assert house.asked <= clock.monotonic() - began + 1


def test_a_strangers_name_for_this_machine_is_not_answered(served: Served, house: Guests) -> None:
    status, _, body = served.get(served.desk, "/api/incidents", Host="stranger.example")
    assert status == 400
    assert "incidents" not in body


def test_nothing_can_be_posted_to_the_console(served: Served, house: Guests) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.desk, timeout=DEADLINE_S)
    connection.request("POST", "/", body="x" * 1000)
    assert connection.getresponse().status == 405
    connection.close()


def test_an_address_that_is_taken_is_named_with_the_key_that_sets_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = tmp_path / "netwatch.toml"
        config.write_text(f'[web]\npublic = "127.0.0.1:{taken.getsockname()[1]}"\n')
        process = start_web(config)
        out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out) == (2, "")
    assert "Address already in use" in err
    assert "[web] public" in err
