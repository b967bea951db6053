"""A flood is told once, however long it lasts and however it pauses, and so is its end."""

from collections.abc import Callable

from netwatch.pollers.unasked.flood import FloodWatch


def play(watch: FloodWatch, seconds: int, rate: Callable[[int], int]) -> list[tuple[int, str]]:
    """Let seconds pass with so many datagrams shed in each; return when what was told changed."""
    told, came = [], 0
    for second in range(seconds):
        for _ in range(rate(second) // 64 + 1 if rate(second) else 0):
            watch.talkers.note("192.0.2.9 (no device of the inventory)")
        came += rate(second) + 3
        was = watch.trouble
        watch.look(float(second), came, came - 3 * second - 3, 0)
        if watch.trouble != was:
            told.append((second, watch.trouble or watch.ending))
    return told


def test_ordinary_chatter_is_no_flood() -> None:
    assert play(FloodWatch(), 600, lambda second: 2000 if second % 60 == 0 else 10) == []


def test_a_flood_of_a_minute_is_told_once_and_its_end_once() -> None:
    watch = FloodWatch()
    told = play(watch, 300, lambda second: 20_000 if 30 <= second < 90 else 0)

    assert [second for second, _ in told] == [34, 149]
    assert "a flood of" in told[0][1]
    assert "1,200," in told[1][1]
    assert "over after 6" in told[1][1]


def test_a_flood_that_pauses_is_the_same_flood() -> None:
    told = play(FloodWatch(), 400, lambda s: 5000 if 30 <= s < 230 and s % 50 < 20 else 0)
    assert len(told) == 2


def test_who_floods_is_named() -> None:
    watch = FloodWatch()
    for _ in range(6400):
        watch.talkers.note("192.0.2.9 (no device of the inventory)")
    for number in range(640):
        watch.talkers.note(f"sw-{number}")
    for second in range(8):
        watch.look(float(second), 7040 * second, 7040 * second, 0)
    assert "from 192.0.2.9 (no device of the inventory)" in watch.trouble


def test_what_the_kernel_drops_is_a_flood_too() -> None:
    watch = FloodWatch()
    for second in range(10):
        watch.look(float(second), 10 * second, 0, 50_000 * second)
    assert "a flood of 50,010 messages a second" in watch.trouble
