"""Who subscribes is asked back first, is told by number alone, and leaves in one step."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from netwatch.delivery.channels import Address
from netwatch.delivery.recipients import Recipients
from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.inventory.contact_store.changes import bring, forget
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.arrivals import Command, Follow, Invite, Unfollow
from netwatch.model.contacts import Contact
from netwatch.model.facts import Audience, NoticeDue, Phase
from netwatch.model.follower_facts import OPT_IN, is_follower
from netwatch.model.names import AreaId, ChannelName, SubscriberId, is_id
from netwatch.model.network import Area, LocalName
from netwatch.response.rules import Mode
from netwatch.service.channel_settings import Channel
from netwatch.service.followed import AGAIN, KEPT_WAITING, MOST_WAITING
from netwatch.service.following import Following
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Publishing, Settings, WebDesk
from netwatch.service.wishes import Changes
from netwatch.views.owed import Owed
from tests.browsers import Subscribed
from tests.unit.views.tales import NIGHT, due
from tests.unit.web.asked import PEOPLE, Hands, Town

KEY = b"k" * 32
MAIL, PUSH = ChannelName("mail"), ChannelName("webpush")
ASKED = {
    "way": "mail", "to": "ewa@dolina.example", "areas": "polna nowhere", "language": "pl",
    "number": "", "proof": "", "push": "",
}  # fmt: skip


@dataclass
class Page:
    """The service behind the page, with a town of one area."""

    state: Path
    mode: Mode = Mode.FULL
    ends: bool = False
    """The service ends before a command's facts are on the disk."""
    refuses: str = ""
    """Why the service does nothing about a command."""
    brought: list[Command] = field(default_factory=list)
    clock: Hands = field(default_factory=lambda: Hands(NIGHT))

    def __post_init__(self) -> None:
        self.store = ContactStore(self.state, lambda: "a key of more than twenty characters")
        channel = Channel(url=Secret("json://127.0.0.1"))
        town = Town(people=[replace(one, area=AreaId("polna")) for one in PEOPLE]).network
        names = LocalName("os. Polna", (("en", "Polna estate"),))
        area = Area(id=AreaId("polna"), name=names)
        self.network = replace(town, areas={area.id: area})
        self.following = Following(
            Settings(
                name="Dolina",
                languages=("pl", "en"),
                channels={"mail": channel, "sms": channel, "webpush": channel},
                state=self.state,
                publishing=Publishing(mode=self.mode),
                web=WebDesk(url="https://ask.dolina.example/", sms_to=("+48",)),
            ),
            KEY,
            network=lambda: self.network,
            changes=Changes(self.store),
            bring=self._bring,
            clock=self.clock,
        )

    async def _bring(self, command: Command) -> Brought:
        if self.ends:
            raise ConnectionError
        self.brought.append(command)
        return Brought(refused=self.refuses)

    def asks(self, subscriber: str | None = None, **changed: str) -> None:
        asyncio.run(self.following.asked(ASKED | changed, subscriber))

    def presses(self, text: str, *, press: bool = True) -> Any:
        token = text.strip().rpartition("/s/")[2]
        return asyncio.run(self.following.answered({"token": token, "press": press}, ""))

    @property
    def contacts(self) -> dict[str, Contact]:
        return dict(self.store.read().contacts)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(tmp_path)


def test_an_address_is_written_to_only_once_its_owner_said_so(page: Page) -> None:
    page.asks()
    assert page.brought == [Invite(at=NIGHT, by="page", follower="W+1", channel=MAIL)]
    assert page.contacts["W+1"].refuses("mail")
    assert page.contacts["W+1"].areas == ("polna",)
    invitation = page.following.invitation(MAIL, "W+1", "pl")
    assert "https://ask.dolina.example/s/" in invitation.body
    assert page.presses(invitation.body, press=False) == {"does": "join"}
    assert page.contacts["W+1"].refuses("mail")

    assert page.presses(invitation.body) == {"does": "join"}
    assert not page.contacts["W+1"].refuses("mail")
    assert page.brought[1:] == [
        Follow(at=NIGHT, by="page", follower="W+1", channel=MAIL, areas=(AreaId("polna"),))
    ]
    with pytest.raises(RefusedError):
        page.presses(invitation.body)


