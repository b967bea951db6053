"""Recordings of real devices, served again."""

import bz2
from pathlib import Path

import pytest

from netwatch.lab.agent import answer
from netwatch.lab.faults import LabError
from netwatch.lab.recording import Recording, read_recording
from netwatch.wire.ber import Message, Pdu, Tag, VarBind, decode, encode

LINES = """\
1.3.6.1.2.1.1.5.0|4|sw-7
1.3.6.1.2.1.1.1.0|4x|5377697463680d0a37
.1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.9.1.634
1.3.6.1.2.1.1.3.0|67|not a number
1.3.6.1.2.1.2.2.1.10.1|65|4294967295
1.3.6.1.2.1.31.1.1.1.6.1|70|18446744073709551615
1.3.6.1.2.1.4.20.1.1.7|64|192.0.2.7
1.3.6.1.2.1.2.2.1.8.1|2|-1
1.3.6.1.4.1.1.0|4e|a\\x00b
not a line
1.3.6.1.4.1.2.0|64|192.0.2
bad.oid|4|x
"""


def made(tmp_path: Path, text: str = LINES) -> Recording:
    path = tmp_path / "device.snmprec"
    path.write_text(text)
    return read_recording(path)


def test_values_come_back_as_they_were_recorded(tmp_path: Path) -> None:
    recording = made(tmp_path)

    def at(*oid: int) -> tuple[int, object]:
        bind = recording.get(oid)
        assert bind is not None
        return bind.tag, bind.value

    system = (1, 3, 6, 1, 2, 1, 1)
    assert at(*system, 1, 0) == (Tag.OCTETS, b"Switch\r\n7")
    assert at(*system, 2, 0) == (Tag.OID, (1, 3, 6, 1, 4, 1, 9, 1, 634))
    assert at(*system, 3, 0) == (Tag.OCTETS, b"not a number")
    assert at(1, 3, 6, 1, 2, 1, 2, 2, 1, 10, 1) == (Tag.COUNTER32, 4294967295)
    assert at(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1) == (Tag.COUNTER64, 2**64 - 1)
    assert at(1, 3, 6, 1, 2, 1, 4, 20, 1, 1, 7) == (Tag.IPADDRESS, bytes((192, 0, 2, 7)))
    assert at(1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 1) == (Tag.INTEGER, -1)
    assert at(1, 3, 6, 1, 4, 1, 1, 0) == (Tag.OCTETS, b"a\0b")
    assert at(1, 3, 6, 1, 4, 1, 2, 0) == (Tag.OCTETS, b"192.0.2")


def test_a_recording_answers_any_community_in_order(tmp_path: Path) -> None:
    recording = made(tmp_path)
    request = Message(
        version=1,
        community=b"whatever",
        pdu=Pdu.GETBULK,
        request_id=1,
        error_index=50,
        binds=(VarBind((1, 3), Tag.NULL, None),),
    )

    data = answer(recording, encode(request), None)

    assert data is not None
    found = decode(data).binds
    assert [bind.oid for bind in found[:-1]] == sorted(bind.oid for bind in found[:-1])
    assert len(found) == len(recording) + 1
    assert found[-1].tag == Tag.END_OF_MIB


def test_a_packed_recording_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "device.snmprec.bz2"
    path.write_bytes(bz2.compress(LINES.encode()))

    assert len(read_recording(path)) == 10


def test_what_is_no_recording_is_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"holds no line of the form OID\|tag\|value"):
        made(tmp_path, "hello\n")
    with pytest.raises(LabError, match="cannot be read as a recording"):
        read_recording(tmp_path / "none.snmprec")
    broken = tmp_path / "x.bz2"
    broken.write_bytes(b"no bzip2")
    with pytest.raises(LabError, match="cannot be read as a recording"):
        read_recording(broken)


def test_every_recording_of_real_devices_can_be_walked(shared_data: Path) -> None:
    for path in sorted((shared_data / "snmp" / "snmprec").glob("*.snmprec")):
        recording = read_recording(path)
        bind, count = recording.after((1,)) or recording.after((0, 0)), 0
        while bind is not None:
            encode(Message(version=1, community=b"", pdu=Pdu.RESPONSE, request_id=1, binds=(bind,)))
            bind, count = recording.after(bind.oid), count + 1
        assert count > 0, path.name
