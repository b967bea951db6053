"""SNMPv3 with Debian's own snmpd: what is right is read, what is wrong is told apart from down."""

import asyncio
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from netwatch.model.arrivals import Outcome
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind
from netwatch.pollers.questions import Answer, Credential, Get, Patience, Target, Walk
from netwatch.pollers.snmp.book import EngineBook
from netwatch.pollers.snmp.security import Security
from netwatch.pollers.sweep import GET_OIDS, Check, sweep
from tests.edges.engine_house import SYS_UP_TIME, Machine, ask, up_time
from tests.edges.snmpd_house import Snmpd, snmpd, user

pytestmark = pytest.mark.needs("snmpd")
SYS_NAME, NO_SUCH = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.99.0"
IF_INDEX, IF_OCTETS = "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.31.1.1.1.6"
QUICK = Patience(0.4, 1)
DIGESTS = ["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
CIPHERS = ["DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]
NOBODY = user("nobody")
PROVED = [user(f"a{number}", auth) for number, auth in enumerate(DIGESTS)]
HIDDEN = [
    user(f"p{one}{other}", auth, priv)
    for one, auth in enumerate(DIGESTS)
    for other, priv in enumerate(CIPHERS)
]
EWA = user("ewa", "SHA-256", "AES")


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    everybody = (NOBODY, *PROVED, *HIDDEN, EWA)
    with snmpd(tmp_path_factory.mktemp("snmpd"), *everybody) as running:
        yield running


def one(agent: Snmpd, security: Security, patience: Patience = QUICK) -> Answer:
    (answer,) = ask([Get(agent.target(security), (SYS_UP_TIME,))], patience=patience)
    return answer


def test_every_digest_and_cipher_reads_objects_and_columns(agent: Snmpd) -> None:
    everybody = [NOBODY, *PROVED, *HIDDEN]
    gets = [Get(agent.target(who), (SYS_NAME, NO_SUCH, SYS_UP_TIME)) for who in everybody]
    walks = [Walk(agent.target(who), (IF_INDEX, IF_OCTETS)) for who in everybody]
    answers = ask([*gets, *walks], patience=Patience(2.0, 2))

    for who, answer in zip([*everybody, *everybody], answers, strict=True):
        assert answer.outcome is Outcome.ANSWERED, (who, answer)
    for got in answers[: len(everybody)]:
        assert isinstance(got.values[0], str)
        assert got.values[1] is None
        assert isinstance(got.values[2], int)
    for walked in answers[len(everybody) :]:
        assert walked.rows["1"][0] == 1
        assert all(index == str(row[0]) for index, row in walked.rows.items())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (user("eva", "SHA-256", "AES"), ("no user 'eva'", "[snmp.core]")),
        (user("ewa", "SHA-256", "AES", auth_key="wrong horse"), ("'ewa'", "auth_key", "SHA-256")),
        (user("ewa", "SHA-512", "AES"), ("'ewa'", "auth_key", "SHA-512")),
        (user("ewa", "SHA-256", "AES", priv_key="other staple"), ("'ewa'", "priv_key", "AES")),
        (user("ewa", "SHA-256", "DES"), ("'ewa'", "priv_key", "DES")),
        (user("ewa", "SHA-256", "AES", context="vlan-7"), ("context 'vlan-7'", "[snmp.core]")),
        (user("ewa", "SHA-256"), ("'ewa'", "authNoPriv")),
        (user("ewa"), ("'ewa'", "noAuthNoPriv")),
        (user("nobody", "SHA"), ("'nobody'", "authNoPriv")),
        (user("ewa", "SHA-256", "AES", engine_id="80001f8804ffffffff"), ("engine conflict",)),
    ],
)
def test_a_wrong_credential_is_blind_and_names_what_to_mend(
    agent: Snmpd, wrong: Security, told: tuple[str, ...]
) -> None:
    answer = one(agent, wrong)

    assert answer.outcome is Outcome.BLIND
    assert all(word in answer.detail for word in told), answer.detail
    assert "horse" not in answer.detail
    assert "staple" not in answer.detail


