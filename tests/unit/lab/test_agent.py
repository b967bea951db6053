"""How an agent answers."""

from netwatch.lab.agent import LARGEST, answer
from netwatch.lab.objects.agent_tree import agent_tree
from netwatch.model.names import DeviceId
from netwatch.wire.ber import Message, Pdu, Tag, VarBind, decode, encode, parse_oid
from tests.unit.lab.field import Hammer

FIELD = Hammer()
TREE = agent_tree(FIELD.world, DeviceId("olt-1"), lambda: 1.0)
SYS_NAME = "1.3.6.1.2.1.1.5.0"
HC_IN = "1.3.6.1.2.1.31.1.1.1.6"
V1, V2C = 0, 1


def ask(
    pdu: Pdu,
    *oids: str,
    version: int = V2C,
    community: bytes = b"public",
    non_repeaters: int = 0,
    repetitions: int = 0,
) -> Message | None:
    request = encode(
        Message(
            version=version,
            community=community,
            pdu=pdu,
            request_id=77,
            error_status=non_repeaters,
            error_index=repetitions,
            binds=tuple(VarBind(parse_oid(oid), Tag.NULL, None) for oid in oids),
        )
    )
    data = answer(TREE, request, b"public")
    return None if data is None else decode(data)


def test_an_agent_answers_a_get_under_the_same_number() -> None:
    found = ask(Pdu.GET, SYS_NAME)

    assert found is not None
    assert (found.pdu, found.request_id, found.error_status) == (Pdu.RESPONSE, 77, 0)
    assert found.binds == (VarBind(parse_oid(SYS_NAME), Tag.OCTETS, b"olt-1"),)


def test_an_agent_is_silent_to_the_wrong_word() -> None:
    assert ask(Pdu.GET, SYS_NAME, community=b"private") is None


def test_an_agent_is_silent_to_what_is_no_request() -> None:
    assert answer(TREE, b"\x30\x03abc", b"public") is None
    assert answer(TREE, b"", b"public") is None
    assert ask(Pdu.RESPONSE, SYS_NAME) is None
    assert ask(Pdu.GETBULK, SYS_NAME, version=V1) is None


def test_v2c_tells_a_missing_object_from_a_missing_instance() -> None:
    found = ask(Pdu.GET, "1.3.6.1.2.1.1.5.7", "1.3.6.1.2.1.99.0")

    assert found is not None
    assert [bind.tag for bind in found.binds] == [Tag.NO_SUCH_INSTANCE, Tag.NO_SUCH_OBJECT]


def test_v1_refuses_the_whole_request_and_says_which_object() -> None:
    found = ask(Pdu.GET, SYS_NAME, "1.3.6.1.2.1.99.0", version=V1)

    assert found is not None
    assert (found.error_status, found.error_index) == (2, 2)


def test_v1_never_shows_a_counter_of_64_bits() -> None:
    index = HC_IN + ".4194312448"
    refused = ask(Pdu.GET, index, version=V1)
    passed = ask(Pdu.GETNEXT, "1.3.6.1.2.1.31.1.1.1.5.4194312704", version=V1)

    assert refused is not None
    assert refused.error_status == 2
    assert passed is not None
    assert passed.binds[0].oid[:11] == parse_oid("1.3.6.1.2.1.31.1.1.1.15")


def test_at_the_end_v2c_says_so_and_v1_refuses() -> None:
    found, refused = ask(Pdu.GETNEXT, "1.4"), ask(Pdu.GETNEXT, "1.4", version=V1)

    assert found is not None
    assert found.binds == (VarBind(parse_oid("1.4"), Tag.END_OF_MIB, None),)
    assert refused is not None
    assert (refused.error_status, refused.error_index) == (2, 1)


def test_a_bulk_holds_the_single_ones_once_and_the_others_again_and_again() -> None:
    found = ask(
        Pdu.GETBULK,
        "1.3.6.1.2.1.1.5",
        "1.3.6.1.2.1.2.2.1.1",
        "1.3.6.1.2.1.2.2.1.8",
        non_repeaters=1,
        repetitions=2,
    )

    assert found is not None
    assert [bind.oid[-3:-1] for bind in found.binds] == [(1, 5), (1, 1), (1, 8), (1, 1), (1, 8)]


def test_a_bulk_is_cut_to_what_fits_one_packet() -> None:
    for repetitions in (10, 50, 1000):
        request = Message(
            version=V2C,
            community=b"public",
            pdu=Pdu.GETBULK,
            request_id=1,
            error_index=repetitions,
            binds=(VarBind((1, 3), Tag.NULL, None), VarBind((1, 3, 6, 1, 4), Tag.NULL, None)),
        )
        data = answer(TREE, encode(request), b"public")
        assert data is not None
        assert len(data) <= LARGEST
        assert len(decode(data).binds) >= 20


def test_an_answer_that_does_not_fit_is_too_big() -> None:
    found = ask(Pdu.GET, *["1.3.6.1.2.1.1.1.0"] * 40)

    assert found is not None
    assert (found.error_status, found.binds) == (1, ())


def test_nothing_can_be_set() -> None:
    found, v1 = ask(Pdu.SET, SYS_NAME), ask(Pdu.SET, SYS_NAME, version=V1)

    assert found is not None
    assert v1 is not None
    assert (found.error_status, v1.error_status) == (17, 4)