def test_no_subscriber_can_be_called_as_a_follower_is(page: Page) -> None:
    page.asks()
    (name,) = page.contacts
    assert not is_id(name)
    assert is_follower(name)


def test_who_wants_no_more_is_gone_after_one_press(page: Page) -> None:
    page.asks()
    page.presses(page.following.invitation(MAIL, "W+1", "pl").body)
    letter = due(audience=Audience.SUBSCRIBERS, channel=MAIL, recipients=("W+1",))
    below = page.following.afterword(letter, "W+1", "pl")
    assert page.presses(below, press=False) == {"does": "leave"}
    assert "W+1" in page.contacts
    page.presses(below)
    assert "W+1" not in page.contacts
    assert page.brought[-1] == Unfollow(at=NIGHT, by="page", follower="W+1")
    assert page.following.afterword(due(), "public", "pl") == ""


def test_an_address_becomes_that_of_a_contract_and_takes_no_other_ones_place(page: Page) -> None:
    page.asks("S-1007", areas="")
    page.presses(page.following.invitation(MAIL, "W+1", "pl").body)
    assert page.contacts["S-1007"].email == "ewa@dolina.example"
    assert "W+1" not in page.contacts

    page.asks("S-1007", areas="", to="thief@stranger.example")
    page.presses(page.following.invitation(MAIL, "W+2", "pl").body)
    assert page.contacts["S-1007"].email == "ewa@dolina.example"

    page.presses(page.following.afterword(
        due(audience=Audience.SUBSCRIBERS, channel=MAIL, recipients=("S-1007",)), "S-1007", "pl"
    ))  # fmt: skip
    assert page.contacts["S-1007"].refuses("mail")
    assert not page.contacts["S-1007"].refuses("sms")
    assert [type(one) for one in page.brought] == [Invite, Follow, Invite]
    assert page.brought[1] == Follow(
        at=NIGHT, by="page", follower="W+1", channel=MAIL, areas=(), line=SubscriberId("S-1007")
    )


def test_who_agrees_to_mail_agrees_to_nothing_else(page: Page) -> None:
    with page.store.changing() as write:
        kept = Contact(subscriber="S-1007", phone="+48555010007", consent=False)
        write(Book(contacts={kept.subscriber: kept}))

    page.asks("S-1007", areas="")
    page.presses(page.following.invitation(MAIL, "W+1", "pl").body)

    assert not page.contacts["S-1007"].refuses("mail")
    assert page.contacts["S-1007"].refuses("sms")

    page.asks("S-1007", areas="", way="sms", to="+48 555 010 007")
    page.presses(page.following.invitation(MAIL, "W+2", "pl").body)
    assert not page.contacts["S-1007"].refuses("sms")
    assert not page.contacts["S-1007"].refuses("mail")


def test_what_ends_in_the_middle_of_a_confirmation_is_confirmed_by_the_next_press(
    page: Page,
) -> None:
    page.asks()
    link = page.following.invitation(MAIL, "W+1", "pl").body
    page.ends = True
    with pytest.raises(ConnectionError):
        page.presses(link)
    page.ends = False

    page.presses(link)

    assert [type(one) for one in page.brought] == [Invite, Follow]
    assert not page.contacts["W+1"].refuses("mail")


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "no address"}, {"to": ""}, {"way": "pigeon"}, {"areas": "nowhere"},
        {"way": "sms", "to": "+882 16 555 0100"}, {"way": "sms", "to": "+1 900 555 0100"},
        {"to": "a@b.example\r\nBcc: c@d.example"}, {"way": "push"},
        {"way": "push", "push": '{"endpoint":"https://10.0.0.1/","keys":{}}'},
    ],
)  # fmt: skip
def test_what_cannot_be_is_asked_of_nobody(page: Page, changed: dict[str, str]) -> None:
    page.asks(**changed)
    assert page.brought == []
    assert page.contacts == {}


def test_an_sms_goes_to_countries_that_are_served(page: Page) -> None:
    page.asks(way="sms", to="512 345 678")
    assert page.contacts["W+1"].phone == "+48512345678"


