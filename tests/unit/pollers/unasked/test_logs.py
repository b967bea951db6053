"""A line of a known device that means something makes netwatch look; the rest is counted."""

from datetime import UTC, datetime

from netwatch.model.arrivals import Change, Syslog
from netwatch.model.names import DeviceId
from netwatch.pollers.unasked.allowance import Allowance
from netwatch.pollers.unasked.logs import LogDesk
from netwatch.pollers.unasked.speakers import Speaker

NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
DOWN = b"<187>Nov 14 12:00:00 olt-1 %LINK-3-UPDOWN: Interface Gi0/1, changed state to down"


def desk(**allowed: float) -> LogDesk:
    known = {"192.0.2.1": Speaker(DeviceId("olt-1"))}
    return LogDesk(speakers=known, allowance=Allowance(**allowed))


def test_a_port_that_goes_down_is_an_arrival_with_its_severity_and_words() -> None:
    said = desk().take(DOWN, "192.0.2.1", NOON, 0.0)
    assert said == Syslog(
        at=NOON,
        device=DeviceId("olt-1"),
        severity=3,
        text="olt-1 %LINK-3-UPDOWN: Interface Gi0/1, changed state to down",
    )


def test_a_changed_configuration_is_a_change_and_says_by_whom() -> None:
    line = b"<189>%SYS-5-CONFIG_I: Configured from console by ewa on vty0 (192.0.2.10)"
    assert desk().take(line, "192.0.2.1", NOON, 0.0) == Change(
        at=NOON, device=DeviceId("olt-1"), by="ewa", what="console"
    )


def test_a_change_that_does_not_say_by_whom_is_one_all_the_same() -> None:
    said = desk().take(b"<189>%COPY-N-TRAP: copied", "192.0.2.1", NOON, 0.0)
    assert said == Change(at=NOON, device=DeviceId("olt-1"), by="", what="copied")


def test_what_means_nothing_is_counted_by_its_shape_and_shown() -> None:
    here = desk()
    for number in range(50):
        line = b"<190>lease %d given to 02:00:5e:10:00:%02x" % (number, number)
        assert here.take(line, "192.0.2.1", NOON, number / 10) is None
    here.take(b"<190>%SEC-6-PERMIT: tcp 192.0.2.7", "192.0.2.1", NOON, 6.0)

    assert here.counts.syslog_meaningless == 51
    first, second = here.shapes.plain()
    assert (first["count"], second["shape"]) == (50, "%SEC-6-PERMIT")
    assert first["example"].startswith("lease 0 given to")


def test_shapes_do_not_grow_with_what_strangers_invent() -> None:
    here = desk(per_second=1e6, burst=1e6, all_per_second=1e6, all_burst=1e6)
    for number in range(3000):
        word = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        here.take(f"made up {word}".encode(), "192.0.2.1", NOON, 0.0)
    assert len(here.shapes.counts) == len(here.shapes.examples) == 500


def test_a_stranger_is_named_and_a_babbler_held_back() -> None:
    here = desk(per_second=10, burst=20)
    assert here.take(DOWN, "198.51.100.7", NOON, 0.0) is None
    heard = sum(here.take(DOWN, "192.0.2.1", NOON, 0.0) is not None for _ in range(100))

    assert heard == 20
    assert (here.counts.syslog_unknown, here.counts.syslog_limited) == (1, 80)
    assert here.strangers.plain()[0]["address"] == "198.51.100.7"
    assert here.shed == 81


def test_a_message_without_words_is_counted() -> None:
    here = desk()
    assert here.take(b"<189>\0\0", "192.0.2.1", NOON, 0.0) is None
    assert here.counts.syslog_empty == 1


def test_behind_a_relay_the_line_says_whose_it_is() -> None:
    known = {"192.0.2.1": Speaker(DeviceId("olt-1")), "192.0.2.2": Speaker(DeviceId("sw-2"))}
    here = LogDesk(speakers=known, relays=frozenset({"192.0.2.9"}))
    for host, device in (("OLT-1.example", "olt-1"), ("192.0.2.2", "sw-2"), ("sw-2", "sw-2")):
        line = f"<187>Nov 14 12:00:00 {host} %LINK-3-UPDOWN: Interface Gi0/1, changed state to up"
        said = here.take(line.encode(), "192.0.2.9", NOON, 0.0)
        assert said is not None
        assert said.device == device
    modern = b"<187>1 2026-11-14T12:00:00Z sw-2 ifmgr - - - port 3 link down"
    said = here.take(modern, "192.0.2.9", NOON, 0.0)
    assert said is not None
    assert said.device == "sw-2"

    assert here.take(DOWN.replace(b"olt-1", b"who"), "192.0.2.9", NOON, 0.0) is None
    assert here.strangers.plain()[0]["address"] == "who by 192.0.2.9"
    assert here.take(DOWN, "198.51.100.7", NOON, 0.0) is None
