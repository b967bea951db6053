"""The lines that make gear talk: for every maker, read only, without a secret, for one poller."""

import re
from ipaddress import ip_address

import pytest

from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.silent.lines import (
    KEYS,
    SECTIONS,
    Voice,
    by_maker,
    by_profile,
    by_word,
    filled,
    voices,
)
from netwatch.pollers.silent.makers import maker_of

POLLER = ip_address("192.0.2.10")
MAKERS = {
    "mikrotik", "ubiquiti", "cambium", "mimosa", "siklu", "ceragon", "cisco", "juniper", "huawei",
    "zte", "nokia", "calix", "dasan", "zhone", "bdcom", "v-sol", "c-data", "gwd", "fiberhome",
    "raisecom", "eltex", "zyxel", "dlink", "tp-link", "edge-core", "extreme", "hpe", "aruba",
    "allied-telesis", "apc", "eaton", "eltek", "delta", "siemens",
}  # fmt: skip
"""Whose gear providers have."""


def everything(one: Voice) -> str:
    sections = (getattr(one, name) for name in SECTIONS)
    return "\n".join([one.enter, *sections, one.save, *one.how, *one.notes])


def test_every_maker_of_the_field_has_its_lines() -> None:
    assert [maker for maker in MAKERS if not any(name.startswith(maker) for name in voices())] == []


@pytest.mark.parametrize("name", voices())
def test_lines_are_whole(name: str) -> None:
    one = voices()[name]

    assert one.v2c or one.how, "neither lines nor a way to do it by hand"
    assert one.title
    assert one.source
    text = everything(one)
    assert "{poller" in text, "nothing in it is for one poller"
    assert set(re.findall(r"\{[^{}\n]*\}", text)) <= {"{poller}", "{poller_net}"}
    assert set(re.findall(r"<[A-Z-]{3,}>", text)) <= set(KEYS)
    assert "<COMMUNITY>" in (one.v2c or text)
    assert not re.search(r"\b(rw|read-write|readwrite)\b(?!-)", text, re.IGNORECASE)
    assert [p for p in one.profiles if p not in known_gear()] == []
    for pattern in one.says:
        re.compile(pattern)
    if one.v3:
        assert "<AUTH-KEY>" in one.v3


@pytest.mark.parametrize("name", voices())
def test_no_line_bears_a_word_that_others_know(name: str) -> None:
    lines = "\n".join(getattr(voices()[name], section) for section in SECTIONS)

    assert not re.search(r"\b(public|private|admin123|password1)\b", lines.replace("=private", ""))


def test_no_profile_belongs_to_two_families() -> None:
    owned = [profile for one in voices().values() for profile in one.profiles]

    assert len(owned) == len(set(owned))


def test_the_poller_stands_in_the_lines_and_a_placeholder_where_nobody_said_it() -> None:
    text = "permit {poller} from {poller_net}"

    assert filled(text, POLLER) == "permit 192.0.2.10 from 192.0.2.10/32"
    assert filled(text, ip_address("2001:db8::7")) == "permit 2001:db8::7 from 2001:db8::7/128"
    assert filled(text, ip_address("fe80::1%eth0")) == "permit fe80::1 from fe80::1/128"
    assert filled(text, None) == "permit <POLLER> from <POLLER>/32"


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("RouterOS CRS317-1G-16S+", "mikrotik-routeros"),
        ("MikroTik SwOS v2.13", "mikrotik-swos"),
        ("Huawei Integrated Access Software", "huawei-smartax"),
        ("S5328C-EI Huawei Versatile Routing Platform Software VRP (R) software", "huawei-vrp"),
        ("Cisco IOS Software, C2960 Software", "cisco-ios"),
        ("Cisco IOS XR Software, Version 6.1", "cisco-xr"),
        ("Cisco NX-OS(tm) n9000", "cisco-nxos"),
        ("Juniper Networks, Inc. mx5-t internet router", "juniper-junos"),
        ("DES-3200-28 Fast Ethernet Switch", "dlink"),
        ("DGS-3630-28TC Gigabit Ethernet Switch", "dlink-dgs"),
        ("Linux edge 6.1.0", "linux"),
    ],
)
def test_gear_is_known_by_what_it_calls_itself(words: str, family: str) -> None:
    found = by_word(words)

    assert found is not None
    assert found.id == family


def test_gear_is_known_by_its_profile_and_by_the_maker_of_its_hardware_address() -> None:
    known = by_profile("huawei-smartax")

    assert known is not None
    assert known.id == "huawei-smartax"
    assert by_profile(None) is None
    assert {one.id for one in by_maker(maker_of("00:e0:fc:01:02:03"))} == {
        "huawei-smartax",
        "huawei-vrp",
    }
    assert by_maker("Nobody at all") == []


@pytest.mark.parametrize("mac", ["02:4e:00:00:00:01", "", "rubbish"])
def test_a_local_address_and_rubbish_have_no_maker(mac: str) -> None:
    assert maker_of(mac) == ""
