"""The database of measurements hangs all night: nobody is alerted later or told anything else."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from netwatch.model.clock import Clock
from netwatch.model.names import ChannelName
from netwatch.model.network import Network
from netwatch.service.live import Service
from netwatch.service.paths import INFLUX_SPOOL
from netwatch.service.settings_schema import Influx, Settings
from netwatch.service.wiring import Bring, Edges
from netwatch.telemetry.spool import read, segments
from tests.edges.crash_service import DARK, NETWORK, Script, files, outcome, settings_in
from tests.edges.receiver import Plan, receiver
from tests.edges.test_service_full_disk import Heard
from tests.unit.service.story import behind


def night(folder: Path, influx: Influx | None) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Live through a night; return what was decided, and what the person on duty was told."""
    script = Script(folder / "script")
    duty = Heard(ChannelName("duty"))

    def source(_: Settings, __: Network, ___: Clock, bring: Bring) -> Script:
        script.bring = bring
        return script

    edges = Edges(source=source, channel=lambda _, __: duty, clock=script.clock)
    settings = replace(settings_in(folder, "json://nowhere.example/"), influxdb=influx)
    service = Service(settings, files(), edges)
    script.service = service

    async def until_over() -> None:
        async with asyncio.timeout(60):
            await service.run(script.over)

    asyncio.run(until_over())
    return outcome(folder), [(str(key), text) for key, text in duty.texts]


def test_a_database_that_hangs_changes_no_decision_and_loses_no_measurement(
    tmp_path: Path,
) -> None:
    without, with_it = tmp_path / "without", tmp_path / "with"
    without.mkdir()
    with_it.mkdir()
    expected = night(without, None)
    with receiver(*[Plan(hang_s=60)] * 10, read=len) as far_end:
        found = night(with_it, Influx(url=far_end.web))
    assert found == expected
    assert expected[1], "somebody was told something"

    kept = [read(segment) for segment in segments(with_it / INFLUX_SPOOL)]
    silent = sum(
        batch.values[0] == 0
        for batches in kept
        for batch in batches or ()
        if "icmp.up" in batch.checks
    )
    assert silent == sum(len(behind(NETWORK, step)) for step in DARK if step)
