"""The synthetic provider is the same for the same seed, and as untidy as it says."""

from tests.operator.homes import FULL, SMALL, make_operator
from tests.operator.night import pass_night
from tests.operator.records import extract, sightings, truth


def test_a_seed_makes_one_provider_and_another_seed_another() -> None:
    assert make_operator(SMALL, 3) == make_operator(SMALL, 3)
    assert make_operator(SMALL, 3) != make_operator(SMALL, 4)


def test_the_full_provider_has_the_mess_of_life() -> None:
    operator = make_operator(FULL)
    said, shown, true = extract(operator), sightings(operator), truth(operator)

    assert len(said.gear) == 600
    assert len(said.lines) == len(true) == 18_000
    assert len({onu.serial for onu in shown.onus}) == len(shown.onus)
    assert 0.04 < sum(not one.serial for one in true.values()) / 18_000 < 0.06
    assert 0.025 < sum(bool(home.was_port) for home in operator.homes) / 18_000 < 0.035
    assert 0.015 < sum(bool(home.was_serial) for home in operator.homes) / 18_000 < 0.025
    assert len({line.logins for line in said.lines}) < 18_000


def test_a_night_changes_two_hundred_lines_and_no_other_record() -> None:
    operator = make_operator(FULL)
    morning, changes = pass_night(operator)
    before = {line.key: line for line in extract(operator).lines}
    after = {line.key: line for line in extract(morning).lines}

    touched = {change.line for change in changes}
    assert len(touched) == 200
    assert {key for key in before | after if before.get(key) != after.get(key)} <= touched
    places = {(one.gear, one.port, one.onu) for one in truth(morning).values()}
    assert len(places) == len(morning.homes)
