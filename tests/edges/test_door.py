"""The door, on a real socket: hostile words get an answer, slow visitors keep nobody waiting."""

import asyncio
import getpass
import json
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netwatch.intake import doorkeeper
from netwatch.intake.arrivals import Foreign
from netwatch.intake.door import Door, DoorRefusedError, NobodyHomeError
from netwatch.intake.doorkeeper import Brought, Doorkeeper
from netwatch.intake.lines import LONGEST_LINE
from netwatch.model.arrivals import Acknowledge, Command
from netwatch.model.facts import IncidentAcknowledged
from netwatch.model.faults import NetwatchError
from netwatch.model.names import IncidentId
from netwatch.model.plain import fact_to_plain
from netwatch.service.clock import SteadyClock
from tests.unit.service.story import NIGHT

ONE = IncidentId("I-1")


class Guests:
    """A house with one incident and a thousand facts; nothing behind it."""

    def __init__(self) -> None:
        self.brought: list[Command] = []
        self.taken: list[Foreign] = []
        self.last = 1000
        self.came = asyncio.Event()

    async def bring(self, command: Command) -> Brought:
        self.brought.append(command)
        if not isinstance(command, Acknowledge) or command.incident != ONE:
            return Brought(refused="there is no incident I-9; did you mean I-1?")
        fact = IncidentAcknowledged(at=NIGHT, incident=ONE, by=command.by)
        return Brought(facts=[fact_to_plain(fact)])

    def take(self, arrival: Foreign) -> bool:
        self.taken.append(arrival)
        return len(self.taken) <= 2

    async def facts(self, after: int, limit: int) -> list[dict[str, Any]]:
        fact = IncidentAcknowledged(at=NIGHT, incident=ONE, by="ewa")
        first = range(after + 1, min(self.last, after + limit) + 1)
        return [{"seq": seq, **fact_to_plain(fact)} for seq in first]

    async def news(self, after: int) -> None:
        while self.last <= after:
            await self.came.wait()

    def status(self) -> dict[str, Any]:
        return {"goes_on": True}

    def board(self) -> dict[str, Any]:
        return {"incidents": []}

    async def reload(self, *, allow_removal: bool) -> dict[str, Any]:
        if not allow_removal:
            raise doorkeeper.RefusedError("half of the devices are gone")
        return {"devices": 2}


class Open:
    """A door held open in a thread of its own."""

    def __init__(
        self,
        path: Path,
        trusted: frozenset[str] = frozenset(),
        rights: dict[str, frozenset[str]] | None = None,
    ) -> None:
        self.path, self._trusted, self._rights = path, trusted, rights
        self.house: Guests | None = None
        self._ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.thread.start()
        assert self._ready.wait(10)

    async def _serve(self) -> None:
        self.loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self.house = Guests()
        keeper = Doorkeeper(self.house, SteadyClock(), trusted=self._trusted, rights=self._rights)
        await keeper.open(self.path)
        self._ready.set()
        await self._end.wait()
        await keeper.close()

    def decide(self, more: int) -> None:
        def later() -> None:
            assert self.house is not None
            self.house.last += more
            self.house.came.set()
            self.house.came = asyncio.Event()

        self.loop.call_soon_threadsafe(later)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self._end.set)
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    house = Open(tmp_path / "run" / "door.sock")
    yield house
    house.close()


def said(path: Path, *lines: bytes) -> list[dict[str, Any]]:
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(10)
        wire.connect(str(path))
        wire.sendall(b"".join(lines))
        wire.shutdown(socket.SHUT_WR)
        with wire.makefile("rb") as answers:
            return [json.loads(answer) for answer in answers]


def test_a_command_comes_back_as_facts_under_the_name_the_kernel_knows(opened: Open) -> None:
    facts = Door([opened.path]).bring(Acknowledge(at=NIGHT, incident=ONE, by="the president"))
    me = getpass.getuser()
    assert facts == [IncidentAcknowledged(at=NIGHT, incident=ONE, by=me)]


