"""Visits to real SSH servers: what a device says is read, and no device can do harm by it."""

import asyncio
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from netwatch.model.arrivals import Outcome
from netwatch.pollers.ssh import session
from netwatch.pollers.ssh.keys import fingerprint
from netwatch.pollers.ssh.visits import Visit, Visited
from tests.edges.command_line_house import (
    PORTS,
    VERSION,
    Box,
    Process,
    lived,
    visited,
    visitor,
)

WRONG = "a battery staple"
SAY = ("show version", "show ip interface brief")


def readings(came: Visited) -> list[dict[str, Any]]:
    return [one.reading for one in came.said if one.reading is not None]


@lived
async def test_a_device_is_visited_and_understood() -> None:
    box = Box()

    came = await visited(box, *SAY)

    assert came.outcome is Outcome.ANSWERED, came.detail
    version, ports = readings(came)
    assert version["version"] == "15.2(4)M1"
    assert [(p["part"], p["oper"]) for p in ports["interfaces"]] == [
        ("GigabitEthernet0/0", "up"),
        ("GigabitEthernet0/1", "down"),
    ]


@lived
async def test_nothing_is_said_beside_what_is_asked_and_what_makes_a_session_readable() -> None:
    box = Box()

    await visited(box, *SAY)

    assert [said for said in box.heard if said] == [
        "terminal width 511", "terminal length 0", *SAY, "exit",
    ]  # fmt: skip


@lived
async def test_what_is_not_listed_never_reaches_the_device() -> None:
    box = Box()

    came = await visited(box, "show version", "reload")

    assert came.outcome is Outcome.BLIND
    assert "'reload' is not sent" in came.detail
    assert box.logins == 0


@lived
async def test_a_question_at_login_that_would_change_the_device_is_not_answered() -> None:
    box = Box(
        prompt="<hw>",
        greeting="Warning: There are security risks in the configuration file."
        " Save it now? [Y/N] [y/n] Please choose ",
    )

    came = await visited(box, "display version", platform="huawei_vrp", timeout_s=3.0)

    assert came.outcome is not Outcome.ANSWERED
    assert "Y" not in box.heard
    assert "display version" not in box.heard


@lived
async def test_a_command_the_device_does_not_know_is_told_and_the_others_are_answered() -> None:
    came = await visited(Box(), "show clock", "show version")

    assert came.outcome is Outcome.ANSWERED
    assert [(one.command, one.unknown) for one in came.said] == [
        ("show clock", True),
        ("show version", False),
    ]


@lived
async def test_no_key_is_taken_for_the_devices_that_nobody_pinned() -> None:
    box = Box()

    came = await visited(box, *SAY, pins=())

    assert came.outcome is Outcome.BLIND
    assert came.key_trouble == "unknown"
    assert came.key == box.pin
    assert fingerprint(box.pin[1]) in came.detail
    assert "netwatch cli trust" in came.detail
    assert box.logins == 0


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
@lived
async def test_a_changed_host_key_is_blind_and_the_password_stays_here(kind: str) -> None:
    box, before = Box(), asyncssh.generate_private_key(kind)
    pinned, body = before.export_public_key().decode().split()[:2]

    came = await visited(box, *SAY, pins=((pinned, body),))

    assert came.outcome is Outcome.BLIND
    assert came.key_trouble == "changed"
    assert came.key == box.pin
    assert "CHANGED" in came.detail
    assert fingerprint(body) in came.detail
    assert box.logins == 0


@lived
async def test_looking_at_a_host_key_says_nothing_to_the_device() -> None:
    box = Box()
    async with box.open(), visitor() as process:
        came = await process.visit(Visit(host="127.0.0.1", port=box.port))

    assert (came.outcome, came.key) == (Outcome.ANSWERED, box.pin)
    assert box.logins == 0


@lived
async def test_a_wrong_password_is_blind_and_says_where_to_mend_it() -> None:
    came = await visited(Box(), *SAY, password=WRONG)

    assert came.outcome is Outcome.BLIND
    assert "mend user, password or key in [ssh.NAME]" in came.detail
    assert WRONG not in came.detail


