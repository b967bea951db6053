"""Who opted out is known before anybody is told, and counts in no price."""

from pathlib import Path

from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.contacts import Contact
from netwatch.model.names import ChannelName
from netwatch.service.contact_settings import unwilling
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings
from netwatch.service.source_settings import Contacts

KEY = "a key of more than twenty characters"
SMS, MAIL = ChannelName("sms"), ChannelName("mail")


def settings(state: Path, key: str = KEY) -> Settings:
    return Settings(
        name="Dolina",
        inventory=state / "none",
        state=state,
        contacts=Contacts(key=Secret(key)),
    )


def kept(state: Path) -> None:
    people = [
        Contact(subscriber="S-1", phone="+48555010101"),
        Contact(subscriber="S-2", opt_outs=("sms",)),
        Contact(subscriber="S-3", consent=False),
    ]
    store = ContactStore(state, lambda: KEY)
    with store.changing() as write:
        write(Book(contacts={one.subscriber: one for one in people}))


def test_who_opted_out_of_a_channel_or_of_all_is_known_by_id(tmp_path: Path) -> None:
    kept(tmp_path)
    assert unwilling(settings(tmp_path), [SMS, MAIL]) == {
        SMS: frozenset({"S-2", "S-3"}),
        MAIL: frozenset({"S-3"}),
    }


def test_a_store_that_cannot_be_opened_stops_no_start(tmp_path: Path) -> None:
    kept(tmp_path)
    assert unwilling(settings(tmp_path, "another key of more than twenty"), [SMS]) == {}
    assert unwilling(settings(tmp_path / "elsewhere"), [SMS]) == {SMS: frozenset()}
