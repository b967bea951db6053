"""Who comes in, who does not, and when they are out again."""

import asyncio
import errno
import stat
import statistics
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.places.disk import replace_whole
from netwatch.model.names import PersonId
from netwatch.response.people import Person
from netwatch.service.accounts.book import AccountBook, AccountsBrokenError
from netwatch.service.accounts.passwords import WeakPasswordError, sealed
from netwatch.service.accounts.roles import MAY, MEANS, Right, Role
from netwatch.service.accounts.sessions import IDLE, LASTS, Sessions
from netwatch.web.allowance import Allowance
from tests.unit.service.accounts.lodge_house import PASSWORD, LodgeHouse
from tests.unit.views.tales import MINUTE, NIGHT


def test_nobody_comes_in_where_nobody_was_given_an_account(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    assert house.tries("admin", "admin") == {"in": False, "why": "none"}
    assert not (tmp_path / "accounts").exists()


def test_who_knows_the_password_comes_in_as_the_person_whose_account_it_is(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("night-desk", Role.DESK, person="ewa")
    staffer = house.lodge.who(house.enters("night-desk"))

    assert staffer is not None
    assert (staffer.person.id, staffer.account.role) == ("ewa", Role.DESK)
    assert staffer.may(Right.CALL)
    assert not staffer.may(Right.SPEAK)


def test_every_failure_is_the_same_to_who_fails(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    house.has("left", person="nobody-any-more")
    failures = [
        house.tries("ewa", "not the password"),
        house.tries("ewa", ""),
        house.tries("stranger"),
        house.tries("left"),
        house.tries("ewa\x00"),
        house.tries("'; DROP TABLE", "x" * 100_000),
    ]
    assert all(one == {"in": False, "why": "wrong"} for one in failures)


def test_an_unknown_name_costs_as_much_as_a_wrong_password(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    took: dict[str, list[float]] = {"ewa": [], "stranger": []}
    for number in range(5):
        for name, times in took.items():
            began = time.process_time()
            house.tries(name, "not the password", f"192.0.{number}.7")
            times.append(time.process_time() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.3 < known / unknown < 3


def test_tries_run_out_for_one_account_from_one_network_and_come_back(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    house.has("jan")
    said = [house.tries("ewa", "guess", f"192.0.2.{one}")["why"] for one in range(8)]
    assert said == ["wrong"] * 5 + ["wait"] * 3
    assert house.tries("ewa")["why"] == "wait"
    assert house.tries("ewa", address="198.51.100.7")["in"] is True
    assert house.tries("jan")["in"] is True
    house.passes(MINUTE)
    assert house.tries("ewa")["in"] is True


def test_who_tries_many_names_from_one_network_is_shed_without_a_comparison(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    began = time.process_time()
    said = [house.tries(f"name-{one}", "guess")["why"] for one in range(1000)]
    assert said.count("wrong") == 40
    assert time.process_time() - began < 60
    assert house.tries("ewa", address="198.51.100.7")["in"] is True


def test_a_stranger_who_tries_far_and_wide_locks_nobody_out_where_they_came_in_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netwatch.service.accounts.lodge.TRIES_OF_ACCOUNT", Allowance(4, 1 / 15))
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    house.enters("ewa")
    said = [house.tries("ewa", "guess", f"198.51.{one}.7")["why"] for one in range(6)]
    assert said == ["wrong"] * 3 + ["wait"] * 3
    assert house.tries("ewa", address="203.0.113.7")["in"] is False
    assert house.tries("ewa")["in"] is True
    said = [house.tries("ewa", "guess")["why"] for _ in range(4)]
    assert said == ["wrong"] * 3 + ["wait"], "there as few tries as before"


def test_a_session_ends_by_itself_by_leaving_and_with_what_it_rests_on(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa", Role.MANAGER)

    left = house.enters("ewa")
    assert asyncio.run(house.lodge.logout({"session": left}, "")) == {"ended": True}
    assert house.lodge.who(left) is None
    assert asyncio.run(house.lodge.logout({"session": left}, "")) == {"ended": False}

    idle = house.enters("ewa")
    house.passes(IDLE - MINUTE)
    assert house.lodge.who(idle, quiet=True) is not None
    house.passes(MINUTE)
    assert house.lodge.who(idle) is None

    busy, ends = house.enters("ewa"), house.at + LASTS
    while house.at + timedelta(hours=1) < ends:
        house.passes(timedelta(hours=1))
        assert house.lodge.who(busy) is not None
    house.passes(timedelta(hours=1))
    assert house.lodge.who(busy) is None

    lowered = house.enters("ewa")
    house.has("ewa", Role.FIELD)
    assert house.lodge.who(lowered) is None

    removed = house.enters("ewa")
    with house.book.changing() as accounts:
        del accounts["ewa"]
    assert house.lodge.who(removed) is None

    house.has("jan")
    dismissed = house.enters("jan")
    del house.people[PersonId("jan")]
    assert house.lodge.who(dismissed) is None
    house.people[PersonId("jan")] = Person(id=PersonId("jan"))
    assert house.lodge.who(dismissed) is not None


@given(word=st.text(max_size=200))
def test_no_other_word_is_anybodys(tmp_path_factory: pytest.TempPathFactory, word: str) -> None:
    sessions = Sessions(tmp_path_factory.mktemp("state"), NIGHT)
    mine = sessions.begin("ewa", "1", NIGHT)
    assert (sessions.find(word, NIGHT) is not None) == (word == mine)


def test_a_service_that_starts_anew_throws_nobody_out(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    word = house.enters("ewa")
    house.opens()
    assert house.lodge.who(word) is not None

    sessions = tmp_path / "accounts" / "sessions.json"
    assert word not in sessions.read_text()
    for rubbish in ("", "[]", '{"a": 1}', '{"a": {"account": "ewa"}}', "\x00"):
        sessions.write_text(rubbish)
        house.opens()
        assert house.lodge.who(word) is None


def test_who_worked_until_a_new_start_is_in_after_it(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    word = house.enters("ewa")
    for _ in range(5):
        house.passes(timedelta(hours=1))
        assert house.lodge.who(word) is not None
        asyncio.run(house.lodge.keep_up())
    house.opens()
    assert house.lodge.who(word) is not None


def test_who_left_while_somebody_came_in_is_out_after_a_new_start_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    house.has("jan")
    left = house.enters("ewa")
    slow, go = threading.Event(), threading.Event()

    def first_slowly(path: Path, raw: bytes) -> None:
        if not slow.is_set():
            slow.set()
            assert go.wait(30)
        replace_whole(path, raw)

    monkeypatch.setattr("netwatch.service.accounts.sessions.replace_whole", first_slowly)

    async def both() -> None:
        asked = {"name": "jan", "password": PASSWORD, "address": "192.0.2.7"}
        coming = asyncio.create_task(house.lodge.login(asked, ""))
        assert await asyncio.to_thread(slow.wait, 30)
        leaving = asyncio.create_task(house.lodge.logout({"session": left}, ""))
        await asyncio.wait({leaving}, timeout=0.2)
        go.set()
        await asyncio.gather(coming, leaving)

    asyncio.run(both())
    house.opens()
    assert house.lodge.who(left) is None


def test_a_full_disk_shuts_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    house = LodgeHouse(tmp_path)
    house.has("ewa")
    monkeypatch.setattr("netwatch.service.accounts.sessions.replace_whole", full)
    word = house.enters("ewa")
    assert house.lodge.who(word) is not None
    assert asyncio.run(house.lodge.logout({"session": word}, "")) == {"ended": True}
    assert house.lodge.who(word) is None


def test_the_files_are_nobody_elses_and_hold_no_password(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    house.enters("ewa")
    for name in ("accounts.json", "sessions.json", "lock"):
        file = tmp_path / "accounts" / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert PASSWORD not in file.read_text()
    assert stat.S_IMODE((tmp_path / "accounts").stat().st_mode) == 0o700
    assert PASSWORD not in repr(house.book.read())
    assert "argon2" not in repr(house.book.read())


def test_a_broken_file_of_accounts_lets_nobody_in_and_says_so(tmp_path: Path) -> None:
    house = LodgeHouse(tmp_path)
    house.has("ewa")
    word = house.enters("ewa")
    for rubbish in ("", "{}", '{"accounts": [{"name": "ewa"}]}', '{"accounts": 7}'):
        house.book.path.write_text(rubbish)
        with pytest.raises(AccountsBrokenError, match="no file of accounts"):
            AccountBook(tmp_path).read()
        assert house.tries("ewa")["in"] is False
        assert house.lodge.who(word) is None
    with pytest.raises(AccountsBrokenError), house.book.changing():
        raise AssertionError("it was changed")


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short",
        "a" * 40,
        "abababababab",
        "ewa-of-dolina1",
        "ewa-of-dolina",
        "x" * 300,
        " with a space before",
    ],
)
def test_a_password_that_would_be_guessed_is_not_taken(weak: str) -> None:
    with pytest.raises(WeakPasswordError):
        sealed(weak, "ewa-of-dolina")


def test_each_role_is_described_and_only_managers_may_all() -> None:
    assert set(MAY) == set(MEANS) == set(Role)
    assert [role for role in Role if MAY[role] == frozenset(Right)] == [Role.MANAGER]
