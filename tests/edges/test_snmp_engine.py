"""SNMP over real sockets: right answers count, forged ones do not, nobody holds up others."""

import random
import time
from collections.abc import Callable

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.pollers.driver import Engine
from netwatch.pollers.questions import Answer, Get, Patience, Question, Target, Walk
from netwatch.wire.ber import Message, Oid, Pdu, Tag, VarBind, encode, parse_oid
from tests.edges.engine_house import (
    SYS_UP_TIME,
    Agent,
    Reply,
    agent_at,
    ask,
    objects,
    response,
    serving,
    up_time,
)

pytestmark = pytest.mark.usefixtures("asking")
QUICK = Patience(0.3, 1)
NAME, COUNT = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.6"
ROWS = 48


def table() -> dict[Oid, VarBind]:
    rows: dict[str, tuple[Tag, object]] = {SYS_UP_TIME: (Tag.TIMETICKS, 4711)}
    for port in range(1, ROWS + 1):
        rows[f"{NAME}.{port}"] = (Tag.OCTETS, f"ge-0/0/{port}".encode())
        rows[f"{COUNT}.{port}"] = (Tag.COUNTER64, 2**60 + port)
    return objects(rows)


def one(agent: Agent, patience: Patience = QUICK, version: int = 1) -> Answer:
    with serving(agent):
        (answer,) = ask([up_time(agent_at(agent.address, agent.port, version))], patience=patience)
    return answer


@pytest.mark.parametrize("version", [0, 1])
def test_single_objects_and_whole_columns_are_read(version: int) -> None:
    agent = Agent(table())
    with serving(agent):
        target = agent_at("127.0.0.1", agent.port, version)
        got, walked = ask([Get(target, (SYS_UP_TIME, "1.3.6.1.9.9")), Walk(target, (NAME, COUNT))])

    assert got.values == (4711, None)
    assert walked.outcome is Outcome.ANSWERED
    assert len(walked.rows) == ROWS
    assert walked.rows["7"] == ["ge-0/0/7", 2**60 + 7]
    assert {request.pdu for request in agent.requests} == {
        Pdu.GET,
        Pdu.GETNEXT if version == 0 else Pdu.GETBULK,
    }


def test_a_community_of_any_letters_is_asked_with() -> None:
    agent = Agent(table())
    with serving(agent):
        target = Target("127.0.0.1", agent.port, 1, "zażółć")
        (answer,) = ask([up_time(target)], patience=QUICK)

    assert answer.values == (4711,)
    assert agent.requests[0].community == "zażółć".encode()


def test_a_dead_agent_is_silent_after_its_retries() -> None:
    started = time.monotonic()
    (answer,) = ask([up_time(agent_at("127.0.0.1", 9))], patience=Patience(0.3, 2))

    assert answer.outcome is Outcome.SILENT
    assert 0.85 < answer.age_s < 5  # seen late on a busy machine, never early
    assert time.monotonic() - started < 5


def test_an_answer_that_comes_after_the_first_timeout_still_counts() -> None:
    slow = Agent(table(), delay_s=0.45)
    assert one(slow, Patience(0.3, 1)).outcome is Outcome.ANSWERED


def test_an_answer_from_another_port_is_not_believed_and_that_is_told() -> None:
    answer = one(Agent(table(), elsewhere=True))

    assert answer.outcome is Outcome.SILENT
    assert "was not believed" in answer.detail


def _other_id(asked: Message) -> Message:
    return response(asked, []) if asked.request_id < 0 else _with(asked, asked.request_id ^ 1)


def _with(asked: Message, request_id: int) -> Message:
    binds = (VarBind(parse_oid(SYS_UP_TIME), Tag.TIMETICKS, 666),)
    return Message(
        version=1, community=b"public", pdu=Pdu.RESPONSE, request_id=request_id, binds=binds
    )


def _other_community(asked: Message) -> Message:
    binds = (VarBind(parse_oid(SYS_UP_TIME), Tag.TIMETICKS, 666),)
    return Message(
        version=1,
        community=b"other",
        pdu=Pdu.RESPONSE,
        request_id=asked.request_id,
        binds=binds,
    )


def _other_object(asked: Message) -> Message:
    return response(asked, [VarBind((1, 3, 6, 9), Tag.TIMETICKS, 666)])


def _too_many(asked: Message) -> Message:
    return response(asked, [VarBind(parse_oid(SYS_UP_TIME), Tag.TIMETICKS, 666)] * 2)


def _broken(asked: Message) -> bytes:
    return encode(response(asked, []))[:-3]


def _a_request(asked: Message) -> bytes:
    return encode(asked)


