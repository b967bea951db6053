"""An identifier may begin where the device's own does."""

from netwatch.pollers.gear.based import based
from netwatch.pollers.gear.rules import By, Gear, Name, SensorRule, Where


def test_every_identifier_of_a_rule_is_spelt_out_and_no_other_text_is_touched() -> None:
    rule = SensorRule(
        check="temperature",
        column="{10}.1.2.4",
        where=(Where(column="{10}.1.2.5", is_=(1,)),),
        scale_by=(By(column="{7}.9", values={1: 2.0}),),
        names={"name": Name(columns=("{10}.1.2.2", "1.3.6.1"))},
        part="{0}.1 {name}",
    )

    spelt = based(Gear(id="x", title="x", sensors=(rule,)), "1.3.6.1.4.1.259.10.1.45.105").sensors[
        0
    ]

    assert spelt.column == "1.3.6.1.4.1.259.10.1.45.1.2.4"
    assert spelt.where[0].column == "1.3.6.1.4.1.259.10.1.45.1.2.5"
    assert spelt.scale_by[0].column == "1.3.6.1.4.1.259.9"
    assert spelt.names["name"].columns == ("1.3.6.1.4.1.259.10.1.45.1.2.2", "1.3.6.1")
    assert spelt.part == "{0}.1 {name}"


def test_a_single_arc_may_stand_in_the_middle() -> None:
    rule = SensorRule(check="load", object="1.3.6.1.4.1.171.11.{#8}.1000.1.0")

    assert based(rule, "1.3.6.1.4.1.171.10.165.1").object == "1.3.6.1.4.1.171.11.165.1000.1.0"
    assert based(rule, "1.3.6.1.4.1.171").object == ""


def test_what_a_short_identifier_cannot_spell_is_never_asked() -> None:
    assert based(SensorRule(check="load", object="{10}.1.0"), "1.3.6.1.4.1.259").object == ""


def test_a_rule_without_such_identifiers_stays_the_same_value() -> None:
    rule = SensorRule(check="load", object="1.3.6.1.4.1.259.1.0")

    assert based(rule, "1.3.6.1.4.1.259") is rule
