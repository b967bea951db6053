"""The service notices when nobody receives traps, and tells what the receiver tells it."""

from datetime import timedelta

import pytest

from netwatch.intake.arrivals import NoArrivalError
from netwatch.intake.receiver import ReceiverReport, report_from_plain
from netwatch.service.receiver_watch import INTAKE, RECEIVER, ReceiverWatch
from netwatch.telemetry.vital_signs import UNASKED, Vitals
from tests.unit.service.test_clock import Machine


def watch(machine: Machine, *, expected: bool = True) -> ReceiverWatch:
    return ReceiverWatch(clock=machine.clock(), vitals=Vitals(), expected=expected)


def found(watch: ReceiverWatch, *told: str) -> dict[str, str]:
    return dict(watch.found(told))


def test_a_receiver_that_never_speaks_is_missed_only_where_one_is_wanted() -> None:
    machine = Machine()
    wanted, unwanted = watch(machine), watch(machine, expected=False)
    assert (found(wanted), found(unwanted)) == ({}, {})
    machine.pass_(timedelta(seconds=61))
    assert "systemctl status netwatch-traps" in found(wanted)[RECEIVER]
    assert found(unwanted) == {}


def test_a_receiver_that_falls_silent_is_missed_and_its_return_ends_that() -> None:
    machine = Machine()
    here = watch(machine, expected=False)
    here.heard(ReceiverReport(pid=7))
    machine.pass_(timedelta(seconds=29))
    assert found(here) == {}
    machine.pass_(timedelta(seconds=2))
    assert "does not go on" in found(here)[RECEIVER]
    here.heard(ReceiverReport(pid=7))
    assert found(here) == {}


def test_a_death_is_told_once_even_if_it_is_started_again_at_once() -> None:
    machine = Machine()
    here = watch(machine)
    here.heard(ReceiverReport(pid=7))
    machine.pass_(timedelta(seconds=5))
    here.heard(ReceiverReport(pid=8))
    assert "died" in found(here)[RECEIVER]
    machine.pass_(timedelta(seconds=21))
    here.heard(ReceiverReport(pid=8))
    assert found(here) == {}
    assert here.plain()["deaths"] == 1


def test_a_restart_by_hand_is_no_death() -> None:
    here = watch(Machine())
    here.heard(ReceiverReport(pid=7, leaving=True))
    here.heard(ReceiverReport(pid=8))
    assert found(here) == {}


def test_its_troubles_are_told_and_how_they_end() -> None:
    here = watch(Machine())
    here.heard(ReceiverReport(pid=7, troubles={INTAKE: "a flood"}, counts={"accepted": 5}))
    assert found(here) == {INTAKE: "a flood"}
    here.heard(ReceiverReport(pid=7, endings={INTAKE: "It is over."}))
    assert (found(here), here.ending(INTAKE)) == ({}, "It is over.")
    assert here.vitals.values[UNASKED, ("accepted",)] == 5


def test_what_was_told_before_our_restart_stays_told_until_the_first_word() -> None:
    machine = Machine()
    here = watch(machine)
    assert found(here, INTAKE) == {INTAKE: ""}
    here.heard(ReceiverReport(pid=7))
    assert found(here, INTAKE) == {}


def test_a_report_is_cut_to_size_and_harmless() -> None:
    report = report_from_plain(
        {
            "pid": 1,
            "troubles": {INTAKE: "\x1b[2J" + "x" * 9999, "empty": ""},
            "counts": {"accepted": 1, "odd": "two"},
            "shown": {"strangers": [{"said": "\x07" * 9999}] * 500, "number": 4},
        }
    )
    assert len(report.troubles[INTAKE]) == 500
    assert report.troubles[INTAKE].isprintable()
    assert set(report.troubles) == {INTAKE}
    assert report.counts == {"accepted": 1}
    assert len(report.shown["strangers"]) == 50
    assert len(report.shown["strangers"][0]["said"]) == 500


def test_a_report_as_deep_as_a_well_is_cut() -> None:
    well: object = "water"
    for _ in range(900):
        well = [well]
    report = report_from_plain({"pid": 7, "shown": {"a": well, "b": {"c": [1, "d"]}}})
    assert report.shown["b"] == {"c": [1, "d"]}
    assert str(report.shown["a"]).count("[") < 10


@pytest.mark.parametrize("plain", [None, {}, {"pid": "1"}, {"pid": 1, "troubles": [1]}])
def test_what_is_no_report_is_refused(plain: object) -> None:
    with pytest.raises(NoArrivalError):
        report_from_plain(plain)
