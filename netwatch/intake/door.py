"""The visitor's end of the door, for commands: ask the running service, wait for its answer."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from netwatch.intake.arrivals import command_to_plain
from netwatch.intake.lines import LineError, as_line, of_line
from netwatch.model.arrivals import Command
from netwatch.model.facts import Fact
from netwatch.model.faults import NetwatchError
from netwatch.model.names import IncidentId, MaintenanceId
from netwatch.model.plain import fact_from_plain

PATIENCE_S: Final = 30.0
"""A command comes back after its facts are committed; longer than this means trouble."""


class NobodyHomeError(NetwatchError):
    """No service answers at the door."""

    exit_code = 3


class DoorRefusedError(NetwatchError):
    """The service understood and said no."""

    exit_code = 1


class AnotherPersonError(DoorRefusedError):
    """The service said no because of who asked: it takes somebody else."""

    exit_code = 4


class About(NamedTuple):
    """What was decided of one incident, and how many alarms are its own."""

    facts: list[Fact]
    alarms: int


class Door:
    """The way to a running service. Each call is a visit of its own."""

    def __init__(self, paths: Sequence[Path], *, patience_s: float = PATIENCE_S) -> None:
        """Know where the door may be; the first that opens is taken."""
        self.paths = tuple(paths)
        self._patience_s = patience_s

    def patient(self, seconds: float) -> "Door":
        """Return the same door, for a question that takes its time."""
        return Door(self.paths, patience_s=seconds)

    def bring(self, command: Command) -> list[Fact]:
        """Bring a command; return the facts it led to, committed.

        Raises:
            DoorRefusedError: the service says why nothing follows from it.
            NobodyHomeError: no service runs here.
        """
        answer = self.call("command", command=command_to_plain(command))
        return [fact_from_plain(plain) for plain in answer["facts"]]

    def facts(self, after: int = 0, *, follow: bool = False) -> Iterator[tuple[int, Fact]]:
        """Yield (seq, fact) of what was decided; with ``follow``, go on as it is decided."""
        for plain in self.plain_facts(after, follow=follow):
            yield plain["seq"], fact_from_plain(plain)

    def about(self, incident: IncidentId) -> About:
        """Return what was decided of one incident; of a merged one with that in which it goes on.

        Raises:
            NobodyHomeError: no service runs here, or it closed the door.
        """
        facts, end = self._facts_until_the_end(incident=incident)
        return About(facts, int(end["alarms"]))

    def about_works(self, works: MaintenanceId) -> list[Fact]:
        """Return what people were to be told of planned works, and what became of it.

        Raises:
            NobodyHomeError: no service runs here, or it closed the door.
        """
        return self._facts_until_the_end(maintenance=works)[0]

    def _facts_until_the_end(self, **about: str) -> tuple[list[Fact], dict[str, Any]]:
        facts: list[Fact] = []
        with self._visit({"ask": "facts", **about}, self._patience_s) as lines:
            for line in lines:
                plain = _understood(line)
                if "end" in plain:
                    return facts, plain
                facts.append(fact_from_plain(plain))
        raise NobodyHomeError("the service closed the door in the middle; ask again")

    def plain_facts(self, after: int = 0, *, follow: bool = False) -> Iterator[dict[str, Any]]:
        """Yield facts as plain values, each with its ``seq``; as ``facts`` does."""
        question = {"ask": "facts", "after": after, "follow": follow}
        with self._visit(question, None if follow else self._patience_s) as lines:
            for line in lines:
                plain = _understood(line)
                if "end" in plain:
                    return
                yield plain
            raise NobodyHomeError("the service closed the door in the middle; ask again")

    def call(self, ask: str, **params: Any) -> dict[str, Any]:
        """Ask one question; return the answer.

        Raises:
            DoorRefusedError: the service says why it does not answer.
            NobodyHomeError: no service runs here, or it closed the door.
        """
        with self._visit({"ask": ask, **params}, self._patience_s) as lines:
            line = lines.readline()
        if not line:
            raise NobodyHomeError("the service closed the door; is it stopping?")
        return _understood(line)

    @contextmanager
    def _visit(self, question: dict[str, Any], patience_s: float | None) -> Iterator[IO[bytes]]:
        connection = self._knock()
        try:
            connection.settimeout(patience_s)
            connection.sendall(as_line(question))
            with connection.makefile("rb") as lines:
                yield lines
        except TimeoutError:
            raise NobodyHomeError(
                f"the service did not answer within {patience_s:.0f} s; see: netwatch doctor"
            ) from None
        except (BrokenPipeError, ConnectionResetError):
            raise NobodyHomeError("the service closed the door; is it stopping?") from None
        finally:
            connection.close()

    def _knock(self) -> socket.socket:
        tried: list[str] = []
        for path in self.paths:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(PATIENCE_S)  # else a full row of visitors is waited for for ever
            try:
                connection.connect(str(path))
            except OSError as fault:
                connection.close()
                tried.append(f"{path} ({fault.strerror or fault})")
            else:
                return connection
        raise NobodyHomeError(
            f"no service answers at {' or '.join(tried)}\n"
            "    start it with: systemctl start netwatch   (or: netwatch run --config FILE)"
        )


def _understood(line: bytes) -> dict[str, Any]:
    try:
        answer = of_line(line)
    except LineError as fault:
        raise NobodyHomeError(f"what answers at the door is no netwatch: {fault}") from fault
    if answer.get("ok") is False and answer.get("another_person") is True:
        raise AnotherPersonError(str(answer.get("error", "refused")))
    if answer.get("ok") is False:
        raise DoorRefusedError(str(answer.get("error", "refused")))
    return answer
