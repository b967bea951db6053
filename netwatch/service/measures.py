"""Whether what is measured gets out: asked of the database and of /metrics themselves."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from netwatch.model.faults import ConfigError
from netwatch.service.clock import machine_time
from netwatch.service.history_measures import history
from netwatch.service.paths import INFLUX_SPOOL
from netwatch.service.settings import Settings
from netwatch.service.settings_schema import HistoryKept, Influx
from netwatch.service.verdicts import Verdict, ok, warn
from netwatch.telemetry.answers import Verdict as Taken
from netwatch.telemetry.answers import remedy
from netwatch.telemetry.history.retention import Limits
from netwatch.telemetry.spool import segments, written_at_s
from netwatch.telemetry.where import Where

PATIENCE_S: Final = 5.0
WAITED_LONG_S: Final = 60.0
PROOF: Final = b"netwatch_"


def measures(settings: Settings | None) -> Iterator[Verdict]:
    """Say whether measurements reach who wants them; nothing where nobody does."""
    if settings is None:
        return
    yield from history(settings.state / settings.history.directory, kept_of(settings.history))
    if settings.influxdb is not None:
        yield database(settings.influxdb)
        yield from spool(settings.state / INFLUX_SPOOL)
    if settings.metrics.listen is not None:
        yield metrics(settings.metrics.listen)


def database(influx: Influx) -> Verdict:
    """Ask the database to take nothing: it says whether it would take something from us."""
    from netwatch.telemetry.influx import Database  # noqa: PLC0415 - 0.4 s, where there is one

    try:
        where = database_of(influx)
    except ConfigError as fault:
        return warn("influxdb", f"[influxdb] token: {fault.finding.wrong}", fault.finding.remedy)
    with closing(Database(where, answer_s=PATIENCE_S)) as asked:
        answer = asked.write([])
    if answer.verdict in (Taken.TAKEN, Taken.REFUSED):  # some call nothing a bad request
        return ok("influxdb", f"{where.url} takes measurements from us")
    if answer.verdict is Taken.DENIED:
        wrong = f"{where.url} takes nothing from us: {answer.words}"
        return warn("influxdb", wrong, remedy(answer.words))
    return warn(
        "influxdb",
        f"{where.url} does not take measurements now: {answer.words}",
        "start it, or mend [influxdb] url; what is measured waits on disk meanwhile",
    )


def kept_of(kept: HistoryKept) -> Limits:
    """Return how much of the history the settings let be kept."""
    return Limits(
        raw_days=kept.raw_days,
        five_minute_days=kept.five_minute_days,
        hourly_days=kept.hourly_days,
        disk_budget=int(kept.disk_budget),
    )


def database_of(influx: Influx) -> Where:
    """Return which database the settings name, with what opens it.

    Raises:
        ConfigError: a secret is not where its reference points.
    """
    return Where(
        url=influx.url.rstrip("/"),
        org=influx.org,
        bucket=influx.bucket,
        token="" if influx.token is None else influx.token.reveal(),
    )


def spool(folder: Path) -> Iterator[Verdict]:
    """Say whether measurements wait for long."""
    try:
        waiting = segments(folder)
    except OSError as fault:
        yield warn(
            "spool", f"{folder} cannot be read: {fault.strerror}", "ask as the service's user"
        )
        return
    values = sum(one.values for one in waiting)
    oldest = written_at_s(waiting[0]) if waiting else None
    age_s = 0.0 if oldest is None else machine_time().timestamp() - oldest
    if age_s > WAITED_LONG_S:
        yield warn(
            "spool",
            f"{values} measurements wait on disk, the oldest for {age_s / 60:.0f} minutes",
            "see why the database does not take them; at 256 MB the oldest are given up",
        )
    else:
        yield ok("spool", f"{values} measurements wait on disk, none for long")
    if (folder / "refused" / "refused.txt").exists():
        yield warn(
            "refused",
            f"the database refused measurements for good: {folder / 'refused' / 'refused.txt'}",
            "read its words there, mend what they say, then remove the file",
        )


def metrics(listen: str) -> Verdict:
    """Ask our own /metrics, as Prometheus does."""
    host, _, port = listen.rpartition(":")
    host = {"0.0.0.0": "127.0.0.1", "[::]": "::1"}.get(host, host.strip("[]"))  # noqa: S104 - read
    with closing(http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)) as asked:
        try:
            asked.request("GET", "/metrics")
            body = asked.getresponse().read()
        except (OSError, http.client.HTTPException) as fault:
            return warn(
                "metrics",
                f"nobody answers at http://{listen}/metrics: {fault}",
                "start the service, or mend [metrics] listen",
            )
    if PROOF not in body:
        return warn(
            "metrics",
            f"something else answers at http://{listen}/metrics",
            "give [metrics] listen an address that is free",
        )
    return ok("metrics", f"http://{listen}/metrics is answered")