@lived
async def test_a_private_key_logs_in_and_rubbish_in_its_place_is_told() -> None:
    box = Box()
    came = await visited(box, *SAY, password="", key="not a key")

    assert came.outcome is Outcome.BLIND
    assert "no private key" in came.detail


@lived
async def test_slow_devices_are_waited_for() -> None:
    async def slowly(process: Process) -> None:
        for line in PORTS.split("\r\n"):
            await asyncio.sleep(0.7)
            process.stdout.write(line + "\r\n")

    came = await visited(Box(answers={"show ip interface brief": slowly}), SAY[1])

    assert came.outcome is Outcome.ANSWERED, came.detail
    assert len(readings(came)[0]["interfaces"]) == 2


@lived
async def test_a_device_that_hangs_in_the_middle_keeps_what_it_said_before() -> None:
    async def hangs(process: Process) -> None:
        process.stdout.write("Interface   IP-Address   OK? Meth")
        await asyncio.sleep(60)

    box = Box(answers={"show version": VERSION, "show ip interface brief": hangs})

    came = await visited(box, *SAY, timeout_s=2.0)

    assert came.outcome is Outcome.SILENT
    assert "stopped within its answer to 'show ip interface brief'" in came.detail
    assert [one.command for one in came.said] == ["show version"]


@lived
async def test_an_endless_answer_ends() -> None:
    async def endless(process: Process) -> None:
        for _ in range(4000):
            process.stdout.write("GigabitEthernet0/0 is up, line protocol is up \r\n" * 200)
            await process.stdout.drain()

    came = await visited(Box(answers={"show ip interface brief": endless}), SAY[1], timeout_s=20.0)

    assert came.outcome is Outcome.SILENT
    assert "8 MB" in came.detail


PAINTED_OVER = {
    "blanks and backspaces": "\b" * 10 + " " * 10 + "\b" * 10,
    "a move to the left": "\x1b[42D" + " " * 42 + "\x1b[42D",
    "returns": "\r" + " " * 20 + "\r",
    "nothing but a line": "\r\n",
}


@pytest.mark.parametrize("how", PAINTED_OVER)
@pytest.mark.parametrize("pager", [" --More-- ", "---- More ( Press 'Q' to break ) ----", "(more)"])
@lived
async def test_a_pager_that_no_word_switches_off_is_turned(pager: str, how: str) -> None:
    async def pages(process: Process) -> None:
        for line in PORTS.split("\r\n"):
            process.stdout.write(f"{line}\r\n{pager}")
            turned = await process.stdin.read(1)
            assert turned == " "
            process.stdout.write(PAINTED_OVER[how])

    came = await visited(Box(answers={"show ip interface brief": pages}), SAY[1], timeout_s=5.0)

    assert came.outcome is Outcome.ANSWERED, came.detail
    assert [port["part"] for port in readings(came)[0]["interfaces"]] == [
        "GigabitEthernet0/0",
        "GigabitEthernet0/1",
    ]


@lived
async def test_a_pager_that_knows_no_end_is_no_hang_for_ever() -> None:
    async def pages(process: Process) -> None:
        while True:
            process.stdout.write(f"{PORTS}\r\n --More-- ")
            await process.stdin.read(1)

    came = await visited(Box(answers={"show ip interface brief": pages}), SAY[1], timeout_s=2.0)

    assert came.outcome is Outcome.SILENT


