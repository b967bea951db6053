"""What a database's answers are taken for, where only a far end that misbehaves can show it."""

import gzip
import time
from collections.abc import Iterator

import pytest

from netwatch.telemetry.answers import Verdict
from netwatch.telemetry.influx import Database
from netwatch.telemetry.where import Where
from tests.edges.ports import free_port
from tests.edges.receiver import Plan, Receiver, receiver

LINES = ["icmp,device=sw-1 value=1.5 1794682931", "icmp.up,device=sw-1 value=1 1794682931"]
CANARY = "canary-token-5e0f"


def unpacked(body: bytes) -> list[str]:
    return gzip.decompress(body).decode().splitlines()


def to(web: str) -> Database:
    return Database(Where(url=web, org="my isp", bucket="net/watch", token=CANARY))


@pytest.fixture
def far_end() -> Iterator[Receiver]:
    with receiver(read=unpacked) as far_end:
        yield far_end


def test_lines_go_packed_and_whole_with_the_token_in_its_header(far_end: Receiver) -> None:
    far_end.plans.append(Plan(204))
    assert to(far_end.web).write(LINES).verdict is Verdict.TAKEN
    assert far_end.bodies == [LINES]
    (head,) = far_end.heads
    assert head["Authorization"] == f"Token {CANARY}"
    assert head["Content-Encoding"] == "gzip"


def test_a_pause_that_is_asked_for_is_heard(far_end: Receiver) -> None:
    far_end.plans += [Plan(status, (("Retry-After", "17"),)) for status in (429, 503)]
    database = to(far_end.web)
    first, second = database.write(LINES), database.write(LINES)
    assert (first.verdict, first.after_s) == (Verdict.LATER, 17.0)
    assert (second.verdict, second.after_s) == (Verdict.STUMBLED, 17.0)


def test_a_partial_write_is_told_in_the_servers_words(far_end: Receiver) -> None:
    words = b'{"code":"invalid","message":"partial write: field type conflict dropped=1"}'
    far_end.plans.append(Plan(400, body=words))
    answer = to(far_end.web).write(LINES)
    assert answer.verdict is Verdict.REFUSED
    assert "partial write: field type conflict" in answer.words


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_of_us_is_no_refusal_of_the_lines(far_end: Receiver, status: int) -> None:
    far_end.plans.append(Plan(status, body=f"no such token: {CANARY}".encode()))
    answer = to(far_end.web).write(LINES)
    assert answer.verdict is Verdict.DENIED
    assert CANARY not in answer.words


def test_a_redirect_is_not_followed_with_the_token(far_end: Receiver) -> None:
    with receiver(read=unpacked) as elsewhere:
        far_end.plans.append(Plan(307, (("Location", f"{elsewhere.web}/api/v2/write"),)))
        assert to(far_end.web).write(LINES).verdict is Verdict.DENIED
        assert elsewhere.heads == []


def test_a_server_that_takes_and_hangs_is_left_after_its_time(far_end: Receiver) -> None:
    far_end.plans.append(Plan(hang_s=30))
    began = time.monotonic()
    answer = Database(Where(url=far_end.web, org="a", bucket="b"), answer_s=0.3).write(LINES)
    assert answer.verdict is Verdict.LATER
    assert time.monotonic() - began < 10


def test_a_connection_that_breaks_means_later(far_end: Receiver) -> None:
    far_end.plans += [Plan(reset=True), Plan(204)]
    database = to(far_end.web)
    assert database.write(LINES).verdict is Verdict.LATER
    assert database.write(LINES).verdict is Verdict.TAKEN


@pytest.mark.parametrize("web", ["http://127.0.0.1:{port}", "http://[::1]:{port}"])
def test_nobody_there_means_later(web: str) -> None:
    answer = to(web.format(port=free_port())).write(LINES)
    assert answer.verdict is Verdict.LATER
    assert CANARY not in repr(answer)


def test_an_answer_that_is_no_text_is_no_accident(far_end: Receiver) -> None:
    far_end.plans += [Plan(400, body=b"\xff\xfe\x00\x80"), Plan(200, body=b"\xff\xfe")]
    database = to(far_end.web)
    assert database.write(LINES).verdict is Verdict.REFUSED
    assert database.write(LINES).verdict is Verdict.TAKEN
