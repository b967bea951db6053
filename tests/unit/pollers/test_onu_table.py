"""What an OLT's table says is read as the maker means it, and no more than it says."""

import pytest

from netwatch.pollers.columns import Column
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.onu_table import (
    OnuTable,
    Place,
    Placement,
    causes_of,
    place_of,
    readings_of,
    rows_of,
    serial_at,
    states_of,
)
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Value

RUN = {1: "online", 2: "offline"}


def table(profile: str, number: int = 0) -> OnuTable:
    return shipped()[profile].onus[number]


@pytest.mark.parametrize(
    ("profile", "number", "status", "cause", "state"),
    [
        ("huawei-smartax", 0, 2, 13, "dying-gasp"),
        ("huawei-smartax", 0, 2, 99, "offline"),
        ("huawei-smartax", 0, 1, 13, "online"),
        ("huawei-smartax", 0, -1, 13, None),
        ("zte-c3xx", 0, 4, None, "dying-gasp"),
        ("zte-c3xx", 1, 4, 9, "online"),
        ("zte-c3xx", 1, 7, 9, "dying-gasp"),
        ("zte-c3xx", 1, 7, 12, "offline"),
        ("ubiquiti-ufiber", 0, 2, None, "offline"),
        ("v-sol", 0, 1, None, "los"),
        ("v-sol", 1, 0, None, "offline"),
        ("c-data", 0, 2, "Dying-Gasp", "dying-gasp"),
        ("c-data", 0, 2, "none", "offline"),
        ("bdcom", 1, 2, 8, "los"),
        ("bdcom", 1, 4, None, "offline"),
        ("bdcom", 1, 1, 9, None),
        ("dasan", 0, 1, 2, "dying-gasp"),
        ("fiberhome", 0, 2, None, "offline"),
        ("nokia-isam", 0, 2, None, "offline"),
        ("eltex-olt", 0, 7, None, "online"),
        ("eltex-olt", 0, 8, None, "offline"),
        ("eltex-olt", 0, 5, None, None),
        ("eltex-olt", 1, 7, None, "offline"),
        ("zyxel-ies", 0, 1, None, "online"),
        ("zyxel-ies", 0, 18, None, "dying-gasp"),
        ("zyxel-ies", 0, 19, None, "los"),
        ("zyxel-ies", 0, 7, None, "disabled"),
        ("zyxel-ies", 0, 10, None, None),
        ("gwd", 0, 5, None, "online"),
        ("gwd", 0, 7, None, "offline"),
        ("bdcom", 0, 2, 1, "dying-gasp"),
        ("bdcom", 0, 4, None, "offline"),
        ("calix", 0, 4, None, "disabled"),
        ("calix", 1, 0, None, None),
    ],
)
def test_a_state_is_what_the_olt_says_and_no_reason_is_guessed(
    profile: str, number: int, status: Value, cause: Value, state: str | None
) -> None:
    assert table(profile, number).state(status, cause) == state


def test_a_status_that_comes_as_text_counts_as_the_number_it_spells() -> None:
    assert table("huawei-smartax").state(" 1 ", None) == "online"
    assert table("huawei-smartax").state("up", None) is None


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        (Column(oid="1", text=r"\((-?[\d.]+) dBm"), "0.03 mW (-14.61 dBm)", -14.61),
        (Column(oid="1", text=r"\((-?[\d.]+) dBm"), "N/A", None),
        (Column(oid="1"), "12", None),
        (Column(oid="1", scale=0.002, shift=-30, signed=16), 4000, -22.0),
        (Column(oid="1", scale=0.002, shift=-30, signed=16), 65000, -31.072),
        (Column(oid="1", scale=0.002, none=frozenset({32768})), 32768, None),
        (Column(oid="1", scale=0.0001, milliwatts=True), 10_000, 0.0),
        (Column(oid="1", scale=0.0001, milliwatts=True), 0, None),
        (Column(oid="1", scale=0.001, least=-60), -80_000, None),
        (Column(oid="1"), None, None),
    ],
)
def test_a_level_is_read_however_it_is_written(
    column: Column, raw: Value, value: float | None
) -> None:
    assert column.value(raw) == value


def test_a_serial_may_stand_in_the_index() -> None:
    index = ".".join(map(str, [12, *b"UBNT2073be78"]))
    told = {table("ubiquiti-ufiber").status: {index: 1}}

    assert serial_at(table("ubiquiti-ufiber"), told, index) == "UBNT2073be78"
    assert serial_at(table("ubiquiti-ufiber"), told, "12.85") is None
    assert serial_at(OnuTable(status="1", states=RUN, serial_arcs=2), {}, "7.65.66") == "AB"


def test_an_onu_that_is_offline_and_names_no_port_stands_on_none() -> None:
    ufiber = table("ubiquiti-ufiber")
    port, serial = ufiber.place.columns["port"], ufiber.place.columns["sn"]
    told: dict[str, dict[str, Value]] = {port: {"1": 0, "2": 3}, serial: {"1": "A", "2": "B"}}

    assert place_of(ufiber, told, "1") == Place(port="", number="A")
    assert place_of(ufiber, told, "2") == Place(port="pon3", number="B")


