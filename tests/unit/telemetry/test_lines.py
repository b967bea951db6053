"""No name can end a line, begin another tag or make a receiver read a different point."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.names import DeviceId, SiteId
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.lines import Writer, legible, measurement, tag

NAMES = st.text(st.characters(codec=None), min_size=1, max_size=30) | st.text(
    st.sampled_from("\\,= \n\r\t\x00\x7f\x85\u2028\u202e#\"'ł🎉a"), min_size=1, max_size=8
)


def batch(part: str = "", **changes: object) -> Batch:
    given = {
        "at_s": 1794682931,
        "device": DeviceId("sw-1"),
        "site": SiteId("pop-polna"),
        "checks": ("port.octets.in_octets",),
        "parts": (part,),
        "values": (12.5,),
    }
    return Batch(**{**given, **changes})  # type: ignore[arg-type] # as many fields as a test likes


def test_a_line_has_the_check_the_tags_in_order_and_one_field_called_value() -> None:
    assert Writer().lines([batch("ge-0/0/1")]) == [
        "port.octets.in_octets,device=sw-1,part=ge-0/0/1,site=pop-polna value=12.5 1794682931"
    ]


def test_what_a_batch_does_not_say_is_no_tag() -> None:
    assert Writer().lines([batch(site=None)]) == [
        "port.octets.in_octets,device=sw-1 value=12.5 1794682931"
    ]


def test_each_value_is_a_line_and_whole_numbers_stay_whole() -> None:
    columns = batch(checks=("a", "b"), parts=("", "x"), values=(2**64 - 1, -1e-7))
    assert [line.rpartition(" value=")[2] for line in Writer().lines([columns])] == [
        "18446744073709551615 1794682931",
        "-1e-07 1794682931",
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Gi0/1", "Gi0/1"),
        ("uplink to core", r"uplink\ to\ core"),
        ("a,b=c", r"a\,b\=c"),
        ("čtvrť 🎉", r"čtvrť\ 🎉"),
        (r"rack\7", r"rack\7"),
        ("ends\\", "ends＼"),
        (r"\\host\share", r"＼＼host\share"),
        ("a\\ b", r"a＼\ b"),
        ("two\nlines", "two␊lines"),
        ("bell\x07 del\x7f", r"bell␇\ del␡"),
        ("\u202egnp", "�gnp"),
        ("half \ud83c", "half\\ �"),
    ],
)
def test_hostile_names_are_written_so_that_they_are_read_again(name: str, written: str) -> None:
    assert tag(name) == written


def test_no_measurement_begins_a_comment_or_is_empty() -> None:
    assert measurement("#icmp") == "＃icmp"
    assert measurement("") == "_"
    assert measurement("a b,c=d") == r"a\ b\,c=d"


def _read(line: str, *, doubled: bool) -> tuple[str, dict[str, str], float, int]:
    """Read a line as receivers do; ``doubled``: as those that hold two backslashes for one."""
    escape = r"\\[,= \\]" if doubled else r"\\[,= ]"
    piece = rf"(?:{escape}|[^,= ])+"
    found = re.fullmatch(rf"((?:=|{piece})+?)((?:,{piece}={piece})*) value=(\S+) (\d+)", line)
    assert found is not None, line

    def plain(text: str) -> str:
        return re.sub(escape, lambda match: match[0][1], text)

    pairs = re.findall(rf",({piece})=({piece})", found[2])
    tags = {plain(key): plain(value) for key, value in pairs}
    return plain(found[1]), tags, float(found[3]), int(found[4])


@pytest.mark.parametrize("doubled", [True, False])
@given(check=NAMES, part=NAMES, device=NAMES, site=NAMES)
def test_every_kind_of_receiver_reads_the_same_legible_names(
    doubled: bool, check: str, part: str, device: str, site: str
) -> None:
    lines = Writer().lines(
        [batch(part, checks=(check,), device=DeviceId(device), site=SiteId(site))]
    )
    (line,) = lines
    assert line.isprintable() or not any(ord(sign) < 32 for sign in line)
    line.encode()
    read_check, tags, value, at = _read(line.replace("＃", "#"), doubled=doubled)
    assert read_check == legible(check).replace("＃", "#")
    assert tags == {
        "device": legible(device).replace("＃", "#"),
        "part": legible(part).replace("＃", "#"),
        "site": legible(site).replace("＃", "#"),
    }
    assert (value, at) == (12.5, 1794682931)


def _lots() -> Iterator[Batch]:
    for number in range(300):
        yield batch(f"p{number}", checks=(f"c{number}",))


def test_remembered_names_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netwatch.telemetry.lines.MOST_KNOWN", 100)
    writer = Writer()
    lines = writer.lines(_lots())
    assert len(lines) == len(set(lines)) == 300
    assert len(writer._parts) <= 100
    assert len(writer._checks) <= 100
