"""An ONU without a known line takes one along: followed where it is seen, asked where not."""

from netwatch.inventory.places.evidence import Witness
from netwatch.inventory.places.join import join
from netwatch.inventory.places.questions import trust_in
from netwatch.inventory.places.reconcile import ChangeKind, Reconciled, reconcile
from netwatch.inventory.places.records import LineRecord, Sightings
from tests.unit.inventory.places.town import NETWORK, heard, line, onu, said, serial, session, shown

NOTHING = Reconciled(places=(), changes=(), questions=())


def run(
    old: Reconciled,
    lines: list[LineRecord],
    seen: Sightings,
    answers: dict[str, str] | None = None,
) -> Reconciled:
    answers = answers or {}
    joined = join([said(*lines)], seen, NETWORK, trust_in(answers))
    return reconcile(old.places, joined, ["billing"], answers, old.strays)


def vague(*numbers: int) -> list[LineRecord]:
    """Lines of which the records know the port alone, beside some that are well known."""
    return [line(number, onu_serial="") for number in numbers] + [line(n) for n in range(20, 40)]


ONUS = [onu(number) for number in (0, 4, *range(20, 40))]
EVENING = shown(*ONUS)
MOVED = shown(onu(0, port="0/1/3", onu="90"), *ONUS[1:])
SWAPPED = shown(onu(0, serial="HWTCFFFF0000"), *ONUS[1:])


def test_strays_are_remembered_and_a_quiet_night_asks_nothing() -> None:
    first = run(NOTHING, vague(0, 4), EVENING)
    assert [spot.serial for spot in first.strays] == [serial(0), serial(4)]
    again = run(first, vague(0, 4), EVENING)
    assert (again.changes, again.questions, again.strays) == ((), (), first.strays)


def test_a_stray_that_moved_is_asked_for_until_somebody_knows_its_line() -> None:
    night = run(run(NOTHING, vague(0, 4), EVENING), vague(0, 4), MOVED)
    assert night.changes == ()
    (asked,) = night.questions
    assert asked.answers == ("billing/N0", "billing/N4", "none")
    assert run(night, vague(0, 4), MOVED).questions == (asked,)

    answered = run(night, vague(0, 4), MOVED, {asked.id: "billing/N0"})

    (change,) = answered.changes
    assert (change.kind, change.line) == (ChangeKind.MOVED, "N0")
    assert change.after is not None
    assert (change.after.port, change.after.serial) == ("0/1/3", serial(0))
    place = next(one for one in answered.places if one.line == "N0")
    assert place.witnesses == (Witness.PERSON,)
    later = run(answered, vague(0, 4), MOVED, {asked.id: "billing/N0"})
    assert (later.changes, later.questions) == ((), ())


def test_a_stray_that_was_exchanged_is_asked_for_by_its_new_serial() -> None:
    night = run(run(NOTHING, vague(0, 4), EVENING), vague(0, 4), SWAPPED)
    (asked,) = night.questions
    assert asked.id == "onu|HWTCFFFF0000"
    answered = run(night, vague(0, 4), SWAPPED, {asked.id: "billing/N4"})
    assert [(one.kind, one.line) for one in answered.changes] == [(ChangeKind.FOUND, "N4")]


def test_a_stray_that_is_nobodys_is_asked_for_once() -> None:
    night = run(run(NOTHING, vague(0, 4), EVENING), vague(0, 4), MOVED)
    (asked,) = night.questions
    told = run(night, vague(0, 4), MOVED, {asked.id: "none"})
    assert (told.changes, told.questions) == ((), ())
    assert run(told, vague(0, 4), MOVED, {asked.id: "none"}).questions == ()


def test_a_line_that_was_seen_to_go_the_same_way_goes_with_the_stray() -> None:
    def home(port: str) -> tuple[Sightings, ...]:
        return (
            shown(*ONUS, macs=(heard(0, "0/1/0"),), sessions=(session(0),)),
            shown(*MOVED.onus, macs=(heard(0, port),), sessions=(session(0),)),
        )

    evening, morning = home("0/1/3")
    night = run(run(NOTHING, vague(0, 4), evening), vague(0, 4), morning)

    assert night.questions == ()
    (change,) = night.changes
    assert (change.kind, change.line, change.after and change.after.serial) == (
        ChangeKind.MOVED, "N0", serial(0),
    )  # fmt: skip


def test_a_line_that_is_seen_where_it_was_is_not_suspected() -> None:
    seen = shown(*MOVED.onus, macs=(heard(0, "0/1/0"),), sessions=(session(0),))
    night = run(run(NOTHING, vague(0, 4), EVENING), vague(0, 4), seen)
    (asked,) = night.questions
    assert asked.answers == ("billing/N4", "none")


def test_an_olt_that_says_nothing_tonight_raises_no_question() -> None:
    first = run(NOTHING, vague(0, 4), EVENING)
    dark = run(first, vague(0, 4), shown())
    assert (dark.changes, dark.questions, dark.strays) == ((), (), first.strays)


def test_an_onu_in_the_slot_of_a_known_one_goes_before_a_neighbours_address() -> None:
    """Two live at Polna 1; the one whose ONU was exchanged is not put on the other's new one."""
    lines = [line(0), line(4, house="1", onu_serial=""), *(line(n) for n in range(20, 40))]
    evening = run(NOTHING, lines, shown(*ONUS))
    swapped = shown(
        onu(0, serial="HWTCFFFF0000"), onu(4, description="Polna 1"), *ONUS[2:],
        macs=(heard(0, "0/1/0"),), sessions=(session(0),),
    )  # fmt: skip
    night = run(evening, lines, swapped)
    place = next(one for one in night.places if one.line == "N0")
    assert place.spot is not None
    assert place.spot.serial == "HWTCFFFF0000"


def test_who_the_records_moved_is_asked_for_where_they_put_it_tonight() -> None:
    first = run(NOTHING, vague(0, 4), EVENING)
    astray = Reconciled(
        places=run(NOTHING, [line(0, onu_serial="", port="0/1/2"), *vague(4)], EVENING).places,
        changes=(), questions=(), strays=first.strays,
    )  # fmt: skip
    lines = [line(0, onu_serial="", port="0/1/0"), *vague(4)]
    night = run(astray, lines, MOVED)
    asked = next(one for one in night.questions if one.id.startswith("onu|"))
    assert "billing/N0" in asked.answers
