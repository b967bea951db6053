"""Walks come to an end whatever the agent does, and lose nothing on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.jobs import Agent, GetAsking, WalkAsking, Wrong
from netwatch.pollers.snmp.requests import request
from netwatch.pollers.snmp.walk import Walk
from netwatch.wire.ber import Oid, Pdu, Tag, VarBind, decode, decode_oid, encode_oid, parse_oid
from netwatch.wire.scan import RawBind

STATUS, NAME = parse_oid("1.3.6.1.2.1.2.2.1.8"), parse_oid("1.3.6.1.2.1.31.1.1.1.1")
COLUMNS = [encode_oid(STATUS), encode_oid(NAME)]
AGENT = Agent("192.0.2.1", 161, 1, b"public")
WAIT = Patience(1.0, 1)


def bulk(tree: dict[Oid, int], names: list[bytes], repetitions: int) -> list[RawBind]:
    """Answer as an agent with these objects does."""
    ordered = sorted(tree)
    cursors = [decode_oid(name) for name in names]
    rows: list[RawBind] = []
    for _ in range(repetitions):
        for place, cursor in enumerate(cursors):
            after = next((oid for oid in ordered if oid > cursor), None)
            if after is None:
                rows.append((encode_oid(cursor), Tag.END_OF_MIB, None))
            else:
                cursors[place] = after
                rows.append((encode_oid(after), Tag.INTEGER, tree[after]))
    return rows


def walked(tree: dict[Oid, int], cut: int | None = None) -> Walk:
    walk = Walk(COLUMNS, most_rows=1000, repetitions=7)
    for _ in range(2000):
        if walk.ended:
            return walk
        walk.take(bulk(tree, walk.names(), walk.repetitions)[:cut], 0)
    raise AssertionError("the walk did not end")


@given(
    st.sets(st.integers(1, 2**32 - 1), max_size=40),
    st.sets(st.integers(1, 2**32 - 1), max_size=40),
    st.one_of(st.none(), st.integers(1, 13)),
)
def test_every_row_is_found_also_when_columns_differ_and_answers_are_cut_short(
    ports: set[int], names: set[int], cut: int | None
) -> None:
    tree = {(*STATUS, port): 1 for port in ports} | {(*NAME, port): 2 for port in names}

    walk = walked(tree, cut)

    assert {encode_oid((1, 3, port))[1:] for port in ports | names} == walk.rows.keys()
    assert sum(row[0] == 1 for row in walk.rows.values()) == len(ports)
    assert sum(row[1] == 2 for row in walk.rows.values()) == len(names)
    assert walk.stopped == ""


def test_an_agent_that_goes_backwards_is_stopped() -> None:
    walk = Walk(COLUMNS[:1], most_rows=1000, repetitions=10)
    walk.take([(encode_oid((*STATUS, 5)), Tag.INTEGER, 1), (encode_oid((*STATUS, 4)), 2, 1)], 0)

    assert walk.ended
    assert "do not increase" in walk.stopped
    assert len(walk.rows) == 1


def test_an_agent_that_repeats_itself_is_stopped() -> None:
    walk = Walk(COLUMNS[:1], most_rows=1000, repetitions=10)
    same = [(encode_oid((*STATUS, 5)), int(Tag.INTEGER), 1)]
    walk.take(same, 0)
    walk.take(same, 0)

    assert walk.ended


def test_an_agent_without_end_is_stopped_at_the_most_rows() -> None:
    walk = Walk(COLUMNS[:1], most_rows=100, repetitions=25)
    port = 0
    while not walk.ended:
        walk.take([(encode_oid((*STATUS, port := port + 1)), 2, 1) for _ in range(25)], 0)

    assert len(walk.rows) == 100
    assert walk.stopped == "more than 100 rows"


def test_an_empty_answer_ends_the_walk() -> None:
    walk = Walk(COLUMNS, most_rows=100, repetitions=25)
    walk.take([], 0)
    assert walk.ended


def test_repetitions_leave_room_for_no_more_bindings_than_are_read() -> None:
    assert Walk([COLUMNS[0]] * 10, 100, 25).repetitions == 20


def test_an_agent_that_chokes_is_asked_for_less_and_that_is_remembered() -> None:
    agent = Agent("192.0.2.1", 161, 1, b"public")
    asking = WalkAsking(1, agent, WAIT, COLUMNS[:1], 100)

    assert not asking.spare()  # it never answered: no try beyond the retries
    assert decode(asking.request().numbered(0x01000000)).error_index == 10
    assert agent.repetitions == 25

    assert asking.take(0, 0, [(encode_oid((*STATUS, 1)), 2, 1)], 99)
    assert agent.repetitions == 10
    assert asking.spare()  # it answered before, so one more try is worth it


def test_a_request_encoded_once_is_right_for_every_request_id() -> None:
    asked = request(1, b"public", Pdu.GETBULK, COLUMNS, 20)

    for number in (0x01000000, 0x7FFFFFFF):
        message = decode(asked.numbered(number))
        assert message.request_id == number
        assert message.error_index == 20
        assert message.binds == tuple(VarBind(oid, Tag.NULL, None) for oid in (STATUS, NAME))


def test_what_an_agent_left_out_is_asked_again() -> None:
    asking = GetAsking(1, AGENT, WAIT, COLUMNS)
    asking.request()

    assert asking.take(0, 0, [(COLUMNS[0], 2, 7)], 99)
    assert decode(asking.request().numbered(1 << 24)).binds[0].oid == NAME
    assert not asking.take(0, 0, [(COLUMNS[1], 4, b"ge-0")], 99)
    assert asking.result() == [7, "ge-0"]


def test_an_object_that_a_v1_agent_refuses_does_not_take_the_others_with_it() -> None:
    asking = GetAsking(1, AGENT, WAIT, COLUMNS)
    asking.request()

    assert asking.take(2, 1, [], 99)
    assert decode(asking.request().numbered(1 << 24)).binds[0].oid == NAME
    assert not asking.take(0, 0, [(COLUMNS[1], 4, b"ge-0")], 99)
    assert asking.result() == [None, "ge-0"]


def test_an_answer_that_is_too_big_is_asked_for_in_halves() -> None:
    names = [encode_oid((*STATUS, port)) for port in range(1, 5)]
    asking = GetAsking(1, AGENT, WAIT, names)
    asking.request()

    assert asking.take(1, 0, [], 99)
    assert len(decode(asking.request().numbered(1 << 24)).binds) == 2


@pytest.mark.parametrize("count", [0, 3])
def test_more_values_or_fewer_than_one_are_not_believed(count: int) -> None:
    asking = GetAsking(1, AGENT, WAIT, COLUMNS)
    asking.request()
    with pytest.raises(Wrong):
        asking.take(0, 0, [(COLUMNS[0], 2, 7)] * count, 99)


def test_values_of_other_objects_are_not_believed() -> None:
    asking = GetAsking(1, AGENT, WAIT, COLUMNS)
    asking.request()
    with pytest.raises(Wrong):
        asking.take(0, 0, [(COLUMNS[1], 2, 7)], 99)


def test_an_agent_that_says_too_big_for_ever_is_given_up() -> None:
    asking = GetAsking(1, AGENT, WAIT, COLUMNS)
    for _ in range(100):
        asking.request()
        if not asking.take(1, 0, [], 99):
            return
    raise AssertionError("asked for ever")


def test_an_agent_of_endless_words_is_stopped_before_they_fill_the_memory() -> None:
    walk = Walk(COLUMNS, most_rows=20_000, repetitions=1)
    row = 0
    while not walk.ended:
        row += 1
        binds = [(encode_oid((*c, row)), int(Tag.OCTETS), bytes(4000)) for c in (STATUS, NAME)]
        walk.take(binds, 8100)

    assert row < 300
    assert "octets" in walk.stopped


def test_an_index_that_is_no_object_identifier_ends_its_column_and_is_told() -> None:
    walk = Walk(COLUMNS, most_rows=100, repetitions=25)
    broken = (COLUMNS[0] + b"\x85", int(Tag.INTEGER), 1)
    endless = (COLUMNS[1] + b"\x01" * 120, int(Tag.INTEGER), 1)
    walk.take(
        [(encode_oid((*STATUS, 5)), 2, 1), (encode_oid((*NAME, 5)), 2, 1), broken, endless], 9
    )

    assert walk.ended
    assert list(walk.rows.values()) == [[1, 1]]
    assert "no object identifier" in walk.stopped


def test_a_v1_agent_for_whom_a_row_is_too_big_is_asked_for_fewer_columns_at_a_time() -> None:
    asking = WalkAsking(1, Agent("192.0.2.1", 161, 0, b"public"), WAIT, COLUMNS, 100)

    assert asking.take(1, 0, [], 30)
    assert len(decode(asking.request().numbered(1 << 24)).binds) == 1
    for column in (STATUS, NAME):
        assert asking.take(0, 0, [(encode_oid((*column, 1)), 2, 7)], 30)
        more = asking.take(2, 1, [], 30)
    assert not more
    assert asking.result() == {"1": [7, 7]}


def test_a_column_that_an_agent_cannot_give_does_not_take_the_others_with_it() -> None:
    asking = WalkAsking(1, AGENT, WAIT, COLUMNS, 100)

    assert asking.take(5, 1, [], 30)
    assert asking.take(0, 0, [(encode_oid((*NAME, 1)), 4, b"ge-0")], 30)
    assert not asking.take(0, 0, [(encode_oid((1, 3, 9)), 2, 1)], 30)
    assert asking.result() == {"1": [None, "ge-0"]}
    assert asking.detail == "the agent refuses with error status 5"


@given(st.data())
def test_the_quick_way_through_whole_rows_gives_what_the_slow_one_gives(
    data: st.DataObject,
) -> None:
    arcs = st.integers(0, 4)
    binds: list[RawBind] = []
    for row in data.draw(st.lists(arcs, max_size=8)):
        for column in COLUMNS:
            tag, value = data.draw(st.sampled_from([(2, 1), (2, 1), (2, 1), (0x82, None)]))
            odd = data.draw(st.sampled_from([0, 0, 0, 0, 1]))
            binds.append((column + bytes((row + odd,)), tag, value))
    quick, slow = (Walk(COLUMNS, most_rows=3, repetitions=25) for _ in range(2))
    slow._whole_rows = lambda _binds: 0  # type: ignore[method-assign]
    for walk in (quick, slow):
        walk.take(binds, 99)

    assert list(quick.rows.items()) == list(slow.rows.items())
    assert (quick.stopped, quick.names()) == (slow.stopped, slow.names())


def test_an_agent_that_choked_is_tried_with_more_again_after_a_long_calm() -> None:
    agent = Agent("192.0.2.1", 161, 1, b"public")
    agent.bears(10, lighter=True)
    assert agent.repetitions == 10

    calm = 0
    while agent.repetitions == 10:
        agent.bears(10, lighter=False)
        calm += 1
    assert calm > 100
    assert agent.repetitions == 20

    agent.bears(8, lighter=True)  # it chokes again, so it is given four times as long
    assert agent.repetitions == 8
    for _ in range(4 * calm - 1):
        agent.bears(8, lighter=False)
    assert agent.repetitions == 8