def test_a_trusted_user_may_speak_for_another(tmp_path: Path) -> None:
    house = Open(tmp_path / "door.sock", trusted=frozenset({getpass.getuser()}))
    facts = Door([house.path]).bring(Acknowledge(at=NIGHT, incident=ONE, by="marek"))
    house.close()
    assert facts == [IncidentAcknowledged(at=NIGHT, incident=ONE, by="marek")]


def test_a_user_with_few_rights_may_ask_only_what_it_needs(tmp_path: Path) -> None:
    rights = {getpass.getuser(): frozenset({"status", "facts"})}
    house = Open(tmp_path / "door.sock", rights=rights)
    door = Door([house.path])
    assert door.call("status")["goes_on"] is True
    assert len(list(door.facts())) == 1000
    with pytest.raises(DoorRefusedError, match="may not ask this; it may ask facts, status"):
        door.bring(Acknowledge(at=NIGHT, incident=ONE, by="ewa"))
    with pytest.raises(DoorRefusedError, match="may not ask"):
        door.call("reload", allow_removal=True)
    assert house.house is not None
    assert house.house.brought == []
    house.close()


def test_a_refused_command_says_why(opened: Open) -> None:
    with pytest.raises(DoorRefusedError, match="did you mean I-1"):
        Door([opened.path]).bring(Acknowledge(at=NIGHT, incident=IncidentId("I-9"), by="x"))


def test_only_the_group_may_come_in(opened: Open) -> None:
    assert stat.S_IMODE(opened.path.stat().st_mode) == 0o660


def test_facts_come_in_order_and_end(opened: Open) -> None:
    numbers = [seq for seq, _ in Door([opened.path]).facts(after=10)]
    assert numbers == list(range(11, 1001))


def test_who_follows_hears_what_is_decided_later(opened: Open) -> None:
    follower = Door([opened.path]).facts(after=998, follow=True)
    assert [next(follower)[0], next(follower)[0]] == [999, 1000]
    opened.decide(2)
    assert [next(follower)[0], next(follower)[0]] == [1001, 1002]
    follower.close()
    assert Door([opened.path]).call("status")["goes_on"] is True


def test_who_follows_is_told_when_the_service_ends(tmp_path: Path) -> None:
    house = Open(tmp_path / "run" / "door.sock")
    follower = Door([house.path]).facts(after=999, follow=True)
    assert next(follower)[0] == 1000
    house.close()
    with pytest.raises(NobodyHomeError, match="closed the door in the middle"):
        next(follower)


@pytest.mark.parametrize("turns", range(8))
def test_who_comes_in_while_the_door_closes_is_shown_out(tmp_path: Path, turns: int) -> None:
    async def late(wire: socket.socket) -> bytes:
        keeper = Doorkeeper(Guests(), SteadyClock(), trusted=frozenset())
        await keeper.open(tmp_path / "door.sock")
        wire.setblocking(False)
        wire.connect(str(tmp_path / "door.sock"))
        for _ in range(turns):  # of the loop: at each, the guest stands elsewhere on the threshold
            await asyncio.sleep(0)
        await keeper.close()
        async with asyncio.timeout(10):
            try:
                return await asyncio.get_running_loop().sock_recv(wire, 1)
            except ConnectionResetError:
                return b""

    with socket.socket(socket.AF_UNIX) as wire:
        assert asyncio.run(late(wire)) == b""


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"\n", "not JSON"),
        (b"GET / HTTP/1.1\n", "not JSON"),
        (b"[]\n", "a question is an object"),
        (b"{}\n", "nobody here knows"),
        (b'{"ask": ["status"]}\n', "nobody here knows"),
        (b'{"ask": "shutdown"}\n', "nobody here knows"),
        (b'{"ask": "command"}\n', "an object with a kind"),
        (b'{"ask": "command", "command": {"kind": "resume", "by": {}}}\n', "did you mean"),
        (b'{"ask": "facts", "after": -1}\n', "number of the last fact"),
        (b'{"ask": "facts", "after": true}\n', "number of the last fact"),
        (b'{"ask": "facts", "after": 1e999}\n', "number of the last fact"),
        (b'{"ask": "arrivals", "arrivals": {}}\n', "a list of at most"),
        (b'{"ask": "arrivals", "arrivals": [{"kind": "tick"}]}\n', "no such arrival"),
        (b'{"ask": "reload"}\n', "half of the devices"),
        (b"[" * 100_000 + b"\n", "not JSON"),
        (b'{"a": "' + b"\xff\xfe" + b'"}\n', "not JSON"),
    ],
)
def test_hostile_words_get_an_answer_and_the_next_question_too(
    opened: Open, line: bytes, error: str
) -> None:
    first, second = said(opened.path, line, b'{"ask": "status"}\n')
    assert first["ok"] is False
    assert error in first["error"]
    assert second == {"ok": True, "goes_on": True}


