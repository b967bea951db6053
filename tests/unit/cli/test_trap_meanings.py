"""netwatch traps explain and list say what traps mean, to people and to scripts."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from netwatch.cli import cli
from netwatch.pollers.unasked.trap_table import IF_ENTRY

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ("traps", *arguments))


def document(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


def test_a_trap_is_explained_with_check_part_and_the_poll_that_confirms_it() -> None:
    told = document("explain", LINK_DOWN, "--varbind", "1.3.6.1.2.1.2.2.1.1.7=7")

    assert told["name"] == "linkDown"
    assert told["means"] == {
        "check": "if.oper",
        "state": "raise",
        "severity": "critical",
        "on": "port",
        "part": "ifIndex 7",
        "confirm": "port",
        "condition": "IF-MIB::linkDown",
        "repeats": False,
    }
    assert told["cleared_by"] == ["linkUp"]


def test_a_name_does_for_an_oid() -> None:
    told = run("explain", "upsTrapOnBattery")

    assert told.exit_code == 0
    assert "means: raise mains (critical)" in told.stdout
    assert "cleared by: no trap; the poll says when it is over" in told.stdout


def test_of_traps_of_one_name_the_standards_is_explained_and_a_mib_says_which() -> None:
    either, vendors = run("explain", "upsTrapOnBattery"), "SOCOMECUPS-MIB::upsTrapOnBattery"

    assert "is UPS-MIB::upsTrapOnBattery" in either.stdout
    assert "another trap has that name: 1.3.6.1.4.1.4555.1.1.7.2.0.1" in either.stderr
    assert "cleared by: upsTrapPowerRestored" in run("explain", vendors).stdout
    assert run("explain", "IF-MIB::upsTrapOnBattery").exit_code == 1


def test_a_trap_that_nobody_knows_is_a_no_with_the_same_keys() -> None:
    told = run("explain", "1.3.6.1.4.1.99999.0.1", "--json")

    assert told.exit_code == 1
    assert json.loads(told.stdout)["means"] is None
    assert set(json.loads(told.stdout)) == set(document("explain", LINK_DOWN))
    assert run("explain", "noSuchTrap").exit_code == 1


@pytest.mark.parametrize("varbind", ["7", "=7", "ifIndex=7", "1.3..6=1", "1=2"])
def test_a_varbind_that_is_none_is_told_of_with_the_way_out(varbind: str) -> None:
    told = run("explain", LINK_DOWN, "--varbind", varbind)

    assert told.exit_code == 2
    assert "give OID=VALUE" in told.stderr


def test_one_trap_for_both_says_by_which_varbind_it_is_told() -> None:
    told = run("explain", "onuOnlineStatusChange")

    assert "means: either onu.state" in told.stdout
    assert "told by the varbind 1.3.6.1.4.1.34592.1.3.4.1.1.11: raise at" in told.stdout


def test_the_varbind_that_tells_is_given_by_its_oid_whichever_mib_has_it() -> None:
    assert document("explain", "wanDsx1LineStatusChange")["told_by"]["varbind"] == f"{IF_ENTRY}.8"


def test_what_is_of_no_port_is_not_told_by_the_state_of_one() -> None:
    told = run("explain", "ciscoTsStackTempChange", "--varbind", f"{IF_ENTRY}.8.1=2")

    assert "means: either temperature" in told.stdout
    assert "the poll says how it is" in told.stdout


def test_a_name_is_found_however_it_is_written() -> None:
    assert "is IF-MIB::linkDown" in run("explain", "if-mib::LINKDOWN").stdout


def test_where_nothing_bears_the_words_it_says_what_to_try() -> None:
    told = run("list", "no such word", "--json")

    assert json.loads(told.stdout) == []
    assert "try fewer" in told.stderr


def test_the_list_is_found_in_by_words() -> None:
    rows = document("list", "ups-mib", "mains")

    assert "upsTrapOnBattery" in {row["name"] for row in rows}
    assert {row["confirm"] for row in rows} == {"mains"}
    assert run("list", "no such word").exit_code == 1


def test_what_a_varbind_says_cannot_steer_a_terminal() -> None:
    name = "1.3.6.1.2.1.31.1.1.1.1.7=\x1b[2Jge"
    assert "\x1b" not in run("explain", LINK_DOWN, "--varbind", name).stdout
