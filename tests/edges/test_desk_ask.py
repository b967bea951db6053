"""netwatch desk ask, against a service that runs: found, answered, masked, and kept to itself."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.edges.ports import free_port
from tests.edges.service_house import SETTINGS, House
from tests.edges.web_house import start_web
from tests.unit.delivery.page.hostile import HOSTILE

CANARY = "Kanarek"
HOOKS = "known-to-the-switchboard"
PEOPLE = """\
id,device,area,language,name,phone,address,plan,services
S-1,sw-1,polna,pl,Jan Kanarek,+48555010100,"ul. Polna 7/3, Dolina",firma-1000,internet;tv
S-2,sw-1,polna,uk,Олена Шевченко,+380671234567,"ul. Polna 9, Dolina",,internet
S-3,,polna,en,John Smith,,"Leśna 3, Dolina",,internet
S-4,far-1,polna,pl,Ewa Lis,+48555010104,"Krótka 1, Dolina",,internet
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = SETTINGS.replace('["en"]', '["pl", "en"]') + '[contacts]\nkey = "file:key"\n'
    web = f'[web]\nhooks = "file:hooks"\npublic = "127.0.0.1:{free_port()}"\n'
    web += f'console = "127.0.0.1:{free_port()}"\n'
    house = House(tmp_path_factory.mktemp("desk"), settings + web)
    (house.folder / "key").write_text("a secret that is long enough")
    (house.folder / "hooks").write_text(HOOKS)
    house.write("subscribers.csv", PEOPLE)
    far = "devices:\n  - {id: far-1, kind: switch, address: 127.20.7.9, uplink: [sw-1]}\n"
    house.write("far.yaml", far)
    house.start()
    yield house
    house.end()


def asked(house: House, *words: str) -> tuple[int, dict[str, object]]:
    done = house.run("desk", "ask", *words, "--json")
    return done.returncode, json.loads(done.stdout)


def test_a_caller_is_found_by_what_they_say_and_told_of_with_masks(house: House) -> None:
    code, by_phone = asked(house, "555 010 100")
    assert code == 1
    (match,) = by_phone["matches"]  # type: ignore[misc]
    assert (match["subscriber"], match["state"], match["contact"]) == ("S-1", "up", None)
    assert set(match["say"]) == {"phone", "chat", "mail", "messenger"}

    people = house.run("desk", "ask", "kanarek", "polna", "7")
    assert people.returncode == 1
    assert "J*** K***" in people.stdout
    assert "***100" in people.stdout
    assert "555010100" not in people.stdout + people.stderr
    several = house.run("desk", "ask", "polna")
    assert "several lines" in several.stderr


def test_what_is_not_known_is_neither_yes_nor_no(house: House) -> None:
    assert asked(house, "S-3")[0] == 3
    code, nobody = asked(house, "nobody", "at", "all")
    assert (code, nobody["matches"]) == (3, [])
    assert house.run("desk", "ask", " ").returncode == 2
    assert house.run("desk", "ask").returncode == 2


def test_a_callback_needs_no_number_where_one_is_kept(house: House) -> None:
    added = house.run("desk", "callback", "add", "--subscriber", "S-1", "--json")
    assert json.loads(added.stdout)["phone"] == "+48555010100"
    assert house.run("desk", "callback", "add", "--subscriber", "S-3").returncode == 1
    assert house.run("desk", "callback", "add").returncode == 2


def test_hostile_words_neither_break_the_terminal_nor_the_service(house: House) -> None:
    for text in HOSTILE[::25]:
        done = house.run("desk", "ask", "--", text.replace("\0", "") or "x")
        assert done.returncode in {2, 3}
        assert "\x1b" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    for text in HOSTILE:
        if text.strip():
            assert house.door.call("desk-ask", query=text)["matches"] == []


def over_http(
    house: House,
    body: str,
    kind: str = "application/json",
    *,
    path: str = "/api/desk/ask",
    on: str = "console",
    said: str = HOOKS,
) -> tuple[int, Any]:
    port = int(house.config.read_text().partition(f'{on} = "127.0.0.1:')[2].split('"')[0])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Content-Type": kind, "X-Netwatch-Secret": said}
    try:
        connection.request("POST" if body else "GET", path, body.encode(), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_the_console_answers_the_same_over_http(house: House) -> None:
    web = start_web(house.config)
    try:
        assert web.stdout is not None
        while "console" not in web.stdout.readline():
            assert web.poll() is None
        _, on_the_command_line = asked(house, "kanarek")
        status, answer = over_http(house, '{"query": "kanarek"}')
        assert (status, answer) == (200, on_the_command_line)
        assert over_http(house, '{"query": "kanarek"}', "text/plain")[0] == 415
        assert over_http(house, "query=kanarek")[0] == 400
        assert over_http(house, '{"query": ""}')[0] == 400
        assert over_http(house, '{"query": "\\ud800 \\u0000"}')[0] == 200
        assert over_http(house, '{"query": "%s"}' % ("x" * 9000))[0] == 415
        _a_switchboard_asks_and_hands_in(house)
    finally:
        web.terminate()
        web.communicate(timeout=20)


def _a_switchboard_asks_and_hands_in(house: House) -> None:
    def hook(path: str, body: str, **more: str) -> tuple[int, Any]:
        return over_http(house, body, path=path, on="public", **more)

    status, told = hook("/in/call", '{"caller": "0048555010100"}')
    assert (status, told["state"], told["announce"]) == (200, "up", False)
    form = "application/x-www-form-urlencoded"
    assert hook("/in/call", "callerid=%2B48555010100", kind=form)[1]["known"] is True
    assert hook("/in/call", '{"caller": "0048555010100"}', said="guessed")[0] == 403
    assert hook("/in/call", "[]")[0] == 400
    status, noted = hook("/in/missed", '{"calls": [{"caller": "555010104"}, {"caller": ""}]}')
    assert (status, noted["noted"], noted["withheld"]) == (200, 1, 1)
    waiting = json.loads(house.run("desk", "callback", "list", "--json").stdout)["callbacks"]
    assert "S-4" in {one["subscriber"] for one in waiting}
    assert hook("/in/openapi.json", "")[1]["openapi"].startswith("3.")
    assert hook("/in/missed", '{"calls": 7}')[0] == 400


def test_nothing_of_callers_is_written_into_the_journal_or_the_log(house: House) -> None:
    asked(house, "kanarek")
    asked(house, "555 010 100")
    files = (*house.state.glob("journal.db*"), house.log)
    left = b"\n".join(path.read_bytes() for path in files)
    assert CANARY.encode() not in left
    assert CANARY.lower().encode() not in left


def test_without_a_service_nobody_could_find_out(tmp_path: Path) -> None:
    assert House(tmp_path).run("desk", "ask", "S-1").returncode == 3
