"""How long the outbox waits for what."""

from dataclasses import dataclass, field

from netwatch.model.backoff import Backoff


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the outbox waits for what."""

    page_s: float = 3.0
    """The page comes before an alert, but no alert waits longer than this for the page."""
    staff_s: float = 30.0
    """After this an alert goes to the next staff channel as well."""
    held_s: float = 1.0
    """How often, while public words are held, it is looked whether they still are."""
    beat_s: float = 5.0
    """An idle lane turns at least this often, so that the watchdog sees it alive."""
    backoff: Backoff = field(default_factory=Backoff)
