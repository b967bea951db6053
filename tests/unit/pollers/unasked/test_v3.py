"""A sealed notification counts if it proves itself; if not, a person is told how to mend that."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netwatch.model.names import DeviceId
from netwatch.pollers.snmp.security import CIPHERS, DIGESTS, Security
from netwatch.pollers.unasked.engine import OurEngine, our_engine
from netwatch.pollers.unasked.speakers import Speaker
from netwatch.pollers.unasked.traps import TrapDesk
from netwatch.pollers.unasked.v3 import Heard, Opener
from netwatch.wire.ber import BerError, Pdu, encode_oid, parse_oid
from netwatch.wire.scan import open_pdu, raw_binds
from netwatch.wire.v3 import AUTH, REPORTABLE, Parameters, close, open_scoped, open_v3, scoped
from tests.unit.pollers.unasked.sealer import ENGINE, LINK_DOWN, Sealer, notification

NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)
SWITCH = Speaker(DeviceId("sw-1"), "core")
NOC = Security(
    name="core", user="noc", auth="SHA-256", auth_key="a secret key", priv="AES",
    priv_key="another secret key",
)  # fmt: skip
HERE = our_engine("a machine", NOON, 0.0)


def opener(*users: Security) -> Opener:
    return Opener(engine=HERE, users={f"snmp.{user.name}": user for user in users or (NOC,)})


def hear(here: Opener, datagram: bytes, now: float = 10.0, source: str = "192.0.2.1") -> Heard:
    return here.hear(datagram, source, SWITCH, now)


@pytest.mark.parametrize("auth", DIGESTS)
@pytest.mark.parametrize("priv", ["", *CIPHERS])
def test_a_trap_of_every_protocol_is_opened(auth: str, priv: str) -> None:
    user = replace(NOC, auth=auth, priv=priv, priv_key=NOC.priv_key if priv else "")
    heard = hear(opener(user), Sealer(security=user).seal(notification()))

    assert heard.message is not None
    assert heard.message.binds[0].value == LINK_DOWN
    assert (heard.answer, heard.refused) == (None, "")


def test_a_trap_without_proof_counts_as_much_as_one_of_v2_where_the_user_has_none() -> None:
    bare = Security(name="core", user="noc")
    assert hear(opener(bare), Sealer(security=bare).seal(notification())).message is not None


@pytest.mark.parametrize(
    ("theirs", "remedy"),
    [
        (replace(NOC, user="monitor"), "add that user"),
        (replace(NOC, auth_key="not the same key"), "compare auth (SHA-256) and auth_key"),
        (replace(NOC, auth="SHA"), "compare auth (SHA-256) and auth_key"),
        (replace(NOC, priv_key="not the same key"), "compare priv (AES) and priv_key"),
        (Security(name="core", user="noc"), "set the trap host on the device to authPriv"),
    ],
)
def test_what_does_not_prove_itself_is_refused_with_the_way_to_mend_it(
    theirs: Security, remedy: str
) -> None:
    heard = hear(opener(), Sealer(security=theirs).seal(notification()))

    assert (heard.message, heard.outcome, heard.answer) == (None, "wrong_keys", None)
    assert remedy in heard.refused
    assert not any(key in heard.refused for key in (NOC.auth_key, NOC.priv_key))


def test_two_credentials_with_one_user_name_are_both_tried_the_devices_own_first() -> None:
    other = replace(NOC, name="access", auth_key="the key of the access")
    here = opener(other, NOC)
    assert hear(here, Sealer(security=NOC).seal(notification())).message is not None
    assert hear(here, Sealer(security=other).seal(notification())).message is not None
    assert hear(here, Sealer(security=replace(NOC, auth_key="a third key"))
                .seal(notification())).outcome == "wrong_keys"  # fmt: skip


def test_a_trap_sent_again_later_is_not_believed_twice_a_minute() -> None:
    here, device = opener(), Sealer(security=NOC)
    old = device.seal(notification(), time_s=100)
    assert hear(here, old, now=10).message is not None
    assert hear(here, device.seal(notification(), time_s=400), now=310).message is not None
    assert hear(here, old, now=311).message is not None  # it may have forgotten its clock
    assert hear(here, device.seal(notification(), time_s=402), now=312).message is not None
    assert hear(here, old, now=313).outcome == "replayed"


def test_a_device_that_forgot_its_boots_is_heard() -> None:
    here, device = opener(), Sealer(security=NOC)
    assert hear(here, device.seal(notification(), time_s=10_000, boots=9)).message is not None
    assert hear(here, device.seal(notification(), time_s=1, boots=1), now=100).message is not None
    assert hear(here, device.seal(notification(), time_s=2, boots=1), now=101).message is not None


def test_one_engine_at_two_addresses_is_named() -> None:
    here, datagram = opener(), Sealer(security=NOC).seal(notification())
    assert hear(here, datagram).twin == ""
    assert hear(here, datagram, source="192.0.2.2").twin == "192.0.2.1"


def test_an_inform_is_led_from_who_are_you_to_its_answer() -> None:
    here = opener()
    question, _ = close(1, REPORTABLE, Parameters(), scoped(b"", b"", notification(Pdu.GET)))
    told = _reported(hear(here, question, now=7.0))
    assert told == (HERE.engine_id, HERE.boots, 7, "1.3.6.1.6.3.15.1.1.4.0")

    device = Sealer(security=NOC, engine_id=HERE.engine_id)
    inform = notification(Pdu.INFORM)
    late = hear(here, device.seal(inform, time_s=0, boots=0), now=8.0)
    assert late.message is None
    assert late.answer is not None
    assert open_v3(late.answer).flags & AUTH

    heard = hear(here, device.seal(inform, time_s=9, boots=HERE.boots), now=9.0)
    assert heard.message is not None
    assert heard.answer is not None
    answered = Opener(engine=_other(), users=here.users)  # whoever has the key can read it
    lock = answered._lock("snmp.core", NOC, HERE.engine_id)
    inside, (_, _, tag, at, end) = lock.show(heard.answer, open_v3(heard.answer))
    request_id, status, index, at = open_pdu(inside, at, end)
    assert (tag, request_id, status, index) == (Pdu.RESPONSE, 77, 0, 0)
    assert [value for *_, value in raw_binds(inside, at, end)] == [LINK_DOWN, b"ge-0/0/7"]


def test_an_inform_for_another_engine_and_a_trap_that_is_none_are_malformed() -> None:
    device = Sealer(security=NOC)
    for pdu in (notification(Pdu.INFORM), notification(Pdu.GET), notification(Pdu.RESPONSE)):
        with pytest.raises(BerError):
            hear(opener(), device.seal(pdu))


def test_nobody_is_told_who_we_are_who_did_not_ask() -> None:
    silent, _ = close(1, 0, Parameters(), scoped(b"", b"", notification(Pdu.GET)))
    with pytest.raises(BerError):
        hear(opener(), silent)


def test_keys_and_clocks_of_made_up_engines_do_not_pile_up() -> None:
    here = opener()
    stranger = replace(NOC, auth_key="a made-up key")
    for number in range(6000):
        hear(here, Sealer(security=stranger, engine_id=b"\x80made-up%d" % number)
             .seal(b"\xa7\x00", level=AUTH))  # fmt: skip
    assert len(here._locks) <= 4096
    assert (here._clocks, here.known_engines) == ({}, 0)


def test_we_are_the_same_after_a_restart_and_our_boots_grow() -> None:
    again = our_engine("a machine", NOON + timedelta(minutes=2), 500.0)
    assert again.engine_id == HERE.engine_id != our_engine("another", NOON, 0.0).engine_id
    assert again.boots > HERE.boots
    assert HERE.in_time(HERE.boots, 100, 240.0)
    assert not HERE.in_time(HERE.boots, 100, 251.0)
    assert our_engine("x", NOON, 0.0, bytes.fromhex("8000000001")).engine_id.hex() == "8000000001"


def test_the_desk_counts_and_complains_until_it_is_mended() -> None:
    desk = TrapDesk(speakers={"192.0.2.1": SWITCH}, opener=opener())
    wrong = Sealer(security=replace(NOC, auth_key="not the same key"))
    for _ in range(3):
        assert desk.take(wrong.seal(notification()), "192.0.2.1", NOON, 5.0) == (None, None)
    assert (desk.counts.wrong_keys, desk.counts.version_3) == (3, 3)
    told = desk.complaints.trouble(5.0)
    assert told.startswith("sw-1 (192.0.2.1) proves itself as SNMPv3 user 'noc' with another key")

    right = Sealer(security=NOC).seal(notification())
    trap, _ = desk.take(right, "192.0.2.1", NOON, 6.0)
    assert trap is not None
    assert trap.oid == "1.3.6.1.6.3.1.1.5.3"
    assert desk.complaints.trouble(6.0) == ""


def _reported(heard: Heard) -> tuple[bytes, int, int, str]:
    assert heard.answer is not None
    opened = open_v3(heard.answer)
    inside = open_scoped(heard.answer, opened.at, opened.end)
    assert inside.tag == Pdu.REPORT
    _, _, _, at = open_pdu(heard.answer, inside.at, inside.end)
    ((name, *_),) = raw_binds(heard.answer, at, inside.end)
    named = next(
        oid for oid in ("1.3.6.1.6.3.15.1.1.4.0", "1.3.6.1.6.3.15.1.1.2.0") if _encoded(oid) == name
    )
    return opened.engine_id, opened.boots, opened.time_s, named


def _encoded(oid: str) -> bytes:
    return encode_oid(parse_oid(oid))


def _other() -> OurEngine:
    return replace(HERE, engine_id=ENGINE)
