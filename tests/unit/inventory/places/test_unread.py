"""A source that the settings no longer name is asked about once, and goes when a person says so."""

from netwatch.inventory.places.place import Place
from netwatch.inventory.places.reconcile import ChangeKind
from netwatch.inventory.places.unread import unread


def place(source: str, line: str) -> Place:
    return Place(source=source, line=line, subscriber=line, spot=None)


OLD = (place("lms", "1"), place("old", "2"), place("old", "3"))


def test_places_of_an_unnamed_source_stay_and_are_one_question() -> None:
    left = unread(OLD, {"lms"}, {})

    assert (left.left, left.changes, left.forgotten) == (OLD, (), frozenset())
    (asked,) = left.questions
    assert (asked.lines, asked.answers) == (2, ("yes", "no"))
    assert "source old" in asked.text


def test_a_yes_lets_its_lines_go_and_is_written_down() -> None:
    (asked,) = unread(OLD, {"lms"}, {}).questions

    left = unread(OLD, {"lms"}, {asked.id: "yes"})

    assert (left.left, left.questions) == ((OLD[0],), ())
    assert [(one.kind, one.line, one.question) for one in left.changes] == [
        (ChangeKind.GONE, "2", asked.id),
        (ChangeKind.GONE, "3", asked.id),
    ]
    assert left.forgotten == {"old"}


def test_a_no_holds_though_its_lines_change_and_a_yes_is_of_these_lines_alone() -> None:
    (asked,) = unread(OLD, {"lms"}, {}).questions
    more = (*OLD, place("old", "4"))

    assert unread(more, {"lms"}, {asked.id: "no"}).questions == ()
    assert unread(more, {"lms"}, {asked.id: "yes"}).left == more
    assert unread(OLD, {"lms", "old"}, {asked.id: "yes"}).left == OLD
