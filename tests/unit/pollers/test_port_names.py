"""Names of ports are kept small, and come out as they went in."""

from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.port_names import PortNames, first_name

ROWS = st.dictionaries(
    st.text("0123456789.", min_size=1),
    st.lists(st.none() | st.integers() | st.text(), max_size=3).map(tuple),
    max_size=50,
)


@given(ROWS)
def test_each_row_keeps_its_first_name_or_its_index(rows: dict[str, tuple[object, ...]]) -> None:
    names = PortNames(rows).by_row()  # type: ignore[arg-type]
    assert list(names) == list(rows)
    assert all(names[index] == first_name(row, index) for index, row in rows.items())  # type: ignore[arg-type]
    assert all(name.strip() for name in names.values())


def test_a_nameless_row_is_called_by_its_index_and_a_hostile_one_by_what_is_left() -> None:
    rows = {"1": ("", None, "  "), "2": ("a\0b", "c"), "3": ("\0", "lan")}
    assert PortNames(rows).by_row() == {"1": "1", "2": "a b", "3": "lan"}


def test_devices_with_the_same_rows_share_them() -> None:
    one, other = (PortNames({str(n): (f"{who}{n}",) for n in range(48)}) for who in "ab")
    assert one._rows is other._rows
