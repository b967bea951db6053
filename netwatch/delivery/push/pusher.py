"""Keeps one far place like the page here: pushes what is new, reads it back, tries again, tells."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from netwatch.delivery.channels import Sleep
from netwatch.delivery.push.far import Far, FarError
from netwatch.delivery.push.issue import (
    EDITION,
    Issue,
    Marks,
    edition_json,
    edition_there,
    gone,
    in_order,
)
from netwatch.delivery.push.target import Reveal, Target
from netwatch.delivery.push.wordpress import post
from netwatch.model.backoff import Backoff, Chance
from netwatch.model.clock import Clock
from netwatch.model.faults import ConfigError
from netwatch.views.proof import stamp

TOLD_AFTER_S: Final = 120.0
"""A far place that lags for so long is told to the staff; a hiccup is not."""
WHOLE_EVERY_S: Final = 86_400.0
"""How often all is put there anew: what others did to it heals by itself."""
MOST_OURS: Final = 8
"""So many editions that were put there last are known again, though our clock was set back."""
PAUSES: Final = Backoff(first_s=5.0, most_s=60.0)

Result = TypeVar("Result")


class Page(Protocol):
    """Where the page is made."""

    async def issue(self, known: Marks) -> Issue:
        """Return the page as it stands, and the files of it that ``known`` lacks."""
        ...

    async def news(self, seen: int) -> int:
        """Return the number of the newest edition as soon as it is another one than ``seen``."""
        ...


class Pusher:
    """One far place. Editions go there one after the other; one that was overtaken is left out."""

    def __init__(
        self, target: Target, reveal: Reveal, page: Page, clock: Clock, chance: Chance
    ) -> None:
        self.target = target
        self._reveal, self._page = reveal, page
        self._clock, self._chance = clock, chance
        self._known: dict[str, str] = {}
        self._there: tuple[str, ...] = ()
        self._ours: deque[str] = deque(maxlen=MOST_OURS)
        self._far: Far | None = None
        self._whole_at_s = clock.monotonic()
        self._failing_since: float | None = None
        self.last_fault = ""
        """Why the last push did not get through; empty: it did."""
        self.pushed = 0
        """How many editions got through."""

    @property
    def trouble(self) -> str:
        """Return why the far place lags, once it has for a while; else nothing."""
        since = self._failing_since
        if since is None or self._clock.monotonic() - since < TOLD_AFTER_S:
            return ""
        return self.last_fault

    async def run(self, sleep: Sleep) -> None:
        """Push edition after edition until cancelled."""
        seen, failures = 0, 0
        try:
            while True:
                seen = await self._page.news(seen)
                if await self._pushed():
                    failures = 0
                    continue
                failures += 1
                seen = 0
                await sleep(PAUSES.pause_s(failures, self._chance))
        finally:
            self._let_go()

    async def _pushed(self) -> bool:
        now = self._clock.monotonic()
        if now - self._whole_at_s >= WHOLE_EVERY_S:
            self._known, self._whole_at_s = {}, now
        try:
            issue = await self._page.issue(self._known)
            await _apart(lambda: self._push(issue))
        except (FarError, ConfigError, OSError) as fault:
            self._failed(str(fault))
            return False
        except Exception as bug:  # noqa: BLE001 - told; neither page nor alerts may end with it
            self._failed(f"a bug met it: {type(bug).__name__}")
            return False
        self._known, self._there = dict(issue.marks), tuple(issue.marks)
        self._failing_since, self.last_fault = None, ""
        self.pushed += 1
        return True

    def _failed(self, why: str) -> None:
        self._let_go()
        self.last_fault = why
        if self._failing_since is None:
            self._failing_since = self._clock.monotonic()

    def _let_go(self) -> None:
        if self._far is not None:
            self._far.close()
            self._far = None

    def _push(self, issue: Issue) -> None:
        """Put an edition there; done only once each of its files was read back as it should be.

        Raises:
            FarError: it is not there.
        """
        if self.target.scheme.startswith("wordpress"):
            post(self.target, self._reveal, issue, self._ours)
            return
        far = self._far = self._far or Far(self.target, self._reveal)
        there, names = edition_there(far.get(EDITION))
        if there is not None and there > issue.at and stamp(there) not in self._ours:
            raise FarError(
                f"a newer edition stands there, made at {there:%Y-%m-%d %H:%M:%S} UTC: does another"
                " netwatch push to it?"
            )
        for group in in_order(issue.files):
            far.put(
                {name: issue.files[name] for name in group},
                lambda name: self._known.update({name: issue.marks[name]}),
            )
        self._ours.append(stamp(issue.at))
        far.put({EDITION: edition_json(issue)})
        far.remove(gone(dict.fromkeys((*self._there, *names)), issue.marks))


async def _apart(work: Callable[[], Result]) -> Result:
    """Do slow work beside the loop, in a thread that nobody waits for when the service stops."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def told(result: Result | None, fault: BaseException | None) -> None:
        if done.cancelled():
            return
        if fault is not None:
            done.set_exception(fault)
        else:
            done.set_result(result)  # type: ignore[arg-type] # it is a Result where there is no fault

    def run() -> None:
        result, fault = None, None
        try:
            result = work()
        except Exception as raised:  # noqa: BLE001 - raised again where it is waited for
            fault = raised
        if not loop.is_closed():
            loop.call_soon_threadsafe(told, result, fault)

    threading.Thread(target=run, name="page push", daemon=True).start()
    return await done
