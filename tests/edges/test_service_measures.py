"""What a service measures arrives in a real database, which reads how the service fares too."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.intake.door import Door
from netwatch.model.arrivals import Readings, Sample
from netwatch.pollers.tape import read_tape
from netwatch.telemetry.measured import of_readings, of_sample
from netwatch.telemetry.spool import segments
from tests.edges.ports import free_port
from tests.edges.service_house import SETTINGS, House
from tests.edges.victoria import PROGRAM, Point, Victoria, points

pytestmark = pytest.mark.needs(PROGRAM)

LOST_IN_A_CRASH = timedelta(seconds=4)
"""What was measured so shortly before a SIGKILL may not be on the disk yet."""
OWN = {"netwatch_poll_lag_seconds", "netwatch_facts_committed_total"}
CANARY = "canary-token-77aa"


class Provider:
    """A house whose service sends to a real database, which scrapes it too."""

    def __init__(self, folder: Path) -> None:
        self.metrics = f"127.0.0.1:{free_port()}"
        self.victoria = Victoria(folder, scrapes=self.metrics)
        settings = f"""\
{SETTINGS}
[metrics]
listen = "{self.metrics}"
devices = true
[influxdb]
url = "{self.victoria.url}/"
token = "env:INFLUX_TOKEN"
"""
        self.house = House(folder, settings.replace('icmp = "2s"', 'icmp = "1s"'))
        self.spool = self.house.state / "telemetry" / "influxdb"
        self.tapes = [folder / f"{number}.jsonl" for number in range(2)]

    def start(self, number: int) -> None:
        self.house.start("--tape", str(self.tapes[number]), environ={"INFLUX_TOKEN": CANARY})

    def measured(self, tape: Path, *, crashed: bool = False) -> set[Point]:
        """Return what a tape says was measured; of a crash not what came just before it."""
        arrivals = [one for one in read_tape(tape) if isinstance(one, Sample | Readings)]
        last = max(one.at for one in arrivals) - (LOST_IN_A_CRASH if crashed else timedelta(0))
        known = [
            of_sample(one, None) if isinstance(one, Sample) else of_readings(one, None)
            for one in arrivals
            if one.at <= last
        ]
        return points(filter(None, known))


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    provider = Provider(tmp_path)
    try:
        yield provider
    finally:
        provider.house.end()
        provider.victoria.stop(signal.SIGKILL)


def test_all_that_a_tape_says_was_measured_is_in_the_database_after_a_crash_too(
    provider: Provider,
) -> None:
    house, victoria = provider.house, provider.victoria
    provider.start(0)  # there is no database yet: what is measured waits
    house.until(lambda: len(segments(provider.spool)) >= 4 if provider.spool.exists() else False)
    victoria.start()
    house.until(lambda: bool(victoria.points()))
    house.until(lambda: victoria.value('netwatch_device_up{device="core-1"}') is not None)
    assert victoria.value("netwatch_devices") == 2
    assert victoria.value('netwatch_samples_total{outcome="answered"}') is not None
    assert victoria.value('netwatch_telemetry_spool_values{sink="influxdb"}') is not None
    assert victoria.value("netwatch_build_info") == 1
    victoria.stop()
    house.until(lambda: len(segments(provider.spool)) >= 3)
    house.stop(signal.SIGKILL)
    victoria.start()
    provider.start(1)
    house.until(lambda: provider.measured(provider.tapes[0], crashed=True) <= victoria.points())
    house.until(lambda: {name for name, *_ in victoria.points()} >= OWN)
    house.until(lambda: provider.tapes[1].stat().st_size > 2000)
    code, took_s = house.stop()
    assert code == 0
    assert took_s < 8
    held = victoria.points() | _waiting(provider)
    assert provider.measured(provider.tapes[1]) <= held
    assert CANARY not in house.log.read_text()
    assert not any(CANARY.encode() in file.read_bytes() for file in _files(house.state))


def _waiting(provider: Provider) -> set[Point]:
    from netwatch.telemetry.spool import read  # noqa: PLC0415 - only here

    kept = [read(segment) for segment in segments(provider.spool)]
    return points(batch for batches in kept for batch in batches or ())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def test_a_wrong_token_is_told_to_the_staff_once_with_the_remedy(tmp_path: Path) -> None:
    from tests.edges.receiver import Plan, receiver  # noqa: PLC0415 - only here

    with receiver(*[Plan(401)] * 50, read=len) as far_end:
        house = House(tmp_path, f'{SETTINGS}[influxdb]\nurl = "{far_end.web}"\n')
        try:
            house.start()
            door: Door = house.door
            house.until(lambda: "telemetry:influxdb" in door.call("status")["troubles"], 60)
            told = door.call("status")["troubles"]["telemetry:influxdb"]
        finally:
            house.end()
    assert "HTTP 401" in told
    assert "[influxdb] token" in told
