"""What rule files may say of drills: what is made to fall when, and what makes it hard."""

import re
from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from netwatch.model.drills import ALL, LONGEST, PLACES, Act, Hindrance, Inject, Scenario, Step
from netwatch.rules.entries import Entry, Line, Name, Span

AT_ONCE: Final = timedelta(0)
A_WHILE: Final = timedelta(minutes=10)
MOST_STEPS: Final = 200

_ELEMENT: Final = re.compile(r"(device|link|port|risk|site|area):\S{1,190}")


def what(value: object) -> str:
    """Read what falls or mends: a word for it, or an element's name.

    Raises:
        ValueError: it is neither.
    """
    text = str(value).strip()
    if text not in (*PLACES, ALL) and _ELEMENT.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no place; write here, part, elsewhere, or device:ID")
    return text


def element(value: object) -> str:
    """Read where a drill is held.

    Raises:
        ValueError: it is no element's name.
    """
    text = str(value).strip()
    if text and _ELEMENT.fullmatch(text) is None:
        raise ValueError(f"{text!r} is no element; write device:ID, link:ID, site:ID")
    return text


What = Annotated[
    str,
    BeforeValidator(what),
    Field(
        description="`here`, `part` (one piece below it), `elsewhere`, or `device:sw-1`",
    ),
]
AfterSpan = Annotated[Span, Field(description="so long after the beginning")]


class StepEntry(Entry):
    """One thing that happens: say one of `falls`, `darkens` and `mends`."""

    after: AfterSpan = AT_ONCE
    falls: What | None = None
    darkens: Annotated[What | None, Field(description="it loses its mains")] = None
    mends: Annotated[What | None, Field(description="`all`: everything works again")] = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        said = [one for one in (self.falls, self.darkens, self.mends) if one is not None]
        if len(said) != 1:
            raise ValueError("a step says one of 'falls', 'darkens' and 'mends'")
        if ALL in (self.falls, self.darkens):
            raise ValueError("'all' can only be mended: say what falls, such as 'here'")
        if not AT_ONCE <= self.after <= LONGEST:
            raise ValueError("'after' lies between 0s and 12h")
        return self

    def step(self) -> Step:
        """Return what the drill obeys."""
        for act, what in ((Act.FALLS, self.falls), (Act.DARKENS, self.darkens)):
            if what is not None:
                return Step(after=self.after, act=act, what=what)
        return Step(after=self.after, act=Act.MENDS, what=self.mends or ALL)


class InjectEntry(Entry):
    """One thing that makes it hard for people."""

    kind: Hindrance
    after: AfterSpan = AT_ONCE
    lasts: Annotated[Span, Field(description="for how long")] = A_WHILE
    whom: Annotated[
        Name | None,
        Field(
            description="of `nobody-answers` the person or role that is not heard (all), of "
            "`gateway-down` the channel (the first of the staff)"
        ),
    ] = None

    @model_validator(mode="after")
    def _within_reach(self) -> Self:
        if not AT_ONCE <= self.after <= LONGEST or not AT_ONCE < self.lasts <= LONGEST:
            raise ValueError("'after' and 'lasts' lie between 0s and 12h")
        if self.whom is not None and self.kind in (Hindrance.WRONG_GUESS, Hindrance.SECOND_FAULT):
            raise ValueError(f"{self.kind.value!r} is about nobody: remove 'whom'")
        return self


class DrillEntry(Entry):
    """A drill that can be held: `netwatch drill start ID`."""

    id: Name
    title: Annotated[Line, Field(description="for the staff, in one line")] = ""
    lasts: Annotated[Span, Field(description="when it ends, whatever is open then")] = timedelta(
        minutes=45
    )
    at: Annotated[
        str,
        BeforeValidator(element),
        Field(
            description="where, unless `--at` says otherwise; empty: netwatch chooses",
        ),
    ] = ""
    steps: Annotated[tuple[StepEntry, ...], Field(max_length=MOST_STEPS)]
    injects: Annotated[tuple[InjectEntry, ...], Field(max_length=MOST_STEPS)] = ()

    @model_validator(mode="after")
    def _can_be_held(self) -> Self:
        if not timedelta(minutes=1) <= self.lasts <= LONGEST:
            raise ValueError("'lasts' lies between 1m and 12h")
        if all(step.mends is not None for step in self.steps):
            raise ValueError("nothing falls in it: add a step {after: 0s, falls: here}")
        begins = [*(one.after for one in self.steps), *(one.after for one in self.injects)]
        if max(begins) >= self.lasts:
            raise ValueError("something in it happens after it is over: raise 'lasts'")
        return self

    def scenario(self) -> Scenario:
        """Return what the drill obeys, in the order of time."""
        steps = sorted((one.step() for one in self.steps), key=lambda one: one.after)
        injects = tuple(
            Inject(after=one.after, kind=one.kind, lasts=one.lasts, whom=one.whom or "")
            for one in self.injects
        )
        return Scenario(
            id=self.id,
            title=self.title or self.id,
            lasts=self.lasts,
            steps=tuple(steps),
            injects=injects,
            at=self.at,
        )
