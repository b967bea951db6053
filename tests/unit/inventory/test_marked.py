"""What a person wrote, and where they wrote it."""

import itertools
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netwatch.inventory.marked import Marked, parse_marked
from netwatch.model.faults import Finding


def read(text: str) -> tuple[Marked | None, list[Finding]]:
    return parse_marked(text.encode(), "net.yaml")


def read_well(text: str) -> Marked:
    root, findings = read(text)
    assert findings == []
    assert root is not None
    return root


def test_every_value_and_key_knows_its_place() -> None:
    root = read_well("vantage: core-1\ndevices:\n  - {id: ąę-1, kind: router}\n")

    assert str(root.place) == "net.yaml:1:1"
    assert str(root.find(("devices", 0, "kind")).place) == "net.yaml:3:22"
    assert str(root.find(("devices", 0)).key_place("kind")) == "net.yaml:3:16"
    assert str(root.key_place("devices")) == "net.yaml:2:1"


def test_find_stops_at_the_nearest_value_there_is() -> None:
    root = read_well("a: {b: [x]}\n")

    assert root.find(("a", "b", 7, "c")) is root.find(("a", "b"))
    assert root.find(("z",)) is root
    assert root.find(("a", "b", -1)) is root.find(("a", "b"))


def test_plain_forgets_the_places() -> None:
    assert read_well("a: {b: [x, 7, no, true, ~]}\n").plain() == {
        "a": {"b": ["x", 7, "no", True, None]}
    }


def test_quotes_make_text_of_a_number_and_the_writing_is_kept() -> None:
    root = read_well("a: '007'\nb: 007\n")

    assert (root.find(("a",)).value, root.find(("b",)).value) == ("007", 7)
    assert root.find(("b",)).text == "007"


def test_an_alias_is_the_value_it_names() -> None:
    root = read_well("a: &x [1, 2]\nb: *x\n")

    assert root.find(("b",)) is root.find(("a",))


def test_an_anchor_may_be_used_again_for_something_else() -> None:
    assert read_well("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").plain() == {"a": 1, "b": 1, "c": 2, "d": 2}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\n\n"])
def test_a_file_that_says_nothing_is_no_mistake(text: str) -> None:
    root, findings = read(text)

    assert findings == []
    assert root is None or root.value is None


def test_of_a_half_edited_list_the_whole_entries_are_kept() -> None:
    root, findings = read("devices:\n  - {id: a}\n  - {id: b}\n  - {id: c, kind\n")

    assert len(findings) == 1
    assert root is not None
    assert root.plain() == {"devices": [{"id": "a"}, {"id": "b"}]}


def test_of_a_key_that_stands_twice_the_first_is_kept() -> None:
    root, findings = read("a: 1\nb: 2\na: 3\n")

    assert root is not None
    assert root.plain() == {"a": 1, "b": 2}
    assert [str(finding.place) for finding in findings] == ["net.yaml:3:1"]


def test_aliases_that_would_grow_beyond_measure_are_refused_at_once() -> None:
    names = [f"a{number}" for number in range(60)]
    lines = [f"{names[0]}: &{names[0]} [x, x]"]
    lines += [
        f"{name}: &{name} [*{before}, *{before}]" for before, name in itertools.pairwise(names)
    ]

    _, findings = read("\n".join(lines) + "\n")

    assert "aliases grow this file" in findings[0].wrong


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_depth_is_refused_and_never_becomes_ours(opening: str) -> None:
    _, findings = read(opening * 50_000)

    assert len(findings) == 1


def test_no_tag_can_make_an_object() -> None:
    _, findings = read("a: !!python/object/apply:os.system ['true']\n")

    assert "has no meaning here" in findings[0].wrong


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbfa: 1")
@example(b"a: \xc2\x85b")
@example(b"&a *a")
@example(b"? ? ? x")
@example(b"%TAG ! tag:x,2000:\n---\n!a b: c")
def test_no_bytes_make_the_reader_raise(data: bytes) -> None:
    parse_marked(data, "net.yaml")


YAMLISH = st.text(alphabet="ab1 :,-[]{}&*!|>'\"#%?\n\t", max_size=80)


@given(YAMLISH)
def test_nothing_that_looks_like_yaml_makes_the_reader_raise(text: str) -> None:
    read(text)


PRINTABLE = st.characters(max_codepoint=0x2FFF, exclude_categories=["Cc", "Cs", "Zl", "Zp"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(PRINTABLE, max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(PRINTABLE, min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUES)
@example({"a": [True, None, "no", "12:30:00", "0e0", 7]})
def test_json_is_yaml_1_2_and_is_read_as_what_it_is(value: object) -> None:
    root, findings = read(json.dumps(value, ensure_ascii=False))

    assert findings == []
    assert root is not None
    assert root.plain() == value
