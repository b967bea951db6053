"""netwatch run, from its settings to its end."""

import asyncio
import gc
import logging
import os
import signal
import sys
from pathlib import Path

import structlog
from structlog.typing import EventDict

from netwatch.service.files import read_or_last_good
from netwatch.service.live import Service
from netwatch.service.paths import lock_state, prepare_state
from netwatch.service.reels import BUDGET
from netwatch.service.settings import Settings
from netwatch.service.wiring import real_edges

log = structlog.get_logger(__name__)


def run_service(
    settings: Settings,
    *,
    config: Path | None = None,
    tape: Path | None = None,
    tape_budget: int = BUDGET,
    lab: Path | None = None,
) -> None:
    """Run until SIGTERM or Ctrl-C; ``config`` is the file that the settings came from.

    What comes in goes to ``tape``, and takes at most ``tape_budget`` bytes there.

    Raises:
        BadFilesError: inventory or rules are bad and there are none from before.
        StateError: the state directory cannot be used.
        ConfigError: a secret is not where its reference points.
    """
    speak_to_log()
    prepare_state(settings.state)
    with lock_state(settings.state):
        gc.disable()  # everything read now stays; looking for garbage in it costs seconds
        files, stale = read_or_last_good(settings.inventory, settings.rules, settings.state)
        for finding in stale:
            log.error("the last good files are used", why=str(finding))
        edges = real_edges(lab, config)
        service = Service(
            settings,
            files,
            edges,
            config=config,
            tape=tape,
            tape_budget=tape_budget,
            stale=stale,
        )
        gc.enable()
        asyncio.run(_until_told(service))


async def _until_told(service: Service) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await service.run(stop)


def _inert_trace(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Leave nothing in a trace that a terminal obeys: an error may hold a device's own text."""
    if trace := event.get("exception"):
        event["exception"] = "".join(
            letter if letter.isprintable() or letter == "\n" else "?" for letter in trace
        )
    return event


def speak_to_log() -> None:
    """Write the log to standard error: for people on a terminal, for journald without colours."""
    terminal = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    stamps = [] if "JOURNAL_STREAM" in os.environ else [structlog.processors.TimeStamper("iso")]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            *stamps,
            structlog.processors.format_exc_info,
            _inert_trace,
            structlog.dev.ConsoleRenderer(colors=terminal)
            if terminal
            else structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
