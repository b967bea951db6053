"""A session with an SNMPv3 engine: it finds the time again, and tells who is there and will not."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.pollers.questions import Patience
from netwatch.pollers.snmp.ciphers import hider
from netwatch.pollers.snmp.jobs import Agent, Asking, GetAsking, Wrong
from netwatch.pollers.snmp.known import Known, Next, Reply
from netwatch.pollers.snmp.lock import Lock
from netwatch.pollers.snmp.reports import Report
from netwatch.pollers.snmp.security import Security
from netwatch.pollers.snmp.session import Session
from netwatch.wire.ber import (
    BerError,
    Pdu,
    Tag,
    VarBind,
    encode_binds,
    encode_integer,
    encode_oid,
    parse_oid,
    tlv,
)
from netwatch.wire.v3 import AUTH, PRIV, open_scoped, open_v3, scoped

UP_TIME = parse_oid("1.3.6.1.2.1.1.3.0")
ONE, OTHER = bytes.fromhex("80001f8804a1b2c3d4"), bytes.fromhex("80001f8804ffffffff")
EWA = Security(
    name="core",
    user="ewa",
    auth="SHA-256",
    auth_key="correct horse",
    priv="AES",
    priv_key="battery staple",
)
DAY = 86400.0


@dataclass
class Engine:
    """The other side, by the book: what it would say to a datagram."""

    engine_id: bytes = ONE
    boots: int = 5
    time_s: int = 1000
    security: Security = EWA
    status: int = 0

    def answer(self, datagram: bytes) -> bytes | None:
        asked = open_v3(datagram)
        if asked.engine_id != self.engine_id:
            return self.report(asked.msg_id, Report.ENGINE, 0)
        if asked.user != self.security.user.encode():
            return self.report(asked.msg_id, Report.USER, 0)
        if not Lock(self.security, self.engine_id).proves(datagram, asked):
            return self.report(asked.msg_id, Report.DIGEST, 0)
        if asked.boots != self.boots or abs(asked.time_s - self.time_s) > 150:
            return self.report(asked.msg_id, Report.TIME_WINDOW, AUTH)
        return self.response(asked.msg_id, asked.flags & (AUTH | PRIV))

    def report(self, msg_id: int, report: Report, flags: int) -> bytes:
        bind = VarBind(parse_oid(report.value), Tag.COUNTER32, 1)
        return self.say(msg_id, flags, Pdu.REPORT, bind)

    def response(self, msg_id: int, flags: int = AUTH | PRIV) -> bytes:
        return self.say(msg_id, flags, Pdu.RESPONSE, VarBind(UP_TIME, Tag.TIMETICKS, 42))

    def say(self, msg_id: int, flags: int, pdu: Pdu, bind: VarBind) -> bytes:
        head = encode_integer(msg_id) + encode_integer(self.status) + encode_integer(0)
        content = scoped(self.engine_id, b"", tlv(pdu, head + encode_binds((bind,))))
        return self.wrap(msg_id, flags, content)

    def wrap(self, msg_id: int, flags: int, content: bytes) -> bytes:
        lock = Lock(self.security, self.engine_id)
        return lock.close(msg_id, flags, (self.boots, self.time_s), content)


@dataclass
class Refusing(Engine):
    """Believes a user, and reports something else instead of an answer."""

    refusal: Report = Report.CONTEXT

    def response(self, msg_id: int, flags: int = AUTH | PRIV) -> bytes:
        return self.report(msg_id, self.refusal, flags & AUTH)


class Talk:
    """One session, and one question after the other put through it, as the asker would."""

    def __init__(self, security: Security = EWA, known: Known | None = None) -> None:
        self.session = Session(security, known)
        self.sent = 0
        self._msg_id = 1000

    def begin(self) -> Asking:
        agent = Agent("192.0.2.1", 161, 3, b"", self.session)
        return GetAsking(0, agent, Patience(1.0, 1), [encode_oid(UP_TIME)])

    def ask(self, engine: Engine, now: float = 0.0, asking: Asking | None = None) -> Reply | Next:
        asking = asking or self.begin()
        for _ in range(9):
            heard = self.once(engine, asking, now)
            if heard is not Next.AGAIN:
                return heard
        raise AssertionError("no end")

    def once(self, engine: Engine, asking: Asking, now: float) -> Reply | Next:
        self._msg_id += 1
        heard: Reply | Next = Next.WAIT
        datagrams = self.session.datagrams(
            asking, asking.request().numbered(self._msg_id), self._msg_id, now
        )
        for datagram in datagrams:
            self.sent += 1
            answer = engine.answer(datagram)
            if answer is not None and heard is Next.WAIT:
                heard = self.session.hear(asking, answer, open_v3(answer), now)
        return heard


def test_a_stranger_is_asked_who_it_is_and_then_asked_once_a_question() -> None:
    talk, engine = Talk(), Engine()

    assert isinstance(talk.ask(engine), Reply)
    assert talk.sent == 2
    assert isinstance(talk.ask(engine), Reply)
    assert talk.sent == 3
    assert talk.session.known[:3] == (ONE, 5, 1000)
    assert not talk.session.told


def test_an_engine_that_was_met_before_is_asked_at_once() -> None:
    talk = Talk(known=Known(ONE, 5, 1000, 0.0 - 60))
    engine = Engine(time_s=1060)

    assert isinstance(talk.ask(engine), Reply)
    assert talk.sent == 1


@pytest.mark.parametrize(
    ("boots", "time_s"),
    [(6, 3), (5, 3), (1, 0), (5, 90000)],
    ids=["restarted", "forgot its boots", "lost its memory", "clock ran ahead"],
)
def test_an_engine_whose_clock_jumped_is_followed_with_one_more_request(
    boots: int, time_s: int
) -> None:
    talk, engine = Talk(), Engine()
    talk.ask(engine)
    engine.boots, engine.time_s = boots, time_s

    assert isinstance(talk.ask(engine, 10.0), Reply)
    assert talk.sent == 4
    assert talk.session.known == (ONE, boots, time_s, 10.0)


def test_an_engine_that_runs_for_a_day_needs_no_second_request() -> None:
    talk, engine = Talk(), Engine()
    talk.ask(engine)
    engine.time_s += int(DAY)

    assert isinstance(talk.ask(engine, DAY), Reply)
    assert talk.sent == 3


def test_a_device_that_was_replaced_is_met_anew() -> None:
    talk = Talk()
    talk.ask(Engine())

    assert isinstance(talk.ask(Engine(engine_id=OTHER)), Reply)
    assert talk.session.known.engine_id == OTHER


def test_two_engines_that_take_turns_are_a_conflict_and_not_an_outage() -> None:
    talk, asking = Talk(), None
    heard: list[Reply | Next] = []
    for turn in range(8):
        asking = talk.begin()
        engine = Engine(engine_id=OTHER if turn % 2 else ONE)
        heard.append(talk.ask(engine, 10.0 * turn, asking))
        if heard[-1] is Next.BLIND:
            break

    assert heard[-1] is Next.BLIND
    assert len(heard) <= 4
    assert asking is not None
    assert "engine conflict" in asking.detail
    assert ONE.hex() in asking.detail
    assert OTHER.hex() in asking.detail
    assert isinstance(talk.ask(Engine(engine_id=talk.session.known.engine_id), 2000.0), Reply)


def test_an_engine_that_is_not_the_one_in_the_settings_is_a_conflict() -> None:
    fixed = Security(
        name="core", user="ewa", auth="SHA-256", auth_key="correct horse", engine_id=OTHER
    )
    talk = Talk(fixed)
    asking = talk.begin()

    assert talk.ask(Engine(security=fixed), asking=asking) is Next.BLIND
    assert OTHER.hex() in asking.detail


def test_an_engine_whose_time_is_never_right_is_blind() -> None:
    class Confused(Engine):
        def answer(self, datagram: bytes) -> bytes | None:
            self.boots += 1
            return super().answer(datagram)

    talk = Talk()
    asking = talk.begin()
    assert talk.ask(Confused(), asking=asking) is Next.BLIND
    assert "time window" in asking.detail


@pytest.mark.parametrize(
    ("report", "told"),
    [
        (Report.USER, "knows no user 'ewa'"),
        (Report.DIGEST, "auth_key"),
        (Report.DECRYPTION, "priv_key"),
        (Report.SECURITY_LEVEL, "authPriv"),
        (Report.CONTEXT, "context"),
        (Report.PDU_HANDLER, "pdu handler"),
    ],
)
def test_each_report_names_what_to_mend(report: Report, told: str) -> None:
    talk = Talk()
    asking = talk.begin()
    assert talk.ask(Refusing(refusal=report), asking=asking) is Next.BLIND
    assert told in asking.detail
    assert "[snmp.core]" in asking.detail
    assert "horse" not in asking.detail


def test_an_agent_that_minds_a_question_without_a_user_has_told_its_engine_all_the_same() -> None:
    class Particular(Engine):
        def answer(self, datagram: bytes) -> bytes | None:
            asked = open_v3(datagram)
            if asked.user:
                return super().answer(datagram)
            ours, self.security = self.security, Security(auth="SHA", auth_key="correct horse")
            answer = self.report(asked.msg_id, Report.USER, 0)
            self.security = ours
            return answer

    talk = Talk()
    assert isinstance(talk.ask(Particular()), Reply)
    assert talk.session.known.engine_id == ONE


def test_a_user_who_may_read_nothing_is_blind() -> None:
    talk = Talk()
    asking = talk.begin()
    assert talk.ask(Engine(status=16), asking=asking) is Next.BLIND
    assert "view" in asking.detail


@dataclass
class Deaf(Engine):
    """Drops without a word what it cannot read, as some do."""

    takes: int = 0

    def answer(self, datagram: bytes) -> bytes | None:
        asked = open_v3(datagram).flags & (AUTH | PRIV)
        return super().answer(datagram) if asked in (0, self.takes) else None


@pytest.mark.parametrize(("takes", "told"), [(AUTH, "priv_key or priv (AES)"), (-1, "unanswered")])
def test_an_agent_that_drops_our_questions_is_told_from_a_dead_one(takes: int, told: str) -> None:
    talk, engine = Talk(), Deaf(takes=takes)
    asking = talk.begin()
    assert talk.ask(engine, asking=asking) is Next.WAIT
    assert not talk.session.there(asking)

    asking.left = 0  # the last try asks for a sign of life too
    assert talk.ask(engine, asking=asking) is Next.WAIT
    assert talk.session.there(asking)
    assert talk.session.overdue(asking)
    heard = talk.ask(engine, asking=asking)
    if heard is Next.WAIT:
        assert not talk.session.overdue(asking)
    assert told in asking.detail


def test_an_agent_that_answered_before_is_asked_once_more_before_it_is_doubted() -> None:
    talk, engine = Talk(), Deaf(takes=AUTH)
    talk.ask(Engine())
    asking = talk.begin()
    asking.left = 0
    assert talk.ask(engine, asking=asking) is Next.WAIT
    assert talk.session.overdue(asking)
    assert isinstance(talk.ask(Engine(), asking=asking), Reply)  # it was the network

    talk.ask(engine, asking=asking)
    for _ in range(2):
        assert talk.session.overdue(asking)
        heard = talk.ask(engine, asking=asking)
    assert heard is Next.BLIND


def test_a_dead_agent_gives_no_sign_of_life() -> None:
    talk = Talk()
    talk.ask(Engine())
    asking = talk.begin()
    asking.left = 0
    assert len(talk.session.datagrams(asking, b"", 77, 0.0)) == 2
    assert not talk.session.there(asking)
    assert not talk.session.overdue(asking)


def _changed(datagram: bytes, at: int, octet: int) -> bytes:
    return datagram[:at] + bytes((octet,)) + datagram[at + 1 :]


@settings(max_examples=400)
@given(data=st.data())
def test_no_octet_of_an_answer_can_be_changed_without_notice(data: st.DataObject) -> None:
    talk, engine = Talk(), Engine()
    talk.ask(engine)
    asking = talk.begin()
    talk.session.datagrams(asking, asking.request().numbered(77), 77, 0.0)
    answer = engine.response(77)
    at = data.draw(st.integers(0, len(answer) - 1))
    octet = data.draw(st.integers(0, 255).filter(lambda octet: octet != answer[at]))
    try:
        opened = open_v3(_changed(answer, at, octet))
        heard = talk.session.hear(asking, _changed(answer, at, octet), opened, 0.0)
    except (BerError, Wrong):
        return
    assert heard is Next.WAIT


@settings(max_examples=400)
@given(st.data())
def test_whatever_a_device_that_knows_the_keys_may_say_is_refused_or_read(
    data: st.DataObject,
) -> None:
    talk, engine = Talk(), Engine()
    talk.ask(engine)
    asking = talk.begin()
    talk.session.datagrams(asking, asking.request().numbered(77), 77, 0.0)
    head = encode_integer(77) + encode_integer(0) + encode_integer(0)
    bind = VarBind(UP_TIME, Tag.TIMETICKS, 42)
    right = scoped(ONE, b"", tlv(Pdu.RESPONSE, head + encode_binds((bind,))))
    changes = data.draw(
        st.lists(st.tuples(st.integers(0, len(right) - 1), st.integers(0, 255)), max_size=4)
    )
    for at, octet in changes:
        right = _changed(right, at, octet)
    content = data.draw(st.sampled_from([right, data.draw(st.binary(max_size=80))]))
    datagram = engine.wrap(77, data.draw(st.sampled_from([0, AUTH, AUTH | PRIV])), content)
    with suppress(BerError, Wrong):
        heard = talk.session.hear(asking, datagram, open_v3(datagram), 0.0)
        assert isinstance(heard, Reply | Next)


@pytest.mark.parametrize("flags", [0, AUTH])
def test_an_answer_that_proves_or_hides_less_than_the_question_is_not_believed(flags: int) -> None:
    talk, engine = Talk(), Engine()
    talk.ask(engine)
    asking = talk.begin()
    talk.session.datagrams(asking, asking.request().numbered(77), 77, 0.0)
    answer = engine.response(77, flags)

    with pytest.raises(Wrong):
        talk.session.hear(asking, answer, open_v3(answer), 0.0)


def test_a_question_hides_what_it_asks_and_who_proves_it() -> None:
    talk, engine = Talk(), Engine()
    talk.ask(engine)
    asking = talk.begin()
    (datagram,) = talk.session.datagrams(asking, asking.request().numbered(77), 77, 0.0)
    opened = open_v3(datagram)

    assert encode_oid(UP_TIME) not in datagram
    assert b"horse" not in datagram
    shown = hider(EWA, ONE).show(
        datagram[opened.at : opened.end], opened.boots, opened.time_s, opened.salt
    )
    assert open_scoped(shown, 0, len(shown)).tag == Pdu.GET