def test_a_dead_agent_is_silent_as_soon_as_one_of_v2c(agent: Snmpd, tmp_path: Path) -> None:
    with snmpd(tmp_path, EWA) as other:
        target = other.target(EWA)
    answer, alive = ask(
        [Get(target, (SYS_UP_TIME,)), Get(agent.target(EWA), (SYS_UP_TIME,))],
        patience=Patience(0.3, 2),
    )

    assert answer.outcome is Outcome.SILENT
    assert 0.85 < answer.age_s < 1.6
    assert alive.outcome is Outcome.ANSWERED


def talk(agent: Snmpd, book: EngineBook, patience: Patience = QUICK) -> list[Answer]:
    """Ask twice through one engine, and keep whom it met in ``book``."""
    question = Get(agent.target(EWA), (SYS_UP_TIME,))
    answers = ask([question], patience=patience, book=book)
    return [*answers, *ask([question], patience=patience, book=book)]


def requests(agent: Snmpd, book: EngineBook) -> int:
    """Return how many requests it takes to ask once."""
    box = Device(
        id=DeviceId("box"), kind=DeviceKind.SERVER, address=ip_address(agent.address), snmp="core"
    )
    credential = Credential(version="3", port=agent.port, security=EWA)
    came = asyncio.run(
        sweep([box], [Check.SNMP], {"core": credential}, patience=Patience(2.0, 1), book=book)
    )
    assert (came.answered, came.varbinds) == (1, len(GET_OIDS))
    return came.requests


def test_an_agent_that_was_met_is_not_asked_again_who_it_is(tmp_path: Path) -> None:
    book = EngineBook(tmp_path / "engines.json")
    with snmpd(tmp_path / "agent", EWA) as agent:
        assert requests(agent, book) == 2
        assert requests(agent, book) == 1
        book.write(book.taken(), Machine().now(), time.monotonic())

        again = EngineBook(tmp_path / "engines.json")
        again.read(Machine().now(), time.monotonic())
        assert requests(agent, again) == 1


@pytest.mark.parametrize("boots", [8, 0], ids=["counting its boots", "forgetting them"])
def test_an_agent_that_restarts_answers_at_once_when_it_is_back(tmp_path: Path, boots: int) -> None:
    book = EngineBook()
    with snmpd(tmp_path, EWA, boots=7) as agent:
        up = talk(agent, book)
        before = book.known(agent.address, agent.port)
        agent.stop()
        silent = talk(agent, book, Patience(0.2, 0))
        agent.boots = boots
        agent.start()
        back = talk(agent, book)
        after = book.known(agent.address, agent.port)

    assert [one.outcome for one in up + back] == [Outcome.ANSWERED] * 4
    assert [one.outcome for one in silent] == [Outcome.SILENT] * 2
    assert before is not None
    assert after is not None
    assert (before.boots, after.boots) == (8, boots + 1)


def test_a_box_that_was_replaced_answers_under_its_own_id(tmp_path: Path) -> None:
    book = EngineBook()
    with snmpd(tmp_path, EWA) as agent:
        talk(agent, book)
        agent.stop()
        agent.engine_id = "80001f8804ffffffff"
        agent.start()
        answers = talk(agent, book)
        known = book.known(agent.address, agent.port)

    assert [one.outcome for one in answers] == [Outcome.ANSWERED] * 2
    assert known is not None
    assert known.engine_id.hex() == agent.engine_id


def test_v1_v2c_and_v3_are_asked_side_by_side(agent: Snmpd) -> None:
    targets = [
        Target(agent.address, agent.port, 0, "public"),
        Target(agent.address, agent.port, 1, "public"),
        *(agent.target(who) for who in (NOBODY, EWA, HIDDEN[0], HIDDEN[-1])),
    ]
    answers = ask(
        [question for one in targets * 20 for question in (up_time(one), Walk(one, (IF_INDEX,)))],
        patience=Patience(2.0, 2),
    )

    assert {answer.outcome for answer in answers} == {Outcome.ANSWERED}
    assert len({len(answer.rows) for answer in answers[1::2]}) == 1
