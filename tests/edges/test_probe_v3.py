"""netwatch probe by SNMPv3: the same answer as by v2c, and a wrong user told as what it is."""

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.edges import warm
from tests.edges.snmpd_house import AUTH_KEY, PRIV_KEY, Snmpd, snmpd, user

pytestmark = pytest.mark.needs("snmpd")
KEYS = {"AUTH": AUTH_KEY, "PRIV": PRIV_KEY, "WRONG": "another secret"}
EWA = ("--user", "ewa", "--auth", "sha256", "--auth-key", "env:AUTH", "--priv", "AES")
NO_CHANGE = ("asked", "uptime_s", "rtt_ms")


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    with snmpd(tmp_path_factory.mktemp("snmpd"), user("ewa", "SHA-256", "AES")) as running:
        yield running


def probe(agent: Snmpd, *options: str) -> subprocess.CompletedProcess[str]:
    words = ["probe", agent.address, "--port", str(agent.port), *options]
    return warm.run(*words, env=os.environ | KEYS)


def test_a_device_says_the_same_by_v3_as_by_v2c(agent: Snmpd) -> None:
    hidden = probe(agent, "--snmp-version", "3", *EWA, "--priv-key", "env:PRIV", "--json")
    plain = probe(agent, "--json")
    documents = [json.loads(done.stdout) for done in (hidden, plain)]

    assert (hidden.returncode, hidden.stderr) == (0, "")
    assert documents[0]["interfaces"]
    for document in documents:
        for key in NO_CHANGE:
            del document[key]
    assert [[row["part"] for row in one.pop("interfaces")] for one in documents] != [[], []]
    assert documents[0]["name"] == documents[1]["name"]
    assert documents[0]["not_understood"] == documents[1]["not_understood"]


def test_a_wrong_key_is_told_and_not_shown(agent: Snmpd) -> None:
    done = probe(agent, "--snmp-version", "3", *EWA, "--priv-key", "env:WRONG", "--json")

    assert "priv_key" in done.stderr
    assert "another secret" not in done.stdout + done.stderr
    assert json.loads(done.stdout)["interfaces"] == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--user", "ewa"), "--user is for --snmp-version 3"),
        (("--snmp-version", "3"), "--user is missing"),
        (("--snmp-version", "3", "--user", "ewa", "--auth", "SHA265"), "did you mean 'SHA-256'?"),
        (("--snmp-version", "3", "--user", "ewa", "--auth", "SHA"), "--auth-key is missing"),
        (("--snmp-version", "3", *EWA, "--priv-key", "env:NONE"), "--priv-key: the environment"),
        (("--snmp-version", "3", *EWA, "--priv-key", "tiny"), "at least 8 characters"),
        (
            ("--snmp-version", "3", "--user", "ewa", "--priv", "AES", "--priv-key", "env:PRIV"),
            "add --auth SHA-256 and --auth-key",
        ),
    ],
)
def test_options_that_do_not_fit_are_wrong_usage(
    agent: Snmpd, options: tuple[str, ...], said: str
) -> None:
    done = probe(agent, *options)

    assert done.returncode == 2
    assert said in done.stderr
    assert "tiny" not in done.stderr