@pytest.mark.parametrize(
    "reply",
    [_other_id, _other_community, _other_object, _too_many, _broken, _a_request],
)
def test_forged_and_broken_answers_are_as_good_as_none(reply: Reply) -> None:
    assert one(Agent(table(), reply=reply), Patience(0.15, 1)).outcome is Outcome.SILENT


def _mutated(chance: random.Random, agent: Agent) -> Reply:
    def reply(asked: Message) -> bytes:
        octets = bytearray(encode(agent.answer(asked)))
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(octets))
            match chance.randrange(3):
                case 0:
                    octets[at] ^= 1 << chance.randrange(8)
                case 1:
                    del octets[at + 1 :]
                case _:
                    octets[at:at] = octets[at : at + 9] * chance.randrange(1, 9)
        return bytes(octets)

    return reply


def test_an_engine_survives_a_thousand_mutated_answers() -> None:
    chance = random.Random(7)  # noqa: S311 - the same mutations at every run
    agents = [Agent(table(), address=f"127.0.9.{number}") for number in range(1, 41)]
    for agent in agents:
        agent.reply = _mutated(chance, agent)
    alive: list[int | None] = []

    async def note(engine: Engine) -> None:
        alive.append(engine.pid)

    with serving(*agents):
        questions: list[Question] = []
        for agent in agents:
            target = agent_at(agent.address, agent.port)
            questions += [up_time(target)] * 15 + [Walk(target, (NAME, COUNT))] * 2
        answers = ask(questions, patience=Patience(0.05, 1), during=note)

    assert len(answers) == 40 * 17
    assert {answer.outcome for answer in answers} == {Outcome.ANSWERED, Outcome.SILENT}
    assert sum(len(agent.requests) for agent in agents) > 1000


def _backwards(asked: Message) -> Message:
    prefix = parse_oid(NAME)
    return response(asked, [VarBind((*prefix, 5), Tag.INTEGER, 1), VarBind((*prefix, 4), 2, 1)])


def _for_ever() -> Callable[[Message], Message]:
    port = [0]

    def reply(asked: Message) -> Message:
        binds = []
        for _ in range(asked.error_index):
            port[0] += 1
            binds.append(VarBind((*parse_oid(NAME), port[0]), Tag.INTEGER, 1))
        return response(asked, binds)

    return reply


def _flood(asked: Message) -> Message:
    binds = [VarBind((*parse_oid(NAME), port), Tag.INTEGER, 1) for port in range(1, 400)]
    return response(asked, binds)


def test_hostile_walks_are_stopped() -> None:
    agents = [Agent({}, reply=_backwards), Agent({}, reply=_for_ever()), Agent({}, reply=_flood)]
    with serving(*agents):
        walks = [Walk(agent_at("127.0.0.1", agent.port), (NAME,), rows=500) for agent in agents]
        back, endless, flood = ask(walks, patience=QUICK)

    assert "do not increase" in back.detail
    assert len(endless.rows) == 500
    assert "more than 500 rows" in endless.detail
    assert flood.outcome is Outcome.SILENT  # more values than were asked for: not believed
    assert not flood.rows


def test_an_agent_that_says_nothing_to_large_requests_is_asked_for_less() -> None:
    agent = Agent(table())
    agent.reply = lambda asked: None if asked.error_index > 10 else agent.answer(asked)
    with serving(agent):
        target = agent_at("127.0.0.1", agent.port)
        first, second = ask([Walk(target, (NAME,)), Walk(target, (COUNT,))], patience=QUICK)

    assert len(first.rows) == len(second.rows) == ROWS
    sizes = [request.error_index for request in agent.requests]
    assert sizes[:2] == [25, 10]
    assert set(sizes[1:]) == {10}


def test_two_hundred_dead_agents_delay_no_live_one() -> None:
    live = [Agent(table(), address=f"127.0.7.{number}") for number in range(1, 21)]
    with serving(*live):
        dead = [up_time(agent_at(f"127.0.8.{number}", 9)) for number in range(1, 201)]
        alive = [up_time(agent_at(agent.address, agent.port)) for agent in live]
        answers = ask([*dead, *alive], patience=Patience(1.0, 1))

    assert {answer.outcome for answer in answers[:200]} == {Outcome.SILENT}
    assert {answer.outcome for answer in answers[200:]} == {Outcome.ANSWERED}


def test_one_agent_is_asked_one_thing_at_a_time() -> None:
    agent = Agent(table(), delay_s=0.02)
    with serving(agent):
        answers = ask([up_time(agent_at("127.0.0.1", agent.port))] * 10, patience=Patience(5.0, 0))

    assert {answer.outcome for answer in answers} == {Outcome.ANSWERED}
    assert agent.pressed == 0
    assert len(agent.requests) == 10