def test_nobody_is_flooded_and_the_store_is_not_filled(page: Page) -> None:
    page.asks()
    page.asks()
    page.asks(to="EWA@Dolina.example")
    assert len(page.brought) == 1
    page.clock.at += AGAIN
    page.asks()
    assert len(page.brought) == 2
    waiting = {
        f"W+{number}": Contact(
            subscriber=f"W+{number}",
            email=f"spam{number}@stranger.example",
            consent=False,
            areas=("polna",),
            invited_at=page.clock.at,
        )
        for number in range(100, 100 + MOST_WAITING - 5)
    }
    with page.store.changing() as write:
        book = page.store.read()
        write(replace(book, contacts={**book.contacts, **waiting}))
    for number in range(20):
        page.asks(to=f"more{number}@stranger.example")
    assert len(page.contacts) == MOST_WAITING
    page.clock.at += KEPT_WAITING + timedelta(minutes=1)
    page.asks(to="late@dolina.example")
    assert [one.email for one in page.contacts.values()] == ["late@dolina.example"]


def test_nothing_is_offered_before_messages_may_go_out(tmp_path: Path) -> None:
    page = Page(tmp_path, mode=Mode.WEBSITE)
    assert (page.following.ways, page.following.places()) == ([], {})
    page.asks()
    assert page.brought == []
    full = Page(tmp_path).following
    assert full.ways == ["mail", "sms", "push"]
    assert full.places() == {"pl": [("polna", "os. Polna")], "en": [("polna", "Polna estate")]}


def test_a_follower_is_exported_erased_and_outlives_an_import(page: Page) -> None:
    page.asks()
    book, _ = bring(page.store.read(), [Contact(subscriber="S-1")], drop_others=True)
    assert set(book.contacts) == {"S-1", "W+1"}
    book, held = forget(book, ["W+1"])
    assert held == ("W+1",)
    assert set(book.contacts) == {"S-1"}


def test_the_question_reaches_who_is_asked_and_nothing_else_does(page: Page) -> None:
    page.asks()
    recipients = Recipients(page.network, ["pl"], contact=page.store.get)
    asked = due(
        Phase.CONFIRMED, None, audience=Audience.SUBSCRIBERS, channel=MAIL, recipients=("W+1",),
        subject=OPT_IN,
    )  # fmt: skip
    assert _address(recipients, asked).to == "ewa@dolina.example"
    letter = due(audience=Audience.SUBSCRIBERS, channel=MAIL, recipients=("W+1",))
    with pytest.raises(Exception, match="does not want this"):
        _address(recipients, letter)


def _address(recipients: Recipients, what: NoticeDue) -> Address:
    (debt,) = Owed().take(what)
    return recipients.address(debt)


def pushed(page: Page, browser: Subscribed, subscriber: str | None = None, **changed: str) -> None:
    page.asks(subscriber, way="push", to="", push=browser.said, **changed)
    (name,) = [key for key, one in page.contacts.items() if is_follower(key) and not one.consent]
    page.presses(page.following.invitation(PUSH, name, "pl").link)


EWA = Subscribed("https://fcm.googleapis.com/fcm/send/ewa")
JAN = Subscribed("https://web.push.apple.com/jan")


def test_a_browser_is_asked_by_a_notice_and_follows_after_a_press(page: Page) -> None:
    page.asks(way="push", to="", push=EWA.said)
    assert page.brought == [Invite(at=NIGHT, by="page", follower="W+1", channel=PUSH)]
    asked = page.following.invitation(PUSH, "W+1", "pl")
    assert asked.link.startswith("https://ask.dolina.example/s/")
    assert "http" not in asked.body
    assert page.contacts["W+1"].refuses("webpush")

    page.presses(asked.link)
    assert page.contacts["W+1"].browsers == (EWA.browser.text,)
    assert page.brought[1:] == [
        Follow(at=NIGHT, by="page", follower="W+1", channel=PUSH, areas=(AreaId("polna"),))
    ]
    letter = due(audience=Audience.SUBSCRIBERS, channel=PUSH, recipients=("W+1",))
    recipients = Recipients(page.network, ["pl"], contact=page.store.get, page="https://a.example")
    address = _address(recipients, letter)
    assert address.to == EWA.browser.text
    assert address.page == "https://a.example/pl/polna.html"
    assert page.following.afterword(letter, "W+1", "pl") == ""
    assert "googleapis" not in repr(page.contacts) + repr(page.brought) + repr(address)


