"""A simulated ISP that is real on the wire, for root and for an ordinary user alike."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edges.lab_at_work import (
    LabAtWork,
    as_user,
    eventually,
    users,
    write_inventory,
)

pytestmark = pytest.mark.needs("namespaces", "ping", "snmpget", "setpriv")

SYS_NAME = "1.3.6.1.2.1.1.5.0"
RECORDING = "1.3.6.1.2.1.1.5.0|4|recorded\n1.3.6.1.2.1.1.3.0|67|42\n"
IF_OPER = "1.3.6.1.2.1.2.2.1.8"
ONU_STATUS = "1.3.6.1.4.1.2011.6.128.1.1.2.46.1.15"
LISTEN = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trap:
    trap.bind(("198.18.0.1", {port}))
    trap.settimeout(15)
    print("listening", flush=True)
    data, (address, _) = trap.recvfrom(65535)
    print(address, data.hex(), flush=True)
"""


@pytest.fixture(scope="module", params=users())
def lab(request: pytest.FixtureRequest) -> Iterator[LabAtWork]:
    with as_user(request.param) as work:
        inventory = write_inventory(work.home)
        recording = work.home / "device.snmprec"
        recording.write_text(RECORDING)
        options = ["--recording", f"127.20.9.9={recording}", "--community", "core=secret"]
        work.start("--inventory", str(inventory), "--trap-port", "1162", *options)
        yield work


@pytest.fixture(autouse=True)
def whole(lab: LabAtWork) -> None:
    lab.mends()


@pytest.mark.parametrize("address", ["127.20.0.1", "127.20.0.2", "127.99.7.2", "fd00::6"])
def test_every_device_answers_ping(lab: LabAtWork, address: str) -> None:
    assert lab.pings(address)


@pytest.mark.parametrize("address", ["127.20.0.77", "127.64.1.1", "203.0.113.9", "fd00::77"])
def test_an_address_with_no_device_behind_it_is_silent_and_no_error(
    lab: LabAtWork, address: str
) -> None:
    assert not lab.pings(address)


def test_a_ping_of_any_size_up_to_one_packet_is_answered(lab: LabAtWork) -> None:
    for size in ("0", "1", "1472"):
        done = lab.inside("ping", "-n", "-c", "1", "-W", "1", "-s", size, "127.20.0.1")
        assert done.returncode == 0, done.stdout


def test_snmp_is_answered_by_name_over_both_families(lab: LabAtWork) -> None:
    assert lab.gets("127.20.0.2", SYS_NAME) == ['"sw-1"']
    assert lab.gets("udp6:[fd00::6]:161", SYS_NAME) == ['"sw-6"']


def test_only_the_right_community_is_answered(lab: LabAtWork) -> None:
    assert lab.gets("127.20.0.2", SYS_NAME, community="secret") is None
    assert lab.gets("127.20.0.1", SYS_NAME, community="public") is None
    assert lab.gets("127.20.0.1", SYS_NAME, community="secret") == ['"core-1"']


def test_a_device_without_a_credential_has_no_agent(lab: LabAtWork) -> None:
    assert lab.pings("127.20.0.9")
    assert lab.gets("127.20.0.9", SYS_NAME) is None


def test_a_recording_is_served_to_any_community(lab: LabAtWork) -> None:
    assert lab.pings("127.20.9.9")
    assert lab.gets("127.20.9.9", SYS_NAME, community="anything") == ['"recorded"']


@pytest.mark.parametrize("repetitions", ["1", "10", "200"])
def test_a_bulk_walk_finds_what_a_walk_finds(lab: LabAtWork, repetitions: str) -> None:
    asked = ["-v2c", "-c", "public", "-On", "-Oq", "-t", "1"]
    one = lab.inside("snmpwalk", *asked, "127.20.0.3", ".1")
    many = lab.inside("snmpbulkwalk", f"-Cr{repetitions}", *asked, "127.20.0.3", ".1")

    names = [[line.split()[0] for line in done.stdout.splitlines()] for done in (one, many)]
    assert one.returncode == many.returncode == 0
    assert names[0] == names[1]
    assert len(names[0]) > 60


def test_snmp_v1_is_answered_too(lab: LabAtWork) -> None:
    done = lab.inside("snmpwalk", "-v1", "-c", "public", "-On", "127.20.0.3", ".1.3.6.1.2.1.1")

    assert done.returncode == 0
    assert "olt-1" in done.stdout


def test_a_cut_is_silence_behind_it_and_mending_brings_all_back(lab: LabAtWork) -> None:
    lab.breaks("link:core-1--sw-1", "cut")

    assert not lab.pings("127.20.0.2")
    assert lab.gets("127.20.0.3", SYS_NAME) is None
    assert lab.pings("127.20.0.1")
    assert lab.status()["silent"] == ["olt-1", "sw-1", "sw-2"]
    lab.mends("link:core-1--sw-1")
    assert lab.pings("127.20.0.2")


def test_a_cut_feeder_shows_in_the_tables_of_its_olt(lab: LabAtWork) -> None:
    lab.breaks("link:olt-1--spl", "cut")

    row = 4194304000 + 8192 + 3 * 256
    assert lab.gets("127.20.0.3", f"{ONU_STATUS}.{row}.0", f"{IF_OPER}.{row}") == ["2", "2"]
    assert lab.pings("127.20.0.3")


def test_a_hanging_agent_is_silent_while_ping_answers(lab: LabAtWork) -> None:
    lab.breaks("device:sw-1", "hang")

    assert lab.pings("127.20.0.2")
    assert lab.gets("127.20.0.2", SYS_NAME) is None