@pytest.mark.parametrize(
    ("profile", "number", "index", "place"),
    [
        ("huawei-smartax", 0, "4194304000.7", ("4194304000", "7")),
        ("zte-c3xx", 0, "268566784.9", ("gpon-olt_1/2/1", "9")),
        ("zte-c3xx", 1, "285278465.2", ("gpon_olt-1/1/1", "2")),
        ("v-sol", 0, "3.10", ("0/3", "10")),
        ("c-data", 0, "16909073", ("2/3", "17")),
        ("gwd", 0, "1.2.3.64", ("2/3", "64")),
    ],
)
def test_port_and_number_are_decoded_from_the_index(
    profile: str, number: int, index: str, place: tuple[str, str]
) -> None:
    found = place_of(table(profile, number), {}, index)
    assert (found.port, found.number) == place


def test_port_and_number_may_be_an_interface_s_name_or_columns() -> None:
    bdcom, fiberhome = table("bdcom"), table("fiberhome")
    found = place_of(bdcom, {bdcom.place.text: {"1388": "GPON0/4:9"}}, "1388")
    assert (found.port, found.number) == ("GPON0/4", "9")

    columns = fiberhome.place.columns
    told: dict[str, dict[str, Value]] = {
        columns["slot"]: {"5": 2}, columns["pon"]: {"5": 8}, columns["onu"]: {"5": 31}
    }  # fmt: skip
    found = place_of(fiberhome, told, "5")
    assert (found.port, found.number) == ("2/8", "31")


def test_a_packed_map_tells_each_onu_and_leaves_out_empty_places() -> None:
    gwd = table("gwd")
    states = states_of(gwd, {"1.1.2": "\x05\x00\x07\x01", "1.1.3": 5})

    assert {i: gwd.state(word, None) for i, word in states.items()} == {
        "1.1.2.1": "online",
        "1.1.2.3": "offline",
        "1.1.2.4": None,
    }


def test_a_cause_is_found_by_serial_in_another_table() -> None:
    epon = table("bdcom", 1)
    mac = "\xac\x84\xc6\x01\x02\x03"
    told: dict[str, dict[str, Value]] = {
        epon.cause: {"12.1.2": 9, "12.1.3": 8},
        epon.cause_serial: {"12.1.2": mac, "12.1.3": "\x00\x00\x00\x00\x00\x01"},
    }
    assert causes_of(epon, told, {"40": mac, "41": None}) == {"40": 9, "41": None}


def test_interfaces_that_bear_no_serial_are_no_onus() -> None:
    isam = table("nokia-isam")
    told: dict[str, dict[str, Value]] = {
        isam.serial: {"7": "ALCL\x01\x02\x03\x04"}, isam.status: {"1": 1, "7": 2}
    }  # fmt: skip
    assert rows_of(isam, told) == ["7"]


def test_measurements_with_more_arcs_belong_to_the_row_without_them() -> None:
    zte = table("zte-c3xx", 1)
    assert zte.readings is not None
    told = {zte.readings.columns["rx_dbm"].oid: {"285278465.2.1": 4000}}
    assert readings_of(zte, told)["rx_dbm"] == {"285278465.2": -22.0}


def test_every_table_says_how_its_rows_are_placed_and_only_known_states() -> None:
    for name, profile in shipped().items():
        if profile.onus:
            assert known_gear()[name].sure
        for one in profile.onus:
            assert one.status
            assert "online" in one.states.values()
            for word in one.place.bits:
                assert f"{{{word}}}" in one.place.port + one.place.number
    assert Placement() == OnuTable(status="1", states=RUN).place


def test_an_eltex_row_says_its_port_in_columns_and_levels_in_parts_of_a_decibel() -> None:
    ltp = table("eltex-olt")
    row = "1.8.69.76.84.88.98.2.72.24"
    port, number = ltp.place.columns["channel"], ltp.place.columns["id"]
    told: dict[str, dict[str, Value]] = {port: {row: 3}, number: {row: 12}}
    assert ltp.readings is not None
    levels = {"rx_dbm": -21450, "olt_rx_dbm": -237, "distance_m": 1830}
    told |= {ltp.readings.columns[name].oid: {row: value} for name, value in levels.items()}

    assert place_of(ltp, told, row) == Place(port="3", number="12")
    assert readings_of(ltp, told) == {
        "rx_dbm": {row: -21.45},
        "tx_dbm": {},
        "olt_rx_dbm": {row: -23.7},
        "distance_m": {row: 1830},
    }


@pytest.mark.parametrize("raw", [-215, 65321])
def test_a_level_sent_without_its_sign_is_below_zero_all_the_same(raw: int) -> None:
    dasan = table("dasan").readings
    assert dasan is not None
    assert dasan.columns["rx_dbm"].value(raw) == -21.5
    assert dasan.columns["rx_dbm"].value(65136) is None
