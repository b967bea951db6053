"""Many ids are kept as few words, and come back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from netwatch.response.runs import from_runs, to_runs

ids = st.one_of(
    st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True),
    st.integers(0, 400).map(lambda number: f"S-{number:03d}"),
    st.integers(0, 4000).map(lambda number: f"S-{number}"),
)


@given(st.sets(ids, max_size=200))
def test_what_was_kept_comes_back(names: set[str]) -> None:
    back = list(from_runs(to_runs(names)))
    assert sorted(back) == sorted(names)


def test_seventy_thousand_numbers_are_a_handful_of_words() -> None:
    assert to_runs(f"S-{number:05d}" for number in range(70_000)) == [["S-00000", 69_999]]
    assert to_runs(f"S-{number}" for number in range(70_000)) == [["S-0", 69_999]]
    assert to_runs(["S-9", "X", "S-10", "S-8", "S-7"]) == ["X", ["S-7", 3]]