def test_one_browser_is_told_once_however_often_it_asked(page: Page) -> None:
    pushed(page, EWA)
    page.clock.at += AGAIN
    pushed(page, EWA)
    pushed(page, JAN)
    assert sorted(page.contacts) == ["W+2", "W+3"]
    assert [one.follower for one in page.brought if isinstance(one, Unfollow)] == ["W+1"]


def test_a_browser_that_wants_no_more_is_gone_and_so_is_one_that_is_no_more(page: Page) -> None:
    pushed(page, EWA)
    pushed(page, JAN)
    asyncio.run(page.following.browser_moved("https://fcm.googleapis.com/fcm/send/somebody"))
    assert len(page.contacts) == 2
    asyncio.run(page.following.browser_moved(EWA.endpoint))
    assert sorted(page.contacts) == ["W+2"]
    asyncio.run(page.following.browser_gone("W+2", JAN.endpoint))
    assert page.contacts == {}
    assert [one.follower for one in page.brought if isinstance(one, Unfollow)] == ["W+1", "W+2"]


def test_a_browser_that_moved_is_told_at_its_new_address(page: Page) -> None:
    pushed(page, EWA)
    asyncio.run(page.following.browser_moved(EWA.endpoint, JAN.said))
    assert page.contacts["W+1"].browsers == (JAN.browser.text,)
    assert not any(isinstance(one, Unfollow) for one in page.brought)


def test_browsers_of_a_contract_are_told_of_its_line_and_outlive_an_import(page: Page) -> None:
    pushed(page, EWA, "S-1007", areas="")
    pushed(page, JAN, "S-1007", areas="")
    lines = [one.line for one in page.brought if isinstance(one, Follow)]
    assert lines == ["S-1007", "S-1007"]
    assert set(page.contacts) == {"S-1007"}
    renewed = Contact(subscriber="S-1007", email="ewa@dolina.example")
    with page.store.changing() as write:
        write(bring(page.store.read(), [renewed])[0])
    assert page.contacts["S-1007"].browsers == (EWA.browser.text, JAN.browser.text)

    asyncio.run(page.following.browser_moved(EWA.endpoint))
    assert page.contacts["S-1007"].browsers == (JAN.browser.text,)
    assert not any(isinstance(one, Unfollow) for one in page.brought)
    asyncio.run(page.following.browser_moved(JAN.endpoint))
    assert page.contacts["S-1007"].email == "ewa@dolina.example"
    assert page.brought[-1] == Unfollow(at=NIGHT, by="page", follower="S-1007")

    book, _ = forget(page.store.read(), ["S-1007"])
    assert "S-1007" not in book.contacts


def test_browsers_are_asked_only_where_they_show_notices(page: Page) -> None:
    key = page.following.push_key
    assert Page(page.state).following.push_key == key != ""
    settings = page.following._settings
    plain = replace(settings, web=replace(settings.web, url="http://ask.dolina.example"))
    page.following._settings = plain
    page.following._push_key = ""
    assert page.following.ways == ["mail", "sms"]


def test_what_could_not_be_asked_is_not_kept_and_not_offered_for_a_while(page: Page) -> None:
    page.refuses = "nothing would change"
    page.asks(way="sms", to="512 345 678")
    assert page.contacts == {}
    assert page.following.ways == ["mail", "push"]
    page.clock.at += timedelta(minutes=11)
    assert "sms" in page.following.ways


def test_without_a_page_no_mail_bears_a_link(tmp_path: Path) -> None:
    following = Following(
        Settings(), KEY, network=lambda: Town().network, changes=Changes(None),
        bring=Page(tmp_path)._bring, clock=Hands(NIGHT),
    )  # fmt: skip
    letter = due(audience=Audience.SUBSCRIBERS, channel=MAIL, recipients=("S-1",))
    assert following.afterword(letter, "S-1", "pl") == ""
    assert following.ways == []


def test_a_book_of_before_is_read_as_it_was(tmp_path: Path) -> None:
    store = ContactStore(tmp_path, lambda: "a key of more than twenty characters")
    with store.changing() as write:
        write(Book(contacts={"S-1": Contact(subscriber="S-1", email="a@b.example")}))
    assert store.read().contacts["S-1"].areas == ()


def test_areas_are_put_in_order_once_for_an_inventory(page: Page) -> None:
    before = page.following.places()

    assert page.following.places()["pl"] is before["pl"]

    page.network = replace(page.network, areas={})
    assert page.following.places() == {"pl": [], "en": []}
