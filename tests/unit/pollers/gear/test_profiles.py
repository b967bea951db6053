"""Every profile that ships is read without complaint; a wrong one gets a clear one."""

import pytest

from netwatch.model.faults import ConfigError
from netwatch.pollers.gear.files import gear_of, known_gear
from netwatch.pollers.gear.recognition import Impression, family, layered, wanted

ONE = {"id": "one", "title": "One", "recognise": ["1.3.6.1.4.1.99999.1"]}


def test_every_profile_names_its_source_and_layers_that_there_are() -> None:
    known = known_gear()

    for gear in known.values():
        assert gear.title
        assert set(gear.layers) | set(gear.without) <= known.keys(), gear.id
        assert gear.source or not gear.sensors, f"{gear.id} does not say where it knows it from"


def test_nothing_but_data_is_shared_by_two_ways_to_recognise() -> None:
    ways = [way for gear in known_gear().values() for way in gear.recognise]

    assert all(way.object_id or way.descr or way.has or way.says for way in ways)


def test_no_two_families_claim_the_same_number_with_nothing_to_tell_them_apart() -> None:
    claimed: dict[tuple[object, ...], str] = {}
    for gear in known_gear().values():
        for way in gear.recognise:
            beside = (way.descr, way.name, way.has, tuple(way.says.items()), way.rank)
            for oid in way.object_id:
                other = claimed.setdefault((oid, *beside), gear.id)
                assert other == gear.id, f"{gear.id} and {other} both claim {oid}"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"sensors": [{"check": "temprature", "object": "1.3.6.1.4.1.9.0"}]}, "temprature"),
        ({"sensors": [{"check": "load", "object": 13}]}, "quotes"),
        ({"sensors": [{"check": "load"}]}, "exactly one of object and column"),
        ({"sensors": [{"check": "load", "column": "1.3.6.1", "part": "{nam}"}]}, "{nam}"),
        ({"sensors": [{"check": "load", "object": "1.3.6.1", "text": "("}]}, "regular expression"),
        ({"sensor": []}, "sensor"),
    ],
)
def test_a_wrong_profile_is_told_what_is_wrong(words: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigError, match=r"one\.yaml") as told:
        gear_of({**ONE, **words}, "one.yaml")

    assert complaint in str(told.value)


def test_the_family_that_knows_more_of_a_device_wins() -> None:
    wide = gear_of({**ONE, "id": "wide"}, "wide.yaml")
    narrow = gear_of({**ONE, "recognise": ["1.3.6.1.4.1.99999.1.2"]}, "one.yaml")
    both = {"wide": wide, "one": narrow}

    assert family(both, Impression(object_id="1.3.6.1.4.1.99999.1.2.7")) is narrow
    assert family(both, Impression(object_id="1.3.6.1.4.1.99999.1.3")) is wide
    assert family(both, Impression(object_id="1.3.6.1.4.1.99999.10")) is None


def test_what_a_stranger_must_have_is_asked_before_it_is_believed() -> None:
    there = {"object_id": "1.3.6.1.4.1.8072", "has": "1.3.6.1.4.1.99999"}
    gear = {"one": gear_of({**ONE, "recognise": [there]}, "one.yaml")}
    seen = Impression(object_id="1.3.6.1.4.1.8072.3.2.10")

    assert wanted(gear, seen) == (["1.3.6.1.4.1.99999"], [])
    assert family(gear, seen) is None
    seen.has["1.3.6.1.4.1.99999"] = True
    assert family(gear, seen) is gear["one"]


def test_layers_come_after_the_family_itself_and_none_that_it_is_without() -> None:
    gear = {
        "one": gear_of({**ONE, "layers": ["two"], "without": ["three"]}, "one.yaml"),
        **{
            name: gear_of({"id": name, "title": name, "everywhere": name != "two"}, f"{name}.yaml")
            for name in ("two", "three", "four")
        },
    }

    assert [layer.id for layer in layered(gear, gear["one"])] == ["one", "two", "four"]


@pytest.mark.parametrize(
    ("object_id", "descr", "expected"),
    [
        ("4413", "US-24-250W, 5.43.23.12533, Linux 3.6.5", "ubiquiti-edgeswitch"),
        ("4413", "XG6846_4.12ITT01.99", "fastpath"),
        ("9.1.1069", "Cisco Controller", "cisco-wlc"),
        ("9.1.3220", "Catalyst 1300 Series Managed Switch, 24-port GE", "cisco-smb"),
        ("9.1.2494", "Cisco IOS Software [Everest], Catalyst L3 Switch (CAT9K_IOSXE)", "cisco-xe"),
        ("2011.2.290.1", "Huawei Integrated Access Software", "huawei-smartax"),
        ("3902.3.100.40", "ZXR10 5960-56QU-HC, ZTE ZXR10 Software Version", "zte"),
        ("3902.1082.1001.600.2.1", "C600 Version V1.2.0 Software", "zte-c3xx"),
        ("637.61.1", "ISAM 7360", "nokia-isam"),
        ("17713.7.12", "Cambium PTP 650", "cambium-ptp"),
        ("17713.21", "ePMP", "cambium-epmp"),
        ("17713.24.1", "cnMatrix EX2028-P", "cambium-cnmatrix"),
        ("161.19.250.256", "CANOPY 15.1 AP", "cambium-canopy"),
        ("8072.3.2.8", "FreeBSD fw 11.2-RELEASE OPNsense", "pfsense"),
        ("8072.3.2.10", "Linux srv 5.10.0-8-amd64 #1 SMP Debian", "net-snmp"),
        ("14823.1.2.59", "ArubaOS (MODEL: 205), Version 6.5.4", "aruba-instant"),
        ("14823.1.1.32", "ArubaOS (MODEL: Aruba7010), Version 8.3.0.0", "aruba-os"),
        ("534.6.6.7", "Eaton ePDU MI", "eaton-pdu"),
        ("674.10892.5", "", "dell-drac"),
        ("35265.1.209", "Eltex LTP-8N", "eltex-olt"),
        ("2544.1.14", "ALM", "adva-alm"),
    ],
)
def test_sisters_of_one_maker_are_told_apart(object_id: str, descr: str, expected: str) -> None:
    told = family(known_gear(), Impression(object_id=f"1.3.6.1.4.1.{object_id}", descr=descr))

    assert told is not None
    assert told.id == expected
