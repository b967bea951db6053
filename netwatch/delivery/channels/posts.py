"""Which post tells of which outage: known before it is published, and after a restart."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from netwatch.delivery.page import whole
from netwatch.model.faults import DeliveryError, Retry

MOST: Final = 500
"""Posts remembered: an outage older than so many others is not edited any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post: what it was meant to say, and its number there once that is known."""

    text: str
    number: str = ""
    before: str = ""
    """What it said before its newest words."""
    newest: str = ""
    """The key of the notice whose words those are."""


class Posts:
    """What was published about what. Written down before and after each act that people see."""

    def __init__(self) -> None:
        self._posts: dict[str, Post] = {}
        self._file: Path | None = None

    def keep_in(self, file: Path) -> None:
        """Keep them in ``file`` from now on; a file that cannot be read is one with no posts."""
        self._file = file
        with suppress(OSError, ValueError, TypeError, AttributeError):
            said = json.loads(file.read_bytes())
            self._posts = {str(about): Post(**entry) for about, entry in said.items()}

    def of(self, about: str) -> Post | None:
        """Return the post about something; None when nothing was ever to be published of it."""
        return self._posts.get(about)

    def last(self) -> Post | None:
        """Return the newest post that is known to be out."""
        return next((one for one in reversed(self._posts.values()) if one.number), None)

    def write(self, about: str, post: Post) -> None:
        """Note what is, or is about to be.

        Raises:
            DeliveryError: the disk does not take it; it is known until the next start.
        """
        self._posts[about] = post
        for oldest in list(self._posts)[: max(0, len(self._posts) - MOST)]:
            del self._posts[oldest]
        if self._file is not None:
            noted = {about: asdict(post) for about, post in self._posts.items()}
            try:
                whole.put(self._file.parent, {self._file.name: json.dumps(noted).encode()})
            except OSError as fault:
                why = f"what is published cannot be written down: {fault.strerror}"
                raise DeliveryError(Retry.TRANSIENT, why) from fault
