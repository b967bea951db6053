"""The tables of log messages are held to their own examples, and to what a stranger may cost us."""

import re
import time
from collections.abc import Iterator

import pytest

from netwatch.pollers.unasked.lines import LONGEST_TEXT
from netwatch.pollers.unasked.meanings import (
    Family,
    Meaning,
    Row,
    Table,
    Tried,
    read_families,
    shipped_table,
)

FAMILIES = read_families()
ROWS = [(family, row) for family in FAMILIES for row in family.messages]
MOST_A_REPEAT = 400
WANTED = {
    "cisco-ios", "cisco-xr", "cisco-nxos", "juniper", "huawei-vrp", "huawei-smartax", "zte",
    "mikrotik", "ubiquiti", "hpe-comware", "hpe-aruba", "extreme", "dlink", "eltex", "bdcom",
    "vsol-cdata", "nokia", "raisecom", "calix", "zyxel", "arista", "ups", "anybody",
}  # fmt: skip


def _id(value: object) -> str:
    return value.family if isinstance(value, Family) else ""


@pytest.mark.parametrize(("family", "row"), ROWS, ids=_id)
def test_each_row_reads_its_own_examples_before_any_other_does(family: Family, row: Row) -> None:
    for example in row.examples:
        understood = shipped_table().read(example)
        assert understood is not None, example
        assert (understood.family, understood.means) == (family.family, row.means), example
        assert row.has.lower() in example.lower()


@pytest.mark.parametrize(("family", "row"), ROWS, ids=_id)
def test_no_pattern_repeats_without_bound(family: Family, row: Row) -> None:
    bare = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "x", row.pattern)
    assert not re.search(r"[*+]", bare), f"{family.family}: bound this: {row.pattern}"
    assert not re.search(r"\{\d+,\}", bare)
    sizes = [int(most) for most in re.findall(r"\{\d+,(\d+)\}", bare)]
    assert all(size <= MOST_A_REPEAT for size in sizes)
    assert row.pattern == "" or row.pattern.strip() == row.pattern


def test_the_families_that_providers_have_are_there() -> None:
    assert {family.family for family in FAMILIES} >= WANTED
    assert len({family.family for family in FAMILIES}) == len(FAMILIES)
    assert [family.family for family in FAMILIES if family.tried is Tried.LAST] == ["anybody"]


@pytest.mark.parametrize(
    "text",
    [
        "DHCP lease given to 02:00:5e:10:00:07",
        "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: ewa] [Source: 192.0.2.10]",
        "sshd[811]: Accepted password for ewa from 192.0.2.10 port 50022 ssh2",
        "dhcp,info dhcp1 assigned 192.0.2.77 to 02:00:5E:10:00:07",
        "system,info,account user ewa logged in from 192.0.2.10 via winbox",
        "%%01SSH/4/SSH_LOGIN(s)[3]:The user ewa logged in.",
        "ntpd: time slew 0.1 s",
        "INFO(6) Successful login through SSH (Username: ewa)",
    ],
)
def test_daily_business_means_nothing(text: str) -> None:
    assert shipped_table().read(text) is None


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("<14>switch PORT: Port gi1/0/3 link down", Meaning.LINK),
        ("OLT: gpon 0/1 onu 12 is offline, reason: dying-gasp", Meaning.ONU),
        ("SYSTEM: Running-config modified by admin", Meaning.CHANGED),
        ("PSU-A input lost", Meaning.POWER),
        ("cold start", Meaning.RESTARTED),
    ],
)
def test_a_box_of_no_known_name_is_understood_by_what_everybody_writes(
    text: str, means: Meaning
) -> None:
    understood = shipped_table().read(text)
    assert understood is not None
    assert understood.means is means


def test_who_changed_what_is_read() -> None:
    said = shipped_table().read(
        "%SYS-5-CONFIG_I: Configured from console by ewa on vty0 (192.0.2.1)"
    )
    assert said is not None
    assert (said.by, said.what) == ("ewa", "console")


def _hostile() -> Iterator[str]:
    """Yield lines that are made to keep a pattern searching."""
    for _, row in ROWS:
        for example in row.examples:
            for cut in (0.5, 0.9):
                piece = example[: int(len(example) * cut)]
                yield (piece + " ") * (LONGEST_TEXT // max(1, len(piece) + 1) + 1)
            yield row.has * (LONGEST_TEXT // len(row.has))
    for letters in ("a", " ", "0/", "Interface ", "ONU ", "port ", "power ", "link ", "%A-1-B: "):
        yield letters * LONGEST_TEXT


def test_no_line_costs_more_than_five_milliseconds() -> None:
    table, slowest, worst = shipped_table(), 0.0, ""
    table.read("warm up")
    for text in _hostile():
        spent = []
        for _ in range(3):
            began = time.process_time()
            table.read(text[:LONGEST_TEXT])
            spent.append(time.process_time() - began)
        if min(spent) > slowest:
            slowest, worst = min(spent), text[:60]
    assert slowest < 0.005, (slowest, worst)


def test_a_table_reads_its_rows_in_order() -> None:
    rows = tuple(
        Row(means=means, has="word", examples=("word",)) for means in (Meaning.ONU, Meaning.LINK)
    )
    table = Table([Family(family="one", vendors=("x",), messages=rows)])
    understood = table.read("a WORD")
    assert understood is not None
    assert understood.means is Meaning.ONU
