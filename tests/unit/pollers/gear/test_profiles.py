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
