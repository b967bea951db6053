"""Leases and accounting tell circuits and sessions; what is being written is left for later."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.inventory.importers import Asked
from netwatch.inventory.places.records import CircuitSeen, SessionSeen, Sightings, SourceError
from netwatch.inventory.sightings import read_sightings
from netwatch.inventory.sightings.words import circuit_in, circuit_of, mac_of
from tests.operator.records import EVENING

CIRCUIT = "olt-01 xpon 0/1/3:12.1.1"
OPTION = bytes([1, len(CIRCUIT)]) + CIRCUIT.encode() + bytes([2, 2, 0, 1])
BEGAN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EXPIRES = int(BEGAN.timestamp()) + 3600
CONTEXT = f'{{ ""ISC"": {{ ""relay-agent-info"": {{ ""sub-options"": ""0x{OPTION.hex()}"" }} }} }}'
KEA_HEAD = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
    "user_context,pool_id\n"
)
KEA = (
    KEA_HEAD
    + f'100.64.0.9,02:00:5e:00:53:01,,3600,{EXPIRES - 60},1,0,0,,0,"{{ }}",0\n'
    + f'100.64.0.9,02:00:5e:00:53:01,,3600,{EXPIRES},1,0,0,,0,"{CONTEXT}",0\n'
    + f'100.64.0.10,02:00:5e:00:53:02,,0,{EXPIRES},1,0,0,,0,"{CONTEXT}",0\n'
    + f"100.64.0.11,02:00:5e:00:53:03,,3600,{EXPIRES},1,0,0,,0,not json,0\n"
    + "100.64.0.12,02:00:5e"
)
ISC = """\
lease 100.64.0.9 {
  starts 5 2026/11/20 11:00:00;
  binding state active;
  hardware ethernet 02:00:5e:00:53:01;
}
lease 100.64.0.9 {
  starts 5 2026/11/20 12:00:00;
  cltt 5 2026/11/20 12:00:00;
  binding state active;
  hardware ethernet 02:00:5e:00:53:01;
  option agent.circuit-id "olt-01 xpon 0/1/3:12.1.1";
}
lease 100.64.0.10 {
  binding state free;
  option agent.circuit-id 0:4:0:1;
}
lease 100.64.0.11 {
  starts 5 2026/11/20 12:00:00;
  binding state act"""
DETAIL = f"""\
Fri Nov 20 12:00:00 2026
\tAcct-Status-Type = Start
\tUser-Name = "u5000"
\tCalling-Station-Id = "0200.5e00.5301"
\tFramed-IP-Address = 100.64.0.9
\tNAS-IP-Address = 10.20.0.1
\tNAS-Port-Id = "ether5"
\tADSL-Agent-Circuit-Id = 0x{CIRCUIT.encode().hex()}
\tTimestamp = {int(BEGAN.timestamp())}

Fri Nov 20 12:00:01 2026
\tAcct-Status-Type = Accounting-On

Fri Nov 20 12:00:02 2026
\tUser-Name = "u50"""
SEEN = CircuitSeen(mac="02:00:5e:00:53:01", address="100.64.0.9", circuit=CIRCUIT, seen_at=BEGAN)


def _read(folder: Path, kind: str, text: str) -> Sightings:
    (folder / "file").write_text(text)
    return read_sightings(kind, Asked(name="x", at=EVENING, keys={"path": "file"}, base=folder))


def test_kea_tells_the_circuit_of_each_lease_that_is_held(tmp_path: Path) -> None:
    assert _read(tmp_path, "kea-leases", KEA).circuits == (SEEN,)


def test_dhcpd_tells_the_circuit_of_each_active_lease(tmp_path: Path) -> None:
    assert _read(tmp_path, "isc-leases", ISC).circuits == (SEEN,)


def test_radius_tells_sessions_and_their_circuits(tmp_path: Path) -> None:
    read = _read(tmp_path, "radius-detail", DETAIL)

    assert read.sessions == (
        SessionSeen(
            login="u5000", mac="02:00:5e:00:53:01", address="100.64.0.9", nas="10.20.0.1",
            nas_port="ether5", seen_at=BEGAN,
        ),
    )  # fmt: skip
    assert [one.circuit for one in read.circuits] == [CIRCUIT]
    assert read.circuits[0].login == "u5000"


@pytest.mark.parametrize("kind", ["kea-leases", "isc-leases", "radius-detail"])
@pytest.mark.parametrize("text", ["", "no line ends here", "rubbish\n\n\x00\n", KEA_HEAD])
def test_what_shows_nothing_is_refused(tmp_path: Path, kind: str, text: str) -> None:
    with pytest.raises(SourceError):
        _read(tmp_path, kind, text)


@given(raw=st.binary(max_size=80))
def test_no_option_82_is_too_broken_to_be_looked_at(raw: bytes) -> None:
    circuit_in(raw)
    assert circuit_of(raw).isprintable()


@pytest.mark.parametrize(
    "word", ["02-00-5E-00-53-01", "0200.5e00.5301", "02005E005301", " 02:00:5e:00:53:01 "]
)
def test_a_mac_is_one_mac_however_it_is_written(word: str) -> None:
    assert mac_of(word) == "02:00:5e:00:53:01"
