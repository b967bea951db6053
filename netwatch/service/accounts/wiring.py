"""What the staff's pages ask at the door, put together."""

from collections.abc import Callable, Mapping
from typing import Protocol
from zoneinfo import ZoneInfo

from netwatch.intake.doorkeeper import Ask
from netwatch.inventory.contact_store.store import ContactStore
from netwatch.service.accounts.book import AccountBook
from netwatch.service.accounts.calls import Calls
from netwatch.service.accounts.counter import Counter, Known
from netwatch.service.accounts.lodge import Lodge
from netwatch.service.accounts.sessions import Sessions
from netwatch.service.asking import Asking
from netwatch.service.callers import Callers
from netwatch.service.chores import Chores
from netwatch.service.clock import SteadyClock
from netwatch.service.ear import ear_asks
from netwatch.service.files import Files
from netwatch.service.house import Rooms
from netwatch.service.mind import Mind
from netwatch.service.settings import Settings
from netwatch.service.wishes import Changes
from netwatch.views.board import Board


class Parts(Protocol):
    """What a service has that its staff's pages are made of."""

    settings: Settings
    board: Board
    clock: SteadyClock
    rooms: Rooms
    mind: Mind


def staff_asks(
    service: Parts,
    files: Callable[[], Files],
    *,
    store: ContactStore | None,
    changes: Changes,
    callers: Callers,
    asking: Asking,
) -> Mapping[str, Ask]:
    """Return who lets the staff in, and who answers them once they are."""
    state, clock = service.settings.state, service.clock
    lodge = Lodge(
        AccountBook(state),
        Sessions(state, clock.now()),
        lambda: files().rulebook.stages.response.people.persons,
        clock,
    )
    known = Known(
        board=lambda: service.board,
        network=lambda: files().network,
        rooms=service.rooms,
        asking=asking,
        callers=callers,
        clusters=ear_asks(lambda: service.mind.pipeline.correlation)["clusters"],
        chores=Chores(service, service.rooms.renderer),
        calls=Calls(store, changes, lambda: files().network, callers, clock),
        clock=clock,
        zone=ZoneInfo(service.settings.timezone),
    )
    return {"login": lodge.login, "logout": lodge.logout, "staff": Counter(lodge, known).ask}
