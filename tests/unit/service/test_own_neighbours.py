"""The kernel's table tells who is on our own wire."""

from ipaddress import ip_address
from pathlib import Path

from netwatch.pollers.discovery.drawing import drawing
from netwatch.pollers.discovery.found import Found
from netwatch.service.own_neighbours import own_neighbours

TABLE = """\
IP address       HW type     Flags       HW address            Mask     Device
192.0.2.9        0x1         0x2         02:00:00:00:00:0A     *        eth0
192.0.2.10       0x1         0x0         02:00:00:00:00:0b     *        eth0
192.0.2.11       0x1         0x2         00:00:00:00:00:00     *        eth0
rubbish          0x1         zz          02:00:00:00:00:0c     *        eth0
192.0.2.12
"""


def test_who_answered_is_known_and_rubbish_is_nobody(tmp_path: Path) -> None:
    (tmp_path / "arp").write_text(TABLE)

    assert own_neighbours(tmp_path / "arp") == {"192.0.2.9": "02:00:00:00:00:0a"}
    assert own_neighbours(tmp_path / "nowhere") == {}


def test_quiet_gear_on_our_own_wire_is_placed_without_a_router() -> None:
    switch, quiet = ip_address("192.0.2.1"), ip_address("192.0.2.9")
    found = [
        Found(address=switch, snmp="access", learnt={"02:00:00:00:00:0a": "p9"}),
        Found(address=quiet),
    ]

    (link,) = drawing(found, {"192.0.2.9": "02:00:00:00:00:0a"}).links

    assert link.ends == ((switch, "p9"), (quiet, ""))
