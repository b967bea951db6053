"""However many look at the console, the service is asked once, and nobody waits in a row."""

import threading
from typing import Any

from netwatch.intake.door import NobodyHomeError
from netwatch.web.glimpse import Glimpse, Seen

READERS = 8
PATIENCE_S = 20.0


class Hanging:
    """A door behind which somebody takes their time, and then does not answer."""

    def __init__(self, clock: list[float]) -> None:
        self.clock, self.asked = clock, 0
        self.reached, self.may_go_on = threading.Event(), threading.Event()

    def call(self, ask: str, **_params: Any) -> dict[str, Any]:
        self.asked += 1
        self.reached.set()
        assert self.may_go_on.wait(PATIENCE_S)
        self.clock[0] += 3.0
        raise NobodyHomeError(f"{ask}: no answer within 3 s")


def test_all_who_wait_for_a_service_that_hangs_wait_for_one_answer() -> None:
    clock = [1000.0]
    waiting = threading.Semaphore(0)
    door = Hanging(clock)

    def monotonic() -> float:
        waiting.release()
        return clock[0]

    glimpse = Glimpse(door, monotonic)
    seen: list[Seen] = []
    readers = [threading.Thread(target=lambda: seen.append(glimpse.look())) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for _ in readers:
        assert waiting.acquire(timeout=PATIENCE_S)
    door.may_go_on.set()
    for reader in readers:
        reader.join(PATIENCE_S)

    assert door.asked == 1
    assert [one.away for one in seen] == ["board: no answer within 3 s"] * READERS