def test_a_slow_agent_comes_late_and_its_ping_at_once(lab: LabAtWork) -> None:
    lab.breaks("device:sw-1", "slow", ms=300)

    assert lab.pings("127.20.0.2")
    began = time.monotonic()
    assert lab.gets("127.20.0.2", SYS_NAME) is not None
    assert time.monotonic() - began > 0.3


def test_a_forgetful_olt_shows_its_homes_as_they_were(lab: LabAtWork) -> None:
    row = 4194304000 + 8192 + 3 * 256
    lab.breaks("device:olt-1", "stale", period_s=3600)
    assert lab.gets("127.20.0.3", f"{ONU_STATUS}.{row}.0") == ["1"]
    lab.breaks("link:olt-1--spl", "cut")

    assert lab.gets("127.20.0.3", f"{ONU_STATUS}.{row}.0", f"{IF_OPER}.{row}") == ["1", "2"]
    lab.mends("device:olt-1")
    assert lab.gets("127.20.0.3", f"{ONU_STATUS}.{row}.0") == ["2"]


def test_latency_comes_late(lab: LabAtWork) -> None:
    lab.breaks("device:sw-1", "latency", ms=300)

    done = lab.inside("ping", "-n", "-c", "1", "-W", "2", "127.20.0.2")

    assert 300 <= float(done.stdout.split("time=")[1].split()[0]) < 450


def test_loss_loses_about_its_share(lab: LabAtWork) -> None:
    lab.breaks("device:sw-1", "loss", share=0.5)

    done = lab.inside("ping", "-n", "-c", "100", "-i", "0.01", "-W", "1", "127.20.0.2")

    assert 25 <= int(done.stdout.split(" received")[0].split()[-1]) <= 75


def test_our_own_way_out_cut_is_silence_and_unplugged_is_an_error(lab: LabAtWork) -> None:
    lab.breaks("self", "cut")
    assert not lab.pings("127.20.0.1")
    lab.mends()

    lab.breaks("self", "unplugged")
    done = lab.inside("ping", "-n", "-c", "1", "-W", "1", "127.20.0.1")
    assert "unreachable" in done.stderr
    lab.mends()

    assert lab.pings("127.20.0.1")
    assert lab.pings("fd00::6")


def test_a_flap_comes_and_goes_by_itself(lab: LabAtWork) -> None:
    lab.breaks("device:sw-1", "flap", period_s=1)

    eventually(lambda: "sw-1" in lab.status()["silent"])
    eventually(lambda: "sw-1" not in lab.status()["silent"])
    eventually(lambda: "sw-1" in lab.status()["silent"])


def test_loopback_stays_usable_in_there(lab: LabAtWork) -> None:
    assert lab.pings("127.0.0.1")
    assert lab.pings("198.18.0.1")


def test_a_device_says_by_trap_from_its_own_address_that_a_link_went_down(lab: LabAtWork) -> None:
    ready = lab.home / "heard"
    script = LISTEN.format(port=1162).replace(
        "flush=True", f"flush=True, file=open({str(ready)!r}, 'a')"
    )
    child = os.fork()
    if child == 0:
        lab.inside(lab.prefix[-1], "-c", script)
        os._exit(0)
    eventually(lambda: ready.exists() and "listening" in ready.read_text())

    lab.breaks("link:sw-1--sw-2", "cut")

    os.waitpid(child, 0)
    said = ready.read_text().split()
    assert said[1] == "127.20.0.2"
    assert "2b06010603010105 03".replace(" ", "") in said[2]


def test_the_command_line_breaks_shows_and_mends(lab: LabAtWork) -> None:
    broken = lab.lab("break", "device:sw-1", "loss", "--share", "1")
    shown = lab.lab("status")
    silent = lab.lab("exec", "--", "ping", "-n", "-c", "1", "-W", "1", "127.20.0.2")
    mended = lab.lab("mend", "all")
    heard = lab.lab("exec", "--", "ping", "-n", "-c", "1", "-W", "1", "127.20.0.2")

    assert broken.returncode == shown.returncode == mended.returncode == 0
    assert "device:sw-1 (loss)" in shown.stdout
    assert (silent.returncode, heard.returncode) == (1, 0)


def test_a_command_that_is_not_there_is_told(lab: LabAtWork) -> None:
    done = lab.lab("exec", "--", "no-such-command")

    assert done.returncode == 126
    assert "no-such-command cannot be run in the lab" in done.stderr


def test_a_mistake_is_told_with_the_near_word_and_exit_2(lab: LabAtWork) -> None:
    done = lab.lab("break", "link:core-1--sw-11", "cut")

    assert done.returncode == 2
    assert "did you mean 'link:core-1--sw-1'?" in done.stderr


def test_the_file_names_process_namespaces_and_door(lab: LabAtWork) -> None:
    file = json.loads((lab.state / "lab.json").read_text())

    assert file["pid"] > 0
    assert file["net_ns"] == f"/proc/{file['pid']}/ns/net"
    root = os.geteuid() == 0 and not lab.demoted
    assert file["user_ns"] == (None if root else f"/proc/{file['pid']}/ns/user")
    assert Path(file["control"]).stat().st_mode & 0o777 == 0o600


def test_a_second_lab_in_the_same_place_is_refused(lab: LabAtWork) -> None:
    done = lab.lab("run", "--inventory", str(lab.home / "inventory"))

    assert done.returncode == 2
    assert "a lab runs in" in done.stderr
