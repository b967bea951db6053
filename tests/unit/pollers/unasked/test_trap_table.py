"""The tables of what traps mean hold together, and read what devices really say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.asks import Confirm
from netwatch.pollers.unasked.trap_checks import CHECKS
from netwatch.pollers.unasked.trap_files import (
    NAME,
    Condition,
    Mib,
    On,
    State,
    TrapFamily,
    read_trap_families,
)
from netwatch.pollers.unasked.trap_table import STANDARD, TrapTable, shipped_traps

FAMILIES = read_trap_families()
MIBS = [(family, mib) for family in FAMILIES for mib in family.mibs]
LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
ENDED = re.compile(
    r"(_?Clear(ed)?|Clr|Resumed?|Restored?|Recover(ed|y)?|AlarmOff)(?=(Trap|Notif|Notification)?\d*$)",
    re.IGNORECASE,
)
BEGUN = re.compile(
    r"(Alarm|Alm|Fault|Occur|AlarmOn)(?=(Trap|Notif|Notification)?\d*$)", re.IGNORECASE
)
WANTED = {
    "akcp", "apc", "bdcom", "c-data", "calix", "cambium", "cisco", "dasan", "eaton", "eltek",
    "eltex", "huawei", "hwg", "juniper", "mikrotik", "nokia", "racom", "siklu", "socomec",
    "standard", "v-sol", "zte", "zyxel",
}  # fmt: skip


def _id(value: object) -> str:
    return value.mib if isinstance(value, Mib) else ""


def traps_of(condition: Condition) -> dict[str, str]:
    every = (condition.begins, condition.over, condition.events, condition.stateful)
    return {name: oid for some in every for name, oid in some.items()}


def test_the_families_that_providers_have_are_there() -> None:
    assert {family.family for family in FAMILIES} >= WANTED
    assert len({family.family for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize(("family", "mib"), MIBS, ids=_id)
def test_a_mib_speaks_of_checks_there_are_and_tells_states_by_what_it_has(
    family: TrapFamily, mib: Mib
) -> None:
    assert family.vendors
    columns = {**STANDARD, **mib.varbinds}
    for condition in mib.conditions:
        traps = traps_of(condition)
        assert condition.check in CHECKS, f"{mib.mib}: {condition.check}"
        assert traps, f"{mib.mib}: a condition of {condition.check} without a trap"
        assert all(re.fullmatch(NAME, name) for name in traps)
        by = condition.by or mib.by
        assert condition.by is None or condition.stateful, f"{mib.mib}: by without stateful"
        if condition.stateful and by is not None:
            assert by.varbind in columns or by.varbind.startswith("1.3."), by.varbind
            assert by.begins or by.over
            assert not set(by.begins) & set(by.over)
            assert all(value == value.lower() for value in (*by.begins, *by.over))
    for template in (text for some in mib.parts.values() for text in some):
        fields = re.findall(r"\{(\w+)", template)
        assert fields
        assert set(fields) <= set(columns), f"{mib.mib}: {template}"


def test_no_trap_stands_in_two_rows() -> None:
    whole = [
        oid if mib.under is None or oid.startswith("1.3.6.1.") else f"{mib.under}.{oid}"
        for _, mib in MIBS
        for condition in mib.conditions
        for oid in traps_of(condition).values()
    ]
    assert sorted(whole) == sorted(set(whole))
    assert len(whole) == len(shipped_traps())


@pytest.mark.parametrize(("family", "mib"), MIBS, ids=_id)
def test_a_trap_that_is_called_the_end_of_another_is_in_its_row(
    family: TrapFamily, mib: Mib
) -> None:
    row_of = {name: nth for nth, one in enumerate(mib.conditions) for name in traps_of(one)}
    stems = {BEGUN.sub("", name).casefold(): name for name in row_of}
    for condition in mib.conditions:
        for name in (*condition.begins, *condition.over):
            if ENDED.search(name) is None:
                continue
            stem = ENDED.sub("", name)
            begun = stems.get(BEGUN.sub("", stem).casefold())
            if begun is not None:
                assert row_of[begun] == row_of[name], f"{family.family}: {begun}, {name}"
                assert name not in condition.begins, f"{family.family}: {name} begins nothing"


@pytest.mark.parametrize(("family", "mib"), MIBS, ids=_id)
def test_what_is_of_a_port_or_onu_is_never_confirmed_by_looking_at_batteries(
    family: TrapFamily, mib: Mib
) -> None:
    for condition in mib.conditions:
        confirm = condition.confirm or CHECKS[condition.check].confirm
        wrong = condition.on is not On.DEVICE and confirm is Confirm.MAINS
        assert not wrong, f"{family.family}: {list(traps_of(condition))}"


def test_link_down_raises_what_link_up_clears_and_the_port_states_confirm_it() -> None:
    table = shipped_traps()
    down = table.meant(LINK_DOWN, (("1.3.6.1.2.1.2.2.1.1.7", 2, 7),))
    up = table.meant(LINK_UP, (("1.3.6.1.2.1.31.1.1.1.1.7", 4, "ge-0/0/7"),))

    assert down is not None
    assert up is not None
    assert (down.state, up.state) == (State.RAISE, State.CLEAR)
    assert down.condition == up.condition
    assert (down.check, down.on, down.confirm) == ("if.oper", On.PORT, Confirm.PORT)
    assert (down.part, up.part) == ("ifIndex 7", "ge-0/0/7")


def test_on_battery_is_said_again_and_again_and_the_poll_says_when_it_is_over() -> None:
    meant = shipped_traps().meant("1.3.6.1.2.1.33.2.1")

    assert meant is not None
    assert meant.entry.condition.repeats
    assert not meant.entry.condition.over
    assert (meant.check, meant.state, meant.confirm) == ("mains", State.RAISE, Confirm.MAINS)


@pytest.mark.parametrize(
    "oid",
    [
        "1.3.6.1.4.1.34592.1.3.6.0.17",
        "1.3.6.1.4.1.3320.10.3.8.2",
        "1.3.6.1.4.1.35265.1.22.100.2.103",
        "1.3.6.1.4.1.890.1.5.13.13.19.8.97",
        "1.3.6.1.4.1.6296.0.213",
        "1.3.6.1.4.1.6296.0.223",
        "1.3.6.1.4.1.6296.0.505",
    ],
)
def test_an_onu_that_gasps_for_power_makes_netwatch_read_the_table_of_onus(oid: str) -> None:
    meant = shipped_traps().meant(oid)

    assert meant is not None
    assert (meant.check, meant.on, meant.confirm) == ("onu.state", On.ONU, Confirm.ONU)
    assert meant.state is State.RAISE


@pytest.mark.parametrize(
    ("value", "state"),
    [(3, State.CLEAR), (2, State.RAISE), ("online", State.CLEAR), ("gone home", State.EITHER)],
)
def test_one_trap_for_both_is_told_by_its_varbind(value: int | str, state: State) -> None:
    oid, status = "1.3.6.1.4.1.34592.1.3.6.0.7", "1.3.6.1.4.1.34592.1.3.4.1.1.11"
    meant = shipped_traps().meant(oid, ((f"{status}.1.3", 2, value),))

    assert meant is not None
    assert (meant.state, meant.part) == (state, "1.3")


def test_without_the_varbind_it_may_be_either() -> None:
    meant = shipped_traps().meant("1.3.6.1.4.1.34592.1.3.6.0.7")

    assert meant is not None
    assert (meant.state, meant.part) == (State.EITHER, "")


def test_a_column_is_not_taken_for_one_whose_number_begins_alike() -> None:
    other = (("1.3.6.1.4.1.34592.1.3.4.1.1.111.1.3", 2, 3),)
    meant = shipped_traps().meant("1.3.6.1.4.1.34592.1.3.6.0.7", other)

    assert meant is not None
    assert meant.state is State.EITHER


def test_a_trap_of_version_1_is_known_with_and_without_its_0() -> None:
    table = shipped_traps()

    assert table.find("1.3.6.1.4.1.3320.10.3.8.0.2") is table.find("1.3.6.1.4.1.3320.10.3.8.2")
    assert table.find("1.3.6.1.4.1.318.5") is table.find("1.3.6.1.4.1.318.0.5")
    assert table.find("1.3.6.1.2.1.33.2.1.0") is table.find("1.3.6.1.2.1.33.2.1")
    assert table.find("1.3.6.1.4.1.318.0.5") is not None
    assert table.find("1.3.6.1.4.1.99999.0.1") is None


def test_what_is_not_known_makes_netwatch_see_whether_all_is_well() -> None:
    table = shipped_traps()

    assert table.confirm("1.3.6.1.4.1.99999.0.1") is Confirm.REACH
    assert table.confirm("1.3.6.1.6.3.1.1.5.5") is Confirm.NOTHING


OIDS = st.lists(st.integers(0, 2**32 - 1), max_size=20).map(lambda n: ".".join(map(str, n)))
BINDS = st.lists(
    st.tuples(st.one_of(OIDS, st.sampled_from(sorted(STANDARD.values()))), st.just(4), st.text()),
    max_size=6,
)


@given(oid=st.one_of(OIDS, st.sampled_from(sorted(shipped_traps().entries))), binds=BINDS)
def test_whatever_a_trap_says_it_means_something_or_nothing(
    oid: str, binds: list[tuple[str, int, str]]
) -> None:
    meant = shipped_traps().meant(oid, tuple(binds))

    if meant is not None:
        assert meant.check in CHECKS
        assert meant.entry.says in {meant.state, State.EITHER}


def test_a_row_that_is_written_wrongly_is_refused() -> None:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    row = {"check": "mains", "raise": {"x": "1"}, "rise": {"y": "2"}}
    with pytest.raises(ValidationError, match="rise"):
        TypeAdapter(Condition).validate_python(row)


def test_all_traps_of_a_condition_bear_its_name() -> None:
    condition = Condition(check="mains", begins={"a": "1", "b": "2"}, over={"c": "3"})
    mib = Mib(mib="X-MIB", under="1.3.6.1.4.1.5", conditions=(condition,))
    table = TrapTable([TrapFamily(family="x", vendors=("X",), mibs=(mib,))])
    meant = [table.meant(f"1.3.6.1.4.1.5.{last}") for last in (1, 2, 3)]

    assert [one and one.condition for one in meant] == ["X-MIB::a"] * 3