@pytest.mark.parametrize("fault", [IndexError("list index"), TypeError("NoneType"), KeyError("x")])
def test_what_netmiko_stumbles_over_is_the_matter_of_one_device(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(*_given: object) -> None:
        raise fault

    ours, theirs = socket.socketpair()
    monkeypatch.setattr(session, "reach", lambda *_given: ours)
    monkeypatch.setattr(session, "_talk", stumbles)
    with theirs:
        came = session.visit(Box().visit(*SAY), lambda *_heard: None)

    assert came.outcome is Outcome.BLIND
    assert type(fault).__name__ in came.detail


@lived
async def test_hostile_escapes_leave_nothing_in_what_is_told() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x1b[31m<script>{{7*7}}\u202e"
    answer = PORTS.replace("GigabitEthernet0/0 ", f"GigabitEthernet0/0{evil} ")
    box = Box(answers={SAY[1]: answer, "show version": evil}, greeting=evil)

    came = await visited(box, *SAY)

    assert came.outcome is Outcome.ANSWERED, came.detail
    assert "\\u001b" not in ascii(came.plain())
    assert "\\x1b" not in ascii(came.plain())
    assert "\\u202e" not in ascii(came.plain())


@lived
async def test_a_port_that_nobody_listens_at_is_silent() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        box = Box(port=bound.getsockname()[1])
        async with visitor() as process:
            came = await process.visit(box.visit(*SAY))

    assert came.outcome is Outcome.SILENT
    assert "refused" in came.detail


@lived
async def test_a_server_that_accepts_and_keeps_silent_is_silent() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        box = Box(port=mute.getsockname()[1])
        async with visitor() as process:
            came = await process.visit(box.visit(*SAY, timeout_s=1.5))

    assert came.outcome is Outcome.SILENT


@lived
async def test_no_way_from_here_is_blind() -> None:
    async with visitor() as process:
        came = await process.visit(Box(port=22).visit(*SAY, host="240.0.0.1", timeout_s=2.0))

    assert came.outcome in (Outcome.BLIND, Outcome.SILENT)  # by what the machine has for a route


@lived
async def test_many_devices_are_visited_at_a_time_and_no_more_than_that() -> None:
    at_once, most = 0, 0

    async def counts(process: Process) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.5)
        at_once -= 1
        process.stdout.write(VERSION + "\r\n")

    box = Box(answers={"show version": counts})
    async with box.open(), visitor(sessions=3) as process:
        came = await asyncio.gather(*(process.visit(box.visit(SAY[0])) for _ in range(7)))

    assert {one.outcome for one in came} == {Outcome.ANSWERED}
    assert most == 3


@lived
async def test_a_visitor_that_is_killed_is_blind_and_there_is_another() -> None:
    asked = asyncio.Event()

    async def waits(_process: Process) -> None:
        asked.set()
        await asyncio.sleep(30)

    box = Box(answers={"show version": waits, "show ip interface brief": PORTS})
    async with box.open(), visitor() as process:
        on_its_way = asyncio.create_task(process.visit(box.visit(SAY[0])))
        async with asyncio.timeout(20):
            await asked.wait()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        lost = await on_its_way
        again = await process.visit(box.visit(SAY[1]))

    assert lost.outcome is Outcome.BLIND
    assert "died on the way" in lost.detail
    assert again.outcome is Outcome.ANSWERED, again.detail


@lived
async def test_without_an_interpreter_it_is_told_what_is_wrong(tmp_path: Any) -> None:
    async with visitor(python=tmp_path / "no-python") as process:
        came = await process.visit(Box(port=22).visit(*SAY), start_at_most_s=1.0)

    assert came.outcome is Outcome.BLIND
    assert "cannot be started" in came.detail


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Any:
    before = threading.active_count()
    yield
    assert threading.active_count() <= before + 1


def of_sha1() -> Box:
    """Return a device that speaks only what SHA-1 signs, as much old gear does."""
    key = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    key.sig_algorithms = (b"ssh-rsa",)
    options = {"kex_algs": ["diffie-hellman-group14-sha1"], "signature_algs": ["ssh-rsa"]}
    return Box(key=key, options=options)


old_ciphers = pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")


@old_ciphers
@lived
async def test_gear_that_speaks_only_sha1_is_blind_with_what_to_install() -> None:
    came = await visited(of_sha1(), *SAY)

    assert came.outcome is Outcome.BLIND
    assert 'pip install "netwatch[legacy-ssh]"' in came.detail
    assert 'legacy_python = "/opt/netwatch-legacy/bin/python"' in came.detail


@old_ciphers
@lived
async def test_gear_that_speaks_only_sha1_is_visited_from_an_older_library() -> None:
    python = Path(sys.prefix) / "legacy" / "bin" / "python"
    if not python.exists():
        pytest.skip("no older paramiko beside this environment; tools/legacy installs it")
    box = of_sha1()
    async with box.open(), visitor(python=python) as process:
        shown = await process.visit(Visit(host="127.0.0.1", port=box.port))
        came = await process.visit(box.visit(*SAY))

    assert shown.key == box.pin
    assert came.outcome is Outcome.ANSWERED, came.detail
    assert readings(came)[0]["version"] == "15.2(4)M1"
