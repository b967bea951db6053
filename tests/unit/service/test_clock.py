"""Time that never goes back, whatever is done to the machine's clock."""

from datetime import UTC, datetime, timedelta

from netwatch.service.clock import SteadyClock

NOON = datetime(2026, 1, 17, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Machine:
    """A machine whose clock the test sets."""

    def __init__(self) -> None:
        self.wall = NOON
        self.steady = 1000.0

    def pass_(self, span: timedelta) -> None:
        self.wall += span
        self.steady += span.total_seconds()

    def clock(self, not_before: datetime | None = None) -> SteadyClock:
        return SteadyClock(
            not_before=not_before, wall=lambda: self.wall, steady=lambda: self.steady
        )


def test_goes_with_the_machine_while_nobody_touches_its_clock() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.pass_(HOUR)
    assert clock.now() == NOON + HOUR
    assert clock.take_step() is None


def test_a_clock_set_back_an_hour_slows_ours_and_never_turns_it() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall -= HOUR
    machine.pass_(timedelta(seconds=10))
    assert clock.now() == NOON + timedelta(seconds=5)
    assert clock.take_step() == timedelta(seconds=-3600)
    assert clock.take_step() is None
    seen = clock.now()
    for _ in range(130):
        machine.pass_(timedelta(minutes=1))
        assert clock.now() > seen
        seen = clock.now()
    assert clock.now() == machine.wall
    assert clock.take_step() is None


def test_a_clock_set_forward_is_followed_at_once_and_told() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += 24 * HOUR
    assert clock.now() == NOON + 24 * HOUR
    assert clock.take_step() == 24 * HOUR


def test_starts_no_earlier_than_what_was_already_decided() -> None:
    machine = Machine()
    clock = machine.clock(not_before=NOON + HOUR)
    assert clock.now() == NOON + HOUR
    machine.pass_(timedelta(seconds=2))
    assert clock.now() == NOON + HOUR + timedelta(seconds=1)
