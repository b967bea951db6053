"""Nothing leaves the spool before it was taken; what is wrong is found and kept aside."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from netwatch.model.names import DeviceId
from netwatch.telemetry.answers import Answer, Verdict, judge
from netwatch.telemetry.batch import Batch
from netwatch.telemetry.quarantine import BEFORE, FILE, Quarantine
from netwatch.telemetry.sender import IDLE_S, Sender
from netwatch.telemetry.spool import Spool, segments

NIGHT = datetime(2026, 11, 14, 3, 0, tzinfo=UTC)


class Database:
    """Keeps the lines it takes; says what the test lets it say."""

    def __init__(self, says: Callable[[Sequence[str]], int | None] = lambda _: 204) -> None:
        self.says = says
        self.after_s: float | None = None
        self.lines: list[str] = []
        self.tries = 0

    def write(self, lines: Sequence[str]) -> Answer:
        self.tries += 1
        answer = judge(self.says(lines), "said the database", self.after_s)
        if answer.verdict is Verdict.TAKEN:
            self.lines.extend(lines)
        return answer


class Machine:
    """A spool, a sender, a clock; what is sent when."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database, self.now = database, 0.0
        self.spool = Spool(folder)
        self.sender = Sender(
            folder=folder,
            receiver=database,
            quarantine=Quarantine(folder=folder / "refused", now=lambda: NIGHT),
            monotonic=lambda: self.now,
            chance=lambda: 0.5,
        )

    def run(self, seconds: float) -> None:
        """Let time pass; each second a segment of one device comes in."""
        end = self.now + seconds
        due = self.now
        while self.now < end:
            if self.now >= due:
                self.spool.put([batch(int(due))])
                due += 1
            self.now += max(0.01, min(self.sender.step(), due - self.now))

    def drain(self) -> None:
        for _ in range(10_000):
            if self.sender.step() == IDLE_S and not segments(self.spool.folder):
                return
            self.now += 0.5
        raise AssertionError("the spool does not become empty")


def batch(second: int, values: int = 3, bad: int = 0) -> Batch:
    return Batch(
        at_s=1794682931 + second,
        device=DeviceId("sw-1"),
        checks=("bad",) * bad + ("x",) * (values - bad),
        parts=tuple(f"p{number}" for number in range(values)),
        values=tuple(range(values)),
    )


def test_ten_minutes_without_a_receiver_lose_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database())
    machine.run(60)
    machine.database.says = lambda _: None
    machine.run(600)
    assert machine.sender.progress.verdict is Verdict.LATER
    machine.database.says = lambda _: 204
    machine.run(60)
    machine.drain()
    expected = {(second, part) for second in range(720) for part in range(3)}
    assert len(machine.database.lines) == len(expected) == 2160
    assert len(set(machine.database.lines)) == 2160


def test_a_receiver_that_is_down_is_not_hammered(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database(lambda _: None))
    machine.run(600)
    assert machine.database.tries < 35


def test_a_pause_that_the_server_asks_for_is_kept(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database(lambda _: 429))
    machine.database.after_s = 90.0
    machine.spool.put([batch(1)])
    assert machine.sender.step() == 90.0
    machine.now = 89.0
    assert machine.sender.step() == 1.0
    assert machine.database.tries == 1
    machine.database.says = lambda _: 204
    machine.now = 90.0
    assert machine.sender.step() == 0.0
    assert len(machine.database.lines) == 3


def test_a_wrong_token_gives_nothing_up(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database(lambda _: 401))
    machine.run(120)
    assert machine.sender.progress.verdict is Verdict.DENIED
    assert "HTTP 401" in machine.sender.progress.words
    assert len(segments(tmp_path)) == 120
    machine.database.says = lambda _: 204
    machine.drain()
    assert len(machine.database.lines) == 360


def test_of_refused_lines_only_the_wrong_ones_are_put_aside(tmp_path: Path) -> None:
    def says(lines: Sequence[str]) -> int:
        return 400 if any(line.startswith("bad") for line in lines) else 204

    machine = Machine(tmp_path, Database(says))
    machine.spool.put([batch(1, values=5000, bad=3)])
    machine.drain()
    assert len(set(machine.database.lines)) == 4997
    assert machine.sender.progress.refused == 3
    kept = (tmp_path / "refused" / FILE).read_text().splitlines()
    assert [line for line in kept if not line.startswith("#")] == [
        f"bad,device=sw-1,part=p{number} value={number} 1794682932" for number in range(3)
    ]
    assert all("HTTP 400 said the database" in line for line in kept if line.startswith("#"))


def test_a_server_that_refuses_everything_is_not_asked_about_each_line(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database(lambda _: 400))
    for second in range(5):
        machine.spool.put([batch(second, values=10_000)])
    machine.drain()
    assert machine.sender.progress.refused == 50_000
    assert machine.database.tries < 1000


def test_what_is_too_much_at_once_goes_in_smaller_lots(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database(lambda lines: 413 if len(lines) > 100 else 204))
    machine.spool.put([batch(1, values=10_000)])
    machine.drain()
    assert len(machine.database.lines) == 10_000
    assert machine.sender.progress.refused == 0


def test_a_segment_over_which_the_server_stumbles_does_not_hold_up_the_others(
    tmp_path: Path,
) -> None:
    def says(lines: Sequence[str]) -> int:
        return 500 if any(line.startswith("bad") for line in lines) else 204

    machine = Machine(tmp_path, Database(says))
    machine.spool.put([batch(0, bad=1)])
    machine.run(30)
    assert len(machine.database.lines) >= 3 * 25
    assert segments(tmp_path)[0].number == 1


def test_a_damaged_segment_is_put_aside_and_the_next_goes_on(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database())
    machine.spool.put([batch(1)])
    machine.spool.put([batch(2)])
    first = segments(tmp_path)[0].path
    first.write_bytes(first.read_bytes()[:-7])
    machine.drain()
    assert len(machine.database.lines) == 3
    assert machine.sender.progress.refused == 3
    assert "cannot be read" in machine.sender.progress.refusal
    assert [path.name for path in (tmp_path / "refused").glob("*.damaged")] == [
        f"{first.name}.damaged"
    ]


def test_a_segment_that_made_room_is_passed_over(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database(lambda _: None))
    machine.spool.put([batch(1)])
    machine.spool.put([batch(2)])
    machine.sender.step()
    segments(tmp_path)[0].path.unlink()
    machine.database.says = lambda _: 204
    machine.drain()
    assert len(machine.database.lines) == 3


def test_what_waits_is_counted_with_its_age(tmp_path: Path) -> None:
    machine = Machine(tmp_path, Database(lambda _: None))
    assert machine.sender.waiting(0.0).values == 0
    machine.spool.put([batch(1)])
    written = segments(tmp_path)[0].path.stat().st_mtime
    waiting = machine.sender.waiting(written + 30)
    assert waiting.values == 3
    assert waiting.octets > 0
    assert round(waiting.age_s) == 30


def test_the_quarantine_is_bounded(tmp_path: Path) -> None:
    quarantine = Quarantine(folder=tmp_path, now=lambda: NIGHT)
    for _ in range(4):
        quarantine.keep(["x" * 1000] * 5000, "HTTP 400\nno")
    assert (tmp_path / BEFORE).stat().st_size < 16 << 20
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 32 << 20


def test_a_quarantine_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "refused").write_text("a file stands in the way")
    machine = Machine(tmp_path, Database(lambda _: 400))
    machine.spool.put([batch(1)])
    machine.drain()
    assert machine.sender.progress.refused == 3
