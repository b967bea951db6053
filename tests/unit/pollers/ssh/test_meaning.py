"""Rows become ports, ONUs, sensors and counts in the words that SNMP has for them."""

from typing import Any

import pytest

from netwatch.pollers.ssh.files import platform_of, platforms
from netwatch.pollers.ssh.meaning import Understood, number_in, understand
from netwatch.pollers.ssh.reading import read
from netwatch.pollers.ssh.rules import Row


def understood(rows: list[Row], **means: Any) -> Understood:
    words = {"say": "show x", **means}
    platform = platform_of(
        {"id": "x", "title": "X", "vendor": "X", "netmiko": "x", "commands": [words]}, "x.yaml"
    )
    return understand(platform.commands[0], rows)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-24.68", -24.68), ("57C( 134F)", 57.0), ("61,999,280", 61_999_280.0), ("3,5", 3.5),
        ("+2 dBm", 2.0), ("~0.00%", 0.0), ("N/A", None), ("--", None), ("", None), ("-", None),
        ("1.2.3", None),
    ],
)  # fmt: skip
def test_the_first_number_of_a_text_counts(text: str, number: float | None) -> None:
    assert number_in(text) == number


def test_what_physics_forbids_is_no_reading() -> None:
    rule = {"check": "temperature", "part": "{slot}", "value": "t"}
    rows: list[Row] = [{"slot": "1", "t": "41"}, {"slot": "2", "t": "4100"}, {"slot": "3", "t": ""}]

    sensors = understood(rows, sensors=[rule]).sensors

    assert [(one.part, one.value) for one in sensors] == [("1", 41.0)]


def test_milliwatts_become_dbm_and_lists_stand_side_by_side() -> None:
    rule = {"check": "dbm", "part": "{port} {lane}", "value": "rx", "milliwatts": True}
    rows: list[Row] = [{"port": "1/1/1", "lane": ["1", "2"], "rx": ["0.5mW", "0.00mW"]}]

    sensors = understood(rows, sensors=[rule]).sensors

    assert [(s.part, round(s.value or 0, 2)) for s in sensors] == [("1/1/1 1", -3.01)]


def test_a_state_that_nobody_wrote_down_is_not_guessed() -> None:
    rule = {"part": "fan", "value": "s", "states": {"OK": "ok", "Fail": "critical"}}
    rows: list[Row] = [{"s": "ok"}, {"s": "FAIL"}, {"s": "purple"}]

    assert [one.state for one in understood(rows, sensors=[rule]).sensors] == ["ok", "critical"]


def test_why_an_onu_went_is_told_where_the_olt_tells_it() -> None:
    onus = {
        "port": "p", "number": "n", "state": "s", "cause": "c",
        "states": {"online": "online", "offline": "offline"},
        "causes": {"dying-gasp": "dying-gasp", "LOS": "los"},
    }  # fmt: skip
    rows: list[Row] = [
        {"p": "0/ 1/3", "n": "1", "s": "online", "c": "dying-gasp"},
        {"p": "0/1/3", "n": "2", "s": "offline", "c": "dying-gasp"},
        {"p": "0/1/3", "n": "3", "s": "offline", "c": "LOSi/LOBi"},
        {"p": "0/1/3", "n": "4", "s": "offline", "c": "-"},
        {"p": "0/1/3", "n": "5", "s": "-", "c": "-"},
    ]

    found = understood(rows, onus=onus).onus

    assert [(onu.part, onu.state) for onu in found] == [
        ("0/1/3:1", "online"),
        ("0/1/3:2", "dying-gasp"),
        ("0/1/3:3", "los"),
        ("0/1/3:4", "offline"),
    ]


def test_device_text_is_one_printable_line() -> None:
    ports = {"name": "p", "oper": "s", "alias": "a", "states": {"up": "up"}}
    rows: list[Row] = [{"p": "1", "s": "UP", "a": "\x1b[31mred\u202e" + "x" * 900}]

    (port,) = understood(rows, ports=ports).ports

    assert port.alias.isprintable()
    assert len(port.alias) <= 256


SUMMARY = """\
  ------------------------------------------------------------------------------
  In port 0/1/3, the total of ONTs are: 2, online: 1
  ------------------------------------------------------------------------------
  ONT  Run     Last                Last                Last
  ID   State   UpTime              DownTime            DownCause
  ------------------------------------------------------------------------------
  0    online  2026-01-02 01:02:03 2026-01-02 00:02:03 dying-gasp
  1    offline 2026-01-01 01:02:03 2026-01-02 03:00:00 LOS
  ------------------------------------------------------------------------------
  ONT        SN        Type          Distance Rx/Tx power  Description
  ID                                    (m)      (dBm)
  ------------------------------------------------------------------------------
  0   485754431A2B3C4D HG8310M       171      -24.68/3.68  Sample subscriber
  1   485754431A2B3C4E HG8310M       -        -/-          Sample subscriber
  ------------------------------------------------------------------------------
"""


def test_an_olts_summary_gives_state_cause_serial_and_level_in_one_go() -> None:
    reading = read(platforms()["huawei_smartax"], "display ont info summary 0", SUMMARY)

    assert reading.plain()["onus"] == [
        {"part": "0/1/3:0", "serial": "HWTC1A2B3C4D", "state": "online", "rx_dbm": -24.68,
         "distance_m": 171.0},
        {"part": "0/1/3:1", "serial": "HWTC1A2B3C4E", "state": "los"},
    ]  # fmt: skip


PPPOE = """\
     PTA  : Locally terminated sessions
     FWDED: Forwarded sessions
     TRANS: All other sessions (in transient state)

                                TOTAL     PTA   FWDED   TRANS
TOTAL                            1203    1200       1       2
GigabitEthernet0/0/0             1203    1200       1       2
"""
SUBSCRIBERS = """

Subscribers by State
   Active: 812
   Total: 815

Subscribers by Client Type
   DHCP: 15
   PPP: 800
   Total: 815
"""


@pytest.mark.parametrize(
    ("platform", "command", "answer", "sessions"),
    [
        ("mikrotik_routeros", "ppp active print count-only", "1423\n", 1423),
        ("cisco_ios", "show pppoe summary", PPPOE, 1203),
        ("juniper_junos", "show subscribers summary", SUBSCRIBERS, 812),
    ],
)
def test_sessions_are_counted(platform: str, command: str, answer: str, sessions: int) -> None:
    assert read(platforms()[platform], command, answer).understood.counts == {
        "sessions.count": sessions
    }
