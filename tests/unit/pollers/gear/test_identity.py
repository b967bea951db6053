"""What a device is called is read from the rows that its profile means, and no others."""

from netwatch.pollers.gear.document import identity
from netwatch.pollers.gear.rules import Gear, Identity, Name, SensorRule, Source, Where
from netwatch.pollers.gear.survey import Survey, known_subtrees
from netwatch.pollers.questions import Target

COLUMN, OTHER = "1.3.6.1.4.1.99999.1.2", "1.3.6.1.4.1.99999.1.3"


def survey(one: Gear) -> Survey:
    return Survey(Target("192.0.2.1", 161, 1, "x"), {}, {}, layers=[one])


def test_a_row_counts_only_where_text_and_index_are_as_the_profile_says() -> None:
    where = (Where(column=OTHER, like="^chassis"), Where(arc=-1, is_=(2,)))
    model = (Source(column=COLUMN, where=where),)
    known = survey(Gear(id="x", title="x", identity=Identity(model=model)))
    known.answers.columns = {
        COLUMN: {"1.2": "a fan", "2.1": "another", "3.2": "the switch"},
        OTHER: {"1.2": "fan", "2.1": "chassis", "3.2": "Chassis 1"},
    }

    assert identity(known)["model"] == "the switch"


def test_an_identifier_that_a_device_is_too_short_for_is_no_subtree() -> None:
    rule = SensorRule(check="temperature", column="", names={"name": Name(columns=("",))})

    assert "" not in known_subtrees(survey(Gear(id="x", title="x", sensors=(rule,))))
