"""What was seen of the demo, by whom and when -> a timeline, and whether the promise was kept.

Pure: what it is told bears its time. What counts is what arrived at the far ends (the page as a
browser fetched it, the message at the person on duty), not what the service says of itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any, Final

from netwatch.model.facts import (
    Fact,
    IncidentConfirmed,
    IncidentOpened,
    IncidentRestored,
    IncidentRevised,
    NoticeDue,
    Phase,
    Purpose,
    keys_of,
)
from netwatch.model.names import ElementName, IncidentId, NoticeKey, SubscriberId
from netwatch.service.demo_fault import Cut

SUSPECTED_WITHIN_S: Final = 30.0
CONFIRMED_WITHIN_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One thing that had to be so, and whether it was."""

    text: str
    kept: bool
    seen: str


@dataclass(slots=True)
class Story:
    """All that was seen so far."""

    cut: Cut
    languages: tuple[str, ...]
    cut_at: datetime | None = None
    lost_at: datetime | None = None
    mended_at: datetime | None = None
    incidents: list[IncidentId] = field(default_factory=list)
    subscribers: frozenset[SubscriberId] = frozenset()
    ever: frozenset[SubscriberId] = frozenset()
    blamed: tuple[ElementName, ...] = ()
    alert_keys: set[NoticeKey] = field(default_factory=set)
    alerts: list[datetime] = field(default_factory=list)
    too_early: list[str] = field(default_factory=list)
    """Words of restoration that somebody heard while it was dark."""
    page: dict[Phase, datetime] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    """The notice as the page had it when it was confirmed."""
    readable: set[str] = field(default_factory=set)
    """Languages in which the pages of all areas concerned showed the confirmed notice."""
    on_console: bool = False
    """Whether the console named the incident and the cut fibre while it was dark."""
    all_clear_keys: set[NoticeKey] = field(default_factory=set)

    @property
    def confirmed(self) -> bool:
        """Say whether the confirmed notice stood on the page."""
        return Phase.CONFIRMED in self.page

    @property
    def restored(self) -> bool:
        """Say whether the page told that it works again."""
        return Phase.RESTORED in self.page

    def take_fact(self, fact: Fact) -> Iterator[str]:
        """Take what the service decided; yield what there is to tell."""
        match fact:
            case IncidentOpened():
                self.incidents.append(fact.incident)
                yield f"decided: {fact.incident}, {_blame(fact.diagnosis.root_cause)}"
            case IncidentConfirmed():
                yield f"decided: confirmed after {fact.over.total_seconds():.0f} s of evidence"
            case IncidentRestored():
                yield "decided: everybody behind it was seen working again"
            case NoticeDue(purpose=Purpose.ALERT):
                self.alert_keys.update(keys_of(fact))
            case NoticeDue(purpose=Purpose.ALL_CLEAR):
                self.all_clear_keys.update(keys_of(fact))
            case _:
                pass
        if isinstance(fact, IncidentOpened | IncidentRevised):
            self.blamed = fact.diagnosis.root_cause
            self.subscribers = frozenset(fact.diagnosis.subscribers)
            if self.mended_at is None:
                self.ever |= self.subscribers

    def take_message(self, key: NoticeKey, title: str, at: datetime) -> Iterator[str]:
        """Take what reached the person on duty."""
        if key in self.alert_keys:
            self.alerts.append(at)
            yield f"ALERT to the person on duty: {title}"
        elif key in self.all_clear_keys:
            if self.mended_at is None:
                self.too_early.append(f"staff, {key}")
            yield f"all-clear to the person on duty: {title}"
        else:
            yield f"update to the person on duty: {title}"

    def take_page(self, outages: list[dict[str, Any]], at: datetime) -> Iterator[str]:
        """Take the page's outages as a browser just fetched them."""
        for outage in outages:
            if self.cut_at is None or outage.get("id") not in self.incidents:
                continue
            phase = Phase(outage["phase"])
            if phase is Phase.RESTORED and self.mended_at is None:
                self.too_early.append(f"the page, at {at:%H:%M:%S}")
            if phase is Phase.CONFIRMED and not self.shown:
                self.shown = outage
            if phase not in self.page:
                self.page[phase] = at
                yield f"ON THE PAGE: {phase}"
                for language in self.languages:
                    yield f"    {language}: {outage['texts'][language]['title']}"

    def take_area_page(self, language: str, html: str) -> None:
        """Take the page of the areas concerned, as a reader of one language has it."""
        text = self.shown.get("texts", {}).get(language)
        if text is not None and text["title"] in unescape(html):
            self.readable.add(language)

    def take_console(self, html: str) -> None:
        """Take the console as the NOC has it."""
        text = unescape(html)
        self.on_console = all(name in text for name in (*self.incidents, self.cut.element))

    def seconds_to(self, phase: Phase) -> float | None:
        """Return the seconds from the first lost ping to this phase on the page."""
        if self.lost_at is None or phase not in self.page:
            return None
        return (self.page[phase] - self.lost_at).total_seconds()

    def promises(self) -> list[Promise]:
        """Say which promises were kept."""
        count, spoken = len(self.cut.subscribers), len(self.languages)
        expected = " ".join(sorted(self.cut.areas))
        areas = {area["id"] for area in self.shown.get("areas", ())}
        named = " ".join(sorted(areas)) or "none"
        missing, surplus = self.cut.subscribers - self.ever, self.ever - self.cut.subscribers
        return [
            self._within(Phase.SUSPECTED, SUSPECTED_WITHIN_S),
            self._within(Phase.CONFIRMED, CONFIRMED_WITHIN_S),
            Promise(
                text="one incident, and the cut fibre is its root",
                kept=len(self.incidents) == 1 and self.cut.element in self.blamed,
                seen=f"{len(self.incidents)} incidents, {_blame(self.blamed)}",
            ),
            Promise(
                text=f"pages of {expected}, and of no other area, tell of it in {spoken} languages",
                kept=areas == self.cut.areas and len(self.readable) == spoken,
                seen=f"{named} in {len(self.readable)}",
            ),
            Promise(
                text=f"affected are exactly the {count} subscribers behind the cut",
                kept=not missing and not surplus and bool(self.ever),
                seen=f"{len(self.ever)}, {len(missing)} missing, {len(surplus)} too many",
            ),
            Promise(
                text="exactly one alert to the person on duty",
                kept=len(self.alerts) == 1,
                seen=str(len(self.alerts)),
            ),
            Promise(
                text="the console names the incident and the cut fibre",
                kept=self.on_console and bool(self.incidents),
                seen="named" if self.on_console else "not named",
            ),
            Promise(
                text="nobody was told that it works while it was dark",
                kept=not self.too_early,
                seen=", ".join(self.too_early) or "nobody",
            ),
            Promise(
                text="the page told that it works again after the repair",
                kept=self.restored and self.mended_at is not None,
                seen="told" if self.restored else "not told",
            ),
        ]

    def _within(self, phase: Phase, limit_s: float) -> Promise:
        took = self.seconds_to(phase)
        return Promise(
            text=f"{phase} on the page within {limit_s:.0f} s of the first lost ping",
            kept=took is not None and took <= limit_s,
            seen="never" if took is None else f"{took:.1f} s",
        )


def _blame(elements: tuple[ElementName, ...]) -> str:
    return f"blamed is {' + '.join(elements)}" if elements else "nothing is blamed"
