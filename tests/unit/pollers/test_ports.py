"""Ports and ONUs are found under the names that people and devices give them."""

from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind
from netwatch.pollers.onus import place, serial_of
from netwatch.pollers.ports import match_ports

SAME = "Huawei-MA5600-V800R018-GPON_UNI"


def onu(name: str, *, serial: str | None = None, port: str | None = None) -> Device:
    return Device(id=DeviceId(name), kind=DeviceKind.ONU, serial=serial, port=port)


def test_a_port_is_found_by_name_description_alias_and_the_end_of_a_name() -> None:
    names = {
        "1": ("ge-0/0/1", "Port 1", "to olt-1"),
        "2": ("GPON 0/1/3", SAME, ""),
        "3": ("GPON 0/1/13", SAME, ""),
        "4": ("", "eth4", ""),
    }
    found = match_ports(["ge-0/0/1", "0/1/3", "eth4", "TO OLT-1"], names)

    assert found == {"ge-0/0/1": "1", "0/1/3": "2", "eth4": "4", "TO OLT-1": "1"}


def test_a_longer_number_is_another_port() -> None:
    names = {"1": ("Gi10/1/3",), "2": ("Gi0/1/3.100",), "3": ("1/0/1/3",)}
    assert match_ports(["0/1/3"], names) == {}


def test_a_name_that_fits_several_ports_fits_none_unless_one_is_pon() -> None:
    assert match_ports(["0/1/3"], {"1": ("Gi0/1/3",), "2": ("Te0/1/3",)}) == {}
    assert match_ports(["0/1/3"], {"1": ("GPON 0/1/3",), "2": ("ETH 0/1/3",)}) == {"0/1/3": "1"}


def test_the_same_description_on_every_port_never_decides() -> None:
    assert match_ports([SAME], {"1": ("a", SAME), "2": ("b", SAME)}) == {}


def test_a_serial_is_the_same_however_it_is_written() -> None:
    wanted = "HWTC1A2B3C4D"
    for raw in (
        "HWTC\x1a\x2b\x3c\x4d",
        "485754431A2B3C4D",
        "hwtc1a2b3c4d",
        "1,HWTC1A2B3C4D",
        "48:57:54:43:1A:2B:3C:4D",
        "HWTC-1A2B3C4D",
    ):
        assert serial_of(raw) == wanted, raw
    assert serial_of("HWTC1234") == "HWTC31323334"
    assert serial_of("\xac\x84\xc6\x01\x02\x03") == serial_of("AC:84:C6:01:02:03")
    assert serial_of(None) is None
    assert serial_of("") is None


def test_onus_are_placed_by_serial_and_the_rest_is_counted_not_guessed() -> None:
    onus = [onu("a", serial="HWTC1A2B3C4D"), onu("b", serial="HWTC00000002"), onu("c")]
    rows = {"7.0": "HWTC\x1a\x2b\x3c\x4d", "7.1": "ZTEGxxxx"}

    placing = place(onus, rows, {})

    assert placing.devices == {"7.0": "a"}
    assert (placing.unknown_rows, placing.missing) == (1, 2)


def test_a_serial_that_two_rows_bear_places_nothing() -> None:
    rows = {"7.0": "HWTC\x1a\x2b\x3c\x4d", "8.0": "HWTC\x1a\x2b\x3c\x4d"}
    assert place([onu("a", serial="HWTC1A2B3C4D")], rows, {}).devices == {}


def test_an_onu_without_serial_is_placed_when_it_is_alone_on_its_port() -> None:
    names = {"7": ("GPON 0/1/3",), "8": ("GPON 0/1/4",)}
    rows = {"7.0": "AAAAxxxx", "8.0": "BBBBxxxx", "8.1": "CCCCxxxx"}

    alone = [onu("a", port="0/1/3"), onu("b", port="0/1/4")]
    assert place(alone, rows, names).devices == {"7.0": "a"}

    crowded = [onu("a", port="0/1/3"), onu("b", port="0/1/3")]
    assert place(crowded, rows, names).devices == {}
