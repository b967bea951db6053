"""The doctor asks the database and /metrics themselves whether measurements get out."""

import os
import time
from pathlib import Path

import pytest

from netwatch.model.names import DeviceId
from netwatch.service.history_measures import history
from netwatch.service.measures import database, measures, metrics, spool
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Influx, Metrics, Settings
from netwatch.service.verdicts import State
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.spool import Spool, segments
from tests.edges.receiver import Plan, receiver
from tests.edges.victoria import PROGRAM, Victoria, free_port


@pytest.mark.needs(PROGRAM)
def test_a_real_database_that_takes_measurements_is_well_and_holds_nothing_more(
    tmp_path: Path,
) -> None:
    with Victoria(tmp_path) as victoria:
        assert database(Influx(url=victoria.url)).state is State.OK
        assert victoria.points() == set()


@pytest.mark.parametrize(
    ("plan", "state", "word"),
    [
        (Plan(204), State.OK, "takes measurements"),
        (Plan(400, body=b"writing requires points"), State.OK, "takes measurements"),
        (Plan(401), State.WARNING, "token"),
        (Plan(404), State.WARNING, "bucket"),
        (Plan(503), State.WARNING, "waits on disk"),
        (Plan(reset=True), State.WARNING, "waits on disk"),
    ],
)
def test_what_a_database_answers_has_its_remedy(plan: Plan, state: State, word: str) -> None:
    with receiver(plan, read=len) as far_end:
        verdict = database(Influx(url=far_end.web))
    assert verdict.state is state
    assert word in f"{verdict.text} {verdict.remedy}"


def test_nobody_there_and_a_token_that_is_not_there_are_told() -> None:
    gone = database(Influx(url=f"http://127.0.0.1:{free_port()}"))
    assert gone.state is State.WARNING
    assert "refused" in gone.text
    secret = Secret("env:NO_SUCH_TOKEN_HERE")
    assert "NO_SUCH_TOKEN_HERE" in database(Influx(url="http://x", token=secret)).text


def test_measurements_that_wait_for_long_are_told(tmp_path: Path) -> None:
    assert [one.state for one in spool(tmp_path / "none")] == [State.OK]
    kept = Spool(tmp_path)
    kept.put([Batch(at_s=1, device=DeviceId("a"), checks=("x",), parts=("",), values=(1,))])
    (fine,) = spool(tmp_path)
    assert fine.state is State.OK
    old = time.time() - 600
    os.utime(segments(tmp_path)[0].path, (old, old))
    (tmp_path / "refused").mkdir()
    (tmp_path / "refused" / "refused.txt").write_text("# HTTP 400\n")
    late, refused = spool(tmp_path)
    assert late.state is refused.state is State.WARNING
    assert "10 minutes" in late.text


def test_metrics_are_asked_for_as_prometheus_does() -> None:
    listen = f"127.0.0.1:{free_port()}"
    assert "nobody answers" in metrics(listen).text
    with receiver(read=len) as far_end:
        verdict = metrics(far_end.web.removeprefix("http://"))
    assert "something else answers" in verdict.text


def test_where_nobody_wants_measurements_nothing_is_said() -> None:
    assert list(measures(None)) == []
    assert list(measures(Settings())) == []
    listen = f"127.0.0.1:{free_port()}"
    (one,) = measures(Settings(metrics=Metrics(listen=listen)))
    assert one.name == "metrics"


def test_a_history_that_is_well_says_what_it_takes_and_a_sick_one_what_ails_it(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "history"
    assert list(history(folder, Limits())) == []

    (folder / "head").mkdir(parents=True)
    (fine,) = history(folder, Limits(disk_budget=10**8))
    assert fine.state is State.OK
    assert "of 100MB" in fine.text

    for number in range(8):
        (folder / "head" / f"{number:08d}.db").touch()
    (folder / "damaged").mkdir()
    (folder / "damaged" / "raw.x.parquet").touch()
    room, sorter, damaged = history(folder, Limits(disk_budget=10**18))
    assert {one.state for one in (room, sorter, damaged)} == {State.WARNING}
    assert "8 heads wait" in sorter.text