def test_a_line_without_end_is_refused_and_the_visitor_shown_out(opened: Open) -> None:
    answers = said(opened.path, b"x" * (LONGEST_LINE + 2))
    assert [answer["error"] for answer in answers] == ["this line is too long"]
    assert Door([opened.path]).call("board")["incidents"] == []


def test_arrivals_that_find_no_room_are_counted(opened: Open) -> None:
    reports = [{"kind": "report", "subscriber": f"S-{number}"} for number in range(5)]
    answer = Door([opened.path]).call("arrivals", arrivals=reports)
    assert (answer["taken"], answer["dropped"]) == (2, 3)


def test_one_who_never_listens_keeps_nobody_waiting(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorkeeper, "SLOWEST_S", 0.5)
    opened.decide(200_000)
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.settimeout(10)
        deaf.connect(str(opened.path))
        deaf.sendall(b'{"ask": "facts", "after": 0}\n')
        for _ in range(20):
            assert Door([opened.path]).call("status")["goes_on"] is True
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            _knock_until_shown_out(deaf)


def test_many_visitors_who_say_nothing_do_not_bar_the_door_for_ever(opened: Open) -> None:
    crowd = []
    for _ in range(doorkeeper.MOST_VISITORS):
        wire = socket.socket(socket.AF_UNIX)
        wire.connect(str(opened.path))
        crowd.append(wire)
    assert not all(_is_answered(Door([opened.path])) for _ in range(50))
    for wire in crowd:
        wire.close()
    _until_answered(Door([opened.path]))


def test_who_asks_nothing_for_long_is_shown_out(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doorkeeper, "SAYS_NOTHING_S", 0.2)
    for words in (b"", b'{"ask":'):
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(10)
            wire.connect(str(opened.path))
            wire.sendall(words)
            assert wire.recv(1) == b""


def test_a_book_that_cannot_be_read_is_told_to_who_asked(opened: Open) -> None:
    async def unreadable(_after: int, _limit: int) -> list[dict[str, Any]]:
        raise NetwatchError("fact 7 of the journal cannot be read")

    assert opened.house is not None
    opened.house.facts = unreadable  # type: ignore[method-assign] # a damaged book
    with pytest.raises(DoorRefusedError, match="fact 7"):
        list(Door([opened.path]).facts())


def test_without_a_service_the_message_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(NobodyHomeError, match="systemctl start netwatch"):
        Door([tmp_path / "door.sock", tmp_path / "other.sock"]).call("status")


def test_a_service_that_hangs_is_given_up_however_many_wait_already(tmp_path: Path) -> None:
    path = tmp_path / "door.sock"
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(path))
        hung.listen(0)
        impatient = Door([path]).patient(0.1)
        with pytest.raises(NobodyHomeError, match="did not answer within"):
            impatient.call("status")
        with pytest.raises(NobodyHomeError, match=r"door\.sock \(Resource temporarily"):
            impatient.call("status")


def test_a_socket_left_by_a_crash_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "door.sock"
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    house = Open(path)
    assert Door([path]).call("status")["goes_on"] is True
    house.close()
    assert not path.exists()


def _knock_until_shown_out(wire: socket.socket) -> None:
    """Say more until the other end has closed; bounded by the time limit of the socket."""
    for _ in range(50_000):
        wire.sendall(b"{}\n" * 100)


def _is_answered(door: Door) -> bool:
    try:
        return door.call("status")["goes_on"] is True
    except (DoorRefusedError, NobodyHomeError):
        return False


def _until_answered(door: Door) -> None:
    if not any(_is_answered(door) for _ in range(500)):
        pytest.fail("the door stays shut after the crowd has left")
