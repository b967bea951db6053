"""What visitors of the page ask and say, through a real ``netwatch web``."""

import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from netwatch.intake.doorkeeper import RefusedError
from netwatch.web.forms import WORK_BITS
from tests.edges.test_web import Guests
from tests.edges.web_house import DEADLINE_S, Served, visited
from tests.unit.delivery.page.hostile import HOSTILE as HOSTILE_TEXTS
from tests.unit.web.asked import OUT, Town

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TAG = re.compile(r"<[a-zA-Z/!]")
GOOD, RIGHT = ("good",), ("right",)
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}\u202e\"'"


@pytest.fixture
def line() -> "Line":
    return Line()


@pytest.fixture
def town(line: "Line") -> Town:
    more = {"link": line.link, "inbound": line.inbound, "delivery": line.delivery}
    return Town(more=more).outage()


@pytest.fixture
def served(tmp_path: Path, town: Town) -> Iterator[Served]:
    with visited(tmp_path, Guests(), town.visitors.asks) as serving:
        yield serving


def _until_known(served: Served) -> None:
    until = time.monotonic() + DEADLINE_S
    while "answer blind" in served.send("/en/me", {"address": "Polna 7"})[2]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_who_is_out_hears_so_in_their_language(served: Served) -> None:
    _until_known(served)
    for language, words in (
        ("pl", "Tak, jest tu awaria"), ("en", "Yes, there is an outage here"),
        ("cs", "Ano, je tu výpadek"), ("sk", "Áno, je tu výpadok"), ("uk", "Так, тут аварія"),
        ("de", "Ja, hier ist eine Störung"), ("ru", "Да, здесь авария"),
    ):  # fmt: skip
        status, headers, body = served.send(f"/{language}/me", {"address": "ul. Polna 7, Dolina"})
        assert status == 200
        assert words in body
        assert f'<html lang="{language}">' in body
        assert "20:02" in body
        assert headers["cache-control"] == "no-store"
        assert "set-cookie" not in headers
    assert "unsafe" not in headers["content-security-policy"]
    assert "form-action 'self'" in headers["content-security-policy"]


def test_known_and_unknown_look_the_same_over_a_thousand_tries(served: Served) -> None:
    """A customer with service, and nobody: status, headers, length and time tell no difference."""
    _until_known(served)
    kinds = {
        "customer": {"number": "S-1008", "proof": "8"},
        "wrong proof": {"number": "S-1007", "proof": "9"},
        "nobody": {"number": "S-9008", "proof": "8"},
        "address": {"address": "Leśna 4A, Dolina"},
        "no address": {"address": "Leśną 4B, Dolinę"},
    }
    took: dict[str, list[float]] = {name: [] for name in kinds}
    answers: dict[str, set[tuple[int, int, tuple[str, ...], str]]] = {name: set() for name in kinds}
    for number in range(1000):
        name = list(kinds)[number % len(kinds)]
        source = f"127.9.{number % 200}.{number % 7 + 1}"
        began = time.perf_counter()
        status, headers, body = served.send("/en/me", kinds[name], source=source)
        took[name].append(time.perf_counter() - began)
        words = re.search(r'<section class="answer.*?</h2>', body, re.DOTALL)
        assert words is not None
        answers[name].add((status, len(body.encode()), tuple(sorted(headers)), words[0]))
    assert len(set.union(*answers.values())) == 1, answers
    medians = [statistics.median(times) for times in took.values()]
    assert max(medians) - min(medians) < 0.005, took


def test_an_answer_is_as_long_for_who_is_out_as_for_who_is_not(served: Served) -> None:
    _until_known(served)
    out = served.send("/en/me", {"number": "S-1007", "proof": "7"})[2]
    well = served.send("/en/me", {"number": "S-1008", "proof": "8"})[2]
    assert "answer down" in out
    assert "answer unknown" in well
    assert len(out.encode()) == len(well.encode())


def test_hostile_words_stay_words(served: Served) -> None:
    for path in ("/en/me", "/en/report"):
        status, _, body = served.send(path, {"address": HOSTILE, "number": HOSTILE})
        assert status == 200
        assert "<script>" not in body
        assert "{{ 7*7 }}" in body


def test_two_hundred_hostile_strings_change_nothing_but_the_text(served: Served) -> None:
    _until_known(served)
    plain = len(
        TAG.findall(served.send("/en/me", {"address": "x", "number": "x", "proof": "x"})[2])
    )
    for number, text in enumerate(HOSTILE_TEXTS):
        source = f"127.8.{number}.1"
        fields = dict.fromkeys(("address", "number", "proof"), f"x{text}")
        status, _, body = served.send("/en/me", fields, source=source)
        assert status in (200, 400, 413), text
        if status == 200:
            assert len(TAG.findall(body)) == plain, text
            assert not UNSEEN.search(body), text


