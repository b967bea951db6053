"""Visits that a person asks for: one device's command line, or whose host keys are whose."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from netwatch.cli.output import FINE, REFUSED, UNKNOWN, Stop, safe, talk
from netwatch.model.arrivals import Outcome

if TYPE_CHECKING:
    from netwatch.pollers.ssh.accounts import Assignment
    from netwatch.pollers.ssh.visitor import VisitorProcess
    from netwatch.pollers.ssh.visits import Visited
    from netwatch.service.settings import Settings

_AT_A_TIME: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinning:
    """What came of pinning one device's host key."""

    device: str
    address: str
    key: str
    result: str
    """``pinned``, ``known``, ``replaced``, ``refused`` (another one is pinned), ``unknown``."""
    detail: str = ""


def assigned(
    settings: "Settings", inventory: Path | None, words: str
) -> "list[tuple[str, Assignment | None]]":
    """Return the devices that words choose, and as whom each is visited; None: as nobody.

    Raises:
        Stop: the inventory cannot be used, or no device fits.
        ConfigError: a secret is not where the settings say.
    """
    from netwatch.cli.poll import read_network  # noqa: PLC0415 - --help stays quick
    from netwatch.pollers.choice import ChoiceError, choose  # noqa: PLC0415
    from netwatch.pollers.ssh.accounts import assignments  # noqa: PLC0415
    from netwatch.service.ssh_settings import accounts  # noqa: PLC0415

    if not settings.ssh:
        raise Stop("no [ssh.NAME] in the settings says as whom to log in: add one, see --config")
    network = read_network(inventory or settings.inventory)
    found = assignments(network, accounts(settings))
    try:
        return [(device.id, found.get(device.id)) for device in choose(network, words)]
    except ChoiceError as fault:
        raise Stop(str(fault)) from None


def ask_once(settings: "Settings", one: "Assignment", say: Sequence[str]) -> "Visited":
    """Visit one device once."""
    from netwatch.pollers.ssh.pins import FILE, Pins  # noqa: PLC0415

    pins = Pins(settings.state / FILE)

    async def go() -> "Visited":
        async with _visitor(settings, one.account.python) as visitor:
            kept = pins.of(str(one.device.address), one.account.port)
            return await visitor.visit(one.visit(say, kept, keep_rows=True))

    try:
        return asyncio.run(go())
    except OSError as fault:
        raise Stop(f"{pins.path}: {fault.strerror or fault}") from None


def answer_of(one: "Assignment", came: "Visited") -> dict[str, Any]:
    """Return what a visit told as one JSON document."""
    return {
        "device": one.device.id,
        "address": str(one.device.address),
        "account": one.account.name,
        "outcome": str(came.outcome),
        "detail": came.detail,
        "seconds": came.seconds,
        "answers": [
            {
                **(said.reading or {"platform": one.account.platform, "command": said.command}),
                "wrong": said.wrong,
            }
            for said in came.said
        ],
    }


def show_answer(document: dict[str, Any]) -> None:
    """Print it for a person."""
    from netwatch.cli.command_line import show_rows  # noqa: PLC0415 - one of two that need another

    for answer in document["answers"]:
        talk(f"--- {document['device']}: {answer['command']}")
        if answer["wrong"]:
            talk(safe(answer["wrong"].splitlines()[0]))
        else:
            show_rows(answer)
    if document["detail"]:
        talk(f"{document['device']}: {safe(document['detail'])}")


def pin(
    settings: "Settings", chosen: "Sequence[tuple[str, Assignment | None]]", *, replace: bool
) -> list[Pinning]:
    """Look at the host keys of these devices and pin them; another one only if it may replace.

    Raises:
        Stop: the file of pins cannot be written.
    """
    from netwatch.pollers.ssh.pins import FILE, Pins  # noqa: PLC0415

    pins = Pins(settings.state / FILE)

    async def go() -> list[Pinning]:
        turns = asyncio.Semaphore(_AT_A_TIME)
        async with contextlib.AsyncExitStack() as stack:
            visitors: dict[Path | None, VisitorProcess] = {}
            for python in {one.account.python for _, one in chosen if one is not None}:
                visitors[python] = await stack.enter_async_context(_visitor(settings, python))

            async def look(name: str, one: "Assignment | None") -> Pinning:
                if one is None:
                    why = "no [ssh.NAME] of the settings is for it"
                    return Pinning(device=name, address="", key="", result="unknown", detail=why)
                async with turns:
                    came = await visitors[one.account.python].visit(_look_only(one))
                return _pinned(pins, one, came, replace=replace)

            return list(await asyncio.gather(*(look(name, one) for name, one in chosen)))

    try:
        return asyncio.run(go())
    except OSError as fault:
        raise Stop(
            f"{pins.path}: {fault.strerror or fault}; be the user that netwatch is"
        ) from None


def exit_code(pinnings: Sequence[Pinning]) -> int:
    """Return what the command ends with."""
    results = {one.result for one in pinnings}
    return REFUSED if "refused" in results else UNKNOWN if "unknown" in results else FINE


def _look_only(one: "Assignment") -> Any:
    from netwatch.pollers.ssh.visits import Visit  # noqa: PLC0415

    account = one.account
    return Visit(host=str(one.device.address), port=account.port, timeout_s=account.timeout_s)


def _pinned(pins: Any, one: "Assignment", came: "Visited", *, replace: bool) -> Pinning:
    from netwatch.pollers.ssh.keys import fingerprint  # noqa: PLC0415

    host, port = str(one.device.address), one.account.port

    def became(result: str, detail: str = "") -> Pinning:
        key = "" if came.key is None else f"{came.key[0]} {fingerprint(came.key[1])}"
        return Pinning(device=one.device.id, address=host, key=key, result=result, detail=detail)

    if came.outcome is not Outcome.ANSWERED or came.key is None:
        return became("unknown", came.detail)
    before = pins.of(host, port)
    if came.key in before:
        return became("known")
    if before and not replace:
        kept = ", ".join(f"{kind} {fingerprint(body)}" for kind, body in before)
        return became("refused", f"pinned is {kept}; if the device was replaced: --replace")
    pins.pin(host, port, came.key)
    return became("replaced" if before else "pinned")


@contextlib.asynccontextmanager
async def _visitor(settings: "Settings", python: Path | None) -> "AsyncIterator[VisitorProcess]":
    from netwatch.pollers.ssh.visitor import VisitorProcess  # noqa: PLC0415
    from netwatch.service.lab_namespace import namespace_of  # noqa: PLC0415

    namespace = namespace_of(settings.lab.state)
    visitor = VisitorProcess(
        lambda _what, _over: None, python=python, sessions=_AT_A_TIME, namespace=namespace
    )
    life = asyncio.create_task(visitor.run())
    try:
        yield visitor
    finally:
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
        sys.stderr.flush()
