"""What people wrote to an ONU is told where lines are placed, and made harmless on the way."""

import pytest

from netwatch.pollers.discovery.looking import _onus
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.survey import Survey
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Target

ONT = "1.3.6.1.4.1.2011.6.128.1.1.2"
ROW = "4194304000.7"

NAMED = {
    "bdcom", "c-data", "dasan", "eltex-olt", "huawei-smartax", "nokia-isam", "v-sol", "zte-c3xx",
}  # fmt: skip


def test_an_onu_is_found_with_its_number_state_and_description() -> None:
    survey = Survey(Target("127.0.0.1", 161, 1), known_gear(), shipped())
    survey.own = known_gear()["huawei-smartax"]
    survey.answers.columns |= {
        f"{ONT}.43.1.3": {ROW: "HWTC\x00\x00\x00\x01"},
        f"{ONT}.43.1.9": {ROW: "kowalska Polna 7\x1b[2J"},
        f"{ONT}.46.1.15": {ROW: 1},
        "1.3.6.1.2.1.31.1.1.1.1": {"4194304000": "GPON 0/1/3"},
    }

    (onu,) = _onus(survey)

    assert (onu.port, onu.number, onu.serial) == ("GPON 0/1/3", "7", "HWTC00000001")
    assert onu.state == "online"
    assert onu.description.startswith("kowalska Polna 7")
    assert "\x1b" not in onu.description


def test_makes_whose_tables_hold_what_people_wrote_are_asked_for_it() -> None:
    profiles = shipped()
    described = {name for name, one in profiles.items() for table in one.onus if table.description}

    assert described >= NAMED
    assert all(table.description for table in profiles["c-data"].onus)


@pytest.mark.parametrize(
    ("name", "said", "description"),
    [
        ("jan7", "ONU-1:7", "jan7 ONU-1:7"),
        ("jan7", "", "jan7"),
        ("jan7", "jan7", "jan7"),
        ("", "", ""),
    ],
)
def test_name_and_description_are_told_together(name: str, said: str, description: str) -> None:
    survey = Survey(Target("127.0.0.1", 161, 1), known_gear(), shipped())
    survey.own = known_gear()["zte-c3xx"]
    base, row = "1.3.6.1.4.1.3902.1082.500.10.2.3", "285278465.7"
    survey.answers.columns |= {
        f"{base}.3.1.18": {row: "1,ZTEGC0000001"},
        f"{base}.3.1.2": {row: name},
        f"{base}.3.1.3": {row: said},
        f"{base}.8.1.4": {row: 4},
    }

    (onu,) = _onus(survey)

    assert onu.description == description
