"""Traps make netwatch look; whatever is doubtful about them is counted and dropped."""

from datetime import UTC, datetime
from ipaddress import IPv4Address, ip_address

from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pollers.unasked.allowance import Allowance
from netwatch.pollers.unasked.engine import our_engine
from netwatch.pollers.unasked.speakers import Speaker, of_rows, speakers, to_rows
from netwatch.pollers.unasked.traps import TrapDesk
from netwatch.pollers.unasked.v3 import Opener
from netwatch.wire.ber import (
    Message,
    Pdu,
    Tag,
    TrapV1,
    VarBind,
    decode,
    encode,
    encode_trap_v1,
    parse_oid,
)

NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
LINK_DOWN = parse_oid("1.3.6.1.6.3.1.1.5.3")
TRAP_OID = parse_oid("1.3.6.1.6.3.1.1.4.1.0")
IF_DESCR = parse_oid("1.3.6.1.2.1.2.2.1.2.7")


def desk(**allowed: float) -> TrapDesk:
    known = {"192.0.2.1": Speaker(DeviceId("sw-1"))}
    opener = Opener(engine=our_engine("a machine", NOON, 0.0), users={})
    return TrapDesk(speakers=known, opener=opener, allowance=Allowance(**allowed))


def v2(*binds: VarBind, pdu: Pdu = Pdu.TRAP_V2) -> bytes:
    named = VarBind(TRAP_OID, Tag.OID, LINK_DOWN)
    return encode(Message(version=1, community=b"x", pdu=pdu, request_id=9, binds=(named, *binds)))


def v1(generic: int, specific: int = 0) -> bytes:
    return encode_trap_v1(
        TrapV1(
            community=b"x",
            enterprise=parse_oid("1.3.6.1.4.1.2011"),
            agent=IPv4Address("192.0.2.1"),
            generic=generic,
            specific=specific,
            uptime=1,
            binds=(),
        )
    )


def test_a_trap_of_a_known_device_says_what_it_says() -> None:
    datagram = v2(VarBind(IF_DESCR, Tag.OCTETS, b"ge-0/0/7 \x1b[2J\xff"))
    trap, answer = desk().take(datagram, "192.0.2.1", NOON, 0.0)

    assert answer is None
    assert trap is not None
    assert (trap.device, trap.oid, trap.at) == ("sw-1", "1.3.6.1.6.3.1.1.5.3", NOON)
    assert trap.varbinds == (("1.3.6.1.2.1.2.2.1.2.7", 4, "ge-0/0/7 \\x1b[2J\\xff"),)


def test_values_of_every_kind_are_shown() -> None:
    binds = [
        VarBind((1, 3, 1), Tag.INTEGER, -1),
        VarBind((1, 3, 2), Tag.IPADDRESS, b"\xc0\x00\x02\x01"),
        VarBind((1, 3, 3), Tag.OID, (1, 3, 6)),
        VarBind((1, 3, 4), Tag.NULL, None),
    ]
    trap, _ = desk().take(v2(*binds), "192.0.2.1", NOON, 0.0)

    assert trap is not None
    assert [value for *_, value in trap.varbinds] == [-1, "192.0.2.1", "1.3.6", ""]


def test_traps_of_v1_bear_the_names_they_have_in_v2() -> None:
    standard, _ = desk().take(v1(2), "192.0.2.1", NOON, 0.0)
    own, _ = desk().take(v1(6, 42), "192.0.2.1", NOON, 0.0)

    assert standard is not None
    assert own is not None
    assert standard.oid == "1.3.6.1.6.3.1.1.5.3"
    assert own.oid == "1.3.6.1.4.1.2011.0.42"


def test_an_unknown_source_is_counted_and_never_answered() -> None:
    here = desk()
    assert here.take(v2(pdu=Pdu.INFORM), "198.51.100.1", NOON, 0.0) == (None, None)
    assert (here.counts.received, here.counts.unknown, here.counts.accepted) == (1, 1, 0)


def test_strangers_are_named_for_the_inventory_and_only_a_few_a_second_are_looked_at() -> None:
    here = desk()
    for number in range(10_000):
        here.take(v2(), f"198.51.100.{number % 3}", NOON, number / 10_000)
    seen = here.strangers.plain()

    assert {row["address"] for row in seen} == {f"198.51.100.{n}" for n in range(3)}
    assert {row["said"] for row in seen} == {"1.3.6.1.6.3.1.1.5.3"}
    assert sum(row["seen"] for row in seen) <= 25
    here.know({"198.51.100.1": Speaker(DeviceId("sw-9"))})
    assert "198.51.100.1" not in {row["address"] for row in here.strangers.plain()}


def test_a_table_of_strangers_does_not_grow_with_them() -> None:
    here = desk(strangers_per_second=1e6, strangers_burst=1e6)
    for number in range(5000):
        here.take(v2(), f"203.0.{number // 250}.{number % 250}", NOON, 0.0)

    assert len(here.strangers.plain(most=10_000)) == 200


def test_an_inform_of_a_known_device_is_answered_with_its_own_words() -> None:
    trap, answer = desk().take(v2(pdu=Pdu.INFORM), "192.0.2.1", NOON, 0.0)

    assert trap is not None
    assert answer is not None
    said = decode(answer)
    assert (said.pdu, said.request_id, said.binds[0].value) == (Pdu.RESPONSE, 9, LINK_DOWN)


def test_a_flood_of_one_device_is_held_back_and_another_device_is_still_heard() -> None:
    here = desk(per_second=10, burst=20)
    here.know({f"192.0.2.{n}": Speaker(DeviceId(f"sw-{n}")) for n in (1, 2)})
    heard = sum(here.take(v2(), "192.0.2.1", NOON, n / 1000)[0] is not None for n in range(1000))

    assert 28 <= heard <= 31
    assert here.counts.limited == 1000 - heard
    assert here.take(v2(), "192.0.2.2", NOON, 1.0)[0] is not None


def test_broken_datagrams_are_counted() -> None:
    here = desk()
    for datagram in (b"", b"\x30\x03\x02\x01\x07", v2()[:-1], b"\x30\x80", encode(_get())):
        assert here.take(datagram, "192.0.2.1", NOON, 0.0) == (None, None)
    assert here.take(bytes.fromhex("3003020103"), "192.0.2.1", NOON, 0.0) == (None, None)
    assert (here.counts.malformed, here.counts.version_3) == (6, 1)


def test_a_trap_that_does_not_say_which_is_malformed() -> None:
    nameless = Message(version=1, community=b"", pdu=Pdu.TRAP_V2, request_id=1, binds=())
    here = desk()
    assert here.take(encode(nameless), "192.0.2.1", NOON, 0.0) == (None, None)
    assert here.counts.malformed == 1


def test_an_address_of_two_devices_is_nobodys() -> None:
    def device(name: str, address: str) -> Device:
        return Device(id=DeviceId(name), kind=DeviceKind.SWITCH, address=ip_address(address))

    devices = [device("a", "192.0.2.1"), device("b", "192.0.2.1"), device("c", "2001:db8::1")]
    network = Network(devices={one.id: one for one in devices})

    assert speakers(network) == {"2001:db8::1": Speaker(DeviceId("c"))}
    assert of_rows(to_rows(speakers(network))) == speakers(network)


def test_an_ipv4_source_on_an_ipv6_socket_is_known() -> None:
    assert desk().take(v2(), "::ffff:192.0.2.1", NOON, 0.0)[0] is not None


def _get() -> Message:
    return Message(version=1, community=b"", pdu=Pdu.GET, request_id=1, binds=())
