"""Settings -> the contact store, or none."""

from collections.abc import Callable, Iterable

from netwatch.inventory.contact_store.store import ContactStore
from netwatch.model.contacts import Contact, ContactsShutError
from netwatch.model.faults import ConfigError, Place
from netwatch.model.names import ChannelName
from netwatch.service.settings import Settings


def contacts_now(settings: Settings) -> Callable[[str], Contact | None]:
    """Return what looks a customer up in the contact store, at that moment."""
    store = contact_store(settings)
    return (lambda _subscriber: None) if store is None else store.get


def contact_store(settings: Settings) -> ContactStore | None:
    """Return the contact store of these settings; None where they name no key."""
    key = settings.contacts.key
    return None if key is None else ContactStore(settings.state, key.reveal)


def unwilling(
    settings: Settings, channels: Iterable[ChannelName]
) -> dict[ChannelName, frozenset[str]]:
    """Return who does not want to be told by which channel, as the contact store says now.

    Who says so later is asked about at the moment of sending; so is everybody where the store
    cannot be opened.
    """
    store = contact_store(settings)
    try:
        book = None if store is None else store.read()
    except ContactsShutError:
        book = None
    if book is None:
        return {}
    contacts = book.contacts.items()
    return {
        channel: frozenset(book.forgotten).union(
            name for name, contact in contacts if contact.refuses(channel)
        )
        for channel in channels
    }


def needed_contact_store(settings: Settings, where: str) -> ContactStore:
    """Return the contact store of these settings.

    Raises:
        ConfigError: they name no key, so there can be none.
    """
    store = contact_store(settings)
    if store is None:
        raise ConfigError(
            Place(where),
            "there is no [contacts] key, so contacts cannot be kept",
            'add [contacts] with key = "credential:contacts-key"; make one with: '
            "head -c 32 /dev/urandom | base64",
        )
    return store