def test_what_is_no_form_of_ours_is_not_taken(served: Served) -> None:
    fields = {"address": "Polna 7"}
    assert served.send("/en/me", fields, Origin="https://stranger.example")[0] == 403
    assert served.send("/en/me", fields, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert served.send("/en/me", fields, **{"Content-Type": "application/json"})[0] == 415
    assert served.send("/en/me", {"address": "x" * 9000})[0] == 413
    assert served.send("/en/me", {str(n): "x" for n in range(60)})[0] == 400
    assert served.send("/xx/me", fields)[0] == 404
    assert (
        served.get(served.page, "/me", **{"Accept-Language": "de-AT,en;q=0.5"})[1]["location"]
        == "/de/me"
    )


def test_a_report_with_work_is_taken_once_and_reaches_the_service(
    served: Served, town: Town
) -> None:
    _until_known(served)
    fields = {"number": "S-1007", "proof": "7", "text": "nie działa"}
    form = served.get(served.page, "/pl/report")[2]
    fields |= {"token": _token(form), "work": _work(_token(form))}
    status, _, body = served.send("/pl/report", fields)
    assert (status, "Dziękujemy" in body) == (200, True)
    until = time.monotonic() + DEADLINE_S
    while not town.tray.said:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert "straciły" not in served.send("/pl/report", fields)[2]
    assert "stracił ważność" in served.send("/pl/report", fields)[2]
    assert [getattr(one, "subscriber", "") for one in town.tray.said] == [OUT[3]]


def test_without_a_script_a_form_is_taken_after_a_while(served: Served) -> None:
    token = _token(served.get(served.page, "/en/report")[2])
    fields = {"number": "S-1007", "proof": "7", "token": token}
    _, _, body = served.send("/en/report", fields)
    assert "One moment" in body
    assert f'value="{token}"' in body
    assert "has grown old" in served.send("/en/report", fields | {"token": f"1.x.{'0' * 32}"})[2]


def test_a_network_that_sends_too_many_reports_is_told_to_wait(served: Served) -> None:
    _until_known(served)
    statuses = []
    for _ in range(7):
        token = _token(served.get(served.page, "/en/report")[2])
        fields = {"number": "S-1", "proof": "7", "token": token, "work": _work(token)}
        statuses.append(served.send("/en/report", fields)[0])
    assert statuses == [200] * 5 + [429] * 2


def _token(form: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', form)
    assert found is not None, form
    return found[1]


def _work(token: str) -> str:
    for number in range(1 << 22):
        digest = sha256(f"{token}:{number}".encode()).digest()
        if int.from_bytes(digest[:4], "big") >> (32 - WORK_BITS) == 0:
            return str(number)
    raise AssertionError("no work was found")


@dataclass
class Line:
    """The service's end of links and webhooks."""

    said: list[dict[str, Any]] = field(default_factory=list)
    pressed: bool = False

    async def link(self, question: dict[str, Any], _who: str) -> dict[str, Any]:
        if question["token"] not in GOOD or self.pressed:
            raise RefusedError("this link was used already")
        self.pressed = question["press"] is True
        return {"does": HOSTILE, "person": "on-call", "done": self.pressed}

    async def inbound(self, question: dict[str, Any], _who: str) -> dict[str, Any]:
        if question["secret"] not in RIGHT:
            raise RefusedError("the secret is not right")
        self.said.append({name: question[name] for name in ("way", "from", "text")})
        return {"taken": True}

    async def delivery(self, question: dict[str, Any], _who: str) -> dict[str, Any]:
        if question["secret"] not in RIGHT:
            raise RefusedError("the secret is not right")
        self.said.append({name: question[name] for name in question if name != "secret"})
        return {"taken": True}


def test_a_link_does_nothing_until_its_button_is_pressed(served: Served, line: Line) -> None:
    for _ in range(3):
        status, headers, body = served.get(served.page, "/go/good")
        assert (status, "Please confirm" in body, line.pressed) == (200, True, False)
    assert "<script>" not in body
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert served.send("/go/good", {}, Origin="https://stranger.example")[0] == 403
    assert not line.pressed
    status, _, body = served.send("/go/good", {})
    assert (status, "Done" in body, line.pressed) == (200, True, True)
    status, _, body = served.send("/go/good", {})
    assert (status, "used already" in body) == (410, True)
    assert served.get(served.page, "/go/nobodys")[0] == 410


def test_gateways_tell_what_became_of_messages_and_no_number_goes_on(
    served: Served, line: Line
) -> None:
    told = {"MsgId": "1", "idx": "m1", "status": "404", "to": "48555010101"}
    assert served.send("/in/delivery?secret=right", told)[::2] == (200, "OK")
    assert served.send("/in/delivery?secret=wrong", told)[0] == 403
    (said,) = line.said
    assert (said["idx"], said["status"]) == ("m1", "404")
    assert "48555010101" not in str(said)


def test_gateways_hand_in_what_people_answer(served: Served, line: Line) -> None:
    right = {"X-Netwatch-Secret": "right"}
    assert served.send("/in/sms", {"sms_from": "48555", "sms_text": "HOLD"}, **right)[0] == 200
    assert served.send("/in/voice", {"caller": "48555", "digits": "9"}, **right)[0] == 200
    assert served.send("/in/sms", {"from": "48555", "text": "x"})[0] == 403
    assert served.send("/in/pigeon", {}, **right)[0] == 404
    json = {"Content-Type": "application/json"} | right
    assert served.send("/in/sms", {"not": "json"}, **json)[0] == 400
    assert line.said == [
        {"way": "sms", "from": "48555", "text": "HOLD"},
        {"way": "voice", "from": "48555", "text": "9"},
    ]


def test_a_browser_is_let_go_by_its_own_word_alone(served: Served) -> None:
    _until_known(served)
    said = {"stop": "https://fcm.googleapis.com/fcm/send/ewa"}
    assert served.send("/en/subscribe", said)[0] == 204
    assert served.send("/en/subscribe", said, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert served.send("/en/subscribe", said, **{"Content-Type": "application/json"})[0] == 415


def test_the_script_that_shows_notices_is_our_own_and_is_whole(served: Served) -> None:
    for name in ("visit-worker.js", "visit-push.js"):
        status, headers, body = served.get(served.page, f"/{name}")
        assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert "{{" not in body
        assert "worker-src 'self'" in headers["content-security-policy"]
    assert "Hier keine Mitteilungen mehr" in served.get(served.page, "/visit-worker.js")[2]
