"""A customer who reports -> how the line stands, what to say to them, and what to do next."""

from datetime import datetime
from typing import Any

from netwatch.delivery.render import Renderer
from netwatch.delivery.words import DESK
from netwatch.model.faults import NetwatchError
from netwatch.model.names import SubscriberId
from netwatch.model.network import Network, Subscriber
from netwatch.service.saying import announced_as
from netwatch.views.below import Ways
from netwatch.views.board import Board
from netwatch.views.desk import Line, line
from netwatch.views.proof import stamp


class NoSuchSubscriberError(NetwatchError):
    """Nobody of this id stands in the inventory."""


def expect(network: Network, subscriber: SubscriberId) -> Subscriber:
    """Return a subscriber of this inventory.

    Raises:
        NoSuchSubscriberError: the inventory does not have them.
    """
    person = network.subscribers.get(subscriber)
    if person is None:
        raise NoSuchSubscriberError(f"no subscriber {subscriber}; ids are those of the inventory")
    return person


def answer(
    board: Board, ways: Ways, renderer: Renderer, subscriber: SubscriberId, at: datetime
) -> dict[str, Any]:
    """Return what is known of a subscriber's line now, and the words for them in their language.

    Raises:
        NoSuchSubscriberError: the inventory does not have them.
    """
    person = expect(ways.network, subscriber)
    found = line(board, ways, subscriber)
    return {
        "subscriber": subscriber,
        "state": found.state,
        "incident": found.outage.incident if found.outage else None,
        "works": found.work.id if found.work else None,
        "since": stamp(found.since) if found.since else None,
        "expected_end": stamp(found.expected_end) if found.expected_end else None,
        "language": person.language,
        "reports": found.outage.proof.reports if found.outage else 0,
        "say": _said(found, renderer, person.language, at),
        "next": found.next,
    }


def _said(found: Line, renderer: Renderer, language: str | None, at: datetime) -> dict[str, str]:
    words = announced_as(found, renderer, DESK, language or "", at)
    return {"phone": words} if words else {}
